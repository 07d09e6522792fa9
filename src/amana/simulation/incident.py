"""The demo incident: reported circumstances of Al-Qabou, filled with people who do not exist."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Profile
from amana.problems import InputProblem, InputProblems
from amana.simulation.facts import ReportedFacts, load_facts
from amana.simulation.families import DEMO_SHAPES, Shape, member_id
from amana.simulation.genes import Quality, drop_genes, type_sample
from amana.simulation.people import FAMILY_NAMES, SyntheticPerson, name_family
from amana.simulation.tables import MutationSettings, demo_table, markers_of

DEFAULT_SEED = 20241230
DEMO_NAME = "Al-Qabou (synthetic demo)"
MISSING_SINCE = 2013
"""Year in which all the demo's missing were last seen.  Invented."""

Condition = Literal["full", "partial", "poor"]

# Long amplicons fail first in degraded bone.  Which marker is long depends on the kit: these groups, and
# the figures below, are assumptions of the simulation.
_LONG = ("SE33", "Penta D", "Penta E", "CSF1PO", "TPOX", "D7S820", "D18S51", "D2S1338")
_MIDDLE = ("FGA", "D21S11", "D13S317", "D16S539", "D12S391", "vWA", "TH01")
_SHORT = ("D3S1358", "D8S1179", "D2S441", "D19S433", "D22S1045", "D5S818", "D10S1248", "D1S1656")


def _quality(dropout: float, long: float, middle: float, short: float) -> Quality:
    groups = ((_LONG, long), (_MIDDLE, middle), (_SHORT, short))
    return Quality(dropout, {marker: rate for group, rate in groups for marker in group})


CONDITIONS: Mapping[Condition, Quality] = {
    "full": Quality(),
    "partial": _quality(dropout=0.05, long=0.6, middle=0.1, short=0.0),
    "poor": _quality(dropout=0.15, long=0.95, middle=0.4, short=0.1),
}
_CONDITION_OF: Mapping[str, Condition] = {
    "SYN-F02-M1": "poor",
    "SYN-F04-M3": "partial",
    "SYN-F05-M2": "partial",
    "SYN-F06-M1": "partial",
    "SYN-F12-M4": "partial",
    "SYN-U2": "poor",
}
ASSUMED = MutationSettings()
_UNLISTED: tuple[tuple[str, Sex], ...] = (("SYN-U1", "M"), ("SYN-U2", "F"))
_STRANGER = "SYN-X1"  # the man whose sample was taken for the father's in the family that does not fit


@dataclass(frozen=True)
class Spot:
    """A findspot on a plan, in metres east and north of an arbitrary origin.  The positions are invented."""

    id: str
    east: float
    north: float


@dataclass(frozen=True)
class Unit:
    """What was lifted and labelled.

    ``over``: the units that it lay on top of.  ``sampled``: the bone or tooth that was typed.
    """

    number: str
    spot: str
    kind: Literal["body", "body part", "bone"]
    sampled: str
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Features:
    """What the demo contains on purpose, so that each can be looked for in the result.

    ``inconsistent`` maps family to the person whose sample is somebody else's; ``exchangeable`` lists
    groups of missing persons whom DNA cannot order; ``leans`` maps a missing person to those through whom
    alone the references reach him or her; ``mutations`` lists (person, marker).
    """

    nobody_listed: tuple[str, ...]
    not_there: tuple[str, ...]
    partial: tuple[str, ...]
    inconsistent: Mapping[str, str]
    exchangeable: tuple[tuple[str, ...], ...]
    leans: Mapping[str, tuple[str, ...]]
    women: tuple[str, ...]
    children: tuple[str, ...]
    mutations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Demo:
    """A whole incident with its answer.

    ``truth`` maps each victim to the missing person it is, or None for nobody listed.  ``people`` holds every
    member of every family.  ``shapes`` maps family to the name of its shape.
    """

    case: Case
    truth: Mapping[str, str | None]
    facts: ReportedFacts
    spots: tuple[Spot, ...]
    units: tuple[Unit, ...]
    people: Mapping[str, SyntheticPerson]
    shapes: Mapping[str, str]
    features: Features
    seed: int
    theta: float
    mutation: MutationSettings


SPOTS: tuple[Spot, ...] = (
    Spot("AQ-1", 0.0, 0.0),
    Spot("AQ-2", 8.0, 6.0),
    Spot("AQ-3", 95.0, 60.0),
    Spot("AQ-4", 140.0, -75.0),
    Spot("AQ-5", 230.0, 40.0),
    Spot("AQ-6", 310.0, -190.0),
    Spot("AQ-7", 395.0, -115.0),
    Spot("AQ-8", 480.0, -360.0),
)
_UNITS_AT = (1, 2, 5, 3, 4, 2, 1, 5)
"""Synthetic: 23 units over the eight spots."""


def al_qabou_demo(
    seed: int = DEFAULT_SEED, theta: float = 0.01, mutation: MutationSettings = ASSUMED
) -> Demo:
    """The demo incident: 23 remains profiles; 12 families, 23 missing persons, 21 of them among the remains.

    Everyone descends from one simulated subpopulation at ``theta`` from the Levant table.

    Parameters
    ----------
    seed
        Same seed, same demo; not negative.
    theta
        Population FST, in [0, 1).
    mutation
        Stepwise mutation with which genes are dropped and which the case declares; assumed figures.

    Raises
    ------
    InputProblems
        For a negative seed or theta out of range.
    """
    if seed < 0:
        raise InputProblems([InputProblem("simulate.seed-range", field="seed", params={"value": seed})])
    # One stream per purpose, so that a change in one does not shuffle the others.
    names, genes, order, typing = (
        np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(4)
    )
    shapes = {f"SYN-F{number:02d}": shape for number, shape in enumerate(DEMO_SHAPES, 1)}
    surnames = [FAMILY_NAMES[i] for i in names.permutation(len(FAMILY_NAMES))]
    people = {
        person.id: person
        for (family, shape), surname in zip(shapes.items(), surnames, strict=True)
        for person in name_family(shape, family, surname, names)
    }
    table = demo_table("levant")
    markers = markers_of(table, mutation)
    genotypes, mutations = _everybody(shapes, markers, genes, theta)
    families = _families(shapes, genotypes, markers, typing)
    units, victims, truth = _remains(shapes, people, genotypes, markers, order, typing)
    case = Case(
        name=DEMO_NAME,
        markers=markers,
        victims=victims,
        families=families,
        eligible=_eligible(victims, families, people, truth),
        tables=(table, demo_table("west-asia")),
        synthetic=True,
    )
    return Demo(
        case=case,
        truth=truth,
        facts=load_facts(),
        spots=SPOTS,
        units=units,
        people=people,
        shapes={family: shape.name for family, shape in shapes.items()},
        features=_features(shapes, people, victims, truth, mutations),
        seed=seed,
        theta=theta,
        mutation=mutation,
    )


Genotype = Mapping[str, tuple[str, str]]


def _everybody(
    shapes: Mapping[str, Shape], markers: Sequence[Marker], rng: np.random.Generator, theta: float
) -> tuple[Mapping[str, Genotype], tuple[tuple[str, str], ...]]:
    """True genotypes of members, the unlisted and the stranger, from one subpopulation; and the mutations."""
    singles = (*(Person(i, sex=sex) for i, sex in _UNLISTED), Person(_STRANGER, sex="M"))
    members = itertools.chain.from_iterable(
        shape.pedigree(family).persons for family, shape in shapes.items()
    )
    everybody = Pedigree((*members, *singles))
    genotypes: dict[str, dict[str, tuple[str, str]]] = {p.id: {} for p in everybody.persons}
    mutations = []
    for marker in markers:
        dropped = drop_genes(everybody, marker, rng, theta=theta)
        for person, pair, changed in zip(
            everybody.persons, dropped.alleles[0], dropped.mutated[0], strict=True
        ):
            genotypes[person.id][marker.name] = (marker.alleles[pair[0]], marker.alleles[pair[1]])
            if changed.any():
                mutations.append((person.id, marker.name))
    return genotypes, tuple(mutations)


def _families(
    shapes: Mapping[str, Shape],
    genotypes: Mapping[str, Genotype],
    markers: Sequence[Marker],
    rng: np.random.Generator,
) -> tuple[Family, ...]:
    families = []
    number = itertools.count(1)
    for family, shape in shapes.items():
        profiles: dict[str, Profile] = {}
        for member in shape.with_role("typed"):
            donor = _STRANGER if member.key == shape.not_the_sample_of else member_id(family, member.key)
            sample = f"SYN-R{next(number):03d}"
            profiles[member_id(family, member.key)] = type_sample(sample, genotypes[donor], markers, rng)
        missing = tuple(member_id(family, m.key) for m in shape.with_role("missing"))
        families.append(Family(family, shape.pedigree(family), profiles, missing))
    return tuple(families)


def _remains(
    shapes: Mapping[str, Shape],
    people: Mapping[str, SyntheticPerson],
    genotypes: Mapping[str, Genotype],
    markers: Sequence[Marker],
    order: np.random.Generator,
    typing: np.random.Generator,
) -> tuple[tuple[Unit, ...], tuple[Victim, ...], dict[str, str | None]]:
    dead = [
        member_id(family, m.key)
        for family, shape in shapes.items()
        for m in shape.with_role("missing")
        if m.present
    ]
    dead += [person for person, _ in _UNLISTED]
    unlisted = dict(_UNLISTED)
    shuffled = iter([dead[i] for i in order.permutation(len(dead))])
    barcodes = iter(order.permutation(len(dead)) + 1)
    units, victims = [], []
    truth: dict[str, str | None] = {}
    for spot, count in zip(SPOTS, _UNITS_AT, strict=True):
        for place in range(1, count + 1):
            person = next(shuffled)
            unit = f"{spot.id}-{place:02d}"
            condition = _CONDITION_OF.get(person, "full")
            # In the larger spots every second unit lay on the one numbered before it.
            over = (f"{spot.id}-{place - 1:02d}",) if count >= 3 and place % 2 == 0 else ()
            units.append(Unit(unit, spot.id, *_kind(condition, order), over=over))
            profile = type_sample(
                f"SYN-B{next(barcodes):03d}", genotypes[person], markers, typing, CONDITIONS[condition]
            )
            sex = unlisted[person] if person in unlisted else people[person].sex
            victims.append(Victim(unit, profile, None if condition == "poor" else sex, unit))
            truth[unit] = None if person in unlisted else person
    return tuple(units), tuple(victims), truth


def _kind(condition: Condition, rng: np.random.Generator) -> tuple[Literal["body", "body part", "bone"], str]:
    if condition == "poor":
        return "bone", "tibia"
    if condition == "partial":
        return "body part", "femur"
    return "body", ("femur", "petrous bone", "molar")[int(rng.integers(3))]


_CHILD_BELOW = 15
_ADULT_FROM = 18


def _eligible(
    victims: Sequence[Victim],
    families: Sequence[Family],
    people: Mapping[str, SyntheticPerson],
    truth: Mapping[str, str | None],
) -> dict[str, tuple[str, ...]]:
    """Whom each victim may be, by sex and by age class as an anthropologist would give it.

    Remains of unknown sex are too incomplete for an age as well, and may be anyone.
    """
    missing = [m for family in families for m in family.missing]

    def age_classes(person: str | None) -> set[str]:
        age = 30 if person is None else MISSING_SINCE - people[person].born
        return {"child"} if age < _CHILD_BELOW else {"adult"} if age >= _ADULT_FROM else {"child", "adult"}

    return {
        v.id: tuple(
            m
            for m in missing
            if v.sex is None or (v.sex == people[m].sex and age_classes(truth[v.id]) & age_classes(m))
        )
        for v in victims
    }


def _features(
    shapes: Mapping[str, Shape],
    people: Mapping[str, SyntheticPerson],
    victims: Sequence[Victim],
    truth: Mapping[str, str | None],
    mutations: tuple[tuple[str, str], ...],
) -> Features:
    found = [person for person in truth.values() if person is not None]
    in_family = [(family, shape, m) for family, shape in shapes.items() for m in shape.with_role("missing")]
    adult = 18
    return Features(
        nobody_listed=tuple(v for v, person in truth.items() if person is None),
        not_there=tuple(member_id(family, m.key) for family, _, m in in_family if not m.present),
        partial=tuple(v.id for v in victims if v.profile.dropout > 0),
        inconsistent={
            family: member_id(family, shape.not_the_sample_of)
            for family, shape in shapes.items()
            if shape.not_the_sample_of is not None
        },
        exchangeable=tuple(
            tuple(member_id(family, key) for key in group)
            for family, shape in shapes.items()
            for group in shape.exchangeable
        ),
        leans={
            member_id(family, key): tuple(member_id(family, other) for other in through)
            for family, shape in shapes.items()
            for key, through in (shape.leans or {}).items()
        },
        women=tuple(p for p in found if people[p].sex == "F" and MISSING_SINCE - people[p].born >= adult),
        children=tuple(p for p in found if MISSING_SINCE - people[p].born < adult),
        mutations=mutations,
    )


def distances(spots: Sequence[Spot]) -> dict[tuple[str, str], float]:
    """Distance in metres between every two spots."""
    return {
        (a.id, b.id): math.hypot(a.east - b.east, a.north - b.north)
        for a, b in itertools.combinations(spots, 2)
    }


def hull_area(spots: Sequence[Spot]) -> float:
    """Area in square metres of the convex hull of the spots (monotone chain, then the shoelace formula)."""
    points = sorted({(s.east, s.north) for s in spots})
    hull: list[tuple[float, float]] = []
    for side in (points, points[::-1]):
        start = len(hull)
        for point in side:
            while len(hull) - start >= 2 and _turn(hull[-2], hull[-1], point) <= 0:
                hull.pop()
            hull.append(point)
        hull.pop()
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(hull, hull[1:] + hull[:1], strict=True)) / 2


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
