"""``amana doctor``: what is present on this machine, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from amana.cli import machine
from amana.cli.casework import has_database
from amana.cli.words import words as cli_words
from amana.problems import Language

NEEDED_MB = 500
"""Free space asked for, in megabytes: reports and compiled kernels of a large case, with room."""


@dataclass(frozen=True)
class Check:
    """One thing looked for.

    Attributes
    ----------
    name
        Key of its label and remedy in ``doctor.<language>.toml``.
    present, required
        Whether it is there, and whether Amana cannot do its work without it.
    detail, values
        Key of the sentence that says what was found, and the values it names.
    """

    name: str
    present: bool
    required: bool
    detail: str
    values: Mapping[str, object]


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``amana doctor``."""
    description = "Say what is present on this machine, what is missing, and how to get it."
    subparsers.add_parser(
        "doctor",
        help="what is present, what is missing and how to get it",
        description=f"{description} Exit status 1 if something required is missing.",
    )


def run(args: argparse.Namespace) -> int:
    """Look at everything; return 1 if something required is missing."""
    checks = examine()
    words = phrases(args.lang)
    register = examine_register(args.lang)
    print(as_json(checks, words, register) if args.json else as_text(checks, words))
    if register and not args.json:
        say = cli_words(args.lang)
        print(f"\n{say['doctor.register']}")
        for found in register:
            mark = words["found"] if found["good"] else words["missing"]
            print(f"  {mark:8} {found['name']}{': ' if found['detail'] else ''}{found['detail']}")
    whole = all(check.present for check in checks if check.required)
    return 0 if whole and all(found["good"] for found in register) else 1


def examine_register(language: Language) -> list[dict[str, Any]]:
    """Look at the register of this copy, where there is one: its database, triggers, keys."""
    if not has_database():
        return []
    from amana.casework.start import start

    start()
    from django.utils import translation

    from amana.casework.common import health

    with translation.override(language):
        return [{"name": str(c.name), "good": c.good, "detail": c.detail} for c in health.examine()]


def examine() -> list[Check]:
    """Return every check, required ones first."""
    outside: list[tuple[str, Callable[[], Path | None]]] = [
        ("chromium", machine.find_chromium),
        ("postgresql", machine.find_postgresql),
        ("arabic-font", machine.find_arabic_font),
        ("page-images", machine.find_page_images),
        ("reference-data", machine.find_reference_data),
    ]
    return [
        check_python(),
        check_packages(machine.ROOT / "requirements.txt"),
        check_cache(),
        check_fonts(),
        check_disk(Path.cwd()),
        *(check_path(name, find()) for name, find in outside),
    ]


def check_python() -> Check:
    """Look at the Python that runs this."""
    present = sys.version_info >= (3, 11)
    return Check("python", present, True, "path", {"path": f"{sys.version.split()[0]}, {sys.executable}"})


def check_packages(lock: Path) -> Check:
    """Compare what is installed with the lock file."""
    if not lock.exists():
        needed = importlib.metadata.requires("amana") or []
        return Check("packages", True, True, "packages-unlocked", {"count": len(needed)})
    pins = read_lock(lock.read_text("utf-8"))
    wrong = [
        f"{name} {have or '-'} ({' / '.join(sorted(versions))})"
        for name, versions in pins.items()
        if (have := installed_version(name)) not in versions
    ]
    if wrong:
        return Check("packages", False, True, "packages-wrong", {"names": ", ".join(wrong)})
    return Check("packages", True, True, "packages-right", {"count": len(pins)})


def read_lock(text: str) -> dict[str, set[str]]:
    """Return the locked versions of each package that this platform needs.

    A package can be locked twice, once for each range of Python versions: either is right here,
    because pip has chosen between them.  One that only other platforms need is left out.
    """
    pins: dict[str, set[str]] = {}
    for line in text.splitlines():
        if pin := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]*))?", line):
            name, version, marker = pin.groups()
            if not marker or marker.startswith("python_"):
                pins.setdefault(name, set()).add(version)
    return pins


def installed_version(name: str) -> str | None:
    """Return the installed version of a package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_cache() -> Check:
    """Try to write where Numba keeps compiled kernels: beside the sources unless told otherwise."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parents[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Check("cache", True, True, "cache-right", {"folder": folder})
    except OSError:
        return Check("cache", False, True, "cache-wrong", {"folder": folder})


def check_fonts() -> Check:
    """Look for the fonts that the reports embed."""
    folder = Path(__file__).parents[1] / "reporting" / "fonts"
    names = sorted(font.stem for font in folder.rglob("*.[ot]tf"))
    if names:
        return Check("fonts", True, True, "fonts-right", {"names": ", ".join(names)})
    return Check("fonts", False, True, "fonts-wrong", {"folder": folder})


def check_disk(folder: Path) -> Check:
    """Measure the free space where the command was typed, which is where its output goes."""
    free = shutil.disk_usage(folder).free // 1_000_000
    return Check("disk", free >= NEEDED_MB, True, "disk", {"free": free, "folder": folder})


def check_path(name: str, path: Path | None) -> Check:
    """Turn a search into a check of something that only tests need."""
    return Check(name, path is not None, False, "nowhere" if path is None else "path", {"path": path})


def phrases(language: Language) -> Mapping[str, Any]:
    """Return the words of this verb in one language."""
    return tomllib.loads(resources.files(__package__).joinpath(f"doctor.{language}.toml").read_text("utf-8"))


def remedy(check: Check, words: Mapping[str, Any]) -> str | None:
    """Return what to type or do about something missing; None where it is present."""
    return None if check.present else str(words["remedy"][check.name]).format(needed=NEEDED_MB)


def as_text(checks: list[Check], words: Mapping[str, Any]) -> str:
    """Return the checks as lines, then what it comes to."""
    lines = [words["title"], ""]
    for check in checks:
        mark = words["found"] if check.present else words["missing"] if check.required else words["absent"]
        lines.append(
            f"  {mark:8} {words['check'][check.name]}: {words['detail'][check.detail].format(**check.values)}"
        )
        if advice := remedy(check, words):
            lines.append(f"  {'':8} {words['how']}: {advice}")
    missing = [words["check"][check.name] for check in checks if check.required and not check.present]
    lines += ["", words["bad"].format(names=", ".join(missing)) if missing else words["good"]]
    return "\n".join(lines)


def as_json(checks: list[Check], words: Mapping[str, Any], register: Sequence[Any] = ()) -> str:
    """Return the checks as one JSON document."""
    records = [
        {
            "name": check.name,
            "present": check.present,
            "required": check.required,
            "detail": words["detail"][check.detail].format(**check.values),
            "remedy": remedy(check, words),
        }
        for check in checks
    ]
    complete = all(check.present for check in checks if check.required)
    document = {"complete": complete, "checks": records}
    if register:
        document["register"] = list(register)
    return json.dumps(document, ensure_ascii=False, indent=1)
