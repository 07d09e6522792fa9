"""A tiny incident by hand: five units, four families, twelve markers with ten alleles alike.

Family A: father and mother typed, one son missing (unit a).  B: mother typed, one daughter missing (b).
C: father and mother typed, two sons missing (c, d: DNA cannot tell which is which).  D: the typed brother
does not fit the typed father, a daughter is missing (e).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from amana.casework.families.services import (
    NewMember,
    add_members,
    add_relatives,
    make_families,
    record_consents,
)
from amana.casework.identification.files import Files
from amana.casework.identification.fixed import settings_of
from amana.casework.identification.models import Candidate, Run
from amana.casework.identification.services import ask_run, record_result
from amana.casework.incidents.services import open_incident
from amana.casework.laboratory.assembly import case_of
from amana.casework.laboratory.models import Frequencies
from amana.casework.laboratory.services import (
    NewProfile,
    NewSample,
    add_frequencies,
    add_profiles,
    add_samples,
    receive_samples,
    sign_profiles,
)
from amana.casework.missing.services import report_people
from amana.casework.recovery.services import NewUnit, record_units
from amana.kinship.joint import Case, Identification, identify

MARKERS = (
    "D3S1358", "vWA", "FGA", "D8S1179", "D21S11", "D18S51", "D5S818", "D13S317", "D7S820", "D16S539", "TH01",
    "TPOX",
)  # fmt: skip
PEOPLE = {
    "A-father": ("10", "11"), "A-mother": ("12", "13"), "B-mother": ("14", "15"), "C-father": ("16", "17"),
    "C-mother": ("18", "19"), "D-father": ("10", "15"), "D-brother": ("18", "19"),
}  # fmt: skip
UNITS = {
    "a": (("10", "12"), "M"), "b": (("14", "16"), "F"), "c": (("16", "18"), "M"), "d": (("17", "19"), "M"),
    "e": (("10", "18"), "F"),
}  # fmt: skip
MISSING = {"A-son": "M", "B-daughter": "F", "C-son-1": "M", "C-son-2": "M", "D-daughter": "F"}
SETTINGS = {"mutation": {"model": "equal", "rate_male": 0.001, "rate_female": 0.001}}
_RESULTS: dict[str, Identification] = {}


@dataclass
class Tiny:
    """The incident's records and people."""

    people: dict[str, Any] = field(default_factory=dict)
    incident: Any = None
    units: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, Any] = field(default_factory=dict)
    families: dict[str, Any] = field(default_factory=dict)
    relatives: dict[str, Any] = field(default_factory=dict)
    consents: list[Any] = field(default_factory=list)
    profiles: dict[str, Any] = field(default_factory=dict)
    table: Any = None

    @property
    def settings(self) -> dict[str, Any]:
        """What runs are asked for with."""
        return {**SETTINGS, "frequencies": [str(self.table.pk)]}

    def case(self, run: Run) -> tuple[Case, dict[str, str]]:
        """The case of a run."""
        main = Frequencies.objects.get(pk=run.settings["frequencies"][0])
        return case_of(run.asked_by, run.incident, main, [], run.settings["mutation"])

    def run(self, by: Any = None, **settings: Any) -> Run:
        """A finished run without files.  What the same inputs give is computed once."""
        asked = ask_run(by or self.people["geneticist"], self.incident, {**self.settings, **settings})
        case, inputs = self.case(asked)
        key = str((sorted(inputs.items()), settings_of(asked.settings), asked.settings["mutation"]))
        if key not in _RESULTS:
            _RESULTS[key] = identify(case, settings_of(asked.settings))
        return record_result(asked, case, _RESULTS[key], inputs, files=Files())

    def candidate(self, unit: str, missing: str) -> Candidate:
        """The candidate of a pair."""
        return Candidate.objects.get(unit=self.units[unit], missing=self.missing[missing])


def make(person: Callable[..., Any]) -> Tiny:
    """All records, through the services."""
    t = Tiny()
    t.people = {
        "duty_officer": person("duty_officer", "SCD"),
        "recorder": person("recorder", "SCD"),
        "interviewer": person("interviewer", "NCM"),
        "collector": person("sample_collector+forensic_physician", "LAB"),
        "analyst": person("laboratory_analyst", "LAB"),
        "geneticist": person("geneticist", "LAB"),
        "second": person("geneticist", "LAB"),
        "third": person("geneticist", "LAB"),
        "secretary": person("secretary", "NCM"),
        "board": person("board_member", "NCM"),
        "stranger": person("geneticist", "PAR"),
    }
    p = t.people
    t.incident = open_incident(p["duty_officer"], name_en="Test field", name_ar="حقل الاختبار")
    made = record_units(p["recorder"], t.incident, [NewUnit("body", field_label=name) for name in UNITS])
    t.units = dict(zip(UNITS, made, strict=True))
    t.table = add_frequencies(
        p["analyst"], name="Even", source="made for tests", licence="", minimum=None,
        table={m: {str(a): 0.1 for a in range(10, 20)} for m in MARKERS},
    )  # fmt: skip
    rows = [
        {"name_en": f"Invented Person {n}", "name_ar": f"شخص مختلق {n}", "sex": sex, "born": "1990"}
        for n, sex in enumerate(MISSING.values(), 1)
    ]
    t.missing = dict(zip(MISSING, report_people(p["interviewer"], rows), strict=True))
    _families(t)
    _profiles(t)
    return t


def _families(t: Tiny) -> None:
    by = t.people["interviewer"]
    made = add_relatives(by, [{"name": f"Invented Relative {n}"} for n in PEOPLE])
    t.relatives = dict(zip(PEOPLE, made, strict=True))
    day = datetime.date(2025, 2, 3)
    t.consents = record_consents(by, [(r, ("laboratory",)) for r in made], given_on=day)
    t.families = dict(zip("ABCD", make_families(by, list("ABCD")), strict=True))
    for letter, family in t.families.items():
        parents = [
            NewMember(role, sex, relative=t.relatives.get(f"{letter}-{role}"))
            for role, sex in (("father", "M"), ("mother", "F"))
        ]
        children = [
            NewMember(name[2:], sex, "father", "mother", missing=t.missing[name])
            for name, sex in MISSING.items()
            if name.startswith(letter)
        ]
        if letter == "D":
            children.append(NewMember("brother", "M", "father", "mother", relative=t.relatives["D-brother"]))
        add_members(by, family, [*parents, *children])


def _profiles(t: Tiny) -> None:
    p = t.people
    new = {
        **{n: NewSample("bone", unit=u) for n, u in t.units.items()},
        **{n: NewSample("swab", relative=r) for n, r in t.relatives.items()},
    }
    samples = receive_samples(p["analyst"], add_samples(p["collector"], list(new.values())))
    calls = {**PEOPLE, **{n: pair for n, (pair, _) in UNITS.items()}}
    sexes = {n: sex for n, (_, sex) in UNITS.items()}
    entered = add_profiles(
        p["analyst"],
        [
            NewProfile(s, dict.fromkeys(MARKERS, calls[n]), sex=sexes.get(n, ""))
            for n, s in zip(new, samples, strict=True)
        ],
    )
    signed = {q.pk: q for q in sign_profiles(p["geneticist"], entered)}
    t.profiles = {n: signed[q.pk] for n, q in zip(new, entered, strict=True)}
