from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def own_folders() -> Iterator[None]:
    """Every test begins without files on the disk."""
    for name in ("files", "uploads"):
        shutil.rmtree(Path(settings.HOME) / name, ignore_errors=True)
    yield
    for name in ("files", "uploads"):
        shutil.rmtree(Path(settings.HOME) / name, ignore_errors=True)


@pytest.fixture
def station(settings: Any) -> None:
    """Addresses of a station that shows files and has a form for them."""
    settings.ROOT_URLCONF = "amana.casework.files.tests.station"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A switch: from then on no byte finds room."""
    import errno
    import os

    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "no space")

    return lambda: monkeypatch.setattr(os, "write", full)
