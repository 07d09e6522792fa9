"""The server's own log: where a fault arose, and nothing that somebody typed."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

_Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Writes the type of an exception and its frames without its message or any value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: _Fault) -> str:
        """Type and places, for the fault and for what it came from."""
        lines = []
        fault = ei[1]
        while fault is not None:
            lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}")
            lines += [
                f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(fault.__traceback__)
            ]
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return "\n".join(lines)
