"""Where the programs and files outside Python are: read by ``amana doctor`` and by ``./run test``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The repository's root when Amana runs from its sources, as ``./run`` installs it."""


@dataclass(frozen=True)
class SystemPackage:
    """A Debian package that tests need, and how to tell that what it brings is here."""

    name: str
    find: Callable[[], Path | None]


def find_chromium() -> Path | None:
    """Return the browser: ``CHROMIUM`` where set, otherwise the first of the usual names on PATH."""
    if os.environ.get("CHROMIUM"):
        return on_path(os.environ["CHROMIUM"])
    return on_path("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_postgresql() -> Path | None:
    """Return ``initdb`` of the newest PostgreSQL 15 or later.  Debian keeps it outside PATH."""
    debian = Path("/usr/lib/postgresql")
    versions = (int(folder.name) for folder in debian.glob("[0-9]*") if folder.name.isdigit())
    for version in sorted(versions, reverse=True):
        if version >= 15 and (initdb := debian / str(version) / "bin" / "initdb").exists():
            return initdb
    return on_path("initdb")


def find_arabic_font() -> Path | None:
    """Return a system font with Arabic letters, which Chromium needs to show Arabic pages."""
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts")]
    for folder in folders:
        for font in sorted(folder.rglob("NotoNaskhArabic*.[ot]tf")):
            return font
    return None


def find_page_images() -> Path | None:
    """Return ``pdftoppm``, with which tests look at the pages of a report."""
    return on_path("pdftoppm")


def find_reference_data() -> Path | None:
    """Return the folder of outside reference data, or None where there is none.

    ``AMANA_REFERENCE_DATA`` names it; the default is ``../shared/data`` beside the repository.
    """
    folder = reference_data_folder()
    return folder if folder.is_dir() else None


def reference_data_folder() -> Path:
    """Return where outside reference data is looked for."""
    named = os.environ.get("AMANA_REFERENCE_DATA")
    # A relative name is read from the repository's root, wherever the command was typed.
    return (ROOT / (named or "../shared/data")).resolve()


def on_path(*names: str) -> Path | None:
    """Return the first of `names` (or of full paths) that can be run."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    return None


TEST_PACKAGES = (
    SystemPackage("chromium", find_chromium),
    SystemPackage("postgresql", find_postgresql),
    SystemPackage("fonts-noto-core", find_arabic_font),
    SystemPackage("poppler-utils", find_page_images),
)
"""What ``./run test`` installs through apt, and asks for elsewhere."""
