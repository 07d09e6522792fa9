"""What a screening writes: its parts, to go on from or to merge, and its hits."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np

from amana.kinship.screening import Hits, Part, Register, Remains
from amana.problems import InputProblem, InputProblems

_ARRAYS = tuple(f.name for f in fields(Part) if f.name not in ("bound", "seconds"))
HITS_COLUMNS = (
    "remains", "family", "missing", "log10_lr", "markers", "rank", "posterior", "chance_hits",
    "log10_lr_sibling", "log10_lr_uncle",
)  # fmt: skip


def fingerprint(inputs: Mapping[str, str], settings: Mapping[str, object]) -> str:
    """One digest of all files and options that a part depends on."""
    said = json.dumps({"inputs": sorted(inputs.values()), "settings": settings}, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def write_part(path: str | Path, part: Part, *, of: str, index: int, count: int) -> None:
    """Write a part whole or not at all; ``of`` is the fingerprint of what it was computed from."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"of": of, "index": index, "count": count, "bound": part.bound, "seconds": part.seconds}
    buffer = path.with_name(path.name + ".tmp")
    with buffer.open("wb") as file:
        np.savez(
            file,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            **{name: getattr(part, name) for name in _ARRAYS},
        )
    buffer.replace(path)


def read_part(path: str | Path, *, of: str) -> tuple[Part, int, int]:
    """A part, its index and how many there are.

    Raises
    ------
    InputProblems
        For a file that is no part, or one of other files or options.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as stored:
            about = json.loads(bytes(stored["about"]))
            arrays = {name: stored[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        raise InputProblems([InputProblem("screen.part-unreadable", path.name)]) from None
    if about.get("of") != of:
        raise InputProblems([InputProblem("screen.part-of-another", path.name)])
    part = Part(**arrays, bound=float(about["bound"]), seconds=dict(about["seconds"]))
    return part, int(about["index"]), int(about["count"])


def check_complete(found: Sequence[tuple[Part, int, int]]) -> None:
    """Refuse parts of which one is missing.

    Raises
    ------
    InputProblems
        Naming every part that is not there.
    """
    count = max(c for _, _, c in found)
    there = {i for _, i, c in found if c == count}
    missing = [
        InputProblem("screen.part-missing", params={"part": i + 1, "of": count})
        for i in range(count)
        if i not in there
    ]
    if missing:
        raise InputProblems(missing)


def write_hits(path: str | Path, hits: Hits, remains: Remains, register: Register) -> None:
    """Write the table of hits, remains by remains from the best down; the same hits give the same bytes.

    Raises
    ------
    InputProblems
        For a name that does not end in ``.csv`` or ``.csv.gz``.
    """
    path = Path(path)
    if not path.name.endswith((".csv", ".csv.gz")):
        raise InputProblems([InputProblem("screen.output-format", path.name, params={"given": path.name})])
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = path.with_name(path.name + ".tmp")
    with buffer.open("wb") as raw:
        if path.name.endswith(".gz"):
            with gzip.GzipFile("", "wb", compresslevel=3, fileobj=raw, mtime=0) as packed:
                _write(packed, hits, remains, register)
        else:
            _write(raw, hits, remains, register)
    buffer.replace(path)


def _write(file: io.BufferedWriter | gzip.GzipFile, hits: Hits, remains: Remains, register: Register) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HITS_COLUMNS)
    for n, t, lr, markers, rank, posterior, chance, sibling, uncle in zip(
        hits.remains.tolist(), hits.targets.tolist(), hits.log10_lr.tolist(), hits.markers.tolist(),
        hits.rank.tolist(), hits.posterior.tolist(), hits.chance.tolist(), hits.log10_lr_sibling.tolist(),
        hits.log10_lr_uncle.tolist(), strict=True,
    ):  # fmt: skip
        writer.writerow(
            (
                remains.ids[n], register.families[t], register.missing[t], f"{lr:.10g}", markers, rank,
                f"{posterior:.6g}", _short(chance), _short(sibling), _short(uncle),
            )
        )  # fmt: skip
    text.flush()
    text.detach()


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6g}"
