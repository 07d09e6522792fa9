"""The table of remains for comparing them with each other.  docs/formats.md says what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.register_models import read_typed
from amana.interchange.register_sheets import REMAINS_COLUMNS
from amana.interchange.register_tables import remains_of
from amana.kinship.panel import Panel
from amana.kinship.screening.register import Remains
from amana.problems import InputProblem

MOST_IN_A_BODY = 1000
"""Remains with one label of a body.  More is a site or a grave, and every pair inside is looked at."""


@dataclass(frozen=True)
class DirectInput:
    """Remains ready to be compared with each other.

    Attributes
    ----------
    places
        For each of the remains, element and side of a paired bone; empty where either is not known.
    bodies
        For each of the remains the body that they were recovered as; empty for none.
    inputs
        File name to SHA-256 digest (hex) of what was read.
    """

    panel: Panel
    remains: Remains
    places: tuple[str, ...]
    bodies: tuple[str, ...]
    inputs: Mapping[str, str]
    warnings: Sequence[InputProblem] = ()


def read_direct(
    remains: str | Path, frequencies: str | Path, mutation: str | Path | None = None
) -> DirectInput:
    """A table of remains.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.
    """
    typed = read_typed(frequencies, mutation, (remains, REMAINS_COLUMNS))
    problems = typed.problems
    problems.raise_faults()
    sheet = typed.sheet(0)
    found = remains_of(sheet, typed.panel, typed.calls, problems)
    problems.raise_faults()
    assert found is not None
    row = {name: i for i, name in enumerate(sheet.columns["remains"])}
    order = [row[name] for name in found.ids]

    def column(name: str) -> list[str]:
        texts = sheet.columns.get(name) or [""] * len(sheet)
        return [texts[i].strip().casefold() if name != "body" else texts[i].strip() for i in order]

    places = [f"{e} {s}" if e and s else "" for e, s in zip(column("element"), column("side"), strict=True)]
    bodies = column("body")
    for label, count in Counter(filter(None, bodies)).items():
        if count > MOST_IN_A_BODY:
            problems.fault(
                "direct.large-body", Path(remains).name, field="body", label=label, count=count,
                limit=MOST_IN_A_BODY,
            )  # fmt: skip
    problems.raise_faults()
    return DirectInput(typed.panel, found, tuple(places), tuple(bodies), typed.digests, problems.warnings)
