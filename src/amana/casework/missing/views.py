"""Pages that show missing persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.accounts.models import Office
from amana.casework.accounts.queries import offices_seen
from amana.casework.audit.queries import history_of
from amana.casework.audit.views_protected import protected_context
from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.families.showing import figure_of, gaps_of, place_of
from amana.casework.identification.queries import candidates_of_missing
from amana.casework.missing import queries, showing
from amana.casework.missing.models import MissingPerson, Sex


class MissingFilters(Filters):
    """Words, sex, state and office."""

    user: Any = None
    words = forms.CharField(required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", _("both, and not known")), *Sex.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *MissingPerson.State.choices]
    )
    office = forms.ModelChoiceField(
        label=_("Office"), required=False, queryset=None, empty_label=_("every office")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = queries.sees_names(self.user)
        self.fields["words"].label = (
            _("Name, mother, number or reference") if named else _("Number or reference")
        )
        self.fields["office"].queryset = Office.objects.filter(pk__in=offices_seen(self.user, "missing"))  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """The people that fit."""
        chosen = self.cleaned_data
        for field in ("sex", "state", "office"):
            if chosen[field]:
                rows = rows.filter(**{field: chosen[field]})
        return rows.matching(chosen["words"])


def list_for(user: Any) -> List:
    """The list as one reader may see it: no column of names without the right to names."""
    named = queries.sees_names(user)
    may = "missing.record" in user.granted
    return List(
        caption=_("Missing persons"),
        columns=(
            Column(_("Number"), lambda p: p.number, "id", "number", ("number",)),
            *(
                (
                    Column(_("Name"), lambda p: p.name, "text", "name", ("name_ar", "name_en")),
                    Column(_("Mother"), lambda p: p.mother),
                )
                if named
                else ()
            ),
            Column(_("Sex"), lambda p: p.get_sex_display(), "text", "sex", ("sex",)),
            Column(_("Born"), lambda p: p.born, "text", "born", ("born",)),
            Column(_("Last seen"), lambda p: p.last_seen, "text", "last_seen", ("last_seen",)),
            Column(_("Reference elsewhere"), lambda p: p.reference, "text", "reference", ("reference",)),
            Column(_("State"), showing.state_of_person, "state", "state", ("state",)),
            Column(_("Office"), lambda p: p.office, "text", "office", ("office__code",)),
        ),
        count=lambda n: ngettext("%(n)d missing person", "%(n)d missing persons", n) % {"n": n},
        sort="number",
        url=lambda p: p.get_absolute_url(),
        filters=type("MissingFiltersOfReader", (MissingFilters,), {"user": user}),
        empty={
            "title": _("No missing person yet."),
            "text": _("Whoever speaks with families records them. A person recorded here is presumed alive."),
            **({"url": reverse("missing-report"), "action": _("Record a missing person")} if may else {}),
        },
        export="missing",
    )


@needs("missing.view")
def missing(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "missing"
    user = request.user
    return show_list(
        request,
        "missing/missing.html",
        list_for(user),
        queries.persons(user),
        {"may_report": "missing.record" in user.granted, "sees_families": "families.view" in user.granted},
        as_csv=as_csv,
        export_url=reverse("missing-csv"),
    )


@needs("missing.view")
def missing_person(request: Any, number: str) -> HttpResponse:
    """One person: who, on what basis, their family, what may be them, what is missing, what comes next."""
    request.section = "missing"
    user = request.user
    person = queries.person(user, number)
    place = place_of(user, person)
    gaps = _gaps(person, place, user)
    sees_candidates = "identification.view" in user.granted
    context = {
        "person": person,
        "name": person.name if queries.sees_names(user) else "",
        "sees_names": queries.sees_names(user),
        "state": showing.state_of_person(person),
        "facts": showing.facts(user, person),
        "place": place,
        "tree": figure_of(user, place) if place else None,
        "sees_families": "families.view" in user.granted,
        "gaps": gaps,
        "sees_candidates": sees_candidates,
        "candidates": candidates_of_missing(user, person) if sees_candidates else (),
        "protected": protected_context(person, "circumstances", user) if person.circumstances else None,
        "steps": showing.steps(user, person, gaps),
        "may_change": user.has_perm("missing.record", person),
        "history": history_of(person, user),
        "trail": [{"url": reverse("missing"), "label": _("Missing persons")}],
    }
    return render(request, "missing/person.html", context)


def _gaps(person: MissingPerson, place: Any, user: Any) -> list[str]:
    gaps = []
    if not person.sex:
        gaps.append(_now("The sex is not recorded."))
    if not person.born:
        gaps.append(_now("The year of birth is not recorded."))
    if "families.view" in user.granted:
        gaps += gaps_of(user, person, place)
    return gaps
