"""What the tests of the log leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def checks_are_on_again() -> Iterator[None]:
    """SQLite keeps a switched-off check for as long as its connection; tests share one."""
    yield
    if connection.vendor == "sqlite" and connection.connection is not None:
        connection.connection.execute("PRAGMA ignore_check_constraints=OFF")
