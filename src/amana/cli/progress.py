"""Say how far long work has come: a bar on a terminal, plain lines everywhere else.

All of it goes to standard error, so that standard output stays what was asked for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from types import TracebackType
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_WIDTH = 24  # characters of the bar
_REDRAW = 0.1  # seconds between two drawings on a terminal
_LINE_EVERY = 10.0  # seconds between two plain lines


class Progress:
    """A count of finished steps of one piece of work, shown while it goes on.

    Parameters
    ----------
    label
        What is being done, in the reader's language.
    total
        Number of steps, or None where it is not known beforehand.
    stream
        Where to show it; standard error by default.

    Notes
    -----
    Used as a context manager.  Leaving it by an exception, Ctrl-C among them, says how many
    steps are finished: those are what the caller can keep.
    """

    def __init__(self, label: str, total: int | None = None, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self._stream = sys.stderr if stream is None else stream
        self._bar = self._stream.isatty()
        self._started = self._shown = time.monotonic()

    def __enter__(self) -> Progress:
        self._show(f"{self.label} ...")
        return self

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Count `steps` more as finished; `note` says shortly which."""
        self.done += steps
        now = time.monotonic()
        if now - self._shown >= (_REDRAW if self._bar else _LINE_EVERY):
            self._shown = now
            self._show(f"{self.label} {self._state()} {note}".rstrip())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = time.monotonic() - self._started
        mark = "" if kind is None else " (stopped)"
        self._show(f"{self.label} {self._state()} {seconds:.1f} s{mark}")
        if self._bar:
            self._stream.write("\n")
        self._stream.flush()

    def _state(self) -> str:
        if self.total is None:
            return str(self.done) if self.done else ""
        if not self._bar:
            return f"{self.done}/{self.total}"
        filled = _WIDTH if self.total == 0 else _WIDTH * min(self.done, self.total) // self.total
        return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {self.done}/{self.total}"

    def _show(self, text: str) -> None:
        text = " ".join(text.split())
        # Back to the start of the line and erase it, or one line after another.
        self._stream.write(f"\r\x1b[K{text}" if self._bar else f"{text}\n")
        self._stream.flush()


def track(items: Iterable[Item], label: str, stream: TextIO | None = None) -> Iterator[Item]:
    """Yield `items` and show how many are finished."""
    total = len(items) if isinstance(items, Sized) else None
    with Progress(label, total, stream) as progress:
        for item in items:
            yield item
            progress.advance()
