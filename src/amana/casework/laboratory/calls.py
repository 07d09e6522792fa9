"""What a laboratory read in a sample, checked and in one spelling."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from amana.interchange.text import nearest
from amana.interchange.vocabulary import (
    allele,
    is_amelogenin,
    is_off_ladder,
    is_unknown,
    is_y_marker,
    marker_key,
)
from amana.kinship.frequencies import SILENT
from amana.kinship.profiles import Call
from amana.problems import InputProblem

Calls = dict[str, Call]
_ALLELE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


@dataclass
class Reading:
    """A checked reading: calls by the names of the tables, sex by amelogenin, and what is wrong."""

    calls: Calls = field(default_factory=dict)
    sex: str = ""
    problems: list[InputProblem] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The calls as they are stored: the same calls give the same text."""
        return json.dumps(self.calls, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read(written: object, known: Mapping[str, frozenset[str]]) -> Reading:
    """Check calls as they came: marker to two alleles, null where one was not seen.

    Parameters
    ----------
    known
        Every marker of the frequency tables that are there, with the alleles of any of them.  An allele
        that no table has is taken where it is written as a number of repeats.
    """
    found = Reading()
    if not isinstance(written, Mapping):
        found.problems.append(InputProblem("laboratory.calls-shape", field="calls"))
        return found
    names = {marker_key(name): name for name in known}
    for marker, cells in written.items():
        # Two always: one alone could mean the same allele twice, or one that was not seen.
        fewest = 1 if is_amelogenin(str(marker)) else 2
        if not isinstance(cells, Sequence) or isinstance(cells, str) or not fewest <= len(cells) <= 2:
            found.problems.append(
                InputProblem("laboratory.two-alleles", field="calls", params={"marker": str(marker)})
            )
            continue
        alleles = [None if c is None or is_unknown(str(c)) else allele(str(c)) for c in cells]
        if is_amelogenin(str(marker)):
            _amelogenin(found, alleles)
            continue
        name = names.get(marker_key(str(marker)))
        if name is None:
            found.problems.append(_unknown(str(marker), names.values()))
            continue
        if name in found.calls:
            found.problems.append(
                InputProblem("laboratory.marker-twice", field="calls", params={"marker": name})
            )
            continue
        found.problems += [
            InputProblem("laboratory.not-an-allele", field="calls", params={"marker": name, "allele": str(a)})
            for a in alleles
            if a is not None and not _is_allele(a, known[name])
        ]
        if any(alleles):
            first, second = (*alleles, None)[:2]
            found.calls[name] = (first, second) if first is not None else (second, None)
    if not found.calls and not found.problems:
        found.problems.append(InputProblem("laboratory.nothing-read", field="calls"))
    return found


def _is_allele(label: str, known: frozenset[str]) -> bool:
    if label == SILENT or is_off_ladder(label):
        return False
    return label in known or _ALLELE.fullmatch(label) is not None


def _unknown(marker: str, known: Iterable[str]) -> InputProblem:
    if is_y_marker(marker):
        return InputProblem("laboratory.y-marker", field="calls", params={"marker": marker})
    names = nearest(marker, known)
    return InputProblem("laboratory.unknown-marker", field="calls", params={"marker": marker, "known": names})


def _amelogenin(found: Reading, alleles: Sequence[str | None]) -> None:
    seen = [a.upper() for a in alleles if a is not None]
    if not set(seen) <= {"X", "Y"}:
        params = {"marker": "amelogenin", "allele": "/".join(seen)}
        found.problems.append(InputProblem("laboratory.not-an-allele", field="calls", params=params))
        return
    # X alone may be a man's result with Y lost; only a second X says that it is a woman's.
    found.sex = "M" if "Y" in seen else "F" if seen.count("X") == 2 else ""


def parse(text: str) -> Calls:
    """Stored calls as the science wing takes them."""
    return {marker: (pair[0], pair[1]) for marker, pair in json.loads(text).items()} if text else {}


def digest(text: str) -> str:
    """SHA-256 of stored calls, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
