"""Lists of recovery units: what is read of them, in which words, and what hostile files are answered with."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from amana.interchange.unit_columns import AGES, COLUMNS, KINDS, SEXES
from amana.interchange.unit_rows import LARGEST, MOST, said_date
from amana.interchange.units_table import examine_units, read_units, units_csv, units_workbook
from amana.interchange.workbooks import LARGEST_UNPACKED
from amana.problems import InputProblems
from amana.reporting.field import dead_body_fields

FULL = {
    "old_number": "١٢/أ", "kind": "body_part", "description": "ذراع", "found_on": "03/2014",
    "position": "34°50'30\"N 36°27'14\"E", "depth_cm": "40 cm", "sex": "أنثى", "age": "راشد",
    "supposed_name": "مُخترَع",
}  # fmt: skip


def codes(data, file="old.csv"):
    return [(p.row, p.code) for p in examine_units(data, file).faults]


def book(*rows, sheet="units", others=()):
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(list(row))
    for name in others:
        made.create_sheet(name)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data, change=None, **parts):
    """A workbook with parts put in place of others, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename not in parts:
                text = old.read(item)
                new.writestr(item.filename, change(item.filename, text) if change else text)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("make", [units_csv, units_workbook])
def test_what_is_written_into_the_template_is_read_back(language, make):
    (row,) = read_units(make(language, [FULL]), "t").rows
    assert (row.old_number, row.kind, row.sex, row.age) == ("١٢/أ", "body_part", "female", "adult")
    assert (row.found_on, row.found_at, row.depth_cm) == ("03/2014", None, 40.0)
    assert (round(row.position.latitude, 3), round(row.position.longitude, 3)) == (34.842, 36.454)
    assert row.position_words == FULL["position"]
    assert row.supposed_name == "مُخترَع"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_word_that_the_template_offers_is_read(language):
    for column, words in (("kind", KINDS), ("sex", SEXES), ("age", AGES)):
        offered = next(c for c in COLUMNS if c.key == column).offered(language)
        rows = [{"kind": "bone", column: word} for word in offered]
        found = read_units(units_csv(language, rows), "t.csv").rows
        assert [getattr(r, column) for r in found] == list(words)


def test_the_words_are_those_of_the_form_for_one_body():
    fields = dead_body_fields().fields
    assert {o.key for o in fields["sex"].options} == set(SEXES)
    assert {o.key for o in fields["age"].options} == set(AGES)


def test_no_name_stands_for_two_columns():
    from amana.interchange.column_names import folded

    seen: dict[str, str] = {}
    for column in COLUMNS:
        for name in {folded(n) for n in (column.key, column.en, column.ar, *column.others)}:
            assert seen.setdefault(name, column.key) == column.key, name


@pytest.mark.parametrize(
    "text",
    [
        "kind;no\nbone;1", "kind\tno\nbone\t1", "\ufeffkind,no\nbone,1", "sep=;\nkind;no\nbone;1",
        "النوع;الرقم\nعظم;1", "KIND , No\nBone , 1",
    ],
)  # fmt: skip
def test_tables_of_one_s_own_are_read(text):
    (row,) = read_units(text.encode(), "own.csv").rows
    assert (row.kind, row.old_number) == ("bone", "1")


def test_every_fault_of_every_row_is_named_with_the_column_of_the_file():
    text = "النوع;العمق;التاريخ\nbox;x;2999\nعظم;3;some day\n;5;2014"
    found = examine_units(text.encode(), "a.csv", today=dt.date(2026, 11, 1))
    assert [(p.row, p.field, p.code) for p in found.faults] == [
        (2, "النوع", "units.kind"), (2, "العمق", "units.depth"), (2, "التاريخ", "recovery.in-the-future"),
        (4, "النوع", "units.no-kind"),
    ]  # fmt: skip
    assert [(p.row, p.code) for p in found.warnings] == [(3, "units.date-words")]
    assert [(r.row, r.found_on) for r in found.rows] == [(3, "some day")]
    with pytest.raises(InputProblems):
        read_units(text.encode(), "a.csv")


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2014", "2014-01-01", None), ("2014-03", "2014-03-01", None), ("3/2014", "2014-03-01", None),
        ("5.3.2014", "2014-03-05", None), ("3/25/2014", "2014-03-25", None), ("٢٠١٤/٣/٥", "2014-03-05", None),
        ("2014-03-05 14:30", "2014-03-05", "2014-03-05T14:30:00"),
        ("2014-03-05T14:30:59", "2014-03-05", "2014-03-05T14:30:00"),
        ("31.2.2014", None, None), ("2014-13", None, None), ("spring 2014", None, None),
        ("2014 10:00", None, None),
        ("2014-03-05 25:00", None, None), ("0000-00-00", None, None), ("99/99/9999", None, None),
    ],
)  # fmt: skip
def test_dates_as_lists_have_them(text, day, moment):
    found = said_date(text)
    assert [x.isoformat() if x else None for x in found] == [day, moment]


def test_numbers_and_dates_of_a_workbook_are_as_a_person_reads_them():
    data = book(
        ["no", "kind", "found on", "depth"],
        [12.0, "bone", dt.datetime(2014, 3, 5), 40.5],
        ["007", "bone", dt.datetime(2014, 3, 5, 14, 30), None],
        [None, None, None, None],
        [True, "bag", dt.date(2014, 3, 5), 0],
    )
    rows = read_units(data, "x.xlsx").rows
    assert [(r.row, r.old_number, r.found_on, r.depth_cm) for r in rows] == [
        (2, "12", "2014-03-05", 40.5), (3, "007", "2014-03-05 14:30", None), (5, "TRUE", "2014-03-05", 0.0)
    ]  # fmt: skip
    assert rows[1].found_at == dt.datetime(2014, 3, 5, 14, 30)


def test_the_sheet_of_the_template_is_read_wherever_it_stands():
    data = book(["kind"], ["bone"], sheet="Sheet1", others=["more"])
    assert [p.code for p in read_units(data, "x.xlsx").warnings] == ["table.other-sheets"]
    assert read_units(units_workbook("ar", [{"kind": "bone"}]), "x.xlsx").warnings == ()


def test_columns_that_are_not_known_are_said_and_not_kept():
    found = read_units(b"kind,secret\nbone,x", "a.csv")
    assert [(p.code, p.field) for p in found.warnings] == [("units.unknown-column", "secret")]
    assert "'x'" not in repr(found.rows)


@pytest.mark.parametrize("word", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "''=1"])
@pytest.mark.parametrize("make", [units_csv, units_workbook])
def test_no_spreadsheet_runs_what_is_written_and_it_comes_back(make, word):
    data = make("en", [{"kind": "bone", "old_number": word}])
    (row,) = read_units(data, "t").rows
    assert row.old_number == (word if make is units_csv or not word.startswith("'") else word[1:])
    if make is units_csv:
        assert f"'{word}" in data.decode("utf-8-sig")
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_a_formula_is_never_worked_out():
    data = book(["kind", "no"], ["bone", "=1+1"])
    assert codes(data) == [(2, "table.formula-without-value")]
    # With the result that was saved beside it, that is what is read.
    saved = repacked(
        data, lambda _, text: text.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    )
    assert [r.old_number for r in read_units(saved, "x.xlsx").rows] == ["2"]


def test_errors_of_a_workbook_are_no_values():
    assert codes(book(["kind", "no"], ["bone", "#REF!"])) == [(2, "table.error-value")]


GOOD = book(["kind"], ["bone"])
ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:' + b'///etc/passwd">]><sst>&a;</sst>'


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("text", [ENTITY, EXTERNAL, EXTERNAL.decode().encode("utf-16")])
def test_entities_are_refused_in_every_part(part, text):
    assert codes(repacked(GOOD, **{part: text})) == [(None, "table.xml-entities")]


def test_a_bomb_is_not_unpacked():
    data = repacked(GOOD, **{"xl/media/a.bin": b"\0" * (LARGEST_UNPACKED + 1)})
    assert len(data) < 200_000
    assert codes(data) == [(None, "table.unpacks-too-large")]
    many = repacked(GOOD, **{f"xl/media/{n}": b"" for n in range(501)})
    assert codes(many) == [(None, "table.unpacks-too-large")]


def test_a_part_that_lies_about_its_size_is_not_believed():
    data = bytearray(repacked(GOOD, **{"xl/sharedStrings.xml": b"<sst>" + b" " * 5_000_000 + b"</sst>"}))
    size = (5_000_011).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (20).to_bytes(4, "little")
    assert codes(bytes(data)) == [(None, "table.not-a-workbook")]


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/embeddings/o.bin", "xl/activeX/a.xml"]
)
def test_macros_and_programs_are_refused(name):
    assert codes(repacked(GOOD, **{name: b"x"})) == [(None, "table.macros")]


def test_a_cell_far_outside_costs_nothing():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>kind</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>bone</t></is></c></row>%s</sheetData></worksheet>'
    )
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>bone</t></is></c></row>'
    wide = b'<row r="3"><c r="XFD3" t="inlineStr"><is><t>bone</t></is></c></row>'
    part = "xl/worksheets/sheet1.xml"
    assert codes(repacked(GOOD, **{part: sheet % b""})) == []
    assert codes(repacked(GOOD, **{part: sheet % far})) == [(1048576, "table.beyond")]
    assert codes(repacked(GOOD, **{part: sheet % wide})) in ([(3, "table.beyond")], [])
    endless = b'<row r="99999999999"/>'
    assert codes(repacked(GOOD, **{part: sheet % endless})) == [(None, "table.not-a-workbook")]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 500, GOOD[: len(GOOD) // 2], GOOD[:-30],
        repacked(GOOD, **{"xl/workbook.xml": b"<x/>"}), repacked(GOOD, **{"xl/workbook.xml": b"\0"}),
        repacked(GOOD, **{"[Content_Types].xml": b""}),
        repacked(GOOD, **{"xl/_rels/workbook.xml.rels": b"<x/>"}),
        repacked(GOOD, **{"xl/worksheets/sheet1.xml": b"<worksheet>"}),
    ],
)  # fmt: skip
def test_damaged_workbooks_are_said_to_be_so(data):
    assert [c for _, c in codes(data)] in (["table.not-a-workbook"], ["file.empty"])


def test_other_files_are_said_to_be_what_they_are():
    assert codes(b"\xd0\xcf\x11\xe0" + b"\0" * 100) == [(None, "file.spreadsheet")]
    assert codes(b"") == [(None, "file.empty")]
    assert codes(b"name\nx") == [(1, "file.missing-column")]
    assert codes(b"x" * (LARGEST + 1)) == [(None, "file.too-large")]
    assert codes(b"kind\n" + b"bone\n" * (MOST + 1)) == [(None, "units.too-many")]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("content.xml", "<x/>")
    assert codes(out.getvalue()) == [(None, "table.not-a-workbook")]


def test_characters_that_no_page_shows_are_left_out():
    (row,) = read_units("kind,no,description\nbone,\u202e12\u202c,a\u0007b\u2028c".encode(), "a.csv").rows
    assert (row.old_number, row.description) == ("12", "ab c")
