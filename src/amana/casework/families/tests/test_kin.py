"""Words for places in a family."""

from __future__ import annotations

import pytest

from amana.casework.families.kin import kin


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("father", "father"), ("grandfather-a", "grandfather A"), ("uncles-wife", "uncle's wife"),
        ("wife-of-M1", "wife of NCM-92-001-M"), ("son-of-M9", "son of M9"), ("M1", "M1"),
        ("neighbour", "neighbour"), ("", ""), ("-", "-"), ("-of-", "-of-"),
    ],
)  # fmt: skip
def test_a_label_is_said_in_words(label, expected):
    assert kin(label, {"M1": "NCM-92-001-M"}) == expected
