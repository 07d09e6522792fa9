"""Requests whose effect is undone, for tests that send very many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Undo in the database whatever is done in the block."""
    around = transaction.atomic()
    around._from_testcase = True  # as the tests' own: services insist on a transaction of their own
    with around:
        yield
        transaction.set_rollback(True)
