"""Erased is erased: in the database file, in the key folder, in histories; and the log stays whole."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from amana.casework.audit import protection
from amana.casework.audit.checkpoints import make_checkpoint
from amana.casework.audit.export import export_log
from amana.casework.audit.keyring import KeyDestroyed, keyring
from amana.casework.audit.models import Lookup, Subject
from amana.casework.audit.protection import (
    erase_subject,
    finish_erasures,
    found_by,
    new_subject,
    open_text,
    remember,
    seal,
    unsealed,
)
from amana.casework.audit.queries import history_of
from amana.casework.audit.verification import verify_database
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.missing.models import MissingPerson
from amana.problems import InputProblems

NAME, STORY = "Zahrabad Nonesuch", "SAW-A-GREEN-DOOR"


@pytest.fixture
def listed(offices: Any) -> MissingPerson:
    with writing(SYSTEM, "missing.person.reported") as log:
        subject = new_subject(log, Subject.Kind.MISSING)
        made = MissingPerson(
            office=offices["NCM"], subject=subject, number="NCM-92-001-X", name_en=NAME, search=NAME.lower(),
            circumstances=seal(subject, STORY),
        )  # fmt: skip
        log.save(made)
        remember(subject, made, "phone", ["963000000001"])
    with writing(SYSTEM, "missing.person.changed", reason=f"{NAME} told us so") as log:
        made.name_en = NAME + " the Younger"
        log.save(made)
    return made


def erase(person: Any, listed: MissingPerson) -> None:
    officer = person("data_protection_officer", "NCM")
    erase_subject(officer, listed.subject, "withdrawn-consent", "letter of today")


@pytest.mark.django_db
def test_nothing_of_the_person_remains_and_the_log_verifies(person: Any, listed: MissingPerson) -> None:
    erase(person, listed)
    make_checkpoint()
    row = MissingPerson.objects.get(pk=listed.pk)
    assert (row.number, row.name_en, row.search, row.circumstances) == ("NCM-92-001-X", "", "", "")
    with pytest.raises(KeyDestroyed):
        keyring().of(listed.subject_id)
    assert not Lookup.objects.exists()
    assert found_by("phone", "963000000001") == []
    report = verify_database()
    assert report.verified, report.findings
    assert report.subjects_erased == 1
    out = io.BytesIO()
    export_log(out)
    assert NAME.encode() not in out.getvalue()


@pytest.mark.django_db
def test_what_is_left_of_an_erased_row_can_still_be_verified(person: Any, listed: MissingPerson) -> None:
    from amana.casework.audit.tests.filled import overwrite, unguarded

    erase(person, listed)
    unguarded()
    overwrite(MissingPerson, listed.pk, "number", "NCM-92-002-Y")
    found = [(f.code, f.params.get("field")) for f in verify_database().findings if not f.warning]
    assert ("log.row-differs", "number") in found


@pytest.mark.django_db
def test_the_history_says_that_it_was_erased(person: Any, listed: MissingPerson) -> None:
    reader = person("family_liaison", "NCM")
    before = history_of(listed, reader)
    assert before[0]["changes"][0]["before"] == NAME
    assert before[0]["reason"] == f"{NAME} told us so"
    erase(person, listed)
    after = history_of(MissingPerson.objects.get(pk=listed.pk), reader)
    assert len(after) == len(before) + 1
    assert NAME not in str(after)
    assert "erased" in after[1]["act"]


@pytest.mark.django_db
def test_nothing_can_be_opened_or_written_afterwards(person: Any, listed: MissingPerson) -> None:
    erase(person, listed)
    with pytest.raises(InputProblems) as refused:
        open_text(person("family_liaison", "NCM"), listed, "circumstances", "to see")
    assert refused.value.problems[0].code == "protected.erased"
    with (
        pytest.raises(InputProblems) as refused,
        writing(SYSTEM, "missing.person.changed") as log,
    ):
        log.save(listed)  # a form that was open all the while, with the name still in it
    assert refused.value.problems[0].code == "protected.erased"
    assert MissingPerson.objects.get(pk=listed.pk).name_en == ""


@pytest.mark.django_db
def test_erasing_needs_the_right_and_a_reason(person: Any, listed: MissingPerson) -> None:
    with pytest.raises(PermissionDenied):
        erase_subject(person("family_liaison", "NCM"), listed.subject, "court-order", "x")
    with pytest.raises(InputProblems):
        erase_subject(person("data_protection_officer", "NCM"), listed.subject, "court-order", " ")
    assert unsealed(listed, "circumstances") == STORY


@pytest.mark.django_db
def test_a_crash_between_the_entry_and_the_key_is_made_good(
    person: Any, listed: MissingPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(keyring()), "destroy", crash)
        with pytest.raises(KeyboardInterrupt):
            erase(person, listed)
    assert keyring().of(listed.subject_id)  # ordered, on record, and not yet done
    make_checkpoint()
    assert "log.erased-text" in {f.code for f in verify_database().findings}
    assert finish_erasures() == 1
    with pytest.raises(KeyDestroyed):
        keyring().of(listed.subject_id)
    assert verify_database().verified
    assert finish_erasures() == 0


@pytest.mark.django_db
def test_a_restored_database_is_told_to_erase_again(person: Any, listed: MissingPerson) -> None:
    keyring().destroy([listed.subject_id])  # the database is from before the erasure, the key folder is not
    assert finish_erasures() == 1
    row = MissingPerson.objects.get(pk=listed.pk)
    assert row.name_en == ""
    assert Subject.objects.get(pk=listed.subject_id).erased_at is not None
    make_checkpoint()
    assert verify_database().verified


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_text_is_gone_from_the_bytes_of_the_database(person: Any, listed: MissingPerson) -> None:
    path = Path(connection.settings_dict["NAME"])

    def held() -> list[bytes]:
        files = [path, path.with_name(path.name + "-wal")]
        whole = b"".join(f.read_bytes() for f in files if f.exists())
        return [text for text in (NAME.encode(), NAME.lower().encode(), b"ld us so") if text in whole]

    assert held() == [NAME.encode(), NAME.lower().encode()]  # the reason is sealed from the start
    erase(person, listed)
    assert held() == []


@pytest.mark.django_db
def test_the_ground_is_kept_and_the_reason_is_not(person: Any, listed: MissingPerson) -> None:
    from amana.casework.audit.models import Entry

    erase(person, listed)
    ground = Entry.objects.get(action="subject.erasure-ground")
    assert json.loads(ground.values) == {"ground": "withdrawn-consent"}
    assert not Entry.objects.filter(values__contains="letter of today").exists()


def test_columns_that_only_serve_the_search_are_not_told() -> None:
    names = {f.attname for f in protection.erased_columns(MissingPerson)}
    assert "name_en" in names
    assert "circumstances" in names
    assert "search" not in names
