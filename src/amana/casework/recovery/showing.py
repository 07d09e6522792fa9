"""Units as the pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.incidents.showing import step
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.details import CONDITIONS, regions
from amana.casework.recovery.effects import codes
from amana.casework.recovery.models import Effect, Photo, Unit
from amana.casework.recovery.queries import Taken
from amana.geography.coordinates import format_position
from amana.reporting.field import dead_body_fields

PLACES = frozenset({"recovered_place", "recovered_coordinates"})
"""Answers of the one-page form that say where it lay."""

_STATES = {
    Unit.State.RECORDED: "waiting",
    Unit.State.RECEIVED: "active",
    Unit.State.EXAMINED: "active",
    Unit.State.SAMPLED: "done",
    Unit.State.WITHDRAWN: "blocked",
}
_SAMPLES = {
    Sample.State.TAKEN: "waiting",
    Sample.State.RECEIVED: "active",
    Sample.State.TYPED: "done",
    Sample.State.FAILED: "blocked",
}


def label_layouts() -> list[tuple[str, str]]:
    """Papers that labels are printed on."""
    return [("a4", _("A4 sheet")), ("roll62", _("62 mm roll")), ("tag", _("tag"))]


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
        {"label": _("What it is"), "value": unit.get_nature_display()},
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


def how_it_lay(unit: Unit, *, sees_sites: bool) -> list[dict[str, Any]]:
    """What is said of its position and condition; empty where nothing is."""
    known = regions(language())
    rows: list[dict[str, Any]] = []
    if unit.latitude is not None and unit.longitude is not None and sees_sites:
        at = format_position(unit.latitude, unit.longitude, "decimal")
        rows.append({"label": _("Position"), "value": at, "kind": "id"})
    said = (
        (_("How it lay"), unit.get_posture_display() if unit.posture else ""),
        (_("Depth in cm"), _number(unit.depth_cm)), (_("Direction of the head"), _degrees(unit)),
        (_("Arms and legs"), unit.limbs), (_("Bound"), unit.ligatures),
        (_("Blindfold or gag"), unit.blindfold),
    )  # fmt: skip
    rows += [{"label": label, "value": value} for label, value in said if value]
    for key, words in unit.condition.items():
        told = _(", ").join(CONDITIONS[w][language()] for w in words if w in CONDITIONS)
        rows.append({"label": known.get(key, key), "value": told})
    return rows


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _degrees(unit: Unit) -> str:
    return "" if unit.orientation_deg is None else f"{unit.orientation_deg:g}°"


def one_body(unit: Unit, *, sees_sites: bool) -> list[dict[str, Any]]:
    """The answers of the one-page form that name nobody; where it lay only for who sees sites."""
    form, lang = dead_body_fields(), language()
    names = {r.key: r.label.of(lang) for r in form.regions}
    rows: list[dict[str, Any]] = []
    for key, field in form.fields.items():
        if key not in unit.form or (key in PLACES and not sees_sites):
            continue
        value, options = unit.form[key], {o.key: o.label.of(lang) for o in field.options}
        if isinstance(value, bool):
            text = str(_("yes") if value else _("no"))
        elif isinstance(value, dict):
            text = "\n".join(f"{names.get(k, k)}: {v}" for k, v in value.items())
        elif isinstance(value, list):
            text = _(", ").join(options.get(v, str(v)) for v in value)
        else:
            text = options.get(value, str(value)) if isinstance(value, str) else f"{value:g}"
        rows.append({"label": capfirst(field.label.of(lang)), "value": text, "kind": "lines"})
    return rows


def effects(rows: list[Effect]) -> list[dict[str, Any]]:
    """Clothing and effects with the words of their codes."""
    found = []
    for effect in rows:
        code = codes().get(effect.code)
        said = (effect.words, effect.material, effect.colour, effect.size, effect.marking)
        found.append(
            {
                "effect": effect, "label": code.label if code else effect.code,
                "words": _(", ").join(w for w in said if w),
                "withdrawn": effect.state == Effect.State.WITHDRAWN,
            }
        )  # fmt: skip
    return found


def photo(one: Photo) -> str:
    """What a photograph shows, and how it was taken."""
    said = [capfirst(one.get_kind_display()), one.photographer]
    said += [str(one._meta.get_field(n).verbose_name) for n in ("scale", "number_shown") if getattr(one, n)]
    return " · ".join([*said, *([one.note] if one.note else [])])


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
