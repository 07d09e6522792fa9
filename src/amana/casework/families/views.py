"""Pages that show families and relatives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.accounts.roles import roles
from amana.casework.audit.queries import history_of
from amana.casework.audit.views_protected import protected_context
from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.families import showing
from amana.casework.families.models import Consent, Family, Relative
from amana.casework.families.queries import with_members
from amana.casework.laboratory.models import Sample
from amana.casework.laboratory.queries import Reference, references_of
from amana.casework.missing.models import MissingPerson


class FamilyFilters(Filters):
    """Number or reference, and whether anybody can be compared."""

    words = forms.CharField(label=_("Number or reference"), required=False)
    lacking = forms.ChoiceField(
        label=_("Samples"),
        required=False,
        choices=[("", _("every family")), ("nobody", _("families in which nobody gave a sample"))],
    )

    def apply(self, rows: Any) -> Any:
        """The families that fit."""
        if self.cleaned_data["lacking"]:
            rows = rows.filter(sampled=0)
        return rows.matching(self.cleaned_data["words"])


_SOUGHT = ~Q(members__missing__state__in=(MissingPerson.State.LOCATED_ALIVE, MissingPerson.State.DUPLICATE))


def _sampled(family: Family) -> dict[str, str]:
    number = family.sampled
    if not number:
        return {"kind": "attention", "word": _now("nobody yet")}
    word = ngettext("%(n)d relative", "%(n)d relatives", number) % {"n": number}
    return {"kind": "done", "word": word}


FAMILIES = List(
    caption=_("Families"),
    columns=(
        Column(_("Number"), lambda f: f.number, "id", "number", ("number",)),
        Column(_("Reference elsewhere"), lambda f: f.reference, "text", "reference", ("reference",)),
        Column(_("People in the tree"), lambda f: f.people, "number", "people", ("people",)),
        Column(_("Looked for"), lambda f: f.sought, "number", "sought", ("sought",)),
        Column(_("Gave a sample"), _sampled, "state", "sampled", ("sampled",)),
        Column(_("Office"), lambda f: f.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d family", "%(n)d families", n) % {"n": n},
    sort="number",
    url=lambda f: f.get_absolute_url(),
    filters=FamilyFilters,
    empty={
        "title": _("No family yet."),
        "text": _("A family joins the missing with the relatives who can be compared with remains."),
    },
    export="families",
)


@needs("families.view")
def families(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "missing"
    rows = (
        Family.objects.visible_to(request.user)
        .select_related("office")
        .annotate(
            people=Count("members", distinct=True),
            sought=Count("members", distinct=True, filter=Q(members__missing__isnull=False) & _SOUGHT),
            sampled=Count(
                "members__relative",
                distinct=True,
                filter=Q(members__relative__samples__isnull=False)
                & ~Q(members__relative__samples__state=Sample.State.FAILED),
            ),
        )
    )
    return show_list(
        request,
        "families/families.html",
        FAMILIES,
        rows,
        {"may_record": "families.record" in request.user.granted},
        as_csv=as_csv,
        export_url=reverse("families-csv"),
    )


def family_of(user: Any, number: str) -> Family:
    """The family with this number, its members read; 404 where the reader sees none."""
    rows = with_members(Family.objects.visible_to(user).select_related("office"))
    found: Family = get_object_or_404(rows, number=number if number.isprintable() else "")
    return found


def relative_of(user: Any, number: str) -> Relative:
    """The relative with this number; 404 where the reader sees none."""
    rows = Relative.objects.visible_to(user).select_related("office", "subject", "place__family")
    found: Relative = get_object_or_404(rows, number=number if number.isprintable() else "")
    return found


@needs("families.view")
def family(request: Any, number: str) -> HttpResponse:
    """One family: the tree, who of it can be compared, what it lacks."""
    request.section = "missing"
    user = request.user
    found = family_of(user, number)
    place = showing.place_in(user, found)
    may = user.has_perm("families.record", found)
    gaps = showing.family_gaps(user, place)
    up = {"url": reverse("missing"), "label": _("Missing persons")}
    context = {
        "family": found,
        "state": _family_state(place),
        "tree": showing.figure_of(user, place) if place.tree.members else None,
        "members": showing.members_shown(user, place),
        "connecting": showing.connecting(place),
        "gaps": gaps,
        "facts": [
            {"label": _("Number"), "value": found.number, "kind": "id"},
            {"label": _("Reference elsewhere"), "value": found.reference},
            {"label": _("Office"), "value": found.office},
        ],
        "steps": _steps(place, gaps),
        "may_record": may,
        "history": history_of(found, user),
        "trail": [
            *([up] if "missing.view" in user.granted else []),
            {"url": reverse("families"), "label": _("Families")},
        ],
    }
    return render(request, "families/family.html", context)


def _family_state(place: showing.Place) -> dict[str, str]:
    if not place.tree.sought:
        return {"kind": "closed", "word": _now("nobody is looked for")}
    if not place.usable:
        return {"kind": "attention", "word": _now("cannot be compared yet")}
    return {"kind": "done", "word": _now("can be compared")}


def _steps(place: showing.Place, gaps: list[str]) -> list[dict[str, Any]]:
    waiting = {"kind": "waiting", "word": _now("waiting")}
    interviewer, collector = roles()["interviewer"].label, roles()["sample_collector"].label
    if not place.tree.members:
        return [
            {
                "text": _now("Put the missing and their relatives into the tree"),
                "who": interviewer,
                "state": waiting,
            }
        ]
    steps = []
    for reference, text, who in (
        (Reference.REFUSED, _now("Ask for consent to the laboratory: %(numbers)s"), interviewer),
        (Reference.NONE, _now("Take a sample: %(numbers)s"), collector),
        (Reference.FAILED, _now("Take another sample: %(numbers)s"), collector),
        (Reference.TYPED, _now("Sign the typing results"), roles()["geneticist"].label),
    ):
        numbers = [m.relative.number for m in place.tree.members if place.reference(m) is reference]
        if numbers:
            steps.append({"text": text % {"numbers": " · ".join(numbers)}, "who": who, "state": waiting})
    if not steps and gaps:
        steps.append({"text": _now("Ask who else could give a sample"), "who": interviewer, "state": waiting})
    return steps


@needs("families.view")
def relative(request: Any, number: str) -> HttpResponse:
    """One relative: sealed name and numbers, consents, how far the sample has come."""
    request.section = "missing"
    user = request.user
    found = relative_of(user, number)
    place = getattr(found, "place", None)
    reference = references_of(user, [found.pk]).get(found.pk)
    context = {
        "relative": found,
        "place": place,
        "word": showing.kin(place.label) if place else "",
        "state": showing.reference_state(reference),
        "facts": [
            {"label": _("Number"), "value": found.number, "kind": "id"},
            {
                "label": _("Family"),
                "value": place.family.number if place else "",
                "kind": "id" if place else "text",
                "url": place.family.get_absolute_url() if place else None,
            },
            {"label": _("In the family"), "value": showing.kin(place.label) if place else ""},
            {"label": _("Office"), "value": found.office},
        ],
        "protected": [
            protected_context(found, field, user)
            for field in ("name", "phone", "document_number")
            if getattr(found, field)
        ],
        "consents": Consent.objects.filter(relative=found).order_by("recipient", "given_on", "pk"),
        "may_record": user.has_perm("families.record", found),
        "may_sample": "laboratory.record" in user.granted and reference in (
            Reference.NONE, Reference.FAILED
        ),
        "history": history_of(found, user),
        "trail": [
            {"url": reverse("families"), "label": _("Families")},
            *([{"url": place.family.get_absolute_url(), "label": place.family.number}] if place else []),
        ],
    }  # fmt: skip
    return render(request, "families/relative.html", context)
