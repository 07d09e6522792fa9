"""The words of the reports, from ``texts.en.toml`` and ``texts.ar.toml``, and how values are put into them.

A text never becomes markup.  It is cut at its placeholders into *runs*, and a run says what it is: words, or
something that must stay whole and left-to-right, such as an identifier or a number.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from amana.problems import Language
from amana.reporting.svg import visible

Run = dict[str, Any]
"""``{"t": words}``, ``{"i": unbreakable, left-to-right}``, ``{"ltr": left-to-right, may break}``,
``{"b": [runs in bold]}`` or ``{"page": "current" | "last"}``."""
Runs = list[Run]

_LONGEST_WHOLE, _MAY_BREAK = 24, "\u200b"
_HERE = Path(__file__).parent
_ISOLATED = re.compile("[\u2066\u2068]([^\u2066-\u2069]*)\u2069")


def plain(text: str) -> Runs:
    """Words of ours, or free text of the user."""
    return [{"t": text}]


def free(text: str) -> Runs:
    """A name in any script, such as a case's, that may break but not disturb the sentence around it."""
    return [{"t": f"\u2068{visible(text)}\u2069"}]


def unbroken(text: object) -> Runs:
    """An identifier or a number: kept whole, left-to-right; hidden characters are written out.

    One that would not fit a column may break, after a separator where it has any.
    """
    shown = visible(str(text))
    return [{"i": shown}] if len(shown) <= _LONGEST_WHOLE else breakable(shown)


def breakable(text: str) -> Runs:
    """An identifier in a narrow column: left-to-right, and may break after a separator."""
    return [{"ltr": _MAY_BREAK.join(pieces(visible(text)))}]


def pieces(identifier: str) -> list[str]:
    """An identifier cut after its separators, no piece longer than 13 characters."""
    return re.findall(r"[^-_/.:, ]{1,12}[-_/.:, ]?|[-_/.:, ]", identifier)


def digest(text: str) -> Runs:
    """A long number that has its own wide column and never breaks."""
    return [{"i": visible(text)}]


def bold(runs: Runs) -> Runs:
    """The same in bold."""
    return [{"b": runs}]


def joined(items: Iterable[Runs], separator: str) -> Runs:
    """Several with words between them."""
    found: Runs = []
    for item in items:
        found += ([{"t": separator}] if found else []) + item
    return found


def to_text(runs: Sequence[Run]) -> str:
    """The characters of the runs alone, for alternative texts and tests."""
    found = "".join(
        to_text(run["b"]) if "b" in run else str(run.get("t") or run.get("i") or run.get("ltr") or "")
        for run in runs
    )
    return "".join(c for c in found if c not in "\u2066\u2067\u2068\u2069\u200b")


@dataclass(frozen=True)
class Texts:
    """The words of one language."""

    language: Language
    entries: Mapping[str, str]

    def plain(self, key: str, **values: str) -> str:
        """One text with plain values."""
        return self.entries[key].format(**values)

    def runs(self, key: str, **values: str | Run | Runs) -> Runs:
        """One text cut into runs; a value that is a plain string counts as words."""
        found: Runs = []
        for words, name, _, _ in string.Formatter().parse(self.entries[key]):
            if words:
                found.append({"t": words})
            if name is not None:
                value = values[name]
                found += (
                    value if isinstance(value, list) else [value if isinstance(value, dict) else {"t": value}]
                )
        return found

    def ids(self, names: Iterable[str]) -> Runs:
        """Identifiers in a row, separated as the language does."""
        return joined((unbroken(name) for name in names), self.entries["list.comma"])

    def sentence(self, text: str, names: Sequence[str] = ()) -> Runs:
        """A sentence made elsewhere: isolates, and the identifiers ``names``, become unbroken runs."""
        found: Runs = []
        at = 0
        for match in _ISOLATED.finditer(text):
            found += _with_names(text[at : match.start()], names)
            found += plain(match[1]) if " " in match[1] else unbroken(match[1])
            at = match.end()
        return found + _with_names(text[at:], names)


def _with_names(text: str, names: Sequence[str]) -> Runs:
    text = "".join(c for c in text if c not in "\u2066\u2067\u2068\u2069\u200e\u200f")
    if not text:
        return []
    if not names:
        return plain(text)
    alternatives = "|".join(re.escape(name) for name in sorted(set(names), key=lambda n: (-len(n), n)))
    pieces = re.split(rf"(?<![\w.-])({alternatives})(?![\w-])", text)
    return [
        run for i, piece in enumerate(pieces) if piece for run in (unbroken(piece) if i % 2 else plain(piece))
    ]


@cache
def texts(language: Language) -> Texts:
    """All texts of a language, their keys flattened to ``section.key``."""
    with (_HERE / f"texts.{language}.toml").open("rb") as file:
        sections = tomllib.load(file)
    return Texts(
        language, {f"{s}.{k}": text for s, section in sections.items() for k, text in section.items()}
    )
