"""Proofs about the log of this database, from a tree that is kept between two questions."""

from __future__ import annotations

from collections.abc import Iterable

from amana.casework.audit.models import Entry
from amana.provenance import node_hash

_SIZE = 32


class StoredTree:
    """Every whole subtree of a log, so that a proof costs a few look-ups instead of the whole log.

    64 bytes an entry.  It only grows, as the log does.
    """

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // _SIZE

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes."""
        for leaf in leaves:
            self._levels[0] += leaf
        for level in range(64):
            lower = self._levels[level]
            if level + 1 == len(self._levels):
                if len(lower) < 2 * _SIZE:
                    break
                self._levels.append(bytearray())
            upper = self._levels[level + 1]
            for i in range(len(upper) // _SIZE, len(lower) // (2 * _SIZE)):
                at = 2 * _SIZE * i
                upper += node_hash(bytes(lower[at : at + _SIZE]), bytes(lower[at + _SIZE : at + 2 * _SIZE]))

    def root(self, first: int, end: int) -> bytes:
        """Root of the subtree over leaves `first` to `end` - 1, a range as RFC 6962 divides trees."""
        number = end - first
        if number & (number - 1) == 0:
            level, at = number.bit_length() - 1, first // number * _SIZE
            return bytes(self._levels[level][at : at + _SIZE])
        middle = first + _split(number)
        return node_hash(self.root(first, middle), self.root(middle, end))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of a leaf in the tree over the first `size` leaves (RFC 6962 section 2.1.1)."""
        proof: list[bytes] = []
        first, end = 0, size
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                proof.append(self.root(middle, end))
                end = middle
            else:
                proof.append(self.root(first, middle))
                first = middle
        return proof[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Proof that the tree of `size` leaves begins with that of `old` (RFC 6962 section 2.1.2)."""
        proof: list[bytes] = []
        first, end, known = 0, size, True
        while old != end:
            middle = first + _split(end - first)
            if old <= middle:
                proof.append(self.root(middle, end))
                end = middle
            else:
                proof.append(self.root(first, middle))
                first, known = middle, False
        return ([] if known else [self.root(first, end)]) + proof[::-1]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


_kept = StoredTree()


def tree_of(size: int, root: bytes) -> StoredTree | None:
    """The tree of this database's log, if its first `size` entries have this root; None if they do not."""
    global _kept
    for tree in (_kept, StoredTree()):
        hashes = Entry.objects.filter(index__gte=tree.size, index__lt=size).order_by("index")
        tree.extend(bytes(h) for h in hashes.values_list("leaf_hash", flat=True).iterator(chunk_size=5000))
        if 0 < size <= tree.size and tree.root(0, size) == root:
            _kept = tree
            return tree
    return None
