"""What a scanner or a hand put into a field, as the numbers of things.

Scanners type what stands in the code: the address of the thing, or its number.  A hand types the number in
any form.  Several stand one below the other; a seal may follow after a semicolon or a tabulator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from amana.numbering import parse
from amana.problems import InputProblem, InputProblems

_SCANNED = re.compile(r"/u/([^/?#]+)")
_SEAL = re.compile(r"[;؛\t]")
LONGEST = 300
"""Characters of one scan; more is no code of ours."""
MOST = 2000
"""Scans sent at once."""


class Read(NamedTuple):
    """One scan.

    Attributes
    ----------
    text
        As it was read.
    number
        The number in its usual form; empty where it is none.
    seal
        What stood behind it.
    problem
        What is wrong with the number, where it looks like one.
    """

    text: str
    number: str
    seal: str = ""
    problem: InputProblem | None = None


def code_in(text: str) -> str:
    """The number in what was scanned: of an address of ours the part that names the thing."""
    found = _SCANNED.search(urlsplit(text.strip()).path) if "/" in text else None
    return unquote(found[1]) if found else text.strip()


def read(text: str) -> Read:
    """One scan or one typed number."""
    shown = " ".join(text.split())[:LONGEST]
    try:
        return Read(shown, str(parse(code_in(shown))))
    except InputProblems as found:
        problem = found.problems[0]
        return Read(shown, "", problem=None if problem.code == "numbering.bad-format" else problem)
    except ValueError:  # an address that is none
        return Read(shown, "")


def lines(text: str) -> Iterator[Read]:
    """Every scan of a field, each once; empty lines say nothing."""
    seen: set[str] = set()
    for line in text.splitlines()[: 2 * MOST]:
        code, *rest = _SEAL.split(line, maxsplit=1)
        if not code.strip():
            continue
        one = read(code)
        if (key := one.number or one.text) not in seen:
            seen.add(key)
            yield one._replace(seal=rest[0].strip() if rest else "")
