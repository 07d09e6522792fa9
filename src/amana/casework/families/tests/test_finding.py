"""A relative is found by one whole number, and nobody can try numbers one by one."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry
from amana.casework.families import queries
from amana.casework.families.queries import find_by_document, find_by_phone
from amana.casework.families.services import add_relative
from amana.problems import InputProblems


@pytest.fixture
def clerk(person):
    return person("interviewer", "NCM")


@pytest.fixture
def relative(clerk):
    return add_relative(clerk, name="Invented Name", phone="0944 123 456", document_number="ن-٠١٢ / ab 7")


@pytest.mark.parametrize("written", ["0944123456", "+963 944 123 456", "00963944123456", "٠٩٤٤ ١٢٣ ٤٥٦"])
def test_a_telephone_number_is_found_however_it_is_written(clerk, relative, written):
    assert find_by_phone(clerk, written) == [relative]


def test_a_document_is_found_and_numbers_are_not_mixed_up(clerk, relative):
    assert find_by_document(clerk, "ن012AB7") == [relative]
    assert find_by_document(clerk, "0944123456") == []
    assert find_by_phone(clerk, "0944123") == []


def test_every_look_up_is_in_the_log_without_the_number(clerk, relative):
    find_by_phone(clerk, "0944123456")
    find_by_phone(clerk, "0999999999")
    entries = Entry.objects.filter(action=queries.LOOKED_UP)
    assert entries.count() == 2
    assert all("944" not in e.values and "944" not in e.leaf for e in entries)


def test_only_who_records_families_looks_up(person, relative):
    for role in ("geneticist", "secretary", "partner", "data_protection_officer"):
        with pytest.raises(PermissionDenied):
            find_by_phone(person(role, "NCM"), "0944123456")


def test_what_another_office_does_not_share_is_not_found(person, relative):
    assert find_by_phone(person("interviewer", "PAR"), "0944123456") == []
    assert find_by_phone(person("interviewer", "FMD"), "0944123456") == [relative]


def test_too_many_look_ups_in_an_hour_are_refused(person, clerk, relative, monkeypatch):
    monkeypatch.setattr(queries, "LOOKUPS_AN_HOUR", 3)
    for _ in range(3):
        find_by_phone(clerk, "0999999999")
    with pytest.raises(InputProblems) as found:
        find_by_phone(clerk, "0944123456")
    assert found.value.problems[0].code == "families.too-many-lookups"
    assert find_by_phone(person("interviewer", "NCM"), "0944123456") == [relative]


def test_nothing_to_look_up_is_said(clerk):
    with pytest.raises(InputProblems) as found:
        find_by_document(clerk, " - ")
    assert (found.value.problems[0].code, found.value.problems[0].field) == (
        "families.no-number",
        "document_number",
    )
