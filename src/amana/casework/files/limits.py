"""How much may come in: for everybody together, for one address, and as a station says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amana.problems import InputProblem

LARGEST = 2**31 - 1
"""Bytes of one file, whoever sends it: what a column of integers holds."""
LARGEST_FROM_ANYBODY = 200 * 10**6
"""Bytes of one file from somebody who is not signed in."""
PENDING = 20 * 10**9
"""Bytes of everything that is still coming in."""
PENDING_UPLOADS = 5000
PENDING_OF_ONE = 1 * 10**9
"""Bytes still coming in from one address that is not signed in."""
UPLOADS_OF_ONE = 40
KEPT = timedelta(hours=24)
"""How long an upload waits to be finished and used."""

Asked = Callable[[Any, int], InputProblem | None]
_ASKED: list[Asked] = []


def limit(asked: Asked) -> Asked:
    """Have a function asked before an upload begins, with the request and the number of bytes.

    It returns a problem to refuse (``files.too-many`` for too much from one address), or None.
    """
    if asked not in _ASKED:
        _ASKED.append(asked)
    return asked


@dataclass(frozen=True)
class Waiting:
    """One upload as the limits see it: bytes announced or there, and a token of the address it comes from."""

    size: int
    address: str


def fault_of(request: Any, size: int, address: str, waiting: Iterable[Waiting]) -> InputProblem | None:
    """Why an upload of this size may not begin now; None if it may."""
    signed_in = request.user.is_authenticated
    most = LARGEST if signed_in else LARGEST_FROM_ANYBODY
    if size > most:
        return too_large(most)
    everything = list(waiting)
    if len(everything) >= PENDING_UPLOADS or sum(w.size for w in everything) + size > PENDING:
        return InputProblem("files.busy")
    own = [w for w in everything if w.address == address]
    if not signed_in and (len(own) >= UPLOADS_OF_ONE or sum(w.size for w in own) + size > PENDING_OF_ONE):
        return InputProblem("files.too-many")
    return next((fault for asked in _ASKED if (fault := asked(request, size)) is not None), None)


def too_large(most: int) -> InputProblem:
    """The fault of a file with more than `most` bytes."""
    return InputProblem("files.too-large", params={"megabytes": max(1, most // 10**6)})
