"""The Merkle tree of RFC 6962 section 2.1 over leaf hashes: roots, proofs and their verification.

A log that only grows needs no more than its :class:`Frontier`, the roots of the whole subtrees that
its size falls into: at most one hash for each bit of the size.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a log without entries (RFC 6962 section 2.1)."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf: SHA-256 of 0x00 and the leaf (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and both children (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What must be kept of a tree so that it can grow.

    Parameters
    ----------
    size
        Number of leaves.
    hashes
        Roots of the whole subtrees, the largest first: one for each bit set in `size`.

    Raises
    ------
    ValueError
        When the number of hashes does not fit `size` or one is not 32 bytes long.
    """

    __slots__ = ("_levels", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        held = list(hashes)
        if size < 0 or len(held) != size.bit_count() or any(len(h) != HASH_SIZE for h in held):
            raise ValueError(f"{len(held)} hashes do not make the frontier of {size} leaves")
        self._size = size
        # Position k holds the root of a subtree of 2**k leaves, or None.
        self._levels: list[bytes | None] = [
            held.pop() if size >> level & 1 else None for level in range(size.bit_length())
        ]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def hashes(self) -> list[bytes]:
        """Roots of the whole subtrees, the largest first."""
        return [h for h in reversed(self._levels) if h is not None]

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; costs at most one hash for each bit of the size."""
        level, carried = 0, leaf
        while level < len(self._levels) and (held := self._levels[level]) is not None:
            carried = node_hash(held, carried)
            self._levels[level] = None
            level += 1
        if level == len(self._levels):
            self._levels.append(None)
        self._levels[level] = carried
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes, level by level, which is what makes millions quick."""
        nodes = list(leaves)
        self._size += len(nodes)
        level = 0
        while nodes:
            if level == len(self._levels):
                self._levels.append(None)
            held = self._levels[level]
            if held is not None:
                nodes.insert(0, held)
            self._levels[level] = nodes.pop() if len(nodes) % 2 else None
            each = iter(nodes)
            nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=True)]
            level += 1

    def root(self) -> bytes:
        """Root of the tree."""
        root: bytes | None = None
        for held in self._levels:
            if held is not None:
                root = held if root is None else node_hash(held, root)
        return EMPTY_ROOT if root is None else root

    def copy(self) -> Frontier:
        """A frontier that grows on its own."""
        return Frontier(self._size, self.hashes())

    def to_bytes(self) -> bytes:
        """The size as 8 bytes, big-endian, and the hashes, the largest subtree first."""
        return self._size.to_bytes(8, "big") + b"".join(self.hashes())

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Read what :meth:`to_bytes` wrote; raises ``ValueError`` for anything else."""
        if len(data) < 8 or (len(data) - 8) % HASH_SIZE:
            raise ValueError("not a frontier")
        cuts = range(8, len(data), HASH_SIZE)
        return cls(int.from_bytes(data[:8], "big"), [data[i : i + HASH_SIZE] for i in cuts])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frontier) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def _split(size: int) -> int:
    """The largest power of two below `size`, where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path of a leaf, from the bottom up (RFC 6962 section 2.1.1).

    Raises
    ------
    IndexError
        When the tree has no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    proof: list[bytes] = []
    first, end = 0, len(leaves)
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[first:middle]))
            first = middle
    return proof[::-1]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Proof that the tree over the first `size` leaves is the beginning of this one (section 2.1.2).

    Raises
    ------
    ValueError
        When `size` is 0 or more than there are leaves: nothing can be proved then.
    """
    if not 0 < size <= len(leaves):
        raise ValueError(f"no proof from {size} to {len(leaves)} leaves")
    proof: list[bytes] = []
    first, end, known = 0, len(leaves), True
    while size != end:
        middle = first + _split(end - first)
        if size <= middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[first:middle]))
            first, known = middle, False
    # The subtree that ends the old tree: the verifier has it only when it is the whole old tree.
    return ([] if known else [root_of(leaves[first:end])]) + proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows leaf hash `leaf` at `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size or any(len(h) != HASH_SIZE for h in (leaf, root, *proof)):
        return False
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while node and not node & 1:  # the right edge: levels without a sibling
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(computed, root)


def verify_consistency(
    size: int, later_size: int, proof: Sequence[bytes], root: bytes, later_root: bytes
) -> bool:
    """Whether `proof` shows the tree (`size`, `root`) to be the beginning of (`later_size`, `later_root`).

    From an empty tree nothing is shown, so that size 0 is refused.
    """
    if not 0 < size <= later_size:
        return False
    if size == later_size:
        return not proof and hmac.compare_digest(root, later_root)
    if not proof or any(len(h) != HASH_SIZE for h in (root, later_root, *proof)):
        return False
    # A tree of a whole power of two is itself a node of the later tree, and its root starts the proof.
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    node, last = size - 1, later_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, root) and hmac.compare_digest(new, later_root)
