"""Writing a case as a folder that :func:`read_case_folder` reads back as the same case."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from amana.interchange.case_assembly import default_eligible
from amana.interchange.frequency_tables import frequency_csv
from amana.interchange.vocabulary import is_x_marker
from amana.kinship.frequencies import SILENT
from amana.kinship.joint.case import Case
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.profiles import Profile
from amana.problems import InputProblem, InputProblems

_SAME_MATRIX = 1e-9  # a model made afresh from its parameters against matrices printed with 15 digits


def write_case_folder(case: Case, path: str | Path, manifest: str | None = None) -> None:
    """Write a case into a folder, which is created.

    Without frequency tables in the case the main table is made of the markers' own frequencies.
    ``manifest`` goes to case.toml.

    Raises
    ------
    InputProblems
        before anything is written, where the tables cannot say what the case holds: a mutation matrix
        that no named model gives, or one sample name for two profiles (such a case is written as JSON).
    """
    problems = [*_mutation_problems(case.markers), *_sample_problems(case)]
    if problems:
        raise InputProblems(problems)
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in case_files(case, manifest).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def case_files(case: Case, manifest: str | None = None) -> dict[str, str]:
    """Name and text of every file of the folder."""
    tables = tuple(case.tables) or (_own_table(case.markers),)
    files = {
        "genotypes.csv": _genotypes(case),
        "families.csv": _families(case),
        "remains.csv": _remains(case),
    }
    files["frequencies.csv"] = frequency_csv(tables[0])
    files.update(
        {f"frequencies-{place:02d}.csv": frequency_csv(t) for place, t in enumerate(tables[1:], start=2)}
    )
    if any(m.mutation is not None for m in case.markers):
        files["mutation.csv"] = _mutation(case.markers)
    if default_eligible(case.victims, case.families) != dict(case.eligible):
        pairs = [(v, m) for v, people in case.eligible.items() for m in (people or ("*",))]
        files["eligible.csv"] = _csv(("unit", "missing"), pairs)
    files["case.toml"] = _toml(case, tables[0], manifest)
    return files


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            ["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row]
        )
    return out.getvalue()


def _profiles(case: Case) -> Iterable[Profile]:
    for family in case.families:
        yield from family.profiles.values()
    for victim in case.victims:
        yield victim.profile


def _genotypes(case: Case) -> str:
    profiles = list(_profiles(case))
    rows: list[tuple[object, ...]] = []
    repeated = any(p.replicates for p in profiles)
    widest = 2
    for p in profiles:
        for marker, call in p.calls.items():
            if any(call):
                known = [a for a in call if a is not None]
                rows.append((p.sample, marker, *(("",) if repeated else ()), *(*known, "?")[:2]))
        for marker, runs in p.replicates.items():
            for number, seen in enumerate(runs, start=1):
                cells = sorted(seen)
                widest = max(widest, len(cells))
                rows.append((p.sample, marker, str(number), *cells, *[None] * (2 - len(cells))))
    alleles = [f"allele{i + 1}" for i in range(widest)]
    header = ("sample", "marker", *(("replicate",) if repeated else ()), *alleles)
    return _csv(header, (row + (None,) * (len(header) - len(row)) for row in rows))


def _chances(profile: Profile | None) -> tuple[float | None, float | None]:
    return (None, None) if profile is None else (profile.dropout or None, profile.dropin or None)


def _families(case: Case) -> str:
    rows = []
    for family in case.families:
        parents = {parent for p in family.pedigree.persons for parent in (p.father, p.mother)}
        for p in family.pedigree.persons:
            # An empty cell would be filled in from the role: a parent who may be either would become a man.
            sex = p.sex or ("unknown" if p.id in parents else None)
            profile = family.profiles.get(p.id)
            sample = "missing" if p.id in family.missing else profile.sample if profile else None
            rows.append((family.id, p.id, p.father, p.mother, sex, sample, *_chances(profile),
                         p.founder_inbreeding or None))  # fmt: skip
    return _trimmed(
        ("family", "person", "father", "mother", "sex", "sample", "dropout", "dropin", "inbreeding"), rows, 6
    )


def _remains(case: Case) -> str:
    rows = []
    for v in case.victims:
        unit = v.unit or v.id
        rows.append((unit, v.profile.sample, v.sex, *_chances(v.profile), None if unit == v.id else v.id))
    return _trimmed(("unit", "sample", "sex", "dropout", "dropin", "victim"), rows, 3)


def _trimmed(header: Sequence[str], rows: Sequence[Sequence[object]], keep: int) -> str:
    """Without the optional columns that nobody uses."""
    places = [i for i in range(len(header)) if i < keep or any(row[i] is not None for row in rows)]
    return _csv([header[i] for i in places], ([row[i] for i in places] for row in rows))


def _own_table(markers: Sequence[Marker]) -> FrequencyTable:
    loci = {
        m.name: {
            SILENT if a == m.silent else a: float(f) for a, f in zip(m.alleles, m.frequencies, strict=True)
        }
        for m in markers
    }
    return FrequencyTable("frequencies", loci)


def _mutation(markers: Sequence[Marker]) -> str:
    rows = [
        (m.name, u.model, u.rate_male, u.rate_female, u.range, u.rate2)
        for m in markers
        if (u := m.mutation) is not None
    ]
    return _csv(("marker", "model", "rate_male", "rate_female", "range", "rate2"), rows)


def _mutation_problems(markers: Sequence[Marker]) -> Iterable[InputProblem]:
    for m in markers:
        if not has_named_model(m):
            yield InputProblem("write.custom-mutation", field=m.name, params={"marker": m.name})


def has_named_model(marker: Marker) -> bool:
    """Whether nothing mutates, or the matrices are those of the model and its parameters beside them."""
    u = marker.mutation
    if u is None:
        return True
    if u.model == "custom" or u.rate_male is None or u.rate_female is None:
        return False
    try:
        made = mutation_model(
            u.model, marker.alleles, marker.frequencies, u.rate_male, u.rate_female, u.range, u.rate2,
            marker.silent,
        )  # fmt: skip
    except InputProblems:
        return False
    return made is not None and all(
        np.allclose(a, b, rtol=_SAME_MATRIX, atol=1e-12)
        for a, b in ((made.male, u.male), (made.female, u.female))
    )


def _sample_problems(case: Case) -> Iterable[InputProblem]:
    seen: set[str] = set()
    for p in _profiles(case):
        if p.sample in seen:
            yield InputProblem("write.sample-twice", params={"sample": p.sample})
        seen.add(p.sample)


def _toml(case: Case, table: FrequencyTable, manifest: str | None) -> str:
    lines = [f"name = {_quoted(case.name)}", f"synthetic = {'true' if case.synthetic else 'false'}"]
    if manifest:
        lines.append(f"manifest = {_quoted(manifest)}")
    on_x = [m.name for m in case.markers if m.chromosome == "X"]
    if on_x or any(is_x_marker(m.name) for m in case.markers):
        lines.append(f"x_markers = [{', '.join(map(_quoted, on_x))}]")
    silent: Mapping[str, float] = {
        m.name: float(m.frequencies[m.index[m.silent]])
        for m in case.markers
        if m.silent is not None and SILENT not in table.loci.get(m.name, {})
    }
    if silent:
        lines += ["", "[silent_frequency]", *(f"{_quoted(name)} = {f!r}" for name, f in silent.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string; DEL is the one character that TOML alone wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
