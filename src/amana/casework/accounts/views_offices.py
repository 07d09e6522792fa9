"""Offices, and what they share with each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.accounts import forms, queries, services
from amana.casework.accounts.models import MANAGE, Office, Sharing
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.common.lists import Column, List, show_list
from amana.problems import InputProblems

OFFICES = List(
    caption=gettext_lazy("Offices"),
    columns=(
        Column(gettext_lazy("Code"), lambda o: o.code, "id", "code", ("code",)),
        Column(gettext_lazy("Name"), str, "text", "name", ("name_en",)),
        Column(gettext_lazy("Kind"), lambda o: o.get_kind_display(), "text", "kind", ("kind",)),
        Column(gettext_lazy("People who may sign in"), lambda o: o.size, "number", "size", ("size",)),
    ),
    count=lambda n: ngettext("%(n)d office", "%(n)d offices", n) % {"n": n},
    sort="code",
    url=lambda o: reverse("office", args=[o.code]),
    empty={"title": gettext_lazy("No office yet.")},
    export="offices",
)


@needs(MANAGE)
def offices(request: Any, as_csv: bool = False) -> HttpResponse:
    """Every office."""
    request.section = "people"
    rows = queries.offices(request.user)
    return show_list(
        request, "accounts/offices.html", OFFICES, rows, {"trail": _people()},
        as_csv=as_csv, export_url=reverse("offices-csv"),
    )  # fmt: skip


@needs(MANAGE)
def office(request: Any, code: str) -> HttpResponse:
    """One office: what it is, and what passes between it and one's own."""
    request.section = "people"
    found = get_object_or_404(queries.offices(request.user), code=code)
    own = found.pk == request.user.office_id
    sharings = Sharing.objects.visible_to(request.user).select_related("giver", "receiver")
    gives = sharings.filter(giver=found)
    receives = sharings.filter(receiver=found)
    context = {
        "office": found,
        "own": own,
        "own_code": request.user.office.code,
        "facts": [
            {"label": _("Code"), "value": found.code, "kind": "id"},
            {"label": _("Kind"), "value": found.get_kind_display()},
            {"label": _("Name in Arabic"), "value": found.name_ar},
            {"label": _("Name in English"), "value": found.name_en},
            {"label": _("People who may sign in"), "value": found.size, "kind": "number"},
        ],
        "gives": _rows(gives, "receiver", may_end=own),
        "receives": _rows(receives, "giver", may_end=False if own else None, by=request.user),
        "trail": [*_people(), {"url": reverse("offices"), "label": _("Offices")}],
    }
    return render(request, "accounts/office.html", context)


def _rows(sharings: Any, other: str, *, may_end: bool | None, by: Any = None) -> list[dict[str, Any]]:
    rows = [
        {
            "sharing": s,
            "other": getattr(s, other),
            "scope": s.get_scope_display(),
            "state": {"kind": "done", "word": _("in force")}
            if s.is_current
            else {"kind": "closed", "word": _("over")},
            "may_end": s.is_current and (s.giver_id == by.office_id if may_end is None else may_end),
        }
        for s in sharings
    ]
    return sorted(rows, key=lambda r: not r["sharing"].is_current)


@needs(MANAGE)
def office_new(request: Any) -> HttpResponse:
    """Add an office."""
    form = forms.NewOffice(request.POST or None)

    def act(data: dict[str, Any]) -> Office:
        return services.add_office(request.user, **data)

    return _act(
        request, form, act, _("%(name)s is added."),
        question=_("Add an office"), submit=_("Add the office"), back=reverse("offices"),
    )  # fmt: skip


@needs(MANAGE)
def office_change(request: Any, code: str) -> HttpResponse:
    """Correct one's own office."""
    found = _own(request, code)
    initial = {"kind": found.kind, "name_en": found.name_en, "name_ar": found.name_ar}
    form = forms.ChangeOffice(request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> Office:
        return services.change_office(request.user, found, **data)

    return _act(
        request, form, act, _("%(name)s is corrected."),
        question=_("Correct this office"), submit=_("Save"), back=reverse("office", args=[code]),
    )  # fmt: skip


@needs(MANAGE)
def sharing_new(request: Any, code: str) -> HttpResponse:
    """Share one's own office's records with another office."""
    found = _own(request, code)
    others = Office.objects.visible_to(request.user).exclude(pk=found.pk)
    form = forms.Share(request.POST or None, others=others, initial={"receiver": request.GET.get("with")})

    def act(data: dict[str, Any]) -> Office:
        services.share(request.user, **data)
        return found

    return _act(
        request, form, act, _("It is shared from now on."),
        question=_("Share records with another office"), submit=_("Share them"),
        back=reverse("office", args=[code]),
        consequences=[
            _("People of the other office then see these records of yours as far as their roles allow."),
            _("They write nothing in them. You can end it at any time; what they saw, they saw."),
        ],
    )  # fmt: skip


@needs(MANAGE)
def sharing_end(request: Any, pk: Any) -> HttpResponse:
    """End what one's own office shares."""
    sharing = get_object_or_404(
        Sharing.objects.visible_to(request.user).select_related("giver", "receiver"), pk=pk
    )
    if sharing.giver_id != request.user.office_id:
        raise Http404
    form = forms.Reason(request.POST or None)

    def act(data: dict[str, Any]) -> Office:
        services.end_sharing(request.user, sharing, data["reason"])
        return sharing.giver

    question = _("Stop sharing %(what)s with %(office)s?")
    return _act(
        request, form, act, _("It is no longer shared."),
        question=question % {"what": sharing.get_scope_display(), "office": sharing.receiver},
        submit=_("Stop sharing"), back=reverse("office", args=[sharing.giver.code]),
        consequences=[_("People of the other office see these records no more, from now on.")],
    )  # fmt: skip


def _own(request: Any, code: str) -> Office:
    found: Office = get_object_or_404(Office.objects.filter(pk=request.user.office_id), code=code)
    return found


def _people() -> list[dict[str, str]]:
    return [{"url": reverse("people"), "label": _("People")}]


def _act(request: Any, form: Any, act: Any, done: str, *, back: str, **words: Any) -> HttpResponse:
    request.section = "people"
    if request.method == "POST" and form.is_valid():
        try:
            found = act(form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, done % {"name": found} if "%(name)s" in done else done)
            return redirect("office", found.code)
    trail = [*_people(), {"url": reverse("offices"), "label": _("Offices")}]
    context = {"form": form, "trail": trail, "cancel_url": back, **words}
    return render(request, "accounts/act.html", context)
