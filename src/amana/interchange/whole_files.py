"""Files that are there whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def write_whole(path: str | Path, lines: Iterable[str], ending: str = "\r\n") -> None:
    """Write lines in UTF-8 beside ``path`` and then put them in its place."""
    with _beside(Path(path)) as out:
        out.writelines(line + ending for line in lines)


def write_table(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The same of a table, as CSV; makes the folder."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
