"""What a verification found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Something that a reader must know; a `warning` does not make the verification fail.

    `code` and `params` are those of the sentences in the catalogue.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    warning: bool = False


@dataclass(frozen=True)
class VerifiedCheckpoint:
    """A checkpoint with a good signature.

    Attributes
    ----------
    until
        Time of the last entry that it covers; None when the log does not reach it.
    signers
        Names of the keys with a good signature.
    witnesses
        Name and time (seconds since 1970 UTC) of each good cosignature.
    agrees
        Whether the log has this root at this size.
    """

    size: int
    root: bytes
    until: str | None
    signers: tuple[str, ...]
    witnesses: tuple[tuple[str, int], ...]
    agrees: bool


@dataclass(frozen=True)
class Report:
    """What was verified, in numbers, and what was found."""

    findings: tuple[Finding, ...]
    left_out: int
    entries: int
    objects: int
    rows_checked: int
    rows_erased: int
    rows_withheld: int
    subjects_erased: int
    checkpoints: tuple[VerifiedCheckpoint, ...]

    @property
    def verified(self) -> bool:
        """True where nothing but warnings was found."""
        return not self.left_out and all(f.warning for f in self.findings)
