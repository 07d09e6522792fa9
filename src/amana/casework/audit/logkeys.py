"""Files of the log in the key folder: its signing key, what was last signed, and whose cosignatures count."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
from pathlib import Path

from amana.problems import InputProblem, InputProblems
from amana.provenance import COSIGNATURE, Malformed, SignerKey, VerifierKey

LOG_KEY, LAST, WITNESSES = "log.skey", "log.checkpoint", "witnesses.keys"


def signer(path: Path, name: str, algorithm: int) -> SignerKey:
    """The signing key in a file; made once, with this name, which then never changes.

    Raises
    ------
    InputProblems
        When the file does not hold one of this kind.
    """
    if not path.exists():
        _write_once(path, SignerKey.generate(name, algorithm).secret_text + "\n")
    try:
        key = SignerKey.parse(path.read_text(encoding="utf-8").strip())
        if key.algorithm != algorithm:
            raise Malformed("it is a key for another use")
    except (Malformed, UnicodeDecodeError) as error:
        problem = InputProblem("log.key-unreadable", str(path), params={"reason": str(error)})
        raise InputProblems([problem]) from None
    return key


def log_key(folder: Path) -> SignerKey:
    """The log's own key.  ``AMANA_LOG_ORIGIN`` names the log when the key is made, and never after."""
    named = os.environ.get("AMANA_LOG_ORIGIN") or f"{host()}/amana-log"
    return signer(folder / LOG_KEY, named, 1)


def host() -> str:
    """Name of this machine as a key name may hold it."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", platform.node()) or "localhost"


def read_key(text: str) -> VerifierKey:
    """A public key as somebody typed it.

    Raises
    ------
    InputProblems
        When it is none.
    """
    try:
        return VerifierKey.parse(text.strip())
    except (Malformed, IndexError) as error:
        raise InputProblems(
            [InputProblem("log.key-malformed", params={"key": text.strip()[:80], "reason": str(error)})]
        ) from None


def witness_keys(folder: Path) -> list[VerifierKey]:
    """Public keys of the witnesses whose cosignatures count here."""
    path = folder / WITNESSES
    return [read_key(line) for line in path.read_text("utf-8").splitlines() if line] if path.exists() else []


def trust_witness(folder: Path, key: VerifierKey) -> bool:
    """Count this witness from now on; returns whether it is new.

    Raises
    ------
    InputProblems
        When it is no key for cosignatures.
    """
    if key.algorithm != COSIGNATURE:
        params = {"key": str(key), "reason": "not a witness's key"}
        raise InputProblems([InputProblem("log.key-malformed", params=params)])
    if key in (known := witness_keys(folder)):
        return False
    replace_text(folder / WITNESSES, "".join(f"{k}\n" for k in [*known, key]))
    return True


def last_signed(folder: Path) -> str | None:
    """The newest checkpoint that was signed here, whatever became of the database since."""
    path = folder / LAST
    return path.read_text(encoding="utf-8") if path.exists() else None


def remember_signed(folder: Path, note: str) -> None:
    """Keep a checkpoint beside the key that signed it."""
    replace_text(folder / LAST, note)


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable to its owner alone."""
    fresh = _fresh(path, text)
    os.replace(fresh, path)


def _write_once(path: Path, text: str) -> None:
    fresh = _fresh(path, text)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # a second process that makes it at this moment takes the first one's
    finally:
        fresh.unlink()


def _fresh(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh
