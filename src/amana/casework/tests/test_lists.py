"""What leaves in a spreadsheet."""

import pytest

from amana.casework.common.lists import safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert safe_cell(f"{start}cmd|'/c calc'!A0").startswith("'")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("رفات", "رفات"),
        ({"kind": "done", "word": "cleared"}, "cleared"),
        ({"url": "/x/", "label": "HMS-01-001-A"}, "HMS-01-001-A"),
        ({"low": 20, "high": 25, "verbatim": "between 20 and 25"}, "between 20 and 25"),
    ],
)
def test_a_cell_of_a_page_becomes_its_words(cell: object, text: str) -> None:
    assert safe_cell(cell) == text
