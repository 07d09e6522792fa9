"""Linkage format: pedigrees with genotypes (.ped) and the list of their columns (.dat)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.text import clean, decode, read_bytes
from amana.interchange.typings import Reading
from amana.interchange.vocabulary import is_unknown, key
from amana.interchange.vocabulary import sex as read_sex
from amana.kinship.pedigree import Sex

_FIXED = 5  # family, person, father, mother, sex
_HEADER = frozenset({"family", "fam", "fid", "famid", "familyid", "pedigree", "ped", "pedid"})


@dataclass(frozen=True)
class PedPerson:
    """One line of a .ped file; ``readings`` are the genotypes, if the line has any.

    ``sample`` is the person's identifier, or family/person where another family uses the same one.
    """

    family: str
    id: str
    father: str | None
    mother: str | None
    sex: Sex | None
    readings: tuple[Reading, ...]
    row: int
    sample: str


def read_linkage_ped(path: str | Path, dat: str | Path | None = None) -> tuple[PedPerson, ...]:
    """People and genotypes of a .ped file.

    The names of the markers come from ``dat`` (lines ``M name``; ``A`` and ``T`` lines name a trait
    column; by default the file of the same name ending in .dat or .map, if there is one), or from a
    header line.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    if dat is None:
        dat = next((p for p in (path.with_suffix(".dat"), path.with_suffix(".map")) if p.exists()), None)
    listed = read_bytes(Path(dat), Path(dat).name, problems) if dat is not None else None
    name = Path(dat).name if dat is not None else None
    people = ped_people(data, path.name, problems, listed, name) if data is not None else ()
    problems.raise_faults()
    return people


def ped_people(
    data: bytes, file: str, problems: Problems, dat: bytes | None = None, dat_file: str | None = None
) -> tuple[PedPerson, ...]:
    """People of a .ped file given as bytes; faults are noted."""
    text = decode(data, file, problems)
    layout = _layout(dat, dat_file or "", problems) if dat is not None else None
    if text is None:
        return ()
    people: list[PedPerson] = []
    for number, line in enumerate(text.splitlines(), start=1):
        tokens = clean(line).split(" ") if clean(line) else []
        if not tokens:
            continue
        if tokens[0].startswith("#") or (not people and key(tokens[0]) in _HEADER):
            layout = layout or _header_layout([t.lstrip("#") for t in tokens if t != "#"])
            continue
        person = _person(tokens, number, file, layout, problems)
        if person is not None:
            people.append(person)
    if not people and not any(p.file == file for p in problems.faults):
        problems.fault("file.no-rows", file)
    return _with_own_samples(people)


def _with_own_samples(people: Sequence[PedPerson]) -> tuple[PedPerson, ...]:
    families: dict[str, set[str]] = {}
    for p in people:
        families.setdefault(p.id, set()).add(p.family)
    found = []
    for p in people:
        if len(families[p.id]) > 1:
            sample = f"{p.family}/{p.id}"
            readings = tuple(dataclasses.replace(r, sample=sample) for r in p.readings)
            p = dataclasses.replace(p, sample=sample, readings=readings)
        found.append(p)
    return tuple(found)


def _layout(dat: bytes, file: str, problems: Problems) -> list[tuple[str, str]] | None:
    """Kinds and names of the columns after the fifth: ("M", marker) or ("A", trait)."""
    text = decode(dat, file, problems)
    if text is None:
        return None
    layout = []
    map_file = file.lower().endswith(".map")
    for number, line in enumerate(text.splitlines(), start=1):
        words = clean(line).split(" ") if clean(line) else []
        if not words or words[0].startswith("#") or words[0].upper() == "E":
            continue
        if map_file:
            if len(words) >= 2 and key(words[1]) not in ("marker", "snp", "name"):
                layout.append(("M", words[1]))
        elif len(words) >= 2 and words[0].upper() in ("M", "A", "T", "C", "S2"):
            layout.append((words[0].upper()[0], " ".join(words[1:])))
        else:
            problems.fault("ped.bad-dat-line", file, number, value=clean(line)[:60])
    return layout


def _header_layout(tokens: Sequence[str]) -> list[tuple[str, str]] | None:
    layout: list[tuple[str, str]] = []
    for name in tokens[_FIXED:]:
        if key(name) in ("affected", "affection", "status", "phenotype", "pheno", "trait"):
            layout.append(("A", name))
            continue
        stem = re.sub(r"[._](1|2|a|b|A|B)$", "", name)
        if ("M", stem) not in layout:
            layout.append(("M", stem))
    return layout or None


def _person(
    tokens: Sequence[str],
    number: int,
    file: str,
    layout: Sequence[tuple[str, str]] | None,
    problems: Problems,
) -> PedPerson | None:
    if len(tokens) < _FIXED:
        problems.fault("ped.too-few-columns", file, number, count=len(tokens))
        return None
    family, person, father, mother, sex_text = tokens[:_FIXED]
    sex = read_sex(sex_text)
    if sex == "bad":
        problems.fault("value.sex", file, number, "sex", value=sex_text)
        sex = None
    rest = list(tokens[_FIXED:])
    readings: list[Reading] = []
    if len(rest) > 1 and layout is None:
        problems.fault("ped.no-marker-names", file)
    elif len(rest) > 1 and layout is not None:
        found = _genotypes(rest, layout)
        if found is None:
            markers = sum(kind == "M" for kind, _ in layout)
            problems.fault("ped.column-count", file, number, count=len(tokens), markers=markers)
            return None
        readings = [
            Reading(person, marker, cells, number, (marker, marker))
            for marker, cells in found
            if not all(is_unknown(cell) for cell in cells)
        ]
    return PedPerson(
        family, person, None if is_unknown(father) else father, None if is_unknown(mother) else mother,
        sex, tuple(readings), number, person,
    )  # fmt: skip


def _genotypes(
    rest: Sequence[str], layout: Sequence[tuple[str, str]]
) -> list[tuple[str, tuple[str, ...]]] | None:
    """Marker and its two cells, or None where the number of columns does not fit.

    An affection column that the list of columns does not name is allowed.
    """
    markers = sum(kind == "M" for kind, _ in layout)
    plain = [t for t in rest if "/" not in t or len(t) == 1]
    pairs = len(rest) - len(plain)
    needed = len(layout) if pairs else len(layout) + markers
    if len(rest) == needed + 1 and all(kind == "M" for kind, _ in layout):
        rest = rest[1:]
    elif len(rest) != needed:
        return None
    found = []
    at = 0
    for kind, name in layout:
        if kind != "M":
            at += 1
        elif pairs:
            found.append((name, tuple([*rest[at].split("/"), ""][:2])))
            at += 1
        else:
            found.append((name, (rest[at], rest[at + 1])))
            at += 2
    return found
