"""Kinds of work for the tests of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from amana.casework.jobs import kinds
from amana.problems import InputProblem, InputProblems


@pytest.fixture
def trial() -> Iterator[dict[str, Any]]:
    """A kind ``trial`` whose act and rights the test sets: ``trial["act"] = lambda work: …``."""
    seen: dict[str, Any] = {"act": lambda work: None, "failed": [], "sees": lambda user, job: False}
    kinds.KINDS["trial"] = kinds.Kind(
        "trial",
        lambda work: seen["act"](work),
        title="Trial of %(thing)s",
        steps={"count": "%(done)s of %(total)s counted"},
        url=lambda job: "/made/",
        result="See what was made",
        sees=lambda user, job: seen["sees"](user, job),
        failed=lambda job, problems: seen["failed"].append((job, problems)),
    )
    yield seen
    del kinds.KINDS["trial"]


def refuse(work: Any) -> None:
    """What a kind does with data that is wrong."""
    raise InputProblems([InputProblem("case.no-family", params={"n": 1})])
