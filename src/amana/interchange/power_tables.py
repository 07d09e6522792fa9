"""What the power of a register is written as, and who of its families could be sampled next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.register_tables import RegisterInput
from amana.interchange.whole_files import write_table
from amana.kinship.power import Asked, Package, Power, Value
from amana.kinship.screening import Register
from amana.problems import InputProblem, InputProblems

POWER_COLUMNS = (
    "family", "missing", "markers", "inconsistent", "under_powered", "p_reached_found", "p_reached_unrelated",
    "mean_found", "sd_found", "q05_found", "q50_found", "q95_found", "mean_unrelated", "sd_unrelated",
    "q05_unrelated", "q50_unrelated", "q95_unrelated", "p_zero_unrelated", "p_excluded_unrelated",
)  # fmt: skip
NEXT_COLUMNS = (
    "rank", "family", "persons", "cost", "reached_before", "reached_gain", "log10_lr_before", "log10_lr_gain",
    "basis",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One line of what to sample next: people of one family, and what they add.

    Attributes
    ----------
    now
        Value of the family before.
    """

    family: str
    persons: tuple[str, ...]
    package: Package
    now: Value


@dataclass(frozen=True)
class AskedFamily:
    """A family that could send somebody.

    Attributes
    ----------
    asked
        As the plans take it.
    targets
        Its numbers in the register, in the order of ``asked.missing``.
    persons
        Identifier of everybody, by position.
    """

    asked: Asked
    targets: tuple[int, ...]
    persons: tuple[str, ...]


def asked_families(
    given: RegisterInput, *, all_untyped: bool = False, only: Sequence[str] = ()
) -> list[AskedFamily]:
    """Families of a register with somebody who is not missing, not typed and available.

    Parameters
    ----------
    all_untyped
        Whether everybody who is not typed counts as available, whatever the table says.
    only
        Identifiers of the families that are asked about; none for all.

    Raises
    ------
    InputProblems
        Where the table does not say who is available, or a family is not in it.
    """
    people, register = given.people, given.register
    problems = [
        InputProblem("power.unknown-family", params={"family": name})
        for name in sorted(set(only) - set(register.families))
    ]
    if people.available is None and not all_untyped:
        problems.append(InputProblem("power.nobody-available"))
    if problems:
        raise InputProblems(problems)
    typed = [(group.seen != 0).any(axis=1) for group in register.groups]
    groups, rows = register.where
    wanted = set(only)
    of_family: dict[str, list[int]] = {}
    for number, family in enumerate(register.families):
        if not wanted or family in wanted:
            of_family.setdefault(family, []).append(number)
    found = []
    for family, numbers in of_family.items():
        targets = sorted(numbers, key=lambda n: register.groups[groups[n]].person)
        group = register.groups[groups[targets[0]]]
        missing = tuple(register.groups[groups[n]].person for n in targets)
        start, size = int(people.first[targets[0]]), len(group.pedigree)
        was_typed = typed[groups[targets[0]]][rows[targets[0]]]
        free = [j for j in range(size) if not was_typed[j] and j not in missing]
        if not all_untyped and people.available is not None:
            free = [j for j in free if people.available[start + j]]
        if not free:
            continue
        asked = Asked(
            family,
            group.pedigree,
            missing,
            tuple(j for j in range(size) if was_typed[j]),
            tuple(free),
            tuple(float(people.cost[start + j]) for j in free),
        )
        found.append(AskedFamily(asked, tuple(targets), tuple(people.persons[start : start + size])))
    return found


def write_power(path: str | Path, power: Power, register: Register) -> None:
    """Write the power of every target, in the register's order.

    Raises
    ------
    InputProblems
        For a name that does not end in ``.csv``.
    """
    rows = (
        (
            register.families[i], register.missing[i], int(power.markers[i]), int(power.inconsistent[i]),
            "yes" if power.under_powered[i] else "",
            *map(_short, (
                power.reached[i], power.reached_by_chance[i], power.mean_found[i], power.sd_found[i],
                *power.quantiles_found[i], power.mean_unrelated[i], power.sd_unrelated[i],
                *power.quantiles_unrelated[i], power.zero[i], power.excluded[i],
            )),
        )
        for i in range(len(power))
    )  # fmt: skip
    _write(Path(path), POWER_COLUMNS, rows)


def write_next(path: str | Path, samples: Sequence[Sample], basis: str) -> None:
    """Write what to sample next, best first; ``basis`` says how the gains were found.  Faults as above."""
    rows = (
        (
            rank, one.family, ";".join(one.persons), f"{one.package.cost:g}",
            *map(_short, (one.now.reached, one.package.reached, one.now.log10_lr, one.package.log10_lr)),
            basis,
        )
        for rank, one in enumerate(samples, 1)
    )  # fmt: skip
    _write(Path(path), NEXT_COLUMNS, rows)


def check_output(path: str | Path) -> None:
    """Refuse a name that does not end in ``.csv``."""
    name = Path(path).name
    if not name.endswith(".csv"):
        raise InputProblems([InputProblem("power.output-format", name, params={"given": name})])


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    check_output(path)
    write_table(path, columns, rows)


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{value + 0.0:.6g}"
