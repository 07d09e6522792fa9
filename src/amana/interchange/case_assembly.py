"""From the tables of a case folder to one :class:`Case`: everything that concerns several files at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amana.interchange.case_toml import CaseSettings
from amana.interchange.collecting import Problems
from amana.interchange.frequency_tables import note_sums
from amana.interchange.mutation_table import MutationRow, with_mutation
from amana.interchange.people_tables import FamilyRow, RemainsRow, by_family, eligible_pairs, pedigrees
from amana.interchange.text import nearest
from amana.interchange.typings import Reading, Typing, collect, profile
from amana.interchange.vocabulary import is_x_marker, is_y_marker, marker_key, plausible_marker
from amana.kinship.frequencies import build_markers
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.pedigree import Pedigree, Sex
from amana.kinship.profiles import Profile
from amana.problems import InputProblems


@dataclass(frozen=True)
class Parts:
    """What was read from each file."""

    settings: CaseSettings
    folder: str
    tables: Sequence[tuple[FrequencyTable, str]]
    readings: Sequence[tuple[str, Sequence[Reading]]]
    people: Sequence[FamilyRow]
    family_file: str
    remains: Sequence[RemainsRow]
    remains_file: str
    mutation: dict[str, MutationRow]
    mutation_file: str
    eligible_data: bytes | None
    eligible_file: str
    digests: Mapping[str, str]


def assemble(parts: Parts, problems: Problems) -> Case | None:
    """The case, or None where faults stand in the way; every fault that can be seen is noted."""
    names = {marker_key(n): n for n in (parts.tables[0][0].loci if parts.tables else ())}
    wanted = frozenset(names) if parts.tables else None
    typings: dict[str, Typing] = {}
    for file, readings in parts.readings:
        for sample, typing in collect(readings, file, problems, wanted).items():
            if sample in typings:
                problems.fault("genotypes.sample-in-two-files", file, typing.row, "sample", sample=sample)
            typings.setdefault(sample, typing)
    if parts.tables:
        _unknown_markers(typings, parts, names, problems)
    people = _with_samples(parts, typings)
    _check_samples(parts, people, typings, problems)
    family_trees = pedigrees(people, parts.family_file, problems)
    sexes = {(f, p.id): p.sex for f, pedigree in family_trees.items() for p in pedigree.persons}
    x_names = _x_markers(parts, names, problems)

    profiles: dict[str, Profile] = {}
    for row in people:
        if row.sample in typings:
            typing = typings[row.sample]
            sex = sexes.get((row.family, row.person), row.sex)
            _compare_sex(typing, sex, parts.family_file, row.row, problems)
            profiles.setdefault(
                row.sample,
                profile(typing, names, problems, sex=sex, x_markers=x_names,
                        one_allele=parts.settings.one_allele, dropout=row.dropout, dropin=row.dropin),
            )  # fmt: skip
    victims = []
    for found in parts.remains:
        if found.sample in typings:
            typing = typings[found.sample]
            _compare_sex(typing, found.sex, parts.remains_file, found.row, problems)
            # X alone may be a man's result with Y lost: it is believed only where nothing drops out.
            seen = None if found.dropout > 0 and typing.sex == "F" else typing.sex
            sex = found.sex or seen
            read = profile(
                typing, names, problems, sex=sex, x_markers=x_names,
                one_allele=parts.settings.one_allele, dropout=found.dropout, dropin=found.dropin,
            )  # fmt: skip
            victims.append(Victim(found.victim, read, sex, found.unit))
    families = _families(parts, people, family_trees, profiles, problems)
    _check_overlap(parts, victims, profiles, problems)
    markers = _markers(parts, names, typings, x_names, problems)
    if any(m.chromosome == "X" for m in markers):
        _x_needs_sex(parts, people, sexes, victims, x_names, typings, problems)
    eligible = _eligible(parts, victims, families, problems)
    if problems.faults:
        return None
    return Case(
        parts.settings.name or parts.folder, markers, tuple(victims), families, eligible,
        tuple(t for t, _ in parts.tables), parts.settings.synthetic, dict(parts.digests), problems.warnings,
    )  # fmt: skip


def _with_samples(parts: Parts, typings: Mapping[str, Typing]) -> list[FamilyRow]:
    """In a .ped file the person is the sample; a person of whom nothing was typed has none."""
    if not parts.family_file.lower().endswith(".ped"):
        return list(parts.people)
    return [
        FamilyRow(r.family, r.person, r.father, r.mother, r.sex, r.sample if r.sample in typings else None,
                  r.missing, r.row)
        for r in parts.people
    ]  # fmt: skip


def _unknown_markers(
    typings: Mapping[str, Typing], parts: Parts, names: Mapping[str, str], problems: Problems
) -> None:
    """Typed markers that the table lacks: those of kits are set aside with a warning, others are faults."""
    table = parts.tables[0][0].name
    first: dict[str, tuple[Typing, str]] = {}
    for typing in typings.values():
        for folded, written in typing.names.items():
            if folded not in names:
                first.setdefault(folded, (typing, written))
    used = {m for typing in typings.values() for m in typing.names}
    for folded, (typing, written) in first.items():
        near = nearest(written, (n for f, n in names.items() if f not in used))
        row = typing.rows.get(folded)
        if is_y_marker(written):
            problems.warn("genotypes.y-marker", typing.file, row, "marker", marker=written)
        elif plausible_marker(written):
            problems.warn(
                "genotypes.marker-not-in-table", typing.file, row, "marker", marker=written, table=table
            )
        else:
            known = near or nearest(written, names.values())
            problems.fault(
                "genotypes.unknown-marker",
                typing.file,
                row,
                "marker",
                marker=written,
                table=table,
                known=known,
            )


def _check_samples(
    parts: Parts, people: Sequence[FamilyRow], typings: Mapping[str, Typing], problems: Problems
) -> None:
    used: dict[str, tuple[str, int, str]] = {}
    places = [(r.sample, parts.family_file, r.row, f"{r.person} ({r.family})") for r in people]
    places += [(r.sample, parts.remains_file, r.row, r.victim) for r in parts.remains]
    genotypes_read = any(readings for _, readings in parts.readings)
    for sample, file, row, owner in places:
        if sample is None:
            continue
        if sample in used:
            other_file, other_row, other = used[sample]
            problems.fault(
                "sample.used-twice", file, row, "sample", sample=sample, owner=owner, other=other,
                other_file=other_file, other_row=other_row,
            )  # fmt: skip
        used.setdefault(sample, (file, row, owner))
        if sample not in typings and genotypes_read:
            problems.fault(
                "sample.unknown", file, row, "sample", sample=sample, known=nearest(sample, typings)
            )
    if people and parts.remains:
        for sample, typing in typings.items():
            if sample not in used:
                problems.warn("sample.unused", typing.file, typing.row, "sample", sample=sample)


def _x_markers(parts: Parts, names: Mapping[str, str], problems: Problems) -> frozenset[str]:
    listed = parts.settings.x_markers
    if listed is None:
        return frozenset(folded for folded, name in names.items() if is_x_marker(name))
    for name in listed:
        if names and marker_key(name) not in names:
            problems.fault(
                "toml.unknown-marker",
                "case.toml",
                field="x_markers",
                marker=name,
                known=nearest(name, names.values()),
            )
    return frozenset(marker_key(name) for name in listed)


def _x_needs_sex(
    parts: Parts,
    people: Sequence[FamilyRow],
    sexes: Mapping[tuple[str, str], Sex | None],
    victims: Sequence[Victim],
    x_names: frozenset[str],
    typings: Mapping[str, Typing],
    problems: Problems,
) -> None:
    """X markers pass down by sex, so everybody in a family needs one, and whoever was typed there."""
    for row in people:
        if (row.family, row.person) in sexes and sexes[row.family, row.person] is None:
            problems.fault(
                "pedigree.sex-needed", parts.family_file, row.row, "sex", person=row.person, family=row.family
            )
    rows = {r.victim: r.row for r in parts.remains}
    for victim in victims:
        typed = typings[victim.profile.sample]
        if victim.sex is None and not x_names.isdisjoint(typed.calls.keys() | typed.replicates.keys()):
            sample = victim.profile.sample
            problems.fault("genotype.x-needs-sex", parts.remains_file, rows[victim.id], "sex", sample=sample)


def _compare_sex(typing: Typing, stated: Sex | None, file: str, row: int, problems: Problems) -> None:
    if typing.sex and stated and typing.sex != stated:
        problems.warn(
            "genotypes.amelogenin-disagrees", file, row, "sex",
            sample=typing.sample, found=typing.sex, stated=stated,
        )  # fmt: skip


def _families(
    parts: Parts,
    people: Sequence[FamilyRow],
    trees: Mapping[str, Pedigree],
    profiles: Mapping[str, Profile],
    problems: Problems,
) -> tuple[Family, ...]:
    found = []
    owner: dict[str, FamilyRow] = {}
    file = parts.family_file
    for name, members in by_family(people).items():
        sought = [r for r in members if r.missing]
        if not sought:
            problems.fault("families.nobody-missing", file, members[0].row, "sample", family=name)
        for r in sought:
            if r.person in owner and owner[r.person].family != name:
                first = owner[r.person]
                problems.fault(
                    "families.missing-twice", file, r.row, "person",
                    person=r.person, family=name, first_family=first.family, first_row=first.row,
                )  # fmt: skip
            owner.setdefault(r.person, r)
        if sought and not any(r.sample for r in members):
            problems.warn("families.nobody-typed", file, sought[0].row, "sample", family=name)
        if name in trees:
            known = {
                r.person: profiles[r.sample] for r in members if r.sample is not None and r.sample in profiles
            }
            found.append(Family(name, trees[name], known, tuple(dict.fromkeys(r.person for r in sought))))
    return tuple(found)


def _check_overlap(
    parts: Parts, victims: Sequence[Victim], relatives: Mapping[str, Profile], problems: Problems
) -> None:
    typed: set[str] = set()
    for p in relatives.values():
        typed |= p.calls.keys() | p.replicates.keys()
    rows = {r.victim: r.row for r in parts.remains}
    for victim in victims:
        markers = victim.profile.calls.keys() | victim.profile.replicates.keys()
        if markers and typed and not markers & typed:
            problems.warn(
                "remains.no-common-marker", parts.remains_file, rows[victim.id], "sample",
                unit=victim.id, markers=tuple(sorted(markers)),
            )  # fmt: skip


def _markers(
    parts: Parts,
    names: Mapping[str, str],
    typings: Mapping[str, Typing],
    x_names: frozenset[str],
    problems: Problems,
) -> tuple[Marker, ...]:
    if not parts.tables:
        return ()
    for table, file in parts.tables:
        note_sums(table, file, problems)
    samples = {r.sample for r in parts.people} | {r.sample for r in parts.remains}
    observed: dict[str, set[str]] = {}
    for typing in typings.values():
        if typing.sample in samples:
            for folded in (*typing.calls, *typing.replicates):
                if folded in names:
                    observed.setdefault(names[folded], set()).update(typing.alleles(folded))
    table, file = parts.tables[0]
    silent = parts.settings.silent_frequency
    if isinstance(silent, Mapping):
        for name in silent:
            if marker_key(name) not in names:
                problems.fault(
                    "toml.unknown-marker", "case.toml", field="silent_frequency", marker=name,
                    known=nearest(name, names.values()),
                )  # fmt: skip
        silent = {names[marker_key(n)]: f for n, f in silent.items() if marker_key(n) in names}
    if any(p.file == file for p in problems.faults):
        # With a cell or a column lost, every allele of it would be reported as absent from the table.
        return ()
    try:
        markers, warnings = build_markers(
            table,
            observed,
            silent_frequency=silent,
            x_markers={names[n] for n in x_names & names.keys()},
            file=file,
        )
    except InputProblems as error:
        problems.extend(error.problems)
        return ()
    problems.extend(w for w in warnings if w.code != "frequencies.renormalised")
    return with_mutation(markers, parts.mutation, parts.mutation_file, problems, tuple(names.values()))


def _eligible(
    parts: Parts, victims: Sequence[Victim], families: Sequence[Family], problems: Problems
) -> dict[str, tuple[str, ...]]:
    sexes = {m: f.pedigree[m].sex for f in families for m in f.missing}
    found = default_eligible(victims, families)
    if parts.eligible_data is not None:
        listed = eligible_pairs(
            parts.eligible_data, parts.eligible_file, problems,
            [r.victim for r in parts.remains], tuple(r.person for r in parts.people if r.missing),
        )  # fmt: skip
        for victim in victims:
            if victim.id in listed:
                found[victim.id] = listed[victim.id]
                for m in listed[victim.id]:
                    if victim.sex and sexes.get(m) and sexes[m] != victim.sex:
                        problems.warn(
                            "eligible.sex-disagrees",
                            parts.eligible_file,
                            field="missing",
                            unit=victim.id,
                            person=m,
                        )
    return found


def default_eligible(victims: Sequence[Victim], families: Sequence[Family]) -> dict[str, tuple[str, ...]]:
    """Victim to every missing person of the same sex, or where either sex is not known."""
    sought = [(m, f.pedigree[m].sex) for f in families for m in f.missing]
    # One tuple per sex, shared: with thousands of victims a tuple each would be millions of entries.
    by_sex: dict[Sex | None, tuple[str, ...]] = {
        sex: tuple(m for m, s in sought if sex is None or s in (None, sex)) for sex in ("M", "F", None)
    }
    return {v.id: by_sex[v.sex] for v in victims}
