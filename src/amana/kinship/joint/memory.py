"""What was computed before, by what it was computed from, so that the same work is not done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class Memory:
    """Results by kind and by the digest of everything that went into them.

    Parameters
    ----------
    before
        What an earlier computation left; what is not asked for again is forgotten.

    Attributes
    ----------
    reused, made
        How many results of each kind were found again, and how many had to be computed.
    """

    def __init__(self, before: Memory | None = None) -> None:
        self._before: Mapping[tuple[str, str], Any] = before._now if before else {}
        self._now: dict[tuple[str, str], Any] = {}
        self.reused: Counter[str] = Counter()
        self.made: Counter[str] = Counter()

    def get(self, kind: str, key: str, make: Callable[[], T]) -> T:
        """The result with that key, made if it is not known."""
        at = (kind, key)
        if at not in self._now:
            known = at in self._before
            self._now[at] = self._before[at] if known else make()
            (self.reused if known else self.made)[kind] += 1
        found: T = self._now[at]
        return found

    def earlier(self, kind: str, key: str) -> Any:
        """What the earlier computation had under a key; None if nothing."""
        return self._before.get((kind, key))

    def put(self, kind: str, key: str, value: object) -> None:
        """Keep something for the next computation."""
        self._now[kind, key] = value

    def forget_before(self) -> None:
        """Let go of the earlier computation, once this one is complete."""
        self._before = {}


def digest(*things: object) -> str:
    """One text for the content of dataclasses, arrays, mappings, sequences and plain values."""
    hashed = blake2b(digest_size=20)
    _feed(hashed.update, things)
    return hashed.hexdigest()


def _feed(update: Callable[[bytes], object], thing: object) -> None:
    if isinstance(thing, np.ndarray):
        update(f"<{thing.dtype}{thing.shape}".encode())
        update(np.ascontiguousarray(thing).tobytes())
    elif is_dataclass(thing) and not isinstance(thing, type):
        update(f"<{type(thing).__name__}".encode())
        for field in fields(thing):
            _feed(update, getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        update(b"<{")
        for key, value in thing.items():
            _feed(update, key)
            _feed(update, value)
    elif isinstance(thing, (set, frozenset)):
        _feed(update, sorted(thing, key=repr))
    elif isinstance(thing, Sequence) and not isinstance(thing, (str, bytes)):
        update(b"<[")
        for item in thing:
            _feed(update, item)
    else:
        update(f"<{thing!r}".encode())
    update(b">")
