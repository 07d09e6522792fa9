"""What the tests of accounts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from amana.casework.accounts.models import User
from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.problems import InputProblems

PASSWORD = "seven quiet olive trees"


@pytest.fixture(autouse=True)
def quick_and_fresh(settings: Any) -> None:
    """Passwords are hashed quickly, and nobody is locked out by the test before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def with_password(person: Callable[..., User]) -> Callable[..., User]:
    """A person who has the password ``PASSWORD``."""

    def make(role: str, office: str = "SCD", **fields: Any) -> User:
        user = person(role, office, **fields)
        user.set_password(PASSWORD)
        with writing(SYSTEM, "tests.prepared") as log:
            log.save(user)
        return user

    return make


@pytest.fixture
def refused() -> Callable[..., list[str]]:
    """The codes with which a call is refused."""

    def codes(call: Callable[..., Any], *args: Any, **kwargs: Any) -> list[str]:
        with pytest.raises(InputProblems) as found:
            call(*args, **kwargs)
        return [p.code for p in found.value.problems]

    return codes


@pytest.fixture
def actions() -> Callable[[], list[str]]:
    """Actions of the log, oldest first, without those that prepared the test."""

    def read() -> list[str]:
        entries = Entry.objects.exclude(action__in=["tests.prepared", "schema.migrated", "keys.noted"])
        return list(entries.order_by("index").values_list("action", flat=True))

    return read
