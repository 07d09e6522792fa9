"""Labels for what is lifted: a number read from afar, a code that opens the record, both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from amana.problems import InputProblem, InputProblems, Language
from amana.reporting.blocks import report
from amana.reporting.field.qr import qr_svg
from amana.reporting.field.words import (
    NO_WORDS,
    Words,
    breaking,
    field_texts,
    isolated_words,
    one_line,
    shortened,
)
from amana.reporting.typesetting import pdf

Layout = Literal["a4", "roll62", "tag"]
"""``a4``: ten to a sheet, to cut; ``tag``: three to a sheet, with a hole; ``roll62``: one a page, 62 mm wide,
whose words run along the roll."""

LABELS = Path(__file__).parent / "labels.typ"
LONGEST_NUMBER, _LONGEST_CODE = 40, 24
_LONGEST = {"kind": 40, "site": 52, "spot": 40, "office": 40}


@dataclass(frozen=True)
class Label:
    """What one label says.

    Attributes
    ----------
    number
        Of the unit; it is never broken, and as large as the label is wide.
    url
        What scanning the code opens.
    kind, site, spot, office
        In both languages, because who holds the label may read one of them only.
    field_label
        What was written on it before it had its number.
    reprint
        0 for the first print; then the label says which print it is, and of what day (``reprinted``).
    synthetic
        Whether it belongs to an invented case.
    """

    number: str
    url: str
    kind: Words
    site: Words = NO_WORDS
    spot: Words = NO_WORDS
    office: Words = NO_WORDS
    field_label: str = ""
    date: dt.date | None = None
    reprint: int = 0
    reprinted: dt.date | None = None
    synthetic: bool = False


def labels_pdf(labels: Sequence[Label], language: Language, *, layout: Layout = "a4") -> bytes:
    """Labels as PDF, in the order given.

    Names too long for a label are cut with an ellipsis; numbers never are.

    Parameters
    ----------
    language
        Which of the two languages comes first.

    Raises
    ------
    InputProblems
        ``documents.no-labels``, ``documents.number`` (empty or longer than :data:`LONGEST_NUMBER`),
        ``documents.reprint`` (less than 0) and ``documents.address``, all that are found, with the place in
        ``labels`` counted from 1 as row.
    """
    if layout not in get_args(Layout):
        raise ValueError(f"no such layout: {layout}")
    _check(labels)
    say = field_texts(language)
    document = report(
        language,
        title=[],
        file_title=say.plain("label.file_title"),
        eyebrow=[],
        tag=None,
        banner=None,
        footer=[],
        page=[],
        program=[],
        blocks=[],
    )
    return pdf(document | {"labels": [label_data(x, language) for x in labels], "layout": layout}, LABELS)


def _check(labels: Sequence[Label]) -> None:
    faults = [] if labels else [InputProblem("documents.no-labels")]
    for row, label in enumerate(labels, 1):
        if not 0 < len(" ".join(label.number.split())) <= LONGEST_NUMBER:
            params: dict[str, object] = {"length": len(label.number), "most": LONGEST_NUMBER}
            faults.append(InputProblem("documents.number", row=row, field="number", params=params))
        if label.reprint < 0:
            params = {"given": label.reprint}
            faults.append(InputProblem("documents.reprint", row=row, field="reprint", params=params))
        try:
            qr_svg(label.url)
        except InputProblems as found:
            faults += [InputProblem(p.code, row=row, field="url", params=p.params) for p in found.problems]
    if faults:
        raise InputProblems(faults)


def label_data(label: Label, language: Language) -> dict[str, Any]:
    """One label as data for ``label_body.typ``."""
    rows: list[dict[str, Any]] = []
    names: list[tuple[str, Words]] = [("site", label.site), ("spot", label.spot), ("office", label.office)]
    for key, words in names:
        if any(words):
            rows.append({"kind": "words", "caption": _both(f"label.{key}"), "words": _names(key, words)})
    codes = [
        ("field_label", shortened(label.field_label, _LONGEST_CODE)),
        ("date", label.date.isoformat() if label.date else ""),
    ]
    rows[2:2] = [{"kind": "code", "caption": _both(f"label.{key}"), "code": c} for key, c in codes if c]
    bars = [_both("label.synthetic")] if label.synthetic else []
    if label.reprint:
        day = f"\u2066{label.reprinted.isoformat()}\u2069" if label.reprinted else ""
        key = "label.reprint_of" if day else "label.reprint"
        bars.append(_both(key, n=str(label.reprint), date=day))
    alt = field_texts(language).plain("common.qr", url=one_line(label.url))
    return {
        "number": one_line(label.number),
        "about": _names("kind", label.kind),
        "rows": rows,
        "bars": bars,
        "qr": {"svg": qr_svg(label.url), "alt": alt},
    }


def _names(key: str, words: Words) -> list[str]:
    """In both languages; where one has no words, those of the other."""
    both = (words.en or words.ar, words.ar or words.en)
    return [isolated_words(breaking(shortened(text, _LONGEST[key]))) for text in both]


def _both(key: str, **values: str) -> list[str]:
    return [field_texts("en").plain(key, **values), field_texts("ar").plain(key, **values)]
