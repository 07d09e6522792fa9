"""What the verbs that work on the database share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from amana.problems import InputProblem, InputProblems


def refuse(code: str, file: str | None = None, **params: object) -> InputProblems:
    """A refusal with one sentence, to be raised."""
    return InputProblems([InputProblem(code, file, params=params)])


def has_database() -> bool:
    """Whether this copy has been given a database, without making one by looking."""
    if os.environ.get("DATABASE_URL"):
        return True
    home = Path(os.environ.get("AMANA_HOME") or Path("var") / "casework")
    return (home / "amana.sqlite3").exists()


def open_database(*, as_owner: bool = False) -> None:
    """Start Django on a database that has its tables.

    Raises
    ------
    InputProblems
        Where there is none yet.
    """
    if not has_database():
        raise refuse("database.none")
    from amana.casework.start import start

    start(as_owner=as_owner)
    from django.db import connection

    if "audit_tree" not in connection.introspection.table_names():
        raise refuse("database.none")


def person_named(username: str) -> Any:
    """The user with this sign-in name.

    Raises
    ------
    InputProblems
        Where nobody has it.
    """
    from amana.casework.accounts.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise refuse("accounts.no-such-person", name=username)
    return found
