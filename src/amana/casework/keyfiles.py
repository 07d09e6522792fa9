"""Key files: 32 random bytes each, made once, readable to their owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

LENGTH = 32


def secret(folder: Path, name: str) -> bytes:
    """The secret of that name; made if there is none.

    The file is written whole before it gets its name, and a second process that makes it at the same
    moment gets the first one's secret.
    """
    path = folder / f"{name}.key"
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    fresh = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename, refuses to replace
    finally:
        fresh.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    value = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(value) != LENGTH:
        raise ValueError(f"{path.name} does not hold {LENGTH} bytes")
    return value
