"""Where a working copy keeps what is not in the database: the database file itself, keys, results, media.

Everything hangs on two settings of the environment, so that two copies never share anything by accident:

``AMANA_HOME``
    Folder of the data (default ``var/casework`` under the current folder).
``AMANA_KEYS``
    Folder of the keys (default ``keys`` beside the data).  It is never part of a backup of the data:
    who has both has everything.
"""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Folder of the data, made readable to its owner alone if it is not there."""
    folder = Path(os.environ.get("AMANA_HOME") or Path("var") / "casework").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keys_folder() -> Path:
    """Folder of the keys, made readable to its owner alone if it is not there."""
    data = home()
    folder = Path(os.environ.get("AMANA_KEYS") or data.parent / f"{data.name}-keys").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
