"""Tables in workbooks of spreadsheet programs (.xlsx): read with care, since anybody may have made the file.

Nothing in a workbook is run or followed: formulas give the result that was saved with them, links to other
files and pictures are not looked at, and what is not a plain workbook is refused.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from amana.interchange.collecting import Problems
from amana.interchange.tables import Row, Table
from amana.interchange.text import clean

LARGEST_UNPACKED = 24 * 2**20
"""Bytes of all parts together; a table of 5,000 rows has two or three million."""
MOST_PARTS, MOST_COLUMNS, MOST_ROWS = 500, 100, 20_000
_LAST_ROW = 2**20
"""Of any spreadsheet program."""
_NOTHING = (None,) * (MOST_COLUMNS + 1)
_SIGN = b"PK\x03\x04"
_PROGRAMS = ("vbaproject", "macrosheets/", "activex/", "embeddings/", "vbadata")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, OSError, EOFError, KeyError, ValueError,
    TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
"""What reading a damaged or invented workbook raises."""


def is_workbook(data: bytes) -> bool:
    """Whether a file is a packed one, as workbooks are."""
    return data.startswith(_SIGN)


def read_workbook(data: bytes, file: str, problems: Problems, sheets: Sequence[str] = ()) -> Table | None:
    """The table of a workbook, or None with faults noted.

    Parameters
    ----------
    sheets
        Names of the sheet that holds the table; the first sheet that is shown where none is called so.
    """
    if not _safe(data, file, problems):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, which nobody asked for
            return _table(data, file, problems, sheets)
    except DefusedXmlException:
        problems.fault("table.xml-entities", file)
    except _BROKEN:
        problems.fault("table.not-a-workbook", file)
    return None


def _safe(data: bytes, file: str, problems: Problems) -> bool:
    """Whether it is a workbook, without programs, that does not unpack to more than memory holds.

    Sizes are those that the parts declare: more than that is never unpacked of a part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = [p.filename.casefold() for p in parts]
            if any(word in name for name in names for word in _PROGRAMS):
                problems.fault("table.macros", file)
            elif len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > LARGEST_UNPACKED:
                problems.fault("table.unpacks-too-large", file, limit=LARGEST_UNPACKED // 2**20)
            elif "xl/workbook.xml" not in names or any(p.flag_bits & 1 for p in parts):
                problems.fault("table.not-a-workbook", file)
            elif any(_declares(packed.read(p)) for p in parts):
                problems.fault("table.xml-entities", file)
            else:
                return True
    except _BROKEN:
        problems.fault("table.not-a-workbook", file)
    return False


def _declares(part: bytes) -> bool:
    """Whether a part declares a document type, in any encoding that a reader of XML takes by itself."""
    plain = part.replace(b"\0", b"") if b"\0" in part else part
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _table(data: bytes, file: str, problems: Problems, sheets: Sequence[str]) -> Table | None:
    values = _opened(data, formulas=False)
    name = _sheet(values, sheets, file, problems)
    if name is None:
        problems.fault("file.empty", file)
        return None
    formulas = _opened(data, formulas=True)
    header: tuple[str, ...] | None = None
    first = 1
    rows = []
    pairs = zip(_cells(values[name]), _cells(formulas[name]), strict=True)
    for number, (cells, sources) in enumerate(pairs, 1):
        if number > _LAST_ROW:
            # The number of a row is what the file says; empty ones before it would be counted for ever.
            problems.fault("table.not-a-workbook", file)
            return None
        if cells == _NOTHING and sources == _NOTHING:
            continue
        if number > MOST_ROWS or cells[-1] is not None:
            problems.fault("table.beyond", file, number, rows=MOST_ROWS, columns=MOST_COLUMNS)
            return None
        written = tuple(map(_text, cells))
        if header is None:
            if any(map(clean, written)):
                while written and not clean(written[-1]):
                    written = written[:-1]
                header, first = tuple(map(clean, written)), number
            continue
        _check_cells(cells, sources, header, file, number, problems)
        if not any(written):
            continue
        if any(written[len(header) :]):
            count = max(i for i, w in enumerate(written, 1) if w)
            problems.fault("file.too-many-cells", file, number, count=count, columns=len(header))
            continue
        empty = ("",) * len(header)
        written = (*written, *empty)[: len(header)]
        rows.append(Row(number, tuple(map(clean, written)), written))
    if header is None:
        problems.fault("file.empty", file)
        return None
    if not rows and not problems.faults:
        problems.fault("file.no-rows", file)
        return None
    return Table(file, header, rows, first)


def _opened(data: bytes, *, formulas: bool) -> Any:
    return load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas, keep_links=False)


def _sheet(book: Any, wanted: Sequence[str], file: str, problems: Problems) -> str | None:
    shown = [s.title for s in book.worksheets if s.sheet_state == "visible"]
    named = [title for title in shown if clean(title).casefold() in {clean(w).casefold() for w in wanted}]
    if named:
        return str(named[0])
    if len(shown) > 1:
        problems.warn("table.other-sheets", file, sheet=clean(shown[0])[:60], count=len(shown) - 1)
    return str(shown[0]) if shown else None


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """Rows as far as there may be any; a sheet that says it is smaller than it is is not believed."""
    sheet.reset_dimensions()
    yield from sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)


def _check_cells(
    cells: Sequence[Any],
    sources: Sequence[Any],
    header: Sequence[str],
    file: str,
    row: int,
    problems: Problems,
) -> None:
    """Formulas that were saved without a result, and results that are errors."""
    for at, (value, source) in enumerate(zip(cells, sources, strict=False)):
        field = (header[at] if at < len(header) else "") or get_column_letter(at + 1)
        if value is None and source is not None:
            problems.fault("table.formula-without-value", file, row, field)
        elif isinstance(value, str) and value in _ERRORS:
            problems.fault("table.error-value", file, row, field, given=value)


_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


def _text(value: Any) -> str:
    """A cell as a spreadsheet program shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        midnight = not (value.hour or value.minute or value.second)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def write_workbook(
    sheet: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right_to_left: bool,
    choices: dict[int, Sequence[str]],
    legend: tuple[str, Sequence[Sequence[str]]] | None = None,
    most: int = 5000,
) -> bytes:
    """A workbook with one table, whose cells are all text, so that no program takes any for a formula.

    Parameters
    ----------
    choices
        Column, counted from 0, to the words that its cells offer.
    legend
        Name and rows of a second sheet that explains the columns.
    """
    book = Workbook()
    page = book.active
    page.title = sheet
    page.sheet_view.rightToLeft = right_to_left
    page.freeze_panes = "A2"
    for at, name in enumerate(header, 1):
        _put(page, 1, at, name).font = Font(bold=True)
        page.column_dimensions[get_column_letter(at)].width = max(14, min(30, len(name) + 4))
        # Dates and numbers with leading zeros stay as they are typed.
        page.column_dimensions[get_column_letter(at)].number_format = "@"
    for number, row in enumerate(rows, 2):
        for at, text in enumerate(row, 1):
            if text:
                _put(page, number, at, text)
    for at, words in choices.items():
        offered = DataValidation("list", formula1='"' + ",".join(words) + '"', allow_blank=True)
        offered.showErrorMessage = False
        page.add_data_validation(offered)
        letter = get_column_letter(at + 1)
        offered.add(f"{letter}2:{letter}{most + 1}")
    if legend is not None:
        _explain(book, *legend, right_to_left=right_to_left)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explain(book: Any, name: str, rows: Sequence[Sequence[str]], *, right_to_left: bool) -> None:
    page = book.create_sheet(name)
    page.sheet_view.rightToLeft = right_to_left
    for at, width in enumerate((26, 70, 50), 1):
        page.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row, 1):
            cell = _put(page, number, at, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1 or at == 1)


def _put(page: Any, row: int, column: int, text: str) -> Any:
    cell = page.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
