"""What a scene report is made of, after the Minnesota Protocol.

Topics: United Nations, Office of the High Commissioner for Human Rights, "The Minnesota Protocol on the
Investigation of Potentially Unlawful Death (2016)", HR/PUB/17/4, parts IV D and V A and C (recovery of
remains, scenes, graves).

Words of vocabularies (kinds, states, steps, bases) come with the data, in the language of the report.  An
empty text or None means that it is not recorded, and the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

StepState = Literal["done", "not_done", "not_needed"]


@dataclass(frozen=True)
class Hazard:
    """The explosive hazard of the site when work began.

    Attributes
    ----------
    state
        In words, such as "cleared".
    allowed
        Whether the rule allowed work: cleared, or restricted with a waiver by two people; None if not known.
    waived_by
        Who signed the waiver.
    lifted_before
        Whether anything in the report was lifted before clearance, by whomever.
    """

    state: str = ""
    allowed: bool | None = None
    examined_by: str = ""
    examined_at: datetime | None = None
    waived_by: Sequence[str] = ()
    lifted_before: bool = False
    remarks: str = ""


@dataclass(frozen=True)
class Attendance:
    """Somebody at the scene, of the team or not."""

    name: str
    role: str = ""
    office: str = ""
    arrived: datetime | None = None
    left: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One step of work; ``state`` is None where nobody said whether it was done."""

    name: str
    state: StepState | None = None
    at: datetime | None = None
    by: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class RecoveredUnit:
    """What was lifted and labelled.

    Attributes
    ----------
    position
        Where it lay: coordinates on the grid of the spot or in words.
    posture, orientation
        Such as "supine", and where the head pointed.
    depth_m
        In metres below the surface; 0 on it; None if not measured.
    over, under
        Numbers of the units that it lay on, and that lay on it; None where nobody said, empty where nothing.
    associated
        What lay with it: clothing, projectiles, numbers of effects.
    bindings
        Ligatures, blindfold; empty if not recorded, so say "none" where none were seen.
    photos
        How many photographs show it.
    """

    number: str
    kind: str
    spot: str = ""
    position: str = ""
    posture: str = ""
    orientation: str = ""
    depth_m: float | None = None
    over: Sequence[str] | None = None
    under: Sequence[str] | None = None
    associated: Sequence[str] = ()
    condition: str = ""
    bindings: str = ""
    lifted_at: datetime | None = None
    photos: int = 0


@dataclass(frozen=True)
class ScenePhoto:
    """A photograph, told by its file and hash.

    ``scale`` is whether one is in the picture, ``direction`` where the camera looked, ``shows`` a spot or a
    unit.
    """

    file: str
    sha256: str = ""
    shows: str = ""
    scale: bool | None = None
    direction: str = ""
    photographer: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class SearchedArea:
    """Where was searched, how, and what was and was not found there."""

    area: str
    how: str = ""
    by: str = ""
    at: datetime | None = None
    found: str = ""
    not_found: str = ""


@dataclass(frozen=True)
class SceneCount:
    """A count with what it counts and its basis; ``words`` are the source's; ``vague`` ones stay words."""

    counted: str
    basis: str
    low: int | None = None
    high: int | None = None
    words: str = ""
    vague: bool = False
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class ScenePlan:
    """A drawn plan as SVG (:func:`amana.geography.draw_plan`), and in words for who does not see it."""

    svg: str
    description: str = ""


@dataclass(frozen=True)
class Signer:
    """Who is to sign, and their name where it is known."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class SceneReport:
    """Everything that was done and found at one scene by one mission."""

    number: str = ""
    incident: str = ""
    site_number: str = ""
    site: str = ""
    place: str = ""
    coordinates: str = ""
    deposition: str = ""
    office: str = ""
    authority: str = ""
    purpose: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    weather: str = ""
    datum: str = ""
    methods: str = ""
    hazard: Hazard | None = None
    team: Sequence[Attendance] = ()
    present: Sequence[Attendance] = ()
    steps: Sequence[Step] = ()
    plan: ScenePlan | None = None
    units: Sequence[RecoveredUnit] = ()
    photos: Sequence[ScenePhoto] = ()
    areas: Sequence[SearchedArea] = ()
    counts: Sequence[SceneCount] = ()
    signers: Sequence[Signer] = ()

    def times(self) -> list[datetime | None]:
        """Every time that a table of the report shows."""
        people = [t for a in (*self.team, *self.present) for t in (a.arrived, a.left)]
        rows: list[Step | ScenePhoto | SearchedArea | SceneCount]
        rows = [*self.steps, *self.photos, *self.areas, *self.counts]
        return [*people, *(r.at for r in rows), *(u.lifted_at for u in self.units)]
