"""Sheets with ruled tables, to read or to fill in by hand, as data for ``sheet.typ``."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from amana.problems import Language
from amana.reporting.blocks import Block, Cell, report
from amana.reporting.field.qr import qr_svg
from amana.reporting.field.words import field_texts, moment, one_line, shortened, written
from amana.reporting.texts import Runs, plain, unbroken

SHEET = Path(__file__).parent / "sheet.typ"
_LONGEST_NAME, _LONGEST_VERSION = 40, 24  # in a footer
LONGEST_SIGNER = 100
"""Characters of a name where it is signed for, so that all who sign stand on one page."""
_LONG = 500
"""From so many characters on, a row may break over pages, because it could be higher than one."""


@dataclass(frozen=True)
class Imprint:
    """By what program a document was printed, when and for whom.

    ``synthetic`` marks a document of invented people on every page.
    """

    version: str = ""
    printed_at: datetime | None = None
    printed_by: str = ""
    synthetic: bool = False

    def runs(self, language: Language) -> Runs:
        """As a line; empty where nothing is known."""
        say = field_texts(language)
        found: Runs = []
        if self.printed_at is not None:
            at = moment(self.printed_at, language)
            who = written(shortened(self.printed_by, _LONGEST_NAME))
            found = say.runs("common.printed_by", at=at, by=who) if who else say.runs("common.printed", at=at)
        if self.version:
            program = say.runs("common.program", version=unbroken(shortened(self.version, _LONGEST_VERSION)))
            found += (plain(" · ") if found else []) + program
        return found


def box_row(words: Iterable[tuple[str, bool]]) -> Cell:
    """A cell of words with boxes to tick, and whether each is ticked."""
    return _cell(boxes=[[text, ticked] for text, ticked in words])


def cell(*lines: Runs, marked: bool = False, span: int = 1) -> Cell:
    """A cell of lines; without any it is empty, for a pen."""
    return _cell(lines=[line for line in lines if line], marked=marked, span=span)


def _cell(
    lines: Sequence[Runs] = (), boxes: Sequence[object] = (), marked: bool = False, span: int = 1
) -> Cell:
    long = sum(len(str(run)) for line in lines for run in line) > _LONG
    return {"lines": list(lines), "boxes": list(boxes), "marked": marked, "span": span, "long": long}


def ruled(
    columns: Sequence[tuple[Runs, float | str]],
    rows: Iterable[Sequence[Cell]],
    *,
    height: float = 0.0,
    least: float = 0.0,
    small: bool = True,
    together: bool = False,
) -> Block:
    """A table with lines around each cell and its head on every page.

    Parameters
    ----------
    columns
        Head, and width: ``"auto"`` or a share of the room.
    height
        Of every row in millimetres, for a pen; 0 for as high as its words.
    least
        Height of every row that may grow with its words.
    together
        Whether it stays on one page.
    """
    found = []
    for row in rows:
        long = any(c["long"] for c in row)  # a row breaks only where all its cells may
        found.append([c | {"long": long} for c in row])
    return {
        "kind": "ruled",
        "columns": [{"head": head, "width": width} for head, width in columns],
        "rows": found,
        "height": height,
        "least": least,
        "small": small,
        "together": together,
    }


def two_columns(one: Iterable[tuple[Runs, Runs]], other: Iterable[tuple[Runs, Runs]]) -> Block:
    """Facts in two columns side by side."""
    return {"kind": "two", "sides": [[list(row) for row in side] for side in (one, other)]}


def kept(blocks: Sequence[Block]) -> Block:
    """Blocks that stay on one page."""
    return {"kind": "kept", "blocks": list(blocks)}


def picture(svg: str, alt: str) -> Block:
    """A drawing in its own size, or smaller where that does not fit the page."""
    root = ET.fromstring(svg)
    _, _, width, height = (float(x) for x in (root.get("viewBox") or "0 0 1 1").split())
    return {
        "kind": "picture",
        "svg": svg,
        "alt": one_line(alt),
        "width": width * 0.75,
        "ratio": height / width,
    }


def sheet(
    language: Language,
    *,
    title: Runs,
    file_title: str,
    eyebrow: Runs,
    footer: Runs,
    imprint: Imprint,
    blocks: Sequence[Block],
    head: Sequence[Block] = (),
    qr: str = "",
    flipped: bool = False,
) -> dict[str, Any]:
    """A whole sheet; ``head`` stands below the title, beside the QR code of the address ``qr``."""
    say = field_texts(language)
    printed = imprint.runs(language)
    found = report(
        language,
        title=title,
        file_title=one_line(file_title),
        eyebrow=eyebrow,
        tag=None,
        banner=say.runs("common.synthetic") if imprint.synthetic else None,
        footer=footer + (plain(" · ") + printed if printed else []),
        page=say.runs("common.page", page={"page": "current"}, pages={"page": "last"}),
        program=[],
        blocks=blocks,
    )
    alt = say.plain("common.qr", url=one_line(qr))
    found |= {"qr": {"svg": qr_svg(qr), "alt": alt} if qr else None, "head": list(head), "flipped": flipped}
    return found
