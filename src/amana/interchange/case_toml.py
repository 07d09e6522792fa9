"""case.toml: what a case folder says about itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amana.interchange.collecting import Problems
from amana.interchange.text import decode, nearest, read_bytes
from amana.interchange.typings import OneAllele

_KEYS = ("name", "synthetic", "manifest", "minimum_frequency", "silent_frequency", "x_markers", "one_allele")


@dataclass(frozen=True)
class CaseSettings:
    """Content of case.toml.

    ``manifest`` names a reliable list of who is among the missing; None: an open incident.
    ``minimum_frequency`` replaces the minimum of the main table.  ``x_markers`` None: as marker names tell.
    """

    name: str | None = None
    synthetic: bool = False
    manifest: str | None = None
    minimum_frequency: float | None = None
    silent_frequency: float | Mapping[str, float] | None = None
    x_markers: tuple[str, ...] | None = None
    one_allele: OneAllele = "partial"


def read_case_settings(path: str | Path) -> CaseSettings:
    """Settings of a case folder, of its case.toml, or (for any other file, or none) the defaults.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    if path.is_dir():
        path = path / "case.toml"
    if path.name.casefold() != "case.toml" or not path.exists():
        return CaseSettings()
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    settings = case_settings(data, path.name, problems) if data is not None else CaseSettings()
    problems.raise_faults()
    return settings


def case_settings(data: bytes, file: str, problems: Problems) -> CaseSettings:
    """Settings from the bytes of case.toml; faults are noted."""
    if not data.strip():
        return CaseSettings()
    text = decode(data, file, problems)
    if text is None:
        return CaseSettings()
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        problems.fault("toml.not-toml", file, int(line[1]) if line else None)
        return CaseSettings()
    for name in found:
        if name not in _KEYS:
            problems.fault("toml.unknown-key", file, field=name, key=name, known=nearest(name, _KEYS))

    def text_of(name: str) -> str | None:
        value = found.get(name)
        if value is not None and not isinstance(value, str):
            problems.fault("toml.not-text", file, field=name, value=str(value))
            return None
        return value or None

    synthetic = found.get("synthetic", False)
    if not isinstance(synthetic, bool):
        problems.fault("toml.not-yes-no", file, field="synthetic", value=str(synthetic))
        synthetic = False
    one_allele = found.get("one_allele", "partial")
    if one_allele not in ("partial", "homozygote"):
        problems.fault("toml.one-allele", file, field="one_allele", value=str(one_allele))
        one_allele = "partial"
    x_markers = found.get("x_markers")
    if x_markers is not None and not (
        isinstance(x_markers, list) and all(isinstance(x, str) for x in x_markers)
    ):
        problems.fault("toml.not-a-list", file, field="x_markers", value=str(x_markers))
        x_markers = None
    return CaseSettings(
        text_of("name"),
        synthetic,
        text_of("manifest"),
        _frequency(found, "minimum_frequency", file, problems),
        _silent(found, file, problems),
        None if x_markers is None else tuple(x_markers),
        one_allele,
    )


def _silent(found: Mapping[str, Any], file: str, problems: Problems) -> float | Mapping[str, float] | None:
    value = found.get("silent_frequency")
    if not isinstance(value, dict):
        return _frequency(found, "silent_frequency", file, problems)
    by_marker = {m: _frequency(value, m, file, problems, f"silent_frequency.{m}") for m in value}
    return {marker: f for marker, f in by_marker.items() if f is not None}


def _frequency(
    found: Mapping[str, Any], name: str, file: str, problems: Problems, field: str | None = None
) -> float | None:
    value = found.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        problems.fault("value.frequency", file, field=field or name, value=str(value))
        return None
    return float(value)
