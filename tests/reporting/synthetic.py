"""A small case and its result, written by hand.  Every person and every figure is synthetic."""

from __future__ import annotations

import dataclasses

import numpy as np

from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.result import (
    NONE,
    Assignment,
    Conclusion,
    FamilyQuality,
    Finding,
    Identification,
    PosteriorView,
    Settings,
    Weighing,
)
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblem

ALLELES = ("12", "13", "14", "15")
FREQUENCIES = np.array([0.1, 0.2, 0.3, 0.4])
NAMES = ("D3S1358", "vWA", "FGA", "TH01", "SE33", "D18S51")


def markers() -> list[Marker]:
    mutation = mutation_model("equal", ALLELES, FREQUENCIES, 0.002, 0.0005)
    return [Marker(name, ALLELES, FREQUENCIES, mutation if i else None) for i, name in enumerate(NAMES)]


def profile(sample: str, first: int = 0, **options: object) -> Profile:
    calls = {name: (ALLELES[(i + first) % 4], ALLELES[(i * first) % 4]) for i, name in enumerate(NAMES)}
    return dataclasses.replace(Profile(sample, calls), **options)  # type: ignore[arg-type]


def family_one() -> Family:
    people = [
        *(Person("GF", sex="M"), Person("GM", sex="F"), Person("A", sex="F"), Person("B", sex="F")),
        *(Person("F", "GF", "GM", "M"), Person("U", "GF", "GM", "M")),
        *(Person("X", "F", "A", "M"), Person("Y", "U", "B", "F")),
        *(Person("M1", "X", "Y", "M"), Person("M2", "X", "Y", "M"), Person("R1", "X", "Y", "F")),
    ]
    profiles = {"X": profile("REF-0001", 1), "R1": profile("REF-0002", 2)}
    return Family("F1", Pedigree(people), profiles, ("M1", "M2"))


def family_two() -> Family:
    people = [
        Person("P", sex="M"),
        Person("Q", sex="F"),
        Person("M3", "P", "Q", "F"),
        Person("S", "P", "Q", "M"),
    ]
    return Family("F2", Pedigree(people), {"Q": profile("REF-0003", 3), "S": profile("REF-0004", 1)}, ("M3",))


def case(**changes: object) -> Case:
    tables = [
        FrequencyTable(
            "Levant", {n: dict(zip(ALLELES, FREQUENCIES, strict=True)) for n in NAMES}, source="invented"
        ),
        FrequencyTable("West Asia", {n: dict(zip(ALLELES, FREQUENCIES, strict=True)) for n in NAMES}),
    ]
    victims = [
        Victim("V1", profile("BONE-1", 1), "M", "AQ-04-017-K"),
        Victim("V2", profile("BONE-2", 2), "M"),
        Victim("V3", profile("BONE-3", 3, dropout=0.05), "F"),
        Victim("V4", profile("BONE-4", 2), None),
        Victim("V5", profile("BONE-5", 1), "F"),
    ]
    made = Case(
        name="Al-Qabou exercise",
        markers=markers(),
        victims=victims,
        families=[family_one(), family_two()],
        eligible={
            "V1": ("M1", "M2"),
            "V2": ("M1", "M2"),
            "V3": ("M3",),
            "V4": ("M1", "M2", "M3"),
            "V5": ("M3",),
        },
        tables=tables,
        synthetic=True,
        inputs={"genotypes.csv": "ab" * 32, "families.csv": "0c" * 32},
        warnings=[
            InputProblem(
                "frequencies.allele-added",
                "genotypes.csv",
                7,
                "allele1",
                {"marker": "SE33", "allele": "99.9"},
                warning=True,
            )
        ],
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def weighings() -> list[Weighing]:
    found = []
    values = {
        "unrelated": 4.85,
        "full_sibling": 1.6,
        "paternal_uncle_aunt": 2.9,
        "maternal_first_cousin": 3.4,
    }
    for table in ("Levant", "West Asia"):
        for theta in (0.0, 0.01, 0.03):
            for rival, value in values.items():
                down = 10 * theta + (0.3 if table == "West Asia" else 0)
                found.append(Weighing(rival, theta, table, value - down))
            reason = Finding("rivals.no-parents", {"person": "M1"})
            found.append(Weighing("maternal_uncle_aunt", theta, table, None, reason))
    return found


def conclusions() -> list[Conclusion]:
    weighed = weighings()
    least = min((w for w in weighed if w.log10_lr is not None), key=lambda w: w.log10_lr or 0.0)
    by_marker = dict(zip(NAMES, (1.9, 1.2, 2.4, -0.3, 0.85, -1.2), strict=True))
    order = {"victims": "V1, V2", "missing": "M1, M2"}
    first = Conclusion(
        victim="V1",
        level="reaches_threshold",
        missing=("M1", "M2"),
        family="F1",
        group=("V1", "V2"),
        log10_lr=2.08,
        log10_glr=7.52,
        posterior=0.999986,
        verbal="extremely_strong",
        by_marker=by_marker,
        weighings=weighed,
        least_favourable=least,
        findings=[
            Finding("support.order-unknown", order),
            Finding("support.what-would-separate", order),
            Finding("support.one-marker", {"marker": "FGA", "log10_lr": 2.4}),
        ],
    )
    second = dataclasses.replace(first, victim="V2", missing=("M2", "M1"), log10_lr=1.13, findings=())
    third = dataclasses.replace(
        first,
        victim="V3",
        level="supports",
        missing=("M3",),
        family="F2",
        group=("V3",),
        log10_lr=3.2,
        log10_glr=3.9,
        posterior=0.9987,
        verbal="strong",
        alternative=NONE,
        leans_on=(("V1", "M1"),),
        findings=[Finding("support.few-markers", {"victim": "V3", "markers": 5, "all": 6})],
    )
    fourth = Conclusion(
        "V4", "inconclusive", ("M3",), "F2", ("V4",), -2.51, 0.4, 0.31, "weak", by_marker=by_marker
    )
    nobody = 0.99999999
    fifth = Conclusion(
        "V5", "evidence_against", (), None, ("V5",), None, None, nobody, "neutral", against=("M3",)
    )
    return [first, second, third, fourth, fifth]


def identification(**changes: object) -> Identification:
    victims = ("V1", "V2", "V3", "V4", "V5")
    posterior = {
        "V1": {"M1": 0.6, "M2": 0.399986, "none": 0.000014},
        "V2": {"M1": 0.399986, "M2": 0.6, "none": 0.000014},
        "V3": {"M3": 0.9987, "none": 0.0013},
        "V4": {"M3": 0.31, "M1": 0.0, "M2": 0.0, "none": 0.69},
        "V5": {"M3": 1e-9, "none": 1 - 1e-9},
    }
    pairs = {"V1": "M1", "V2": "M2", "V3": "M3", "V4": None, "V5": None}
    made = Identification(
        settings=Settings(),
        victims=victims,
        missing=("M1", "M2", "M3"),
        pairwise={
            ("V1", "M1"): 2.08, ("V1", "M2"): 1.9, ("V2", "M1"): 0.8, ("V2", "M2"): 1.13, ("V3", "M3"): 3.2,
            ("V4", "M1"): float("-inf"), ("V4", "M2"): -6.0, ("V4", "M3"): -2.51, ("V5", "M3"): -5.3,
        },
        generalised={("V1", "M1"): 7.1},
        assignments=[
            Assignment(pairs, -210.1, 12.2595, 0.55),
            Assignment({**pairs, "V1": "M2", "V2": "M1"}, -211.0, 11.9, 0.4499),
            Assignment({**pairs, "V3": None, "V4": "M3"}, -219.0, 8.3, 0.0001),
            Assignment({**pairs, "V1": None}, -229.0, -0.3, 1e-9),
        ],
        assignment_count=52564,
        posterior=posterior,
        views=[
            PosteriorView("on_list_0.1", 0.1, 1, posterior),
            PosteriorView("on_list_0.9", 0.9, 1, posterior),
            PosteriorView("ten_times_missing", 0.5, 10, posterior),
        ],
        conclusions=conclusions(),
        families=[
            FamilyQuality("F1", (), (), True),
            FamilyQuality("F2", ("FGA", "SE33", "TH01"), (("S", 0), ("Q", 1)), False),
        ],
        loglik_families={},
        loglik_victims={},
        dropped_mass=3.21e-10,
        findings=[
            Finding(
                "family.inconsistent",
                {"family": "F2", "count": 3, "markers": "FGA, SE33, TH01", "suspects": "S, Q"},
            )
        ],
    )  # fmt: skip
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]
