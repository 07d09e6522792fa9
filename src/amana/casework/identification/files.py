"""Files of a run in ``<home>/runs``: the whole result, and the reports.

What holds genotypes of relatives is sealed with a key from the key folder: a copy of the data folder alone
opens none of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from amana import __version__
from amana.casework.audit.keyring import keyring
from amana.kinship.joint import Case, Identification
from amana.problems import InputProblem, InputProblems, Language
from amana.reporting import write_reports
from amana.reporting.documents import identification_document
from amana.reporting.writing import ANNEX, INCIDENT, VICTIMS, file_names

LANGUAGES: tuple[Language, ...] = ("en", "ar")
SEALED = ".sealed"


@dataclass(frozen=True)
class Files:
    """What was written, with digests of what a reader gets."""

    result_sha256: str = ""
    reports: list[dict[str, Any]] = field(default_factory=list)


def folder() -> Path:
    """Where runs are kept, readable to this program alone."""
    path: Path = settings.HOME / "runs"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _silent(done: int, total: int) -> None:
    """Nobody listens."""


def write_files(
    number: str, case: Case, result: Identification, progress: Callable[[int, int], None] = _silent
) -> Files:
    """Write the result and the reports of a run, each put in its place only when it is whole."""
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".new-") as scratch:
        reports = []
        for i, language in enumerate(LANGUAGES):
            progress(i, len(LANGUAGES))
            reports += _reports(Path(scratch), number, case, result, language)
        progress(len(LANGUAGES), len(LANGUAGES))
        document = identification_document(result, "en", laboratory=True)
        text = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
        made = Path(scratch, "result.json")
        made.write_bytes(text)
        made.replace(folder() / f"{number}.json")
        shutil.rmtree(folder() / number, ignore_errors=True)
        target = folder() / number
        target.mkdir(mode=0o700)
        for language in LANGUAGES:
            Path(scratch, language).replace(target / language)
    return Files(hashlib.sha256(text).hexdigest(), reports)


def _reports(
    scratch: Path, number: str, case: Case, result: Identification, language: Language
) -> list[dict[str, Any]]:
    root = scratch / language
    written = write_reports(case, result, root, language, version=__version__)
    units = {f"{name}.pdf": unit for unit, name in file_names(v.id for v in case.victims).items()}
    found = []
    for path in written:
        name = path.relative_to(root).as_posix()
        kind = {INCIDENT: "incident", ANNEX: "annex"}.get(name, "unit")
        content = path.read_bytes()
        if kind == "annex":
            path.with_name(path.name + SEALED).write_bytes(keyring().box("reports").encrypt(content))
            path.unlink()
        found.append(
            {
                "language": language,
                "kind": kind,
                "unit": units[path.name] if name.startswith(f"{VICTIMS}/") else None,
                "path": f"{number}/{language}/{name}",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    return found


def read_report(report: dict[str, Any]) -> bytes:
    """A report as it was recorded.

    Raises
    ------
    InputProblems
        If it is not there any more, or not as it was recorded.
    """
    path = folder() / report["path"]
    params = {"file": path.name}
    try:
        if report["kind"] == "annex":
            content = keyring().box("reports").decrypt(path.with_name(path.name + SEALED).read_bytes())
        else:
            content = path.read_bytes()
    except OSError:
        raise InputProblems([InputProblem("report.gone", params=params)]) from None
    if hashlib.sha256(content).hexdigest() != report["sha256"]:
        raise InputProblems([InputProblem("report.changed", params=params)])
    return content


def remove_annexes(number: str) -> bool:
    """Overwrite and remove a run's laboratory annexes; whether there were any."""
    annexes = list((folder() / number).glob(f"*/{ANNEX}{SEALED}"))
    for path in annexes:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    return bool(annexes)
