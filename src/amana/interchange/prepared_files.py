"""A prepared register as a folder: tables mapped from files, and a manifest that names them.

Files are written under new names and the manifest, last, by renaming: a reader finds the old state or the new
one, never half of either.  Only then are files that the manifest no longer names removed.
docs/formats.md says what the folder holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amana.interchange.collecting import Problems
from amana.interchange.register_models import (
    Model,
    Source,
    alleles_in,
    calls_in,
    markers_for,
    model_of,
    read_typed,
)
from amana.interchange.register_sheets import FAMILIES_COLUMNS, REMAINS_COLUMNS, Sheet, read_sheet
from amana.interchange.register_tables import register_of, remains_of
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.kinship.screening.prepared import Prepared, PreparedMarker, marker_digest, n_genotypes
from amana.kinship.screening.preparing import on_panel, prepare
from amana.kinship.screening.register import Group, Register, Remains
from amana.problems import InputProblem, InputProblems

FORMAT, VERSION = "amana-prepared-register", 1
MANIFEST = "manifest.json"
_OURS = re.compile(
    r"(table|rows|seen|targets|register|frequencies|mutation)-\d+(-\d+)?(\.npy|\.json)?(\.tmp)?"
    r"|manifest\.json\.tmp"
)
Progress = Callable[[int], object]


@dataclass(frozen=True)
class PreparedFolder:
    """A prepared register and what is needed to go on with it.

    Attributes
    ----------
    observed
        Marker to the alleles of its universe that somebody showed.
    inputs
        File name to SHA-256 digest (hex) of what it was made from.
    generation
        How often the folder was written.
    warnings
        Non-fatal findings made while reading.
    """

    prepared: Prepared
    model: Model
    observed: Mapping[str, Collection[str]]
    inputs: Mapping[str, str]
    generation: int
    warnings: Sequence[InputProblem] = ()


def update_prepared(
    folder: str | Path,
    families: str | Path,
    frequencies: str | Path,
    mutation: str | Path | None = None,
    *,
    theta: float = 0.0,
    remains: str | Path | None = None,
    verify: bool = False,
    threads: int = 0,
    on_progress: Progress = int,
) -> PreparedFolder:
    """Prepare a register in a folder, or bring the one that is there up to date.

    Parameters
    ----------
    remains
        A table of remains whose alleles belong to the universe as well.
    verify
        Whether every table that is there is compared with its digest first.

    Raises
    ------
    InputProblems
        with every fault in every file, or if the folder is not a prepared register or is damaged.  The folder
        is then as it was.
    """
    folder = Path(folder)
    before = read_prepared(folder, verify=verify) if _is_there(folder) else None
    typed = read_typed(frequencies, mutation, (families, FAMILIES_COLUMNS), (remains, REMAINS_COLUMNS))
    panel, problems = typed.panel, typed.problems
    problems.raise_faults()
    register = register_of(typed.sheet(0), panel, typed.calls, problems)
    problems.raise_faults()
    assert register is not None
    generation = before.generation + 1 if before else 1
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder, generation)
    try:
        prepared = prepare(
            panel, register, theta, before=before.prepared if before else None, keep=writer.table,
            threads=threads, on_progress=on_progress,
        )  # fmt: skip
        made = PreparedFolder(
            prepared, typed.model, typed.observed, typed.digests, generation, problems.warnings
        )
        writer.finish(made)
    finally:
        _remove_others(folder)
    return made


def _is_there(folder: Path) -> bool:
    """Whether something was prepared there; a place where anything else lies is refused."""
    if (folder / MANIFEST).exists():
        return True
    if folder.exists() and not folder.is_dir():
        raise InputProblems([InputProblem("prepared.folder-taken", folder.name)])
    if folder.is_dir() and any(not _OURS.fullmatch(p.name) for p in folder.iterdir()):
        raise InputProblems([InputProblem("prepared.folder-taken", folder.name)])
    return False


def _remove_others(folder: Path) -> None:
    """Remove what was written here and no manifest names."""
    try:
        named = set(json.loads((folder / MANIFEST).read_text("utf-8"))["files"])
    except FileNotFoundError:
        named = set()
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name) and path.name not in named:
            path.unlink()


class _Writer:
    """Writes one generation of a folder."""

    def __init__(self, folder: Path, generation: int) -> None:
        self.folder, self.generation = folder, generation
        self._tables = 0
        self._files: dict[str, dict[str, object]] = {}

    def table(self, _marker: str, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Write a table and give it back mapped."""
        self._tables += 1
        name = f"table-{self.generation}-{self._tables}.npy"
        self._array(name, table)
        mapped: NDArray[np.float64] = np.load(self.folder / name, mmap_mode="r")
        return mapped

    def _array(self, name: str, values: NDArray[Any]) -> None:
        values = np.ascontiguousarray(values)
        with (self.folder / (name + ".tmp")).open("wb") as file:
            np.save(file, values)
        self._done(name, hashlib.sha256(values.data).hexdigest())

    def _bytes(self, name: str, data: bytes) -> None:
        (self.folder / (name + ".tmp")).write_bytes(data)
        self._done(name, hashlib.sha256(data).hexdigest())

    def _done(self, name: str, digest: str) -> None:
        (self.folder / (name + ".tmp")).replace(self.folder / name)
        self._files[name] = {"bytes": (self.folder / name).stat().st_size, "sha256": digest}

    def finish(self, made: PreparedFolder) -> None:
        """Write everything but the tables, and the manifest last."""
        prepared, g = made.prepared, self.generation
        segments = [[_file_of(s) for s in m.segments] for m in prepared.markers]
        tables = dict(self._files)
        if g > 1:
            tables |= json.loads((self.folder / MANIFEST).read_text("utf-8"))["files"]
        self._files = {name: tables[name] for names in segments for name in names}
        seen, observations = _renumbered(prepared.register, prepared.panel)
        self._array(f"rows-{g}.npy", prepared.rows)
        self._array(f"seen-{g}.npy", seen)
        self._array(
            f"targets-{g}.npy",
            np.concatenate([np.empty(0, dtype=np.int64), *(one.targets for one in prepared.register.groups)]),
        )
        register = {
            "families": prepared.register.families,
            "missing": prepared.register.missing,
            "groups": [_group_record(one) for one in prepared.register.groups],
            "observations": observations,
        }
        self._bytes(f"register-{g}.json", json.dumps(register, ensure_ascii=False).encode())
        self._bytes(f"frequencies-{g}", made.model.frequencies_source[1])
        mutation = made.model.mutation_source
        if mutation is not None:
            self._bytes(f"mutation-{g}", mutation[1])
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "generation": g,
            "theta": prepared.theta,
            "inputs": dict(made.inputs),
            "frequencies": made.model.frequencies_source[0],
            "mutation": None if mutation is None else mutation[0],
            "universe": {
                "version": prepared.universe,
                "alleles": {m.name: m.alleles for m in prepared.panel.markers},
                "seen": {name: sorted(alleles) for name, alleles in made.observed.items()},
            },
            "markers": [
                {"name": m.name, "digest": one.digest, "segments": names}
                for m, one, names in zip(prepared.panel.markers, prepared.markers, segments, strict=True)
            ],
            "files": self._files,
        }
        temporary = self.folder / (MANIFEST + ".tmp")
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(self.folder / MANIFEST)


def _file_of(table: NDArray[np.float64]) -> str:
    """Name of the file that a table is mapped from."""
    assert isinstance(table, np.memmap)
    return Path(str(table.filename)).name


def _renumbered(register: Register, panel: Panel) -> tuple[NDArray[np.int32], list[list[object]]]:
    """What the relatives show, group by group in one line, in numbers of the observations that are listed."""
    flat = np.concatenate([np.zeros(1, dtype=np.int32), *(g.seen.ravel() for g in register.groups)])
    used, back = np.unique(flat, return_inverse=True)  # the zero in front is "nothing seen"
    described = dict(panel.described())
    records: list[list[object]] = []
    for number in used[1:].tolist():
        marker, sex, one = described[number]
        typings = [sorted(t) for t in one.replicates.get(marker, ())]
        call = one.calls.get(marker)
        records.append([marker, sex, None if call is None else list(call), one.dropout, one.dropin, typings])
    return back.ravel()[1:].astype(np.int32), records


def _group_record(group: Group) -> dict[str, object]:
    persons = [[p.father, p.mother, p.sex, p.founder_inbreeding] for p in group.pedigree.persons]
    return {"persons": persons, "sought": group.person, "targets": len(group.targets)}


def read_prepared(folder: str | Path, *, verify: bool = False) -> PreparedFolder:
    """A prepared register; its tables stay in their files and are mapped.

    Parameters
    ----------
    verify
        Whether the tables are read and compared with their digests; the other files always are.

    Raises
    ------
    InputProblems
        If there is none, it is damaged, or it was made by another version of the program.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise InputProblems([InputProblem("prepared.not-one", folder.name)]) from None
    if manifest.get("version") != VERSION:
        raise InputProblems([InputProblem("prepared.other-version", folder.name)])
    reader = _Reader(folder, manifest, verify)
    try:
        return reader.read()
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        problem = InputProblem("prepared.damaged", folder.name, params={"part": reader.at})
        raise InputProblems([problem]) from None


class _Reader:
    """Reads a folder; ``at`` is the file that was looked at last.  Whatever is not right is a ValueError."""

    def __init__(self, folder: Path, manifest: dict[str, Any], verify: bool) -> None:
        self.folder, self.manifest, self.verify, self.at = folder, manifest, verify, MANIFEST

    def read(self) -> PreparedFolder:
        """Everything that the manifest names."""
        said, g = self.manifest, int(self.manifest["generation"])
        problems = Problems()
        frequencies: Source = (str(said["frequencies"]), self._bytes(f"frequencies-{g}"))
        mutation = None
        if said["mutation"] is not None:
            mutation = (str(said["mutation"]), self._bytes(f"mutation-{g}"))
        model = model_of(frequencies, mutation, problems)
        observed = {str(m): frozenset(map(str, alleles)) for m, alleles in said["universe"]["seen"].items()}
        problems.raise_faults()
        assert model is not None
        panel = Panel(markers_for(observed, model, problems))
        theta = float(said["theta"])
        digests = [marker_digest(m, theta) for m in panel.markers]
        if digests != [m["digest"] for m in said["markers"]]:
            raise InputProblems([InputProblem("prepared.other-version", self.folder.name)])
        register = self._register(g, panel)
        rows = self._array(f"rows-{g}.npy", np.dtype(np.int32), (len(panel.markers), len(register)))
        markers = []
        for m, one in enumerate(said["markers"]):
            shape = (2 if theta else 1, n_genotypes(len(panel.markers[m].alleles)), -1)
            segments = tuple(
                self._array(name, np.dtype(np.float64), shape, mapped=True) for name in one["segments"]
            )
            markers.append(PreparedMarker(digests[m], segments))
            self.at = f"rows-{g}.npy"
            _check(bool(segments))
            _check(not rows.size or 0 <= rows[m].min() <= rows[m].max() < markers[m].n_rows)
        prepared = Prepared(panel, register, theta, tuple(markers), rows, int(said["universe"]["version"]))
        return PreparedFolder(prepared, model, observed, dict(said["inputs"]), g, problems.warnings)

    def _register(self, g: int, panel: Panel) -> Register:
        stored = json.loads(self._bytes(f"register-{g}.json"))
        for number, (marker, sex, call, dropout, dropin, typings) in enumerate(stored["observations"], 1):
            profile = Profile(
                "", {} if call is None else {marker: (call[0], call[1])}, dropout, dropin,
                {marker: tuple(map(frozenset, typings))} if typings else {},
            )  # fmt: skip
            _check(panel.encode(profile, sex).max() == number)
        seen = self._array(f"seen-{g}.npy", np.dtype(np.int32), (-1,))
        _check(not seen.size or 0 <= seen.min() <= seen.max() < panel.size)
        targets = self._array(f"targets-{g}.npy", np.dtype(np.int64), (len(stored["families"]),))
        _check(np.array_equal(np.sort(targets), np.arange(len(targets))))
        groups = []
        at, first = 0, 0
        for one in stored["groups"]:
            pedigree = Pedigree([Person(str(i), *p) for i, p in enumerate(one["persons"])])
            n = int(one["targets"])
            shape = (n, len(panel.markers), len(pedigree))
            length = int(np.prod(shape))
            groups.append(
                Group(
                    pedigree,
                    int(one["sought"]),
                    seen[at : at + length].reshape(shape),
                    targets[first : first + n],
                )
            )
            at, first = at + length, first + n
        _check(at == len(seen) and first == len(targets) == len(stored["missing"]))
        return Register.of_groups(tuple(stored["families"]), tuple(stored["missing"]), tuple(groups))

    def _bytes(self, name: str) -> bytes:
        self.at = name
        data = (self.folder / name).read_bytes()
        _check(hashlib.sha256(data).hexdigest() == self.manifest["files"][name]["sha256"])
        return data

    def _array(
        self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...], *, mapped: bool = False
    ) -> NDArray[Any]:
        """An array of this type and shape, -1 for any length."""
        self.at = name
        about = self.manifest["files"][name]
        path = self.folder / name
        _check(path.parent == self.folder and path.stat().st_size == about["bytes"])
        found: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        _check(found.dtype == dtype and len(found.shape) == len(shape) and bool(found.flags.c_contiguous))
        _check(all(n in (-1, there) for n, there in zip(shape, found.shape, strict=True)))
        if self.verify or not mapped:
            _check(hashlib.sha256(found.data).hexdigest() == about["sha256"])
        return found


def _check(good: bool) -> None:
    if not good:
        raise ValueError


def read_remains_for(
    folder: PreparedFolder, remains: str | Path, *, threads: int = 0
) -> tuple[Prepared, Remains, dict[str, str], Sequence[InputProblem]]:
    """Profiles to look up, and the register in whose numbers they are.

    Where they show alleles or markers that the register has not, its tables of those markers are made anew,
    as a screening of the profiles would make them; nothing is written.

    Returns
    -------
    (register, remains, digests of what was read, warnings)

    Raises
    ------
    InputProblems
        with every fault in the table.
    """
    problems = Problems()
    digests: dict[str, str] = {}
    known = folder.model.known
    sheet: Sheet | None = read_sheet(Path(remains), REMAINS_COLUMNS, known, problems, digests)
    problems.raise_faults()
    assert sheet is not None
    calls = calls_in((sheet,), known, problems)
    shown = alleles_in(calls)
    observed = {
        m: {*folder.observed.get(m, ()), *shown.get(m, ())}
        for m in known.values()
        if m in folder.observed or m in shown
    }
    prepared = folder.prepared
    markers = markers_for(observed, folder.model, problems)
    problems.raise_faults()
    held = [one.digest for one in prepared.markers]
    unchanged = [marker_digest(m, prepared.theta) for m in markers] == held
    panel = prepared.panel if unchanged else Panel(markers)
    found = remains_of(sheet, panel, calls, problems)
    problems.raise_faults()
    assert found is not None
    if panel is not prepared.panel:
        register = on_panel(prepared.register, prepared.panel, panel)
        wider = prepare(panel, register, prepared.theta, before=prepared, threads=threads)
        prepared = replace(wider, universe=prepared.universe)
    return prepared, found, digests, problems.warnings
