"""A small folder without faults, and ways to spoil it.  Every person is synthetic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from amana.interchange import read_case_folder
from amana.kinship.joint.case import Case
from amana.kinship.markers import Marker
from amana.problems import InputProblem, InputProblems

GOOD: Mapping[str, str] = {
    "genotypes.csv": (
        "sample,marker,allele1,allele2\n"
        "S1,D3S1358,15,16\n"
        "S1,TH01,6,9.3\n"
        "S1,VWA,17,17\n"
        "K1,D3S1358,15,15\n"
        "K1,TH01,6,7\n"
        "K1,VWA,17,18\n"
    ),
    "families.csv": (
        "family,person,father,mother,sex,sample\nF1,dad,,,M,S1\nF1,mum,,,F,\nF1,son,dad,mum,M,missing\n"
    ),
    "remains.csv": "unit,sample,sex\nU1,K1,M\n",
    "frequencies.csv": (
        "allele,D3S1358,TH01,VWA\n6,,0.25,\n7,,0.35,\n9.3,,0.4,\n15,0.5,,\n16,0.5,,0.2\n17,,,0.5\n18,,,0.3\n"
    ),
}


def write(folder: Path, changes: Mapping[str, str | bytes | None] = {}) -> Path:
    """The good folder with some files replaced; None takes a file away."""
    for name, content in {**GOOD, **changes}.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif content is not None:
            (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """The good file with one piece replaced."""
    assert GOOD[name].count(old) == 1, f"{old!r} is not there once"
    return {name: GOOD[name].replace(old, new)}


def read(folder: Path, changes: Mapping[str, str | bytes | None] = {}) -> Case:
    return read_case_folder(write(folder, changes))


def problems(folder: Path, changes: Mapping[str, str | bytes | None]) -> tuple[InputProblem, ...]:
    """What a spoilt folder raises."""
    write(folder, changes)
    with pytest.raises(InputProblems) as caught:
        read_case_folder(folder)
    return caught.value.problems


def place(problem: InputProblem) -> tuple[str, str | None, int | None, str | None]:
    return (problem.code, problem.file, problem.row, problem.field)


def same_markers(one: Marker, other: Marker, rtol: float = 0.0) -> bool:
    if (one.name, one.alleles, one.chromosome, one.silent) != (
        other.name,
        other.alleles,
        other.chromosome,
        other.silent,
    ):
        return False
    if not np.allclose(one.frequencies, other.frequencies, rtol=rtol, atol=0):
        return False
    a, b = one.mutation, other.mutation
    if a is None or b is None:
        return a is b
    return (a.model, a.rate_male, a.rate_female, a.range, a.rate2) == (
        b.model,
        b.rate_male,
        b.rate_female,
        b.range,
        b.rate2,
    ) and all(np.allclose(x, y, rtol=1e-9, atol=1e-12) for x, y in ((a.male, b.male), (a.female, b.female)))


def same_cases(one: Case, other: Case) -> None:
    """Asserts that two cases say the same; inputs and warnings aside."""
    assert one.name == other.name
    assert one.synthetic == other.synthetic
    assert one.victims == other.victims
    assert one.families == other.families
    assert dict(one.eligible) == dict(other.eligible)
    assert len(one.markers) == len(other.markers)
    for a, b in zip(one.markers, other.markers, strict=True):
        assert same_markers(a, b), (a, b)
