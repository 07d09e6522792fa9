"""Random cases in the form that readers give: for writing and reading back.  Nobody in them exists."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile

# Letters of both scripts, punctuation that tables and TOML must quote, no digits other than Western ones.
NAMES = (
    st.text("abcXYZ0129 -_/.,;'\"#أبتي", min_size=1, max_size=6)
    .map(lambda s: " ".join(s.split()))
    .filter(bool)
)
MARKERS = ("D3S1358", "vWA", "Penta E", "DXS8378")
TABLE_NAMES = st.sampled_from(["frequencies", "Levant, 2020: all", "بلاد الشام"])
CHANCES = st.sampled_from([0.0, 0.05, 0.125])


@st.composite
def frequencies(draw: st.DrawFn, size: int) -> np.ndarray:
    parts = draw(st.lists(st.integers(20, 1000), min_size=size, max_size=size))
    return np.array(parts) / sum(parts)


@st.composite
def markers(draw: st.DrawFn) -> tuple[Marker, ...]:
    found = []
    for name in MARKERS[: draw(st.integers(1, 4))]:
        whole = draw(st.lists(st.integers(5, 40), min_size=2, max_size=4, unique=True))
        silent = draw(st.booleans())
        alleles = tuple(str(a) for a in sorted(whole)) + (("silent",) if silent else ())
        values = draw(frequencies(len(alleles)))
        label = "silent" if silent else None
        model = draw(st.sampled_from(["none", "equal", "stepwise", "onestep", "proportional"]))
        mutation = mutation_model(
            model,
            alleles,
            values,
            0.002,
            draw(st.sampled_from([0.0, 0.001])),
            range=0.1,
            rate2=0.0001,
            silent=label,
        )
        chromosome = "X" if name.startswith("DXS") else "autosomal"
        found.append(Marker(name, alleles, values, mutation, chromosome, label))
    return tuple(found)


@st.composite
def profiles(draw: st.DrawFn, sample: str, panel: tuple[Marker, ...], male: bool) -> Profile:
    calls = {}
    replicates = {}
    for marker in panel:
        alleles = [a for a in marker.alleles if a != marker.silent]
        one, two = draw(st.sampled_from(alleles)), draw(st.sampled_from([*alleles, None]))
        if marker.chromosome == "X" and male:
            calls[marker.name] = (one, one)
        elif draw(st.integers(0, 9)) == 0:
            runs = draw(st.lists(st.frozensets(st.sampled_from(alleles), max_size=3), min_size=1, max_size=3))
            replicates[marker.name] = tuple(runs)
        else:
            calls[marker.name] = (one, two)
    return Profile(sample, calls, draw(CHANCES), draw(CHANCES), replicates)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    panel = draw(markers())
    words = iter(draw(st.lists(NAMES, min_size=30, max_size=30, unique=True)))
    names = (f"{i} {w}" for i, w in enumerate(words, start=1))  # never a word with a meaning of its own
    families = []
    for _ in range(draw(st.integers(1, 2))):
        father, mother, son, daughter = (next(names) for _ in range(4))
        people = [
            Person(father, sex="M", founder_inbreeding=draw(st.sampled_from([0.0, 0.0625]))),
            Person(mother, sex="F"),
            Person(son, father, mother, "M"),
            Person(daughter, father, draw(st.sampled_from([mother, None])), "F"),
        ]
        typed = {father: True, **({mother: False} if draw(st.booleans()) else {})}
        known = {p: draw(profiles(next(names), panel, male)) for p, male in typed.items()}
        missing = (son, daughter)[: draw(st.integers(1, 2))]
        families.append(Family(next(names), Pedigree(people), known, missing))
    victims = []
    for _ in range(draw(st.integers(1, 2))):
        unit, sex = next(names), draw(st.sampled_from(["M", "F"]))
        victims.append(Victim(unit, draw(profiles(next(names), panel, sex == "M")), sex, unit))
    everyone = tuple(m for f in families for m in f.missing)
    eligible = {v.id: tuple(m for m in everyone if draw(st.booleans())) for v in victims}
    loci = {m.name: dict(zip(m.alleles, m.frequencies.tolist(), strict=True)) for m in panel}
    table = FrequencyTable(
        draw(TABLE_NAMES), loci, "made up", "none", draw(st.sampled_from([None, 0.002])), ("a note",)
    )
    second = FrequencyTable("second", loci)
    tables = draw(st.sampled_from([(table,), (table, second)]))
    return Case(next(names), panel, tuple(victims), tuple(families), eligible, tables, draw(st.booleans()))
