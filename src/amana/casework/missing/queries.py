"""Reading missing persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from amana.casework.missing.models import MissingPerson
from amana.names import fold

NAMES = "missing.names"
"""The right without which a name is neither shown nor found."""

MOST_ALIKE = 5


def persons(user: Any) -> QuerySet[MissingPerson]:
    """Whom the reader may see."""
    found: QuerySet[MissingPerson] = MissingPerson.objects.visible_to(user).select_related("office")
    return found


def person(user: Any, number: str) -> MissingPerson:
    """The one with this number; 404 where the reader sees none."""
    if not number.isprintable():
        number = ""
    return get_object_or_404(persons(user).select_related("subject", "duplicate_of"), number=number)


def sees_names(user: Any) -> bool:
    """Whether the reader may know names."""
    return NAMES in user.granted


def alike(user: Any, said: Mapping[str, str]) -> list[MissingPerson]:
    """People recorded already who may be the one described: same reference, or same name and mother.

    Only among those whom the reader may see, and by names only for who may know names.
    """
    rows, found = persons(user), {}
    reference = said.get("reference", "").strip()
    if reference:
        for one in rows.filter(reference__iexact=reference)[:MOST_ALIKE]:
            found[one.pk] = one
    if sees_names(user):
        for script in ("ar", "en"):
            name, mother = (fold(said.get(f"{part}_{script}", "")) for part in ("name", "mother"))
            if not name or not mother:
                continue
            for one in rows.matching(f"{name} {mother}")[:200]:
                if (
                    fold(getattr(one, f"name_{script}")) == name
                    and fold(getattr(one, f"mother_{script}")) == mother
                ):
                    found[one.pk] = one
    return list(found.values())[:MOST_ALIKE]
