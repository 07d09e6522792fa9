"""The words of the command line, in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def words(language: str) -> Mapping[str, str]:
    """Section and key, joined by a dot, to words with str.format placeholders."""
    text = resources.files("amana.cli").joinpath(f"words.{language}.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{key}": value
        for section, entries in tomllib.loads(text).items()
        for key, value in entries.items()
    }
