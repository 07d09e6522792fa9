"""How the programming interface reads what it is given, before any station sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import PageNumberPagination
from ninja.parser import Parser
from pydantic import AfterValidator, AwareDatetime

from amana.problems import InputProblem, InputProblems

LARGEST = 2**63 - 1
"""The largest integer that both databases keep."""
LONGEST_NAME = 60
"""A longer key names no field of ours."""

_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


def _in_every_zone(at: datetime) -> bool:
    """Not on the first or the last days that can be written: read in another time zone they are none."""
    return _FIRST < at < _LAST


def _moment(at: datetime) -> datetime:
    if not _in_every_zone(at):
        raise ValueError("not a time in every time zone")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
"""A time that a program sends."""


def refuse_no_time(at: datetime) -> None:
    """For the ``validators`` of a form's field: as :data:`Moment`.

    Raises
    ------
    ValidationError
        With the words of a field that cannot read what was typed.
    """
    if not _in_every_zone(at):
        raise ValidationError(forms.DateTimeField.default_error_messages["invalid"], code="invalid")


class Pages(PageNumberPagination):
    """Pages of a list, counted from 1; a page past the last is empty, and its first row still a number."""

    class Input(Schema):
        """What a caller asks for."""

        page: int = Field(1, ge=1, le=10**9)
        page_size: int | None = Field(None, ge=1, le=10**6)


class ReadableParser(Parser):
    """JSON without what no database keeps, wherever in it that stands.

    A character U+0000 ends a text on one database and is refused by the other; half of a surrogate pair is no
    character; a number larger than :data:`LARGEST`, or none at all (NaN), has no place.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON.

        Raises
        ------
        InputProblems
            Naming each value that cannot be kept by its path.
        """
        found = super().parse_body(request)
        _refuse(found)
        return found


def _refuse(found: Any) -> None:
    if problems := list(_unreadable(found, "")):
        raise InputProblems(problems)


def _unreadable(found: Any, field: str) -> Iterator[InputProblem]:
    if isinstance(found, str):
        if "\0" in found or any("\ud800" <= c <= "\udfff" for c in found):
            yield InputProblem("record.unreadable-text", field=field or None)
    elif isinstance(found, int | float) and not abs(found) <= LARGEST:
        yield InputProblem("record.number-too-large", field=field or None, params={"most": LARGEST})
    elif isinstance(found, dict):
        for key, value in found.items():
            named = key.isprintable() and len(key) <= LONGEST_NAME
            within = f"{field}.{key}".lstrip(".") if named else field
            yield from _unreadable(key, within)
            yield from _unreadable(value, within)
    elif isinstance(found, list):
        for number, value in enumerate(found):
            yield from _unreadable(value, f"{field}.{number}".lstrip("."))
