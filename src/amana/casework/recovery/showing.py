"""Units as the pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.incidents.showing import step
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.models import Unit
from amana.casework.recovery.queries import Taken

_STATES = {
    Unit.State.RECORDED: "waiting",
    Unit.State.RECEIVED: "active",
    Unit.State.EXAMINED: "active",
    Unit.State.SAMPLED: "done",
}
_SAMPLES = {
    Sample.State.TAKEN: "waiting",
    Sample.State.RECEIVED: "active",
    Sample.State.TYPED: "done",
    Sample.State.FAILED: "blocked",
}


def state_of_unit(unit: Unit) -> dict[str, Any]:
    """For ``components/state.html``."""
    return {"kind": _STATES[Unit.State(unit.state)], "word": unit.get_state_display()}


def state_of_sample(sample: Sample) -> dict[str, Any]:
    """For ``components/state.html``; a state of later issues is shown as it is."""
    return {"kind": _SAMPLES.get(sample.state, "unknown"), "word": sample.get_state_display()}


def facts(unit: Unit, *, sees_sites: bool) -> list[dict[str, Any]]:
    """What is known of a unit itself."""
    found = [
        {"label": _("Number"), "value": unit.number, "kind": "id"},
        {"label": _("Label given in the field"), "value": unit.field_label},
        {"label": _("Kind"), "value": unit.get_kind_display()},
        {"label": _("Lifted at"), "value": unit.recovered_at, "kind": "time"},
        {"label": _("Incident"), "value": unit.incident, "url": unit.incident.get_absolute_url()},
    ]
    if sees_sites and unit.spot is not None:
        site = unit.spot.site
        found.append(
            {"label": _("Spot"), "value": f"{unit.spot.label} · {site}", "url": site.get_absolute_url()}
        )
    elif unit.spot is None:
        found.append({"label": _("Spot"), "value": None})
    return [
        *found,
        {"label": _("Office"), "value": unit.office},
        {"label": _("Description"), "value": unit.description, "kind": "lines"},
    ]  # fmt: skip


def steps(
    unit: Unit, samples: list[Taken], candidates: list[Any], *, may_record: bool, uncompared: bool
) -> list[dict[str, Any]]:
    """What comes next and who does it.

    Parameters
    ----------
    candidates, uncompared
        As far as the reader may know of comparisons: empty and False for who may not.
    """
    found = []
    change = reverse("unit-change", args=[unit.number]) if may_record else None
    if unit.spot_id is None:
        found.append(step(_("Say at which spot it lay"), "recorder", "team_leader", url=change))
    if unit.state == Unit.State.RECORDED:
        found.append(step(_("Receive it in the mortuary"), "custodian"))
    if unit.state in (Unit.State.RECORDED, Unit.State.RECEIVED):
        found.append(step(_("Examine it"), "forensic_physician", "anthropologist"))
    if not samples:
        found.append(step(_("Take a sample"), "forensic_physician", "sample_collector"))
    elif not any(s.state.state == Sample.State.TYPED for s in samples):
        found.append(step(_("Type a sample"), "laboratory_analyst"))
    elif uncompared:
        found.append(step(_("Compare the remains with the families"), "geneticist"))
    if candidates:
        found.append(step(_("Review the candidates"), "geneticist", "secretary", url="#identification"))
    return found
