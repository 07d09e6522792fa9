"""Faults are gathered while reading goes on, and raised together at the end."""

from __future__ import annotations

from collections.abc import Iterable

from amana.problems import InputProblem, InputProblems


class Problems:
    """An ordered set of problems found so far."""

    def __init__(self) -> None:
        self._found: dict[InputProblem, None] = {}

    def fault(
        self,
        code: str,
        file: str | None = None,
        row: int | None = None,
        field: str | None = None,
        **params: object,
    ) -> None:
        """Note something without which the input cannot be used."""
        self._found[InputProblem(code, file, row, field, params)] = None

    def warn(
        self,
        code: str,
        file: str | None = None,
        row: int | None = None,
        field: str | None = None,
        **params: object,
    ) -> None:
        """Note something that the reader must know, while the work can go on."""
        self._found[InputProblem(code, file, row, field, params, warning=True)] = None

    def extend(self, problems: Iterable[InputProblem]) -> None:
        """Add problems found elsewhere; one already here is not repeated."""
        self._found.update(dict.fromkeys(problems))

    @property
    def all(self) -> tuple[InputProblem, ...]:
        """Everything found, in order."""
        return tuple(self._found)

    @property
    def warnings(self) -> tuple[InputProblem, ...]:
        """What does not stop the work."""
        return tuple(p for p in self._found if p.warning)

    @property
    def faults(self) -> tuple[InputProblem, ...]:
        """What does."""
        return tuple(p for p in self._found if not p.warning)

    def raise_faults(self) -> None:
        """Raise everything, warnings too, if there is any fault."""
        if self.faults:
            raise InputProblems(self.faults + self.warnings)
