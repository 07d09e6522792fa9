"""A simulated register as files: the tables that ``amana kinship screen`` reads, and the truth."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amana.interchange import write_frequency_table
from amana.kinship.markers import Marker
from amana.problems import InputProblem, InputProblems
from amana.simulation.register import SimulatedRegister, people_of
from amana.simulation.tables import demo_table

REMAINS_FILE, FAMILIES_FILE, TRUTH_FILE = "remains.csv.gz", "families.csv.gz", "truth.csv.gz"
_FILES = frozenset({REMAINS_FILE, FAMILIES_FILE, TRUTH_FILE, "frequencies.csv", "mutation.csv", "README.txt"})
_TITLE = "Synthetic register, made by `amana simulate register`"
_README = f"""{_TITLE}, seed {{seed}}.
Every person and every profile in it is invented. Real are only the allele frequencies (see frequencies.csv).

remains.csv.gz    profiles of remains; poor bone has drop-out as declared, and markers that were not typed
families.csv.gz   families, with the relatives' profiles
truth.csv.gz      whose the remains are; empty where they are nobody's of the register
frequencies.csv   allele frequencies
mutation.csv      mutation model, as the genes were dropped

The form of the tables is described in docs/formats.md of Amana.
"""


def write_register(register: SimulatedRegister, folder: str | Path) -> tuple[Path, ...]:
    """Write the register; the same register gives the same bytes.

    docs/formats.md says what the tables hold.  A register that was simulated before is written over.

    Returns
    -------
    The files, sorted by name.

    Raises
    ------
    InputProblems
        Where the folder is a file, or holds anything that is not a simulated register.
    """
    folder = Path(folder)
    check_register_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # First, so that a folder left half written is known as ours.
    (folder / "README.txt").write_text(_README.format(seed=register.seed), encoding="utf-8", newline="")
    names = [m.name for m in register.markers]
    pairs = [_pairs(m) for m in register.markers]
    _compressed(folder / REMAINS_FILE, _remains(register, names, pairs))
    _compressed(folder / FAMILIES_FILE, _families(register, names, pairs))
    _compressed(folder / TRUTH_FILE, _truth(register))
    write_frequency_table(demo_table("levant"), folder / "frequencies.csv")
    (folder / "mutation.csv").write_text(_mutation(register), encoding="utf-8", newline="")
    return tuple(sorted(folder / name for name in _FILES))


def check_register_folder(folder: Path) -> None:
    """Refuse a place where something else lies: a real register has files of the same names."""
    if folder.exists() and not folder.is_dir():
        raise InputProblems([InputProblem("simulate.not-a-folder", file=str(folder))])
    if not folder.is_dir():
        return
    there = {p.name for p in folder.iterdir()}
    if there and (there - _FILES or not _is_ours(folder)):
        raise InputProblems([InputProblem("simulate.folder-not-empty", file=str(folder))])


def _is_ours(folder: Path) -> bool:
    try:
        return (folder / "README.txt").read_text(encoding="utf-8").startswith(_TITLE)
    except (OSError, ValueError):
        return False


def _mutation(register: SimulatedRegister) -> str:
    used = register.mutation
    row = (
        "*,none,0,0,,"
        if used is None
        else f"*,stepwise,{used.rate_male},{used.rate_female},{used.range},{used.rate2}"
    )
    return f"marker,model,rate_male,rate_female,range,rate2\n{row}\n"


def _compressed(path: Path, lines: Iterable[str]) -> None:
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=3, fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        text.writelines(lines)


_Cells = NDArray[np.object_]


def _pairs(marker: Marker) -> _Cells:
    """Cells by the indices of two alleles; the last row and column are nothing."""
    k = len(marker.alleles)
    found = np.full((k + 1, k + 1), "", dtype=object)
    for i, a in enumerate(marker.alleles):
        for j, b in enumerate(marker.alleles):
            found[i, j] = f"{a}/{b}"
    return found


def _cells(calls: NDArray[np.int16], pairs: Sequence[_Cells]) -> list[list[str]]:
    """Rows of cells from calls of shape (n, n_markers, 2)."""
    columns = [pairs[m][calls[:, m, 0], calls[:, m, 1]] for m in range(len(pairs))]
    return [list(row) for row in np.stack(columns, axis=1)]


def _remains(register: SimulatedRegister, names: list[str], pairs: list[_Cells]) -> Iterable[str]:
    one = register.remains
    yield ",".join(["remains", "sex", "class", "dropout", *names]) + "\n"
    for n, cells in enumerate(_cells(one.calls, pairs)):
        start = [f"R{n + 1:07}", "M" if one.male[n] else "F", one.classes[n], f"{one.dropout[n]:g}"]
        yield ",".join([*start, *cells]) + "\n"


def _families(register: SimulatedRegister, names: list[str], pairs: list[_Cells]) -> Iterable[str]:
    yield ",".join(["family", "person", "father", "mother", "sex", "missing", *names]) + "\n"
    blank = [""] * len(names)
    where = {}
    for s, one in enumerate(register.families):
        for row, number in enumerate(one.numbers):
            where[int(number)] = (s, row)
    typed = [
        {i: _cells(one.alleles[:, i], pairs) for i, _, is_typed, _ in people_of(one) if is_typed}
        for one in register.families
    ]
    for number in sorted(where):
        s, row = where[number]
        for i, person, _, missing in people_of(register.families[s]):
            cells = typed[s][i][row] if i in typed[s] else blank
            start = [
                f"F{number + 1:07}", person.id, person.father or "", person.mother or "", person.sex or "",
                "yes" if missing else "",
            ]  # fmt: skip
            yield ",".join([*start, *cells]) + "\n"


def _truth(register: SimulatedRegister) -> Iterable[str]:
    one = register.remains
    names = {}
    for families in register.families:
        for number in families.numbers:
            names[int(number)] = families.shape.pedigree.persons
    yield "remains,family,missing\n"
    for n, (family, person) in enumerate(zip(one.family.tolist(), one.person.tolist(), strict=True)):
        whose = f"F{family + 1:07},{names[family][person].id}" if family >= 0 else ","
        yield f"R{n + 1:07},{whose}\n"
