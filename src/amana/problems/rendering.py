"""Problems and findings as sentences, from one catalogue per language."""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from amana.problems.problem import InputProblem, Language

_OPEN, _CLOSE = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE
_UNKNOWN = "problem.unknown-code"
_SHOWN_IN_A_LIST = 12


@cache
def catalogue(language: Language) -> Mapping[str, Any]:
    """The whole catalogue of one language as nested tables, read from its TOML file."""
    text = resources.files("amana.problems").joinpath(f"catalogue.{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def codes(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Every code of one language with its ``what`` and ``remedy``."""
    found: dict[str, Mapping[str, str]] = {}

    def walk(prefix: str, table: Mapping[str, Any]) -> None:
        if "what" in table:
            found[prefix] = table
            return
        for name, value in table.items():
            if isinstance(value, Mapping):
                walk(f"{prefix}.{name}" if prefix else name, value)

    walk("", {k: v for k, v in catalogue(language).items() if k not in ("form", "words")})
    return found


def placeholders(text: str) -> frozenset[str]:
    """Names of the parameters that a sentence uses."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def sentence(code: str, params: Mapping[str, object], language: Language) -> tuple[str, str]:
    """What is the matter and what to do about it, as two sentences.

    A parameter that the caller did not give is shown as "…", and a code that the catalogue does not
    know as the bare code with its parameters: rendering never fails.

    Returns
    -------
    (what, remedy); ``remedy`` is empty where there is nothing to do.
    """
    entry = codes(language).get(code)
    if entry is None:
        given = tuple(f"{name}={value}" for name, value in params.items())
        entry, params = codes(language)[_UNKNOWN], {"code": code, "params": given}
    formatter = _Formatter(language)
    what = formatter.vformat(entry["what"], (), params)
    return what, formatter.vformat(entry.get("remedy", ""), (), params)


_KEYED = (".json", ".json.gz", ".toml", ".fam", ".xml", ".cmf")
"""Files whose parts are named by keys rather than columns."""


def render(problem: InputProblem, language: Language) -> str:
    """One problem as one line: where it is, what it is, what to do.

    >>> render(InputProblem("pedigree.unknown-parent", "families.csv", 7, "father",
    ...                     {"person": "P3", "parent": "P9"}), "en").partition(" Remedy:")[0]
    'families.csv, row 7, column father: Person P3 names a father P9 who is not in the family.'
    """
    form: Mapping[str, str] = catalogue(language)["form"]
    formatter = _Formatter(language)
    where = []
    if problem.file is not None:
        where.append(formatter.vformat(form["file"], (), {"file": problem.file}))
    if problem.row is not None:
        where.append(formatter.vformat(form["row"], (), {"row": problem.row}))
    if problem.field is not None:
        keyed = problem.file is not None and problem.file.lower().endswith(_KEYED)
        where.append(formatter.vformat(form["key" if keyed else "column"], (), {"field": problem.field}))
    # The last part of a path such as am.F1[2].father is the field that a sentence speaks of.
    named = {"field": problem.field.rpartition(".")[2]} if problem.field is not None else {}
    what, remedy = sentence(problem.code, {**named, **problem.params}, language)
    line = f"{form['joint'].join(where)}: {what}" if where else what
    if problem.warning:
        line = f"{form['warning']} {line}"
    return f"{line} {form['remedy']} {remedy}" if remedy else line


def render_all(problems: Iterable[InputProblem], language: Language) -> str:
    """All problems, one a line: faults before warnings, otherwise in the given order."""
    return "\n".join(render(p, language) for p in sorted(problems, key=lambda p: p.warning))


class _Formatter(string.Formatter):
    """``str.format`` that never fails, keeps identifiers readable in mixed text, and knows ``{sex!w}``.

    ``!w`` replaces a value by its word in the table ``[words]`` of the catalogue.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "…")

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion == "w":
            words: Mapping[str, str] = catalogue(self.language)["words"]
            parts = value.split(", ") if isinstance(value, str) else [str(value)]
            if all(part in words for part in parts):
                separator = str(catalogue(self.language)["form"]["list"])
                return _Word(separator.join(words[part] for part in parts))
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, _Word):
            return str(value)
        if isinstance(value, (list, tuple, set, frozenset)):
            items = list(value) if isinstance(value, (list, tuple)) else sorted(value, key=str)
            shown = [self._isolated(_plain(item)) for item in items[:_SHOWN_IN_A_LIST]]
            if len(items) > _SHOWN_IN_A_LIST:
                shown.append("…")
            form: Mapping[str, str] = catalogue(self.language)["form"]
            return form["list"].join(shown) or form["nothing"]
        if value is None or value == "":
            return str(catalogue(self.language)["form"]["nothing"])
        return self._isolated(_plain(value))

    def _isolated(self, text: str) -> str:
        """Keep an identifier from being reordered by the text around it.

        Always in Arabic; in English only where it holds right-to-left letters: bare is better in a terminal.
        """
        if self.language == "ar" or any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
            return f"{_OPEN}{text}{_CLOSE}"
        return text


class _Word(str):
    """Text in the reader's own language, which needs no isolation."""


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    # Control characters from a damaged file must not reach a terminal.
    return "".join(c if c.isprintable() else "\ufffd" for c in str(value))
