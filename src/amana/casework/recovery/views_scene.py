"""Pages of the scene record: how far it is, and one step at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.recovery import queries_missions, services, showing_missions
from amana.casework.recovery.forms_scene import StepForm
from amana.casework.recovery.models import Mission
from amana.casework.recovery.scene import Step, steps
from amana.casework.recovery.scene_record import Place, SceneRecord, record_of, rows_of
from amana.casework.recovery.views_missions import RECORD, scene_shown, trail
from amana.casework.sites.models import Spot
from amana.problems import InputProblems


def address(mission: Mission, step: Step, spot: Spot | None) -> str:
    """The page of one step."""
    if spot is None:
        return reverse("mission-step", args=[mission.number, step.key])
    return reverse("mission-step-spot", args=[mission.number, step.key, spot.pk])


@needs("recovery.view")
def scene(request: Any, number: str) -> HttpResponse:
    """How far the scene record is, and a way to every step of it."""
    request.section = "missions"
    user = request.user
    found = queries_missions.mission(user, number)
    record = record_of(found)
    known = {s.pk for s in record.spots}
    others = Spot.objects.visible_to(user).filter(site=found.site_id).exclude(pk__in=known).order_by("label")
    may_record = user.has_perm(RECORD, found)
    sees_sites = "sites.view" in user.granted
    first_of_spot = next(s for s in steps().values() if s.per_spot)
    context = {
        "mission": found,
        "state": showing_missions.state_of_mission(found),
        "scene": scene_shown(record),
        "places": [_shown(found, p) for p in record.places if p.spot is None],
        "spots": [
            {"spot": spot, "places": [_shown(found, p) for p in record.places if p.spot == spot]}
            for spot in record.spots
        ],
        "others": [{"spot": s, "url": address(found, first_of_spot, s)} for s in others if may_record],
        "add_spot": reverse("spot-add", args=[found.site.number])
        if sees_sites and user.has_perm("sites.record", found.site)
        else "",
        "may_record": may_record,
        "trail": trail(found),
    }
    return render(request, "recovery/scene.html", context)


def _shown(found: Mission, place: Place) -> dict[str, Any]:
    return {
        "title": showing_missions.label_of(place.step.title),
        "url": address(found, place.step, place.spot),
        "state": showing_missions.state_of_place(place),
        "lacking": [showing_missions.label_of(q.label) for q in place.lacking],
        "row": place.row,
        "key": f"{place.step.key}-{place.spot.pk}" if place.spot else place.step.key,
    }


@needs("recovery.view")
def step(request: Any, number: str, key: str, spot: UUID | None = None) -> HttpResponse:
    """One step: its questions with what is known, and what was ever said of it."""
    request.section = "missions"
    user = request.user
    found = queries_missions.mission(user, number)
    asked = steps().get(key)
    if asked is None or asked.per_spot != (spot is not None):
        raise Http404
    where = get_object_or_404(Spot, site=found.site_id, pk=spot) if spot else None
    rows = rows_of(found, asked, where)
    newest = rows[0] if rows else None
    may_record = user.has_perm(RECORD, found)
    form = StepForm(request.POST or None, step=asked, row=newest) if may_record else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _save(request, found, asked, where, form)
        except InputProblems as problems:
            add_to_form(form, _to_fields(form, problems))
        else:
            return _onwards(request, found, asked, where)
    context = {
        "mission": found,
        "step": asked,
        "title": showing_missions.label_of(asked.title),
        "why": showing_missions.label_of(asked.why),
        "none": showing_missions.label_of(asked.none) if asked.none else "",
        "spot": where,
        "form": form,
        "unasked": asked.opened and not found.exhumes,
        "newest": newest,
        "rows": [
            {"row": r, "answers": showing_missions.answers_shown(asked, r), "what": r.get_change_display()}
            for r in rows
        ],
        "trail": [
            *trail(found),
            {"url": reverse("mission-scene", args=[found.number]), "label": _("Scene record")},
        ],
    }
    wrong = form is not None and form.errors
    return render(request, "recovery/scene_step.html", context, status=400 if wrong else 200)


def _save(request: Any, found: Mission, asked: Step, where: Spot | None, form: StepForm) -> None:
    none = "none" in request.POST
    data = form.cleaned_data
    # Where answers stand in the form from before, "none" replaces them; typed just now they contradict it.
    values = {} if none and data["seen"] else form.answers()
    services.record_step(
        request.user, found, asked.key, spot=where, none=none, values=values, seen=data["seen"],
        change=data.get("change", ""), reason=data.get("reason", ""),
    )  # fmt: skip
    messages.success(request, _("Saved: %(step)s.") % {"step": showing_missions.label_of(asked.title)})


def _to_fields(form: StepForm, problems: InputProblems) -> InputProblems:
    return InputProblems([replace(p, field=form.field_of(p.field)) for p in problems.problems])


def _onwards(request: Any, found: Mission, asked: Step, where: Spot | None) -> HttpResponse:
    """To the next step that is missing, or back to the record where the person is done or nothing is."""
    record = record_of(found)
    following = _next(record, asked, where) if "next" in request.POST else None
    if following is not None:
        return redirect(address(found, following.step, following.spot))
    key = f"{asked.key}-{where.pk}" if where else asked.key
    return redirect(f"{reverse('mission-scene', args=[found.number])}#step-{key}")


def _next(record: SceneRecord, asked: Step, where: Spot | None) -> Place | None:
    """The missing step after this one: at the same spot first, else in the order of the record."""
    places = list(record.places)
    here = next((i for i, p in enumerate(places) if p.step.key == asked.key and p.spot == where), -1)
    in_order = [*places[here + 1 :], *places[: max(here, 0)]]
    same = [p for p in in_order if p.lacks and (p.spot == where)]
    return next(iter([*same, *(p for p in in_order if p.lacks)]), None)
