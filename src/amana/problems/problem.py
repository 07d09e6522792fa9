"""The one shape in which bad input is reported."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ar"]


@dataclass(frozen=True)
class InputProblem:
    """One fault in one place of an input.

    Attributes
    ----------
    code
        Stable identifier of the fault, such as ``pedigree.unknown-parent``;
        the key of its sentence in the catalogue.
    file, row, field
        Where it is: file name, row counted from 1 with the header as row 1
        (so that it is the line number a spreadsheet shows), column or key.
    params
        Values that the sentence names.
    warning
        True where the work can go on and the reader must know.
    """

    code: str
    file: str | None = None
    row: int | None = None
    field: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    warning: bool = False

    def __hash__(self) -> int:
        return hash((self.code, self.file, self.row, self.field, tuple(sorted(self.params.items(), key=str))))


class InputProblems(Exception):
    """Every fault found in one reading, raised together, so that none is met one at a time."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems: tuple[InputProblem, ...] = tuple(problems)
        super().__init__("; ".join(f"{p.code} {dict(p.params)}" for p in self.problems))
