"""Identifiers of records."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_latest = 0


def new_id() -> uuid.UUID:
    """A UUID of version 7: made anywhere without asking, and in order of time.

    Rows that are made together then lie together in an index, which random identifiers would scatter.  Within
    a process each is greater than the one before: 12 bits hold the fraction of the millisecond, and go on
    counting where two fall together (RFC 9562 sections 5.7 and 6.2, methods 3 and 1).
    """
    global _latest
    now = time.time_ns()
    with _lock:
        _latest = stamp = max(_latest + 1, now // 1_000_000 << 12 | now % 1_000_000 * 4096 // 1_000_000)
    value = stamp >> 12 & 2**48 - 1
    return uuid.UUID(int=value << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62))
