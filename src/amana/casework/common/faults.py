"""Problems that a service raises, as errors of the form that was sent."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import get_language

from amana.problems import InputProblem, InputProblems, Language, sentence


def language() -> Language:
    """The reader's language."""
    return cast(Language, "ar" if get_language() == "ar" else "en")


def in_words(problem: InputProblem) -> str:
    """What is wrong and what to do, in the reader's language."""
    what, remedy = sentence(problem.code, {"field": problem.field, **problem.params}, language())
    return f"{what} {remedy}".strip()


def add_to_form(form: Any, problems: InputProblems) -> None:
    """Each problem beside its field, or on top where the form has no such field."""
    for problem in problems.problems:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, in_words(problem))
