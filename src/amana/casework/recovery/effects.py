"""The codes of clothing and effects (``effects.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from django.utils.translation import get_language


@dataclass(frozen=True)
class Code:
    """One kind of thing; ``code`` begins with its item of the INTERPOL form."""

    code: str
    en: str
    ar: str

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.ar if get_language() == "ar" else self.en


@dataclass(frozen=True)
class Group:
    """The things of one item of the form."""

    item: str
    en: str
    ar: str
    codes: tuple[Code, ...]

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.ar if get_language() == "ar" else self.en


@cache
def groups() -> tuple[Group, ...]:
    """Every group in the order of the form."""
    text = resources.files("amana.casework.recovery").joinpath("effects.toml").read_text("utf-8")
    return tuple(
        Group(g["item"], g["label"]["en"], g["label"]["ar"], tuple(Code(**c) for c in g["codes"]))
        for g in tomllib.loads(text)["group"]
    )


@cache
def codes() -> Mapping[str, Code]:
    """Every code."""
    return {c.code: c for g in groups() for c in g.codes}
