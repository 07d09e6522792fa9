"""Samples and profiles as pages show them: barcodes, never who or what a sample is of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from amana.casework.accounts.roles import roles
from amana.casework.laboratory.calls import Calls
from amana.casework.laboratory.models import Profile, Sample

_SAMPLES = {
    Sample.State.TAKEN: "waiting",
    Sample.State.RECEIVED: "active",
    Sample.State.TYPED: "done",
    Sample.State.FAILED: "blocked",
}
_PROFILES = {
    Profile.State.DRAFT: "waiting",
    Profile.State.SIGNED: "done",
    Profile.State.WITHDRAWN: "closed",
}


MATERIALS = {
    "femur": _lazy("femur"),
    "tibia": _lazy("tibia"),
    "molar": _lazy("molar"),
    "petrous bone": _lazy("petrous bone"),
    "tooth": _lazy("tooth"),
    "blood": _lazy("blood"),
    "buccal swab": _lazy("buccal swab"),
}
"""Materials that have a word in both languages; any other stays as it was written."""


def material(sample: Sample) -> str:
    """In the reader's language."""
    return str(MATERIALS.get(sample.material.lower(), sample.material))


def state_of_sample(sample: Sample) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": _SAMPLES[Sample.State(sample.state)], "word": str(sample.get_state_display())}


def state_of_profile(profile: Profile) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": _PROFILES[Profile.State(profile.state)], "word": str(profile.get_state_display())}


def newest_profile(sample: Sample) -> dict[str, str]:
    """State of the newest typing result, of samples whose profiles were read with them."""
    found = max(sample.profiles.all(), key=lambda p: (p.made_at, p.pk), default=None)
    if found is None:
        return {"kind": "unknown", "word": _("none")}
    return state_of_profile(found)


def genotypes(calls: Calls) -> list[tuple[str, str, str]]:
    """Marker and alleles, by the marker's name; a question mark for an allele that was not seen."""
    return [(marker, first or "?", second or "?") for marker, (first, second) in sorted(calls.items())]


def facts(sample: Sample) -> list[dict[str, Any]]:
    """What the laboratory knows of a sample."""
    return [
        {"label": _("Barcode"), "value": sample.barcode, "kind": "id"},
        {"label": _("Material"), "value": material(sample)},
        {"label": _("Taken on"), "value": sample.taken_on, "kind": "date" if sample.taken_on else "text"},
        {"label": _("Laboratory"), "value": sample.office},
    ]


def steps(sample: Sample, profiles: list[Profile]) -> list[dict[str, Any]]:
    """What happens next, and who must do it."""
    waiting = {"kind": "waiting", "word": _("waiting")}
    analyst, geneticist = roles()["laboratory_analyst"].label, roles()["geneticist"].label
    collector = roles()["sample_collector"].label
    if sample.state == Sample.State.TAKEN:
        return [{"text": _("Receive the sample and read its barcode back"), "who": analyst, "state": waiting}]
    if sample.state == Sample.State.RECEIVED:
        return [{"text": _("Type the sample and enter the result"), "who": analyst, "state": waiting}]
    if sample.state == Sample.State.FAILED:
        return [{"text": _("Take another sample"), "who": collector, "state": waiting}]
    if any(p.state == Profile.State.DRAFT for p in profiles):
        return [{"text": _("Check the result and sign it"), "who": geneticist, "state": waiting}]
    return [
        {"text": _("The next comparison of the incident takes it in"), "who": geneticist, "state": waiting}
    ]
