"""The revised Cambridge Reference Sequence, stretches of it, and where its length is not stable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

from amana.problems import InputProblem, InputProblems

LENGTH = 16569
PLACEHOLDER = 3107
"""A gap that keeps the numbering of the first, wrong sequence; it is never compared."""

Range = tuple[int, int]
"""First and last position, both included."""

NAMED_RANGES = {
    "HVSI": "16024-16365", "HVS1": "16024-16365", "HVI": "16024-16365", "HV1": "16024-16365",
    "HVSII": "73-340", "HVS2": "73-340", "HVII": "73-340", "HV2": "73-340",
    "CR": "16024-576", "ALL": "1-16569",
}  # fmt: skip
"""Stretches that are asked for by name (EMPOP, Directions for Use, section 4.1.2)."""


class Tract(NamedTuple):
    """A run of one base whose length varies within one person."""

    name: str
    first: int
    last: int
    base: str


LENGTH_TRACTS = (
    Tract("16193", 16190, 16193, "C"),
    Tract("309/315", 303, 315, "C"),
    Tract("455", 452, 455, "T"),
    Tract("463", 461, 463, "C"),
    Tract("573", 568, 573, "C"),
    Tract("960", 956, 960, "C"),
    Tract("5899", 5895, 5899, "C"),
    Tract("8276", 8272, 8276, "C"),
    Tract("8285", 8281, 8285, "C"),
)
"""Hotspots of insertion and deletion that a comparison leaves out (EMPOP, Directions for Use, section
4.1.6, which rests on Parson et al. 2014); positions between the junctions given there."""


@cache
def sequence() -> str:
    """The 16,569 bases of NC_012920.1 (Andrews et al. 1999), N at the placeholder; position p is character
    p - 1.
    """
    text = resources.files("amana.kinship.lineage").joinpath("rcrs.txt").read_text("ascii")
    return "".join(text.split())


def base(position: int) -> str:
    """Base of the reference at a position from 1 to 16,569."""
    return sequence()[position - 1]


def parse_ranges(text: str) -> tuple[Range, ...]:
    """Sequenced stretches, merged and in order.

    ``16024-16569 73-340``, ``16024-576`` (round the origin), ``HVS-I``, ``CR``, ``ALL``, a single position;
    separated by spaces, commas or semicolons.

    >>> parse_ranges("16024-576")
    ((1, 576), (16024, 16569))

    Raises
    ------
    InputProblems
        ``mtdna.bad-range`` for each part that is none.
    """
    tight = re.sub(r"\s*[-–—‐]\s*", "-", text)
    found: list[Range] = []
    problems = []
    for part in filter(None, re.split(r"[\s,;]+", tight)):
        named = NAMED_RANGES.get(part.upper().replace("-", "").replace("_", ""), part)
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", named)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not (1 <= first <= LENGTH and 1 <= last <= LENGTH):
            problems.append(InputProblem("mtdna.bad-range", params={"given": part}))
        elif first <= last:
            found.append((first, last))
        else:
            found += [(first, LENGTH), (1, last)]
    if problems:
        raise InputProblems(problems)
    return _merged(found)


def _merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def common_ranges(a: tuple[Range, ...], b: tuple[Range, ...]) -> tuple[Range, ...]:
    """Positions that are in both, as stretches in order."""
    pairs = ((max(f, g), min(k, m)) for f, k in a for g, m in b)
    return tuple(sorted((first, last) for first, last in pairs if first <= last))


def positions(ranges: tuple[Range, ...]) -> int:
    """How many positions can be compared in these stretches."""
    total = sum(last - first + 1 for first, last in ranges)
    return total - within(PLACEHOLDER, ranges)


def within(position: int, ranges: tuple[Range, ...]) -> bool:
    """Whether a position is in one of the stretches."""
    return any(first <= position <= last for first, last in ranges)


def show_ranges(ranges: tuple[Range, ...]) -> str:
    """Stretches as they are written: those before the origin first."""
    ordered = sorted(ranges, key=lambda r: (r[0] <= LENGTH // 2, r))
    return " ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in ordered)
