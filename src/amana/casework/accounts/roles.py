"""Roles and what they may do, from ``roles.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from django.utils.translation import get_language


@dataclass(frozen=True)
class Role:
    """One role of the path."""

    name: str
    en: str
    ar: str
    may: frozenset[str]
    privileged: bool = False

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.ar if get_language() == "ar" else self.en


@dataclass(frozen=True)
class Bundle:
    """Roles that one person in a small office often holds together."""

    name: str
    en: str
    ar: str
    roles: tuple[str, ...]

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.ar if get_language() == "ar" else self.en


@cache
def _data() -> dict[str, dict[str, dict[str, object]]]:
    text = resources.files("amana.casework.accounts").joinpath("roles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def roles() -> Mapping[str, Role]:
    """Every role by name, in the order of the path."""
    return {
        name: Role(name, str(r["en"]), str(r["ar"]), frozenset(r["may"]), bool(r.get("privileged", False)))  # type: ignore[arg-type, call-overload]
        for name, r in _data()["role"].items()
    }


@cache
def bundles() -> Mapping[str, Bundle]:
    """Every bundle by name."""
    return {
        name: Bundle(name, str(b["en"]), str(b["ar"]), tuple(b["roles"]))  # type: ignore[arg-type, call-overload]
        for name, b in _data()["bundle"].items()
    }


@cache
def permissions() -> frozenset[str]:
    """Every permission that some role has."""
    return frozenset().union(*(r.may for r in roles().values()))


def role_choices() -> list[tuple[str, str]]:
    """For forms."""
    return [(r.name, r.label) for r in roles().values()]
