"""The demo incident in the records: every row through the services, by the person whose work it is.

People, names and places of finds are invented; what was reported about the finds is not, and stands with its
source.  :func:`load_demo` needs an empty database and marks it as a demo first.
"""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from amana.casework.accounts.demo import mark_as_demo
from amana.casework.accounts.models import Office, Sharing, User
from amana.casework.accounts.roles import roles
from amana.casework.accounts.services import add_office, add_person, give_roles
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.demo_field import DemoField, load_field
from amana.casework.families.models import Consent, Family, Relative
from amana.casework.families.services import (
    NewMember,
    add_members,
    add_relatives,
    make_families,
    record_consents,
)
from amana.casework.incidents.models import Incident
from amana.casework.incidents.services import add_fact, add_source, add_tension, open_incident
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.laboratory.services import (
    NewProfile,
    NewSample,
    add_frequencies,
    add_profiles,
    add_samples,
    receive_samples,
    sign_profiles,
)
from amana.casework.missing.models import MissingPerson
from amana.casework.missing.services import report_people
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, record_lying, record_units
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services import add_site, add_spots
from amana.geography.plane import Plane
from amana.simulation import Demo
from amana.simulation.incident import MISSING_SINCE

PLACE_CODE = "C2680"
CENTRE = Plane(34.84155, 36.45384)
"""The place that bears the name; the spots around it are invented."""

OFFICES = (
    ("SCD", "civil_defence", "Civil defence (demo)", "الدفاع المدني (تجريبي)"),
    ("FMD", "forensic", "Forensic medicine department (demo)", "دائرة الطب الشرعي (تجريبية)"),
    ("NCM", "commission", "Commission for the missing (demo)", "هيئة المفقودين (تجريبية)"),
    ("LAB", "laboratory", "DNA laboratory (demo)", "مختبر الحمض النووي (تجريبي)"),
    ("PAR", "partner", "Partner agency (demo)", "جهة شريكة (تجريبية)"),
)
OFFICE_OF = {
    **dict.fromkeys(
        (
            "hotline_operator", "duty_officer", "clearance_officer", "team_leader", "recorder",
            "photographer", "information_officer",
        ),
        "SCD",
    ),
    **dict.fromkeys(("custodian", "anthropologist", "forensic_physician", "odontologist"), "FMD"),
    **dict.fromkeys(("laboratory_analyst", "geneticist"), "LAB"),
    "partner": "PAR",
}  # fmt: skip
"""Office of each role; all others are with the commission."""

SHARINGS = (
    ("SCD", "FMD", "incidents"), ("SCD", "NCM", "incidents"), ("SCD", "LAB", "incidents"),
    ("NCM", "LAB", "missing"), ("NCM", "FMD", "missing"), ("LAB", "FMD", "laboratory"),
    ("LAB", "NCM", "laboratory"), ("LAB", "NCM", "identification"), ("LAB", "FMD", "identification"),
)  # fmt: skip
SECOND_GENETICIST = "geneticist-2"

_KINDS = {"body": Unit.Kind.BODY, "body part": Unit.Kind.PART, "bone": Unit.Kind.BONE}
_FOUND = datetime.datetime(2024, 12, 31, 9, 0, tzinfo=datetime.UTC)
_RELATIVES_SAMPLED, _REMAINS_SAMPLED = datetime.date(2025, 2, 3), datetime.date(2025, 1, 12)


@dataclass
class DemoRecords:
    """Where each part of the demo came to stand, by the demo's own identifiers.

    ``people`` is by role, and ``geneticist-2``; ``samples`` and ``profiles`` by the demo's sample names.
    """

    offices: dict[str, Office] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    incident: Incident = field(default_factory=Incident)
    site: Site = field(default_factory=Site)
    spots: dict[str, Spot] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    missing: dict[str, MissingPerson] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    relatives: dict[str, Relative] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    frequencies: dict[str, Frequencies] = field(default_factory=dict)
    field: DemoField = field(default_factory=DemoField)


def load_demo(demo: Demo) -> DemoRecords:
    """Put a demo into this database, whole or not at all.

    Raises
    ------
    InputProblems
        When people are in the database already.
    """
    records = DemoRecords()
    with writing(SYSTEM, "demo.loaded"):
        mark_as_demo()
        _offices_and_people(records)
        _incident(records, demo)
        _remains(records, demo)
        _tables(records, demo)
        _missing(records, demo)
        _families(records, demo)
        _samples(records, demo)
        _profiles(records, demo)
        records.field = load_field(records)
    return records


def _offices_and_people(records: DemoRecords) -> None:
    for code, kind, name_en, name_ar in OFFICES:
        records.offices[code] = add_office(SYSTEM, code=code, kind=kind, name_en=name_en, name_ar=name_ar)
    with writing(SYSTEM, "accounts.sharing.given") as log:
        # An office shares through its own administrator; here there is one for all.
        log.save_new(
            [
                Sharing(
                    giver=records.offices[giver], receiver=records.offices[receiver], scope=scope,
                    ground="Demonstration / للعرض التجريبي",
                )
                for giver, receiver, scope in SHARINGS
            ]
        )  # fmt: skip
    for name, role in roles().items():
        english = f"Demo {role.en[0].lower()}{role.en[1:]}"
        records.people[name] = _person(records, name, name, english, f"{role.ar} (تجريبي)")
    second = roles()["geneticist"]
    records.people[SECOND_GENETICIST] = _person(
        records, SECOND_GENETICIST, "geneticist", "Demo second geneticist", f"{second.ar} ثانٍ (تجريبي)"
    )


def _person(records: DemoRecords, name: str, role: str, english: str, arabic: str) -> User:
    office = records.offices[OFFICE_OF.get(role, "NCM")]
    username = f"demo-{name.replace('_', '-')}"
    person = add_person(SYSTEM, office, username=username, name_en=english, name_ar=arabic, language="en")
    give_roles(SYSTEM, person, [role])
    return person


def _incident(records: DemoRecords, demo: Demo) -> None:
    by, arabic = records.people["duty_officer"], _arabic()
    records.incident = open_incident(
        by, name_en="Al-Qabou (demo)", name_ar="القبو (عرض تجريبي)", began=demo.facts.facts[0].date,
        place_en="Al-Qabou, Homs", place_ar="القبو، حمص", synthetic=True,
    )  # fmt: skip
    said, told = demo.facts.source, arabic["source"]
    source = add_source(
        by, records.incident, code=said.id, name=said.name, name_ar=told["name"], seen=said.seen,
        seen_ar=told["seen"],
    )  # fmt: skip
    for fact in demo.facts.facts:
        words = arabic["fact"][fact.id]
        in_arabic = iter(words.get("words", ()))
        counts: list[dict[str, Any]] = [
            {
                "counted": c.counted, "basis": c.basis, "low": c.low, "high": c.high, "words": c.words,
                "words_ar": next(in_arabic), "vague": c.vague,
            }
            for c in fact.counts
        ]  # fmt: skip
        measures: list[dict[str, Any]] = [
            {
                "measured": m.measured, "basis": m.basis, "low": m.low, "high": m.high, "unit": m.unit,
                "words": m.words, "words_ar": next(in_arabic),
            }
            for m in fact.measures
        ]  # fmt: skip
        add_fact(
            by, source, code=fact.id, date=fact.date, place=fact.place, place_ar=words["place"],
            statement=fact.statement, statement_ar=words["statement"], wording=fact.wording,
            quoted=fact.quoted or "", counts=counts, measures=measures,
        )  # fmt: skip
    for tension, translated in zip(demo.facts.tensions, arabic["tension"], strict=True):
        add_tension(
            by, records.incident, facts=list(tension.facts), statement=tension.statement,
            statement_ar=translated["statement"].strip(),
        )  # fmt: skip


def _arabic() -> dict[str, Any]:
    text = resources.files("amana.casework").joinpath("demo.ar.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _remains(records: DemoRecords, demo: Demo) -> None:
    records.site = add_site(
        records.people["duty_officer"], records.incident, name_en="Al-Qabou, fields (demo)",
        name_ar="القبو، الحقول (تجريبي)", pcode=PLACE_CODE,
    )  # fmt: skip
    places = {s.id: CENTRE.degrees(s.east, s.north) for s in demo.spots}
    spots = add_spots(
        records.people["recorder"], records.site,
        [{"label": label, "latitude": at[0], "longitude": at[1]} for label, at in places.items()],
    )  # fmt: skip
    records.spots = {s.label: s for s in spots}
    by = records.people["recorder"]
    units = record_units(
        by, records.incident,
        [
            NewUnit(_KINDS[u.kind], records.spots[u.spot], field_label=u.number, recovered_at=_FOUND)
            for u in demo.units
        ],
    )  # fmt: skip
    records.units = {u.field_label: u for u in units}
    for unit in demo.units:
        for below in unit.over:
            record_lying(by, records.units[unit.number], records.units[below])


def _tables(records: DemoRecords, demo: Demo) -> None:
    for table in demo.case.tables:
        records.frequencies[table.name] = add_frequencies(
            records.people["laboratory_analyst"], name=table.name, source=table.source,
            licence=table.licence, minimum=table.minimum, table=table.loci,
        )  # fmt: skip


def _missing(records: DemoRecords, demo: Demo) -> None:
    wanted = [m for family in demo.case.families for m in family.missing]
    rows = []
    for person in (demo.people[m] for m in wanted):
        rows.append(
            {
                "reference": person.id, "sex": person.sex, "born": str(person.born),
                "name_ar": f"{person.given[0]} {person.family_name[0]}",
                "name_en": f"{person.given[1]} {person.family_name[1]}",
                "father_ar": person.father[0], "father_en": person.father[1],
                "grandfather_ar": person.grandfather[0], "grandfather_en": person.grandfather[1],
                "mother_ar": person.mother[0], "mother_en": person.mother[1],
                "last_seen": str(MISSING_SINCE), "last_seen_place": "حمص / Homs",
                "circumstances": "نص مختلق للعرض التجريبي.\nAn invented text, for demonstration.",
            }
        )  # fmt: skip
    people = report_people(records.people["interviewer"], rows)
    records.missing = dict(zip(wanted, people, strict=True))


def _families(records: DemoRecords, demo: Demo) -> None:
    by = records.people["interviewer"]
    typed = [person for family in demo.case.families for person in family.profiles]
    relatives = add_relatives(
        by,
        [
            {
                "name": f"{demo.people[p].name_ar} / {demo.people[p].name_en}",
                "phone": f"0900 000 {n:03d}", "document_number": f"SYN-{n:05d}",
            }
            for n, p in enumerate(typed, 1)
        ],
    )  # fmt: skip
    records.relatives = dict(zip(typed, relatives, strict=True))
    agreed = (Consent.Recipient.LABORATORY, Consent.Recipient.COMMISSION)
    record_consents(by, [(r, agreed) for r in relatives], given_on=_RELATIVES_SAMPLED)
    families = make_families(by, [f.id for f in demo.case.families])
    records.families = {f.id: made for f, made in zip(demo.case.families, families, strict=True)}
    for family in demo.case.families:
        key = f"{family.id}-"
        add_members(
            by,
            records.families[family.id],
            [
                NewMember(
                    p.id.removeprefix(key), p.sex or "", (p.father or "").removeprefix(key),
                    (p.mother or "").removeprefix(key), records.missing.get(p.id),
                    records.relatives.get(p.id),
                )
                for p in family.pedigree.persons
            ],
        )  # fmt: skip


def _samples(records: DemoRecords, demo: Demo) -> None:
    laboratory = records.offices["LAB"]
    of_relatives = {
        profile.sample: NewSample("buccal swab", relative=records.relatives[person],
                                  taken_on=_RELATIVES_SAMPLED)
        for family in demo.case.families
        for person, profile in family.profiles.items()
    }  # fmt: skip
    bones = {u.number: u.sampled for u in demo.units}
    of_remains = {
        v.profile.sample: NewSample(bones[v.id], unit=records.units[v.id], taken_on=_REMAINS_SAMPLED)
        for v in demo.case.victims
    }
    for role, new in (("sample_collector", of_relatives), ("forensic_physician", of_remains)):
        made = add_samples(records.people[role], list(new.values()), laboratory=laboratory)
        records.samples |= dict(zip(new, made, strict=True))
    received = receive_samples(records.people["laboratory_analyst"], list(records.samples.values()))
    records.samples = dict(zip(records.samples, received, strict=True))


def _profiles(records: DemoRecords, demo: Demo) -> None:
    read = {v.profile.sample: (v.profile, v.sex) for v in demo.case.victims}
    for family in demo.case.families:
        for person, profile in family.profiles.items():
            read[profile.sample] = (profile, family.pedigree[person].sex)
    entered = add_profiles(
        records.people["laboratory_analyst"],
        [
            NewProfile(records.samples[sample], profile.calls, "demo kit", profile.dropout,
                       profile.dropin, sex or "")
            for sample, (profile, sex) in read.items()
        ],
    )  # fmt: skip
    signed = {p.pk: p for p in sign_profiles(records.people["geneticist"], entered)}
    records.profiles = {sample: signed[p.pk] for sample, p in zip(read, entered, strict=True)}
    records.samples = {sample: records.profiles[sample].sample for sample in records.samples}
