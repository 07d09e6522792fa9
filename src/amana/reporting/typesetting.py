"""From the data of a report to the bytes of a PDF."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent
TEMPLATE = _HERE / "report.typ"
FONTS = _HERE / "fonts"
_LOCK = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    """One compiler for all reports: the fonts are read once."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(_HERE), font_paths=fonts, ignore_system_fonts=True)


def pdf(report: dict[str, Any], template: Path = TEMPLATE) -> bytes:
    """A report as PDF; the same data give the same bytes.  ``template`` lies in this package.

    The data reach the template as JSON and never as markup.  The file is tagged and follows PDF/UA-1.  Only
    where an identifier holds a letter that no shipped font has, which PDF/UA-1 forbids, it is tagged without
    that claim and the letter shows as a box.
    """
    data = {"data": json.dumps(report, ensure_ascii=False, sort_keys=True)}
    with _LOCK:
        try:
            return _compile(template, data, ["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
            return _compile(template, data, [])


def _compile(template: Path, data: dict[str, str], standards: list[Any]) -> bytes:
    found = _compiler().compile(input=str(template), format="pdf", sys_inputs=data, pdf_standards=standards)
    assert isinstance(found, bytes)
    return found
