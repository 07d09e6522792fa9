"""The text of a checkpoint: which log, how many entries, which root.

Source: C2SP ``tlog-checkpoint.md`` at commit 5ba5ee83.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from amana.provenance.merkle import HASH_SIZE
from amana.provenance.signed_note import Malformed, decode64, encode64

_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\Z")  # below 10^18: far beyond any log, and quick to read


@dataclass(frozen=True)
class Checkpoint:
    """What the signature of a log covers.

    Attributes
    ----------
    origin
        Name of the log, such as ``example.org/register``.
    size
        Number of entries.
    root
        Root of the tree over them, 32 bytes.
    extensions
        Further lines, none of them empty.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any(c < " " for line in lines for c in line):
            raise Malformed("a line of a checkpoint is empty or holds control characters")
        if not _SIZE.match(str(self.size)) or len(self.root) != HASH_SIZE:
            raise Malformed("not the size and root of a tree")

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), encode64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint; raises :class:`Malformed`."""
    if not text.endswith("\n"):
        raise Malformed("the last line has no end")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not _SIZE.match(lines[1]):
        raise Malformed("a checkpoint has an origin, a size and a root")
    return Checkpoint(lines[0], int(lines[1]), decode64(lines[2]), tuple(lines[3:]))
