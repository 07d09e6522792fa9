"""The words of plans, and lengths and areas as a reader should see them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources

from amana.problems import Language
from amana.reporting.svg import isolated


@cache
def _entries(language: Language) -> dict[str, str]:
    text = resources.files("amana.geography").joinpath(f"texts.{language}.toml").read_text("utf-8")
    return {f"{s}.{k}": words for s, section in tomllib.loads(text).items() for k, words in section.items()}


def say(language: Language) -> Callable[..., str]:
    """A function from key and values to a text of one language."""
    entries = _entries(language)
    return lambda key, **values: entries[key].format(**values)


def length(metres: float, language: Language) -> str:
    """``9.9 m``, ``83 m``, ``1.24 km``: decimetres below ten metres, then metres, then tens of metres."""
    if metres < 9.95:
        return _with_unit("length.m", f"{metres:.1f}".removesuffix(".0"), language)
    if metres < 999.5:
        return _with_unit("length.m", f"{metres:.0f}", language)
    return _with_unit("length.km", f"{metres / 1000:.2f}".rstrip("0").rstrip("."), language)


def area(square_metres: float, language: Language) -> str:
    """Three significant digits: ``61,300 m²``, from half a million on ``0.52 km²``."""
    if square_metres >= 499_500:
        return _with_unit("area.km2", f"{_three(square_metres / 1e6):,.7g}", language)
    return _with_unit("area.m2", f"{_three(square_metres):,.7g}", language)


def _three(value: float) -> float:
    return round(value, 2 - math.floor(math.log10(value))) if value > 0 else 0.0


def _with_unit(key: str, number: str, language: Language) -> str:
    return say(language)(key, number=isolated(number) if language == "ar" else number)
