"""Pages of recovery units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.files.serving import media
from amana.casework.identification.queries import candidates_of, conclusions_of
from amana.casework.incidents.models import Incident
from amana.casework.recovery import queries, queries_missions, showing
from amana.casework.recovery.models import Photo, Unit
from amana.casework.sites import plans
from amana.casework.sites import queries as sites


class UnitFilters(Filters):
    """Words, and what a unit is, where it lay and how far it has come."""

    words = forms.CharField(label=_("Number, label or description"), required=False)
    incident = forms.ChoiceField(label=_("Incident"), required=False)
    spot = forms.CharField(label=_("Spot"), required=False, max_length=20)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *Unit.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Unit.State.choices]
    )
    sampled = forms.ChoiceField(
        label=_("Sample"),
        required=False,
        choices=[("", _("with or without")), ("yes", _("taken")), ("no", _("not taken"))],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        seen = Incident.objects.visible_to(user).order_by("-number")
        choices = [(i.number, f"{i} · {i.number}") for i in seen]
        self.fields["incident"].choices = [("", _("every incident")), *choices]  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """The units that fit."""
        paths = {"incident": "incident__number", "spot": "spot__label", "kind": "kind", "state": "state"}
        given = self.cleaned_data
        rows = rows.filter(**{path: given[name] for name, path in paths.items() if given[name]})
        if given["sampled"]:
            # Not by a join: a unit with two samples would be there twice.
            rows = (rows.exclude if given["sampled"] == "yes" else rows.filter)(samples=None)
        return rows.matching(given["words"])


UNITS = List(
    caption=_("Recovery units"),
    columns=(
        Column(_("Number"), lambda u: u.number, "id", "number", ("number",)),
        Column(_("Label given in the field"), lambda u: u.field_label, "text", "label", ("field_label",)),
        Column(_("Kind"), lambda u: u.get_kind_display(), "text", "kind", ("kind",)),
        Column(_("Spot"), lambda u: u.spot, "text", "spot", ("spot__label",)),
        Column(_("Lifted at"), lambda u: u.recovered_at, "time", "lifted", ("recovered_at",)),
        Column(_("State"), showing.state_of_unit, "state", "state", ("state",)),
        Column(_("Incident"), lambda u: u.incident, "text", "incident", ("incident__number",)),
    ),
    count=lambda n: ngettext("%(n)d recovery unit", "%(n)d recovery units", n) % {"n": n},
    sort="number",
    url=lambda u: u.get_absolute_url(),
    empty={
        "title": _("No unit yet."),
        "text": _("What is lifted is recorded on the page of its incident."),
    },
    export="units",
)


@needs("recovery.view")
def units(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list.  A number that is typed in any form opens its unit."""
    request.section = "units"
    words = request.GET.get("words", "")
    opened, problem = queries.typed(request.user, words) if words and not as_csv else (None, None)
    if opened is not None:
        return redirect(opened)
    what = replace(UNITS, filters=lambda data: UnitFilters(data, request.user))  # type: ignore[arg-type]
    return show_list(
        request,
        "recovery/units.html",
        what,
        queries.units(request.user),
        {"number_fault": in_words(problem) if problem else ""},
        as_csv=as_csv,
        export_url=reverse("units-csv"),
    )


@needs("recovery.view")
def unit(request: Any, number: str) -> HttpResponse:
    """One unit: what it is, where it lay, what was taken of it, what comes next."""
    request.section = "units"
    user = request.user
    found = queries.unit(user, number)
    stands = found.state != Unit.State.WITHDRAWN
    may_record = stands and user.has_perm("recovery.record", found)
    sees_sites = "sites.view" in user.granted
    sees_identification = "identification.view" in user.granted
    below, above = queries.lying(user, found)
    samples = queries.samples(user, found)
    candidates = candidates_of(user, found) if sees_identification else []
    conclusions = conclusions_of(user, found) if sees_identification else []
    may_photograph = stands and user.has_perm("recovery.photograph", found)
    context = {
        "unit": found,
        "custody": _custody(user, found),
        "lay": showing.how_it_lay(found, sees_sites=sees_sites),
        "form": showing.one_body(found, sees_sites=sees_sites),
        "effects": showing.effects(queries.effects(found)),
        "photos": [
            media(request, p.file, reverse("unit-photo", args=[found.number, p.pk]), title=showing.photo(p))
            | {"withdraw": reverse("photo-withdraw", args=[found.number, p.pk]) if may_photograph else ""}
            for p in (queries.photos(user, found) if "recovery.photograph" in user.granted else [])
        ],
        "photo_count": Photo.objects.filter(unit=found, withdrawn_at=None).count(),
        "associations": queries.associations(user, found),
        "hints": queries.hints(user, found),
        "may_photograph": may_photograph,
        "may_judge": may_record or (stands and user.has_perm("recovery.nature", found)),
        "layouts": showing.label_layouts(),
        "trail": [
            {"url": reverse("units"), "label": _("Remains")},
            {"url": found.incident.get_absolute_url(), "label": str(found.incident)},
        ],
        "state": showing.state_of_unit(found),
        "facts": showing.facts(found, sees_sites=sees_sites),
        "may_record": may_record,
        "origin": queries_missions.origin_of(user, found),
        "plan": _plan(user, found) if sees_sites else None,
        "below": below,
        "above": above,
        "parts": queries.parts(user, found),
        "samples": [{"sample": s, "state": showing.state_of_sample(s.state)} for s in samples],
        "sees_identification": sees_identification,
        "conclusions": conclusions,
        "candidates": candidates,
        "steps": showing.steps(
            found,
            samples,
            candidates,
            may_record=may_record,
            uncompared=sees_identification and not conclusions,
        ),
        "history": history_of(found, user),
    }
    return render(request, "recovery/unit.html", context)


def _custody(user: Any, found: Unit) -> dict[str, Any] | None:
    from amana.casework.custody.queries import card_for  # whose tables refer to those of this station

    return card_for(user, found)


def _plan(user: Any, found: Unit) -> dict[str, Any] | None:
    """The spots of the site with the unit's own marked; what else was lifted there is on the site's page."""
    if found.spot is None:
        return None
    spots = sites.spots(user, site=found.spot.site_id)
    here = next((s for s in spots if s.pk == found.spot_id), None)
    if here is None:
        return None
    return plans.plan_figure(spots, {here.pk: {found.kind: 1}}, here=here, linked=False)
