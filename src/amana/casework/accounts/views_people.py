"""People of one's office, for its administrators."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.accounts import forms, queries, services
from amana.casework.accounts.models import MANAGE, Holding, Token, User, today
from amana.casework.accounts.roles import role_choices, roles
from amana.casework.accounts.shown import holding_rows, next_steps, person_state, token_state
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.problems import InputProblems


class PeopleFilters(Filters):
    """Words, role, whether they may sign in."""

    words = django_forms.CharField(label=gettext_lazy("Name or sign-in name"), required=False)
    role = django_forms.ChoiceField(label=gettext_lazy("Role held today"), required=False)
    state = django_forms.ChoiceField(
        label=gettext_lazy("Account"),
        required=False,
        choices=[
            ("", gettext_lazy("every account")),
            ("open", gettext_lazy("open accounts")),
            ("closed", gettext_lazy("closed accounts")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("every role")), *role_choices()]  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """The people who fit."""
        from django.db.models import Q

        for word in self.cleaned_data["words"].split():
            rows = rows.filter(
                Q(username__icontains=word) | Q(name_en__icontains=word) | Q(name_ar__icontains=word)
            )
        if self.cleaned_data["role"]:
            day = today()
            held = Holding.objects.filter(
                Q(end=None) | Q(end__gte=day),
                role=self.cleaned_data["role"],
                start__lte=day,
                ended_at=None,
            )
            rows = rows.filter(pk__in=held.values("user_id"))
        if self.cleaned_data["state"]:
            rows = rows.filter(is_active=self.cleaned_data["state"] == "open")
        return rows


PEOPLE = List(
    caption=gettext_lazy("People"),
    columns=(
        Column(gettext_lazy("Sign-in name"), lambda u: u.username, "id", "username", ("username",)),
        Column(gettext_lazy("Name"), str, "text", "name", ("name_en",)),
        Column(
            gettext_lazy("Roles today"), lambda u: forms.comma().join(r.label for r in u.roles) or _("none")
        ),
        Column(
            gettext_lazy("Second factor"),
            lambda u: {"kind": "done", "word": _("set up")} if u.has_second_factor else _no_factor(u),
            "state",
        ),
        Column(gettext_lazy("Account"), person_state, "state"),
    ),
    count=lambda n: ngettext("%(n)d person", "%(n)d people", n) % {"n": n},
    sort="username",
    url=lambda u: reverse("person", args=[u.pk]),
    filters=PeopleFilters,
    empty={"title": gettext_lazy("Nobody yet.")},
    export="people",
)


def _no_factor(user: User) -> dict[str, str]:
    return (
        {"kind": "attention", "word": _("second factor missing")}
        if user.is_privileged
        else {"kind": "", "word": _("none")}
    )


@needs(MANAGE)
def people(request: Any, as_csv: bool = False) -> HttpResponse:
    """The people of the administrator's office."""
    rows = queries.people(request.user)
    return show_list(
        request, "accounts/people.html", PEOPLE, rows,
        {"office": request.user.office, "waiting": len(queries.open_recoveries(request.user))},
        as_csv=as_csv, export_url=reverse("people-csv"),
    )  # fmt: skip


@needs(MANAGE)
def person(request: Any, pk: Any) -> HttpResponse:
    """One person: who they are, what they may do, what happens next."""
    request.section = "people"
    found = person_of(request, pk)
    context = {
        "person": found,
        "state": person_state(found),
        "trail": trail_to(),
        "holdings": holding_rows(found),
        "tokens": [{"token": t, "state": token_state(t)} for t in Token.objects.filter(user=found)],
        "facts": [
            {"label": _("Sign-in name"), "value": found.username, "kind": "id"},
            {"label": _("Name in Arabic letters"), "value": found.name_ar},
            {"label": _("Name in Latin letters"), "value": found.name_en},
            {"label": _("Office"), "value": str(found.office)},
            {"label": _("Second factor"), "value": _("set up") if found.has_second_factor else _("none")},
        ],
        "steps": next_steps(request.user, found),
        "is_self": found.pk == request.user.pk,
    }
    return render(request, "accounts/person.html", context)


@needs(MANAGE)
def person_new(request: Any) -> HttpResponse:
    """Add a person, who then needs a role and a first-time code."""
    request.section = "people"
    form = forms.NewPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_person(request.user, request.user.office, **form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("%(name)s is added. Now give a role.") % {"name": made})
            return redirect("person", made.pk)
    context = {"form": form, "trail": trail_to(), "cancel_url": reverse("people")}
    return render(request, "accounts/person_new.html", context)


@needs(MANAGE)
def person_change(request: Any, pk: Any) -> HttpResponse:
    """Correct names."""
    found = person_of(request, pk)
    form = forms.ChangePerson(
        request.POST or None, initial={"name_en": found.name_en, "name_ar": found.name_ar}
    )

    def act(data: dict[str, Any]) -> str:
        services.change_person(request.user, found, **data)
        return _("The names are corrected.")

    return _act(request, found, form, act, question=_("Correct the names"), submit=_("Save the names"))


@needs(MANAGE)
def person_roles(request: Any, pk: Any) -> HttpResponse:
    """Give roles."""
    found = person_of(request, pk)
    form = forms.Roles(request.POST or None)

    def act(data: dict[str, Any]) -> str:
        given = services.give_roles(request.user, found, data["roles"], start=data["start"], end=data["end"])
        return _("Given: %(roles)s") % {"roles": forms.comma().join(roles()[h.role].label for h in given)}

    return _act(request, found, form, act, question=_("Give roles"), submit=_("Give these roles"))


@needs(MANAGE)
def holding_end(request: Any, pk: Any) -> HttpResponse:
    """End a role."""
    holding = get_object_or_404(Holding.objects.visible_to(request.user).select_related("user"), pk=pk)
    form = forms.EndRole(request.POST or None)
    label = roles()[holding.role].label

    def act(data: dict[str, Any]) -> str:
        services.end_role(request.user, holding, data["reason"], last_day=data["last_day"])
        return _("The role %(role)s ends.") % {"role": label}

    return _act(
        request, holding.user, form, act,
        question=_("End the role %(role)s?") % {"role": label}, submit=_("End the role"),
        consequences=[_("What was done in this role stays, in this name.")],
    )  # fmt: skip


@needs(MANAGE)
def person_deactivate(request: Any, pk: Any) -> HttpResponse:
    """Close an account."""
    found = person_of(request, pk)
    form = forms.Reason(request.POST or None)

    def act(data: dict[str, Any]) -> str:
        services.deactivate(request.user, found, data["reason"])
        return _("The account is closed.")

    return _act(
        request, found, form, act, question=_("Close this account?"), submit=_("Close the account"),
        consequences=[
            _("Nobody signs in with it any more, and every open browser is signed out now."),
            _("Its devices and programs are refused for good."),
            _("What the person did stays, in their name. The account can be opened again."),
        ],
    )  # fmt: skip


@needs(MANAGE)
def person_reactivate(request: Any, pk: Any) -> HttpResponse:
    """Open an account again."""
    found = person_of(request, pk)
    form = forms.Reason(request.POST or None)

    def act(data: dict[str, Any]) -> str:
        services.reactivate(request.user, found, data["reason"])
        return _("The account is open again.")

    return _act(
        request, found, form, act, question=_("Open this account again?"), submit=_("Open the account"),
        consequences=[
            _("The person signs in as before and has the roles that are not over. Tokens stay revoked.")
        ],
    )  # fmt: skip


def person_of(request: Any, pk: Any) -> User:
    """Somebody of the administrator's office; others do not exist."""
    found: User = get_object_or_404(queries.people(request.user), pk=pk)
    return found


def trail_to(found: User | None = None) -> list[dict[str, str]]:
    """The pages above one about a person."""
    trail = [{"url": reverse("people"), "label": _("People")}]
    if found is not None:
        trail.append({"url": reverse("person", args=[found.pk]), "label": str(found)})
    return trail


def _act(request: Any, found: User, form: Any, act: Any, **words: Any) -> HttpResponse:
    """A page that asks for one act on one person, and goes back to them when it is done."""
    request.section = "people"
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, done)
            return redirect("person", found.pk)
    context = {
        "form": form, "about": str(found), "trail": trail_to(found),
        "cancel_url": reverse("person", args=[found.pk]), **words,
    }  # fmt: skip
    return render(request, "accounts/act.html", context)
