"""Writing Familias files, so that another program can check a case or the pedigrees that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from amana.interchange.case_assembly import default_eligible
from amana.interchange.case_folder_writer import has_named_model
from amana.interchange.collecting import Problems
from amana.interchange.familias_database import not_autosomal
from amana.interchange.familias_dvi import NAMED, REFERENCE
from amana.interchange.kinship_records import KinshipCase
from amana.interchange.text import clean
from amana.interchange.vocabulary import allele, is_unknown
from amana.interchange.whole_files import write_whole
from amana.kinship.joint.case import Case, Family
from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Profile
from amana.problems import InputProblem

VERSION = "3.2.8"
_NUMBERS = {"equal": 0, "proportional": 1, "stepwise": 4}
_SIZE = 1000  # Familias' form wants a number of observed alleles; nothing is computed from it


def write_familias_case(case: Case, path: str | Path) -> tuple[InputProblem, ...]:
    """Write a case as a .fam file with a DVI part; :func:`read_familias_case` reads it back.

    Returns
    -------
    Warnings that name what the format has no place for.

    Raises
    ------
    InputProblems
        before anything is written, where the format cannot say what results depend on.
    """
    problems = Problems()
    text = _case_text(case, problems)
    problems.raise_faults()
    write_whole(path, text)
    return problems.warnings


def write_familias_kinship(case: KinshipCase, path: str | Path) -> tuple[InputProblem, ...]:
    """Write the hypotheses of a kinship case as the pedigrees of a .fam file.

    Returns and raises as :func:`write_familias_case`.
    """
    problems = Problems()
    text = _kinship_text(case, problems)
    problems.raise_faults()
    write_whole(path, text)
    return problems.warnings


def _quoted(text: str) -> str:
    return f'"{text}"'


def _check_name(name: str, problems: Problems) -> None:
    if not name or clean(name) != name or '"' in name:
        problems.fault("familias.write-name", field=name, name=name)


def _head(version: str, synthetic: bool) -> list[str]:
    notice = "Written by Amana; synthetic people" if synthetic else "Written by Amana"
    return [_quoted(f"Output from Familias, version {VERSION}"), _quoted(notice), version, _quoted("")]


def _database(
    markers: Sequence[Marker], name: str, theta: float, dropout: float, problems: Problems
) -> list[str]:
    first = f"#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: {theta!r} )"
    lines = [first, str(len(markers)), "#TRUE#", _quoted(name)]
    _check_name(name, problems)
    for m in markers:
        _check_name(m.name, problems)
        if m.chromosome == "X" or not_autosomal(m.name):
            problems.fault("familias.write-not-autosomal", field=m.name, marker=m.name)
        mutation = m.mutation
        model = "equal" if mutation is None else mutation.model
        if model not in _NUMBERS or not has_named_model(m):
            problems.fault("familias.write-mutation", field=m.name, marker=m.name, model=model)
            continue
        rates = (0.0, 0.0) if mutation is None else (mutation.rate_female, mutation.rate_male)
        stepwise = mutation is not None and model == "stepwise"
        spread, second = (mutation.range, mutation.rate2) if stepwise and mutation else (0.1, 0.0)
        silent = 0.0 if m.silent is None else float(m.frequencies[m.index[m.silent]])
        named = _labels(m)
        lines += [_quoted(m.name), *map(repr, rates), *[str(_NUMBERS[model])] * 2, str(len(m.alleles)),
                  *[repr(spread)] * 2, *[repr(second)] * 2, "#TRUE#" if silent else "#FALSE#", repr(silent),
                  f"{len(named)}\t(DatabaseSize = {_SIZE} , Dropout probability = {dropout!r} , "
                  "Minor allele frequency = 0 )"]  # fmt: skip
        for label in named:
            if is_unknown(label) or allele(label) != label or '"' in label:
                problems.fault("familias.write-name", field=m.name, name=label)
            lines += [_quoted(label), repr(float(m.frequencies[m.index[label]]))]
    return lines


def _labels(marker: Marker) -> list[str]:
    return [a for a in marker.alleles if a != marker.silent]


def _check_profile(profile: Profile, markers: Mapping[str, Marker], problems: Problems) -> None:
    sample = profile.sample
    if profile.replicates:
        problems.fault("familias.write-replicates", field=sample, sample=sample)
    if profile.dropin:
        problems.fault("familias.write-dropin", field=sample, sample=sample)
    for name, call in profile.calls.items():
        if name not in markers:
            problems.fault("familias.write-marker", field=sample, sample=sample, marker=name)
        elif any(call) and not all(a in _labels(markers[name]) for a in call):
            problems.fault("familias.write-call", field=sample, sample=sample, marker=name)


def _check_people(people: Iterable[Person], problems: Problems) -> None:
    for p in people:
        _check_name(p.id, problems)
        if p.founder_inbreeding:
            problems.fault("familias.write-inbreeding", field=p.id, person=p.id)


# --- Cases ------------------------------------------------------------------------------------------


def _case_text(case: Case, problems: Problems) -> list[str]:
    markers = {m.name: m for m in case.markers}
    name = case.tables[0].name if case.tables else "frequencies"
    lines = [*_head(f"{VERSION} (DVI)", case.synthetic), "0", _quoted("Known relations"), *["0"] * 4]
    lines += [*_database(case.markers, name, 0.0, 0.0, problems), "", "[DVI]", "[[Unidentified persons]]"]
    lines.append(f"nPersons= {len(case.victims)}")
    for number, victim in enumerate(case.victims, start=1):
        _check_name(victim.id, problems)
        lines += _person(f"[[[Person {number} ]]]", victim.id, victim.sex, victim.profile, markers, problems)
    lines += ["[[Reference Families]]", f"nFamilies= {len(case.families)}"]
    for number, family in enumerate(case.families, start=1):
        _check_name(family.id, problems)
        lines += [f"[[[Family {number} ]]]", f"Name= {family.id}", *_family(family, markers, problems)]
    _left_out(case, problems)
    return lines


def _person(
    heading: str, name: str, sex: Sex | None, profile: Profile | None, markers: Mapping[str, Marker],
    problems: Problems,
) -> list[str]:  # fmt: skip
    depth = heading.index("P") + 1
    calls = {} if profile is None else {m: c for m, c in profile.calls.items() if any(c)}
    if profile is not None:
        _check_profile(profile, markers, problems)
        if profile.dropout:
            problems.fault("familias.write-dropout", field=profile.sample, sample=profile.sample)
    lines = [heading, f"Name= {name}", *([f"Gender= {'Male' if sex == 'M' else 'Female'}"] if sex else [])]
    lines += ["[" * depth + "DNA data" + "]" * depth, f"nSystems= {len(calls)}"]
    for marker, (one, two) in calls.items():
        lines += [f"SystemName= {marker}", f"Allele1= {one}", f"Allele2= {two}"]
    return lines


def _family(family: Family, markers: Mapping[str, Marker], problems: Problems) -> list[str]:
    alone = len(family.missing) == 1
    names = {p.id: p.id for p in family.pedigree.persons}
    names |= {m: "Missing person" if alone else NAMED + m for m in family.missing}
    _check_people(family.pedigree.persons, problems)
    pairs = _pairs(family.pedigree)
    related = {person for pair in pairs for person in pair}
    for p in family.pedigree.persons:
        if p.id not in family.missing and p.id.casefold().startswith("missing"):
            problems.fault("familias.write-missing-name", field=p.id, person=p.id)
        if p.id in family.missing and p.id not in related:
            problems.fault("familias.write-unrelated", field=p.id, person=p.id, family=family.id)
    lines = ["[[[[Persons]]]]", f"nPersons= {len(family.pedigree)}"]
    for number, p in enumerate(family.pedigree.persons, start=1):
        lines += _person(f"[[[[[Person {number}]]]]]", names[p.id], p.sex, family.profiles.get(p.id), markers,
                         problems)  # fmt: skip
    relations = [f"nRelations= {len(pairs)}"]
    for parent, child in pairs:
        relations += [f"Parent= {names[parent]}", f"Child= {names[child]}"]
    title = NAMED + family.missing[0] if alone else f"Family of {len(family.missing)} missing"
    lines += ["[[[[Pedigrees]]]]", "nPedigrees= 2"]
    for number, heading in enumerate((REFERENCE, title), start=1):
        lines += [f"[[[[[Pedigree {number}]]]]]", f"Name= {heading}", *relations]
    return lines


def _pairs(pedigree: Pedigree) -> list[tuple[str, str]]:
    return [(parent, p.id) for p in pedigree.persons for parent in (p.father, p.mother) if parent is not None]


def _left_out(case: Case, problems: Problems) -> None:
    """What the format has no place for and results do not depend on, or a reader must enter by hand."""
    if dict(case.eligible) != default_eligible(case.victims, case.families):
        problems.warn("familias.write-eligible")
    if len(case.tables) > 1:
        problems.warn("familias.write-tables", tables=tuple(t.name for t in case.tables[1:]))
    own = [(v.id, v.profile.sample, v.unit or v.id) for v in case.victims]
    own += [(p, profile.sample, p) for f in case.families for p, profile in f.profiles.items()]
    if any(not name == sample == unit for name, sample, unit in own):
        problems.warn("familias.write-samples")


# --- Kinship cases ----------------------------------------------------------------------------------


def _kinship_text(case: KinshipCase, problems: Problems) -> list[str]:
    markers = {m.name: m for m in case.markers}
    if case.recombination is not None:
        problems.fault("familias.write-linked", case=case.id)
    sexes = _sexes(case, problems)
    profiles = _shared_profiles(case, problems)
    chances = {p.dropout for p in profiles.values() if p.dropout}
    if len(chances) > 1:
        problems.fault("familias.write-dropouts", case=case.id, values=tuple(sorted(chances)))
    place = {name: i for i, name in enumerate(sexes)}
    lines = [*_head(VERSION, False), str(len(sexes))]
    for name, sex in sexes.items():
        profile = profiles.get(name)
        calls = {} if profile is None else {m: c for m, c in profile.calls.items() if any(c)}
        year = "-1 (Consider dropouts)" if profile is not None and profile.dropout else "-1"
        male = "#TRUE#" if sex == "M" else "#FALSE#"
        lines += [_quoted(name), "#FALSE#", year, "#FALSE#", male, str(len(calls))]
        if profile is not None:
            _check_profile(profile, markers, problems)
        if problems.faults:
            continue
        for marker, call in calls.items():
            labels = _labels(markers[marker])
            lines += [*(str(labels.index(str(a))) for a in call), str(list(markers).index(marker))]
    lines += [_quoted("Known relations"), *["0"] * 3, str(len(case.hypotheses))]
    for number, (name, hypothesis) in enumerate(case.hypotheses.items()):
        _check_name(name, problems)
        pairs = _pairs(hypothesis.pedigree)
        lines += [str(number), _quoted(name), "0", "0", str(len(pairs))]
        lines += [str(place[p]) for pair in pairs for p in pair]
    return [*lines, *_database(case.markers, case.id, case.theta, max(chances, default=0.0), problems)]


def _sexes(case: KinshipCase, problems: Problems) -> dict[str, Sex]:
    """Sex of everybody, where it is known or follows from being a father or mother."""
    told: dict[str, set[Sex]] = {}
    faulty: Sex = "M"  # stands for nobody: nothing is written then
    for hypothesis in case.hypotheses.values():
        _check_people(hypothesis.pedigree.persons, problems)
        for p in hypothesis.pedigree.persons:
            told.setdefault(p.id, set()).update([p.sex] if p.sex else [])
        for p in hypothesis.pedigree.persons:
            if p.father is not None:
                told[p.father].add("M")
            if p.mother is not None:
                told[p.mother].add("F")
    for name, found in told.items():
        if len(found) != 1:
            problems.fault("familias.write-sex", field=name, person=name)
    return {name: next(iter(found)) if found else faulty for name, found in told.items()}


def _shared_profiles(case: KinshipCase, problems: Problems) -> dict[str, Profile]:
    """Profile of everybody typed; the format has one for all pedigrees, and everybody stands in each."""
    found: dict[str, Profile] = {}
    for hypothesis in case.hypotheses.values():
        found.update(hypothesis.profiles)
    for name, hypothesis in case.hypotheses.items():
        for person, profile in found.items():
            if hypothesis.profiles.get(person) != profile:
                problems.fault("familias.write-not-everywhere", field=name, person=person, hypothesis=name)
    return found
