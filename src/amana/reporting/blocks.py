"""The parts that a report is made of, as plain data for the one template ``report.typ``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from amana.reporting.texts import Runs

Block = dict[str, Any]
Cell = dict[str, Any]
_KEPT_TOGETHER = 16
"""A table with at most so many rows is not broken over two pages."""


def heading(runs: Runs) -> Block:
    """Title of a section; never left alone at the foot of a page."""
    return {"kind": "heading", "runs": runs}


def paragraph(runs: Runs, *, quiet: bool = False, leads: bool = False) -> Block:
    """Running text; ``quiet`` for remarks beside the matter, ``leads`` if it must stay with what follows."""
    return {"kind": "paragraph", "runs": runs, "quiet": quiet, "leads": leads}


def note(paragraphs: Sequence[Runs], tone: str) -> Block:
    """A framed text, kept on one page: ``answer``, ``neutral`` or ``warning``."""
    return {"kind": "note", "paragraphs": list(paragraphs), "tone": tone}


def items(entries: Iterable[Runs], *, quiet: bool = False) -> Block:
    """A list; ``quiet`` for remarks beside the matter."""
    return {"kind": "list", "items": list(entries), "quiet": quiet}


def facts(rows: Iterable[tuple[Runs, Runs]]) -> Block:
    """Names with what they stand for, in two columns."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def cell(runs: Runs, *, marked: bool = False) -> Cell:
    """One cell of a table; ``marked`` in bold."""
    return {"runs": runs, "marked": marked}


def table(
    columns: Sequence[tuple[Runs, str, str]],
    rows: Iterable[Sequence[Cell | Runs]],
    *,
    groups: Sequence[tuple[Runs, int]] = (),
    small: bool = False,
    together: bool | None = None,
) -> Block:
    """A table whose head is repeated on every page.

    ``columns``: (head, width, alignment), width being ``auto`` or ``rest`` and alignment ``start``,
    ``end`` or ``center``.
    ``groups``: heads above the heads, with the number of columns that each spans.
    """
    found = [[c if isinstance(c, dict) else cell(c) for c in row] for row in rows]
    return {
        "kind": "table",
        "columns": [{"head": head, "width": width, "align": align} for head, width, align in columns],
        "groups": [{"runs": runs, "span": span, "middle": i > 0} for i, (runs, span) in enumerate(groups)],
        "rows": found,
        "small": small,
        "together": len(found) <= _KEPT_TOGETHER if together is None else together,
    }


def figure(svg: str, alt: str, caption: Runs, *, width: float, scale: float = 0.75) -> Block:
    """A picture of ``width`` pixels, drawn at ``scale`` points a pixel and never wider than its place."""
    return {"kind": "figure", "svg": svg, "alt": alt, "caption": caption, "width": width * scale}


def grid(figures: Sequence[Block]) -> Block:
    """Pictures two by two."""
    return {"kind": "grid", "figures": list(figures)}


def beside(one: Block, other: Block) -> Block:
    """Two blocks side by side, kept on one page."""
    return {"kind": "beside", "blocks": [one, other]}


def report(
    language: str,
    *,
    title: Runs,
    file_title: str,
    eyebrow: Runs,
    tag: Runs | None,
    banner: Runs | None,
    footer: Runs,
    page: Runs,
    program: Runs,
    blocks: Sequence[Block],
) -> dict[str, Any]:
    """A whole report."""
    return {
        "language": language,
        "title": title,
        "file_title": file_title,
        "eyebrow": eyebrow,
        "tag": tag,
        "banner": banner,
        "footer": footer,
        "page": page,
        "program": program,
        "blocks": list(blocks),
    }
