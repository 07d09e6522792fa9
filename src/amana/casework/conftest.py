"""What the tests of the casework share: people of several offices, and a database that can be emptied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management.commands import flush

from amana.casework.accounts.models import Holding, Office, Sharing, User
from amana.casework.accounts.roles import roles
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.common.ids import new_id


@pytest.fixture(scope="session", autouse=True)
def flush_despite_triggers() -> Iterator[None]:
    """Between tests with real transactions Django empties every table, which the triggers rightly refuse.

    For the whole session: a fixture of one test would end before the database of that test is emptied.
    """
    empty = flush.Command.handle

    def handle(self: Any, **options: Any) -> None:
        from django.db import connection

        from amana.casework.audit import upkeep

        with connection.cursor() as cursor:
            for name, table in upkeep._present(cursor).items():
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        # What Django asks for between tests leaves the triggers out; here they are put back.
        empty(self, **{**options, "inhibit_post_migrate": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield


@pytest.fixture(autouse=True)
def nothing_signed_before() -> None:
    """The key folder remembers what was signed; the database of the test before is gone."""
    from django.conf import settings

    (settings.KEYS / "log.checkpoint").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def no_language_of_the_test_before() -> None:
    """A request leaves the language and the zone of its reader behind in the thread."""
    from django.utils import timezone, translation

    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def offices(db: None) -> dict[str, Office]:
    """Civil defence (SCD), forensic department (FMD), commission (NCM), laboratory (LAB), partner (PAR).

    They share as in real work; the partner sees nothing of the others.
    """
    made = {
        code: Office(code=code, kind=kind, name_en=f"Office {code}", name_ar=f"مكتب {code}")
        for code, kind in (
            ("SCD", "civil_defence"), ("FMD", "forensic"), ("NCM", "commission"), ("LAB", "laboratory"),
            ("PAR", "partner"),
        )
    }  # fmt: skip
    given = [
        ("SCD", "FMD", "incidents"), ("SCD", "NCM", "incidents"), ("SCD", "LAB", "incidents"),
        ("NCM", "LAB", "missing"), ("LAB", "NCM", "identification"), ("LAB", "FMD", "identification"),
        ("NCM", "FMD", "missing"),
    ]  # fmt: skip
    with writing(SYSTEM, "tests.prepared") as log:
        log.save_new(list(made.values()))
        log.save_new(
            [
                Sharing(giver=made[g], receiver=made[r], scope=s, ground="agreement for tests")
                for g, r, s in given
            ]
        )
    return made


@pytest.fixture
def person(offices: dict[str, Office]) -> Callable[..., User]:
    """Makes a person: ``person("recorder", "SCD")``; several roles with ``+``."""

    def make(role: str, office: str = "SCD", **fields: Any) -> User:
        user = User(
            username=f"{role.replace('+', '-')[:30]}-{office}-{str(new_id())[-6:]}", name_en=f"A {role}",
            name_ar="شخص للاختبار", office=offices[office], language="en", **fields,
        )  # fmt: skip
        user.set_unusable_password()
        held = [r for r in role.split("+") if r]
        assert set(held) <= set(roles()), f"no such role: {role}"
        with writing(SYSTEM, "tests.prepared") as log:
            log.save(user)
            log.save_new([Holding(user=user, role=r) for r in held])
        return user

    return make


@pytest.fixture
def sign_in(client: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[User], Any]:
    """A client signed in as somebody whose second factor is taken as done."""
    monkeypatch.setattr("amana.casework.accounts.middleware.is_mfa_enabled", lambda user: True)

    def enter(user: User) -> Any:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter
