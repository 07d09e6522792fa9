from __future__ import annotations

import io
import json

import pytest
from django.db import connection

from amana.casework.accounts.credentials import enter_with_code
from amana.casework.accounts.models import Office, User
from amana.casework.audit.models import Entry
from amana.casework.start import migrate_if_new
from amana.cli import main

from .conftest import PASSWORD

NAMES = ["--name-en", "Invented One", "--name-ar", "شخص مخترع"]


@pytest.fixture
def office(db):
    assert main(["user", "office", "hms", "--kind", "forensic", *NAMES, "--json"]) == 0
    return Office.objects.get()


@pytest.fixture
def typed(monkeypatch):
    def type_(*lines):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return type_


def test_an_office_is_made_and_the_log_says_by_whom(office):
    assert office.code == "HMS"
    assert Entry.objects.get(action="accounts.office.added").actor == "command-line"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_first_administrator_types_a_password_twice(office, typed, capsys, language):
    typed(PASSWORD, PASSWORD)
    assert main(["user", "first", "first.one", "--office", "HMS", *NAMES, "--lang", language]) == 0
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert [r.name for r in user.roles] == ["administrator"]
    assert PASSWORD not in "".join(capsys.readouterr())


def test_there_is_one_first_administrator(office, typed, capsys):
    typed(PASSWORD, PASSWORD, PASSWORD, PASSWORD)
    main(["user", "first", "first.one", "--office", "HMS", *NAMES])
    assert main(["user", "first", "second.one", "--office", "HMS", *NAMES, "--json"]) == 2
    assert "accounts.has-an-administrator" in capsys.readouterr().out
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [((PASSWORD, "other"), "accounts.passwords-differ"), (("short", "short"), "accounts.weak-password")],
)
def test_a_password_that_will_not_do_leaves_no_account_behind(office, typed, capsys, lines, code):
    typed(*lines)
    capsys.readouterr()
    assert main(["user", "first", "first.one", "--office", "HMS", *NAMES, "--json"]) == 2
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == [code]
    assert not User.objects.exists()
    assert not Entry.objects.filter(action="accounts.user.added").exists()


def test_a_person_is_made_with_roles_and_a_code(office, capsys):
    capsys.readouterr()
    arguments = ["--role", "small_registry", "--role", "recorder"]
    assert main(["user", "add", "new.one", "--office", "hms", *NAMES, *arguments, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["roles"] == ["recorder", "interviewer", "family_liaison"]
    enter_with_code("new.one", made["first_code"], PASSWORD)


def test_an_unknown_role_or_office_makes_nobody(office, capsys):
    assert main(["user", "add", "new.one", "--office", "HMS", *NAMES, "--role", "king", "--json"]) == 2
    assert main(["user", "add", "new.one", "--office", "XYZ", *NAMES, "--json"]) == 2
    shown = capsys.readouterr().out
    assert "accounts.no-such-role" in shown
    assert "accounts.no-such-office" in shown
    assert not User.objects.exists()


@pytest.mark.parametrize(("language", "word"), [("en", "Recorder"), ("ar", "مدوّن الموقع")])
def test_people_are_listed(office, capsys, language, word):
    assert main(["user", "list", "--lang", language]) == 0
    main(["user", "add", "new.one", "--office", "HMS", *NAMES, "--role", "recorder"])
    capsys.readouterr()
    assert main(["user", "list", "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert "new.one" in shown
    assert word in shown
    assert main(["user", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["people"][0]["office"] == "HMS"


def test_no_password_is_an_argument():
    with pytest.raises(SystemExit):
        main(["user", "first", "x", "--office", "HMS", *NAMES, "--password", PASSWORD])


# The database it works on


def test_a_database_with_tables_is_not_changed(db):
    assert migrate_if_new() is False


def test_a_database_of_another_version_is_not_worked_on(db, refused):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    assert refused(migrate_if_new) == ["database.needs-migration"]


def test_a_new_database_whose_tables_another_role_owns_is_left_to_it(db, refused, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@host/amana")
    assert refused(migrate_if_new) == ["database.needs-owner"]
