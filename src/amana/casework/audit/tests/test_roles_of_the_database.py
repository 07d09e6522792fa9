"""On PostgreSQL the application's role writes what it must, and can neither rewrite nor disarm the log."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from django.db import Error, connection, connections

from amana.casework.accounts.models import Office
from amana.casework.audit.checkpoints import make_checkpoint
from amana.casework.audit.models import Entry
from amana.casework.audit.upkeep import grant_to_application
from amana.casework.audit.verification import verify_database
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.incidents.services import change_incident, open_incident

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROLE = f"amana_application_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"

FORBIDDEN = [
    "UPDATE audit_entry SET actor = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "DELETE FROM audit_checkpoint",
    "DELETE FROM incidents_incident",
    "TRUNCATE incidents_incident CASCADE",
    "DROP TRIGGER amana_keep_audit_entry_change ON audit_entry",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE incidents_incident ADD COLUMN x int",
    "DROP TABLE audit_entry CASCADE",
    "DROP FUNCTION amana_keep_refuse() CASCADE",
    "CREATE OR REPLACE FUNCTION amana_keep_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "SET session_replication_role = replica",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    "UPDATE incidents_incident SET number = 'X-1'",
]


def as_application(work: Any) -> Any:
    """Do something in a thread whose connection is the application's."""
    outcome: dict[str, Any] = {}

    def run() -> None:
        mine = connections["default"]
        mine.settings_dict = {**mine.settings_dict, "USER": ROLE, "PASSWORD": ""}
        try:
            outcome["value"] = work()
        except BaseException as error:
            outcome["error"] = error
        finally:
            mine.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


@pytest.fixture
def application(settings: Any, transactional_db: None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
    settings.APPLICATION_ROLE = ROLE
    grant_to_application()
    yield as_application
    with connection.cursor() as cursor:
        for what in ("ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public", "SCHEMA public"):
            cursor.execute(f"REVOKE ALL ON {what} FROM {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


def test_the_application_works_and_the_log_verifies(application: Any, person: Any) -> None:
    by = person("duty_officer")

    def work() -> int:
        incident = open_incident(by, name_en="Field", name_ar="حقل")
        change_incident(by, incident, "a slip", name_en="Another field")
        make_checkpoint()
        report = verify_database()
        assert report.verified, report.findings
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (ROLE,)
        return report.entries

    assert application(work) == Entry.objects.count()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_cannot(application: Any, person: Any, statement: str) -> None:
    open_incident(person("duty_officer"), name_en="Field", name_ar="حقل")
    with writing(SYSTEM, "tests.x") as log:
        log.note("tests", 1)
    make_checkpoint()
    assert Office.objects.exists()

    def attempt() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(Error) as refused:
        application(attempt)
    told = str(refused.value)
    assert any(w in told for w in ("permission denied", "must be owner", "append-only", "never")), told
