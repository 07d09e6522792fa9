"""Looking after the files on the disk: what nobody needs goes, what should be there is looked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Sum

from amana.casework.files import places
from amana.casework.files.models import StoredFile
from amana.casework.files.pending import discard_of, pending_bytes, sweep_uploads
from amana.casework.files.sealing import sealed_size
from amana.problems import InputProblem, InputProblems

ORPHANS_KEPT = 7 * 86400
"""Seconds that a file without a row is kept.  Nobody can open it: its key was in the row.  It is kept for a
while because a database that was restored by hand, without its files, may be replaced by the right one."""
LOOKED_AT = 200
"""How many of the newest files the health page looks for."""


def forget(subject: Any) -> int:
    """Remove what is on the disk of a person who was erased; returns how many files.  Safe to repeat."""
    ids = set(StoredFile.objects.filter(subject=subject).values_list("pk", flat=True))
    if ids:
        discard_of(ids)  # a second name of the same content, if the upload is not swept yet
    return sum(places.remove(file_id) for file_id in ids)


def sweep() -> dict[str, int]:
    """Remove uploads that were never used, and files without a row; returns how many of each.

    The content of erased people goes as well, should a crash have left it.
    """
    removed = {"uploads": sweep_uploads(), "orphans": 0, "erased": 0}
    for found in _on_disk():
        known = dict(StoredFile.objects.filter(pk__in=found).values_list("pk", "sealed_key"))
        for file_id, paths in found.items():
            erased = known.get(file_id) == ""
            if erased or (file_id not in known and min(map(_age, paths)) > ORPHANS_KEPT):
                for path in paths:
                    path.unlink(missing_ok=True)
                removed["erased" if erased else "orphans"] += 1
    return removed


def orphans() -> int:
    """How many files have no row."""
    return sum(len(found) - StoredFile.objects.filter(pk__in=found).count() for found in _on_disk())


def _on_disk() -> Iterator[dict[UUID, list[Path]]]:
    """Every file with its paths, some hundreds at a time."""
    for folder in sorted(p for p in places.files_folder().iterdir() if p.is_dir() and len(p.name) == 2):
        found: dict[UUID, list[Path]] = {}
        for path in folder.iterdir():
            # <identifier>, <identifier>.preview, and .<identifier>.<process> of a copy that was cut short
            with suppress(ValueError):
                found.setdefault(UUID(hex=path.name.lstrip(".").partition(".")[0]), []).append(path)
        ids = list(found)
        for start in range(0, len(ids), 500):
            yield {file_id: found[file_id] for file_id in ids[start : start + 500]}


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def is_there(stored: StoredFile) -> bool:
    """Whether the content stands on the disk with the right length; its hash is not computed."""
    try:
        return places.place_of(stored.pk).stat().st_size == sealed_size(stored.size)
    except OSError:
        return False


def verify_files(progress: Callable[[int, int], None] = lambda done, total: None) -> list[InputProblem]:
    """Read every file and compare it with its hash; every one that is not what was given, or is not there."""
    from amana.casework.files.services import content_of, damage_told

    rows = StoredFile.objects.exclude(sealed_key="").order_by("pk")
    total, faults = rows.count(), []
    for done, stored in enumerate(rows.iterator(chunk_size=500), 1):
        try:
            with damage_told(stored), content_of(stored).reader as content:
                for _ in content.whole(stored.sha256):
                    pass
        except InputProblems as found:
            faults += found.problems
        progress(done, total)
    return faults


def stored_files() -> tuple[bool, str]:
    """For the health page: the newest files are there; how much there is, and how much is coming in."""
    rows = StoredFile.objects.exclude(sealed_key="").order_by("-pk")[:LOOKED_AT]
    missing = sum(not is_there(stored) for stored in rows)
    kept = StoredFile.objects.aggregate(size=Sum("size"))["size"] or 0
    detail = f"{kept / 1e9:.1f} GB, + {pending_bytes() / 1e9:.1f} GB"
    return not missing, f"{detail}, {missing}/{LOOKED_AT}" if missing else detail
