"""Write docs/licences.md: the licences of what Amana needs to run, read from what is installed.

.venv/bin/python tools/licences.py
"""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "licences.md"

HEADING = """# Licences

Amana is licensed under Apache-2.0 (`LICENSE`).  To run, it needs the packages below and nothing
else.  They are installed from their own distributions, not shipped with Amana.

Written by `tools/licences.py` from the metadata of the installed packages; a test compares it with
`requirements.txt` and with what is installed.  Where a package declares a licence only by name or
by class, that wording is kept as it is.

| package | locked version | read from | licence as declared | licence files it brings |
|---|---|---|---|---|
"""

FOOT = """
The wheels of NumPy and SciPy also carry compiled libraries (OpenBLAS, and the runtime of GNU
Fortran, whose licence has the GCC runtime exception); their terms are in the licence files of
those wheels.  Tests use further packages (`requirements-dev.txt`), Chromium, PostgreSQL and
poppler: they are never part of Amana or of what it writes.

What Amana ships that others made (fonts, frequency figures) has its source and terms beside it, in
the same folder.
"""


@dataclass(frozen=True)
class Row:
    """One package of the report."""

    name: str
    locked: str
    read_from: str
    licence: str
    files: int

    def __str__(self) -> str:
        return f"| {self.name} | {self.locked} | {self.read_from} | {self.licence} | {self.files} |"


def locked(text: str) -> dict[str, list[str]]:
    """Return the versions that a lock file pins for each package, sorted by name."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M):
        pins.setdefault(name, []).append(version)
    return dict(sorted(pins.items()))


def licence(metadata: importlib.metadata.PackageMetadata) -> str:
    """Return how a package declares its licence: SPDX expression, else class, else the field's first line."""
    fields = metadata.json
    if expression := fields.get("license_expression"):
        return str(expression)
    classes = [c.split(" :: ")[-1] for c in fields.get("classifier", []) if c.startswith("License :: ")]
    if classes:
        return ", ".join(classes)
    return str(fields.get("license") or "not declared").splitlines()[0]


def rows() -> list[Row]:
    """Return one row for each package of requirements.txt; every one must be installed."""
    found = []
    for name, versions in locked((ROOT / "requirements.txt").read_text("utf-8")).items():
        distribution = importlib.metadata.distribution(name)
        # Only the wheel's own licence files: libraries inside the wheel have theirs among them.
        files = [
            file
            for file in distribution.files or []
            if ".dist-info" in str(file) and re.search(r"licen[cs]e|copying|notice", str(file), re.I)
        ]
        found.append(
            Row(name, " / ".join(versions), distribution.version, licence(distribution.metadata), len(files))
        )
    return found


def report() -> str:
    """Return the whole document."""
    return HEADING + "".join(f"{row}\n" for row in rows()) + FOOT


if __name__ == "__main__":
    REPORT.write_text(report(), "utf-8")
