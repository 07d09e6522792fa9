"""Mitochondrial sequences as differences from the rCRS, and whether two can be of one maternal line.

Notation and the rules for heteroplasmy and length follow the DNA Commission of the ISFG (Parson et al.
2014) as EMPOP applies it (Directions for Use, sections 4.1.3 to 4.1.6 and 4.4).  Two or more differences
exclude, one is inconclusive, none does not exclude (Budowle, DiZinno and Wilson 1999; the same in the
interpretation rules taught by the US National Institute of Justice).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from amana.kinship.lineage.rcrs import (
    LENGTH,
    LENGTH_TRACTS,
    PLACEHOLDER,
    Range,
    base,
    common_ranges,
    positions,
    within,
)
from amana.problems import InputProblem, InputProblems

Site = tuple[int, int]
"""Position, and 0 or the number of the base inserted behind it: 315.1 is ``(315, 1)``."""
State = frozenset[str]
"""What may be there: bases, and ``-`` for none."""
Verdict = Literal["match", "inconclusive", "exclusion", "not-comparable"]

IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T", "U": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT",
    "K": "GT", "M": "AC", "B": "CGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
"""Letters for mixtures.  D (A, G or T) is left out: half of the world writes it for a deletion."""

_LETTER = {frozenset(bases): letter for letter, bases in IUPAC.items() if letter != "U"}
_GONE: State = frozenset("-")
_TOKEN = re.compile(
    r"(?P<minus>-)?(?P<ref>[A-Za-z])?(?P<at>\d{1,6})(?P<more>\.(?P<k>\d{1,3})|\+)?(?P<what>-|[A-Za-z]*)"
)
_STRETCH = re.compile(r"(\d{1,6})-(\d{1,6})(?:d|del)", re.IGNORECASE)
_SAME = frozenset({"rcrs", "crs"})


@dataclass(frozen=True)
class MtHaplotype:
    """One sequence.

    Attributes
    ----------
    ranges
        What was sequenced, in order and without overlap.
    differences
        Site to what is there instead of the reference; indels of one base or unit stand as far towards the
        end of the numbering as the sequence allows, so that one sequence has one description.
    """

    ranges: tuple[Range, ...]
    differences: Mapping[Site, State] = field(default_factory=dict)

    def state(self, site: Site) -> State:
        """What may be at a site."""
        known = self.differences.get(site)
        return known if known is not None else _reference(site)

    def __hash__(self) -> int:
        return hash((self.ranges, frozenset(self.differences.items())))


@dataclass(frozen=True)
class MtComparison:
    """Two sequences over what both have.

    Attributes
    ----------
    ranges, compared
        The common stretches, and how many positions they are.
    differences
        One text per difference, such as ``152 T:C``; an insertion or deletion of several bases is one.
    ignored
        Differences of length in the tracts that vary within one person.
    heteroplasmic
        Sites at which the two share one base and not all.
    rule
        ``mt-same``, ``mt-one``, ``mt-two`` or ``no-common-range``: what the verdict rests on.
    """

    ranges: tuple[Range, ...]
    compared: int
    differences: tuple[str, ...]
    ignored: tuple[str, ...]
    heteroplasmic: tuple[str, ...]
    verdict: Verdict
    rule: str


def parse_mtdna(text: str, ranges: tuple[Range, ...]) -> MtHaplotype:
    """A sequence from its differences, separated by spaces, commas or semicolons.

    ``73G`` or ``A73G``; ``315.1C``, ``309+CC``; ``523-``, ``523d``, ``523del``, ``523-524d``; ``152Y`` for
    a mixture, ``152c`` for C or nothing; ``rCRS`` where there is no difference.

    Raises
    ------
    InputProblems
        with every fault: ``mtdna.bad-difference``, ``mtdna.position``, ``mtdna.wrong-reference``,
        ``mtdna.ambiguous-d``, ``mtdna.insertion-gap``, ``mtdna.position-twice``, ``mtdna.outside-range``.
    """
    found: dict[Site, State] = {}
    problems: list[InputProblem] = []
    for token in filter(None, re.split(r"[\s,;]+", text)):
        if token.casefold() in _SAME:
            continue
        try:
            sites = _sites(token)
        except InputProblems as faults:
            problems += faults.problems
            continue
        for site, state in sites:
            if not within(site[0], ranges):
                problems.append(InputProblem("mtdna.outside-range", params={"given": token}))
            elif found.setdefault(site, state) != state:
                problems.append(InputProblem("mtdna.position-twice", params={"given": token}))
    for at, k in found:
        if k > 1 and (at, k - 1) not in found:
            problems.append(
                InputProblem("mtdna.insertion-gap", params={"given": f"{at}.{k}", "absent": f"{at}.{k - 1}"})
            )
    if problems:
        raise InputProblems(list(dict.fromkeys(problems)))
    kept = {s: v for s, v in found.items() if v != _reference(s) and s[0] != PLACEHOLDER}
    return MtHaplotype(ranges, _shifted(kept, ranges))


def compare_mtdna(a: MtHaplotype, b: MtHaplotype) -> MtComparison:
    """Whether two sequences can be of one maternal line, over the stretches that both have.

    A mixture is compatible with each of its bases.  Differences of length in the tracts of
    :data:`~amana.kinship.lineage.rcrs.LENGTH_TRACTS` do not count.  Indels side by side are one difference,
    and so are bases of the stretch from 16180 to 16183 where one of the two has C at 16189, because the
    border between the runs of A and C moves as a whole (our reading of the alignment of that region; from
    memory).
    """
    ranges = common_ranges(a.ranges, b.ranges)
    compared = positions(ranges)
    if not compared:
        return MtComparison((), 0, (), (), (), "not-comparable", "no-common-range")
    differing: list[Site] = []
    ignored, mixed = [], []
    for site in sorted({*a.differences, *b.differences}):
        if not within(site[0], ranges):
            continue
        one, other = a.state(site), b.state(site)
        if one & other:
            if one != other:
                mixed.append(_show(site, one, other))
        elif _is_length(site, one, other):
            ignored.append(_show(site, one, other))
        else:
            differing.append(site)
    moving_border = any("C" in h.state((16189, 0)) for h in (a, b))
    events = tuple(
        ", ".join(_show(s, a.state(s), b.state(s)) for s in group)
        for group in _events(differing, a, b, moving_border)
    )
    verdict, rule = _verdict(len(events))
    return MtComparison(ranges, compared, events, tuple(ignored), tuple(mixed), verdict, rule)


def _verdict(differences: int) -> tuple[Verdict, str]:
    if differences == 0:
        return "match", "mt-same"
    return ("inconclusive", "mt-one") if differences == 1 else ("exclusion", "mt-two")


def _reference(site: Site) -> State:
    return frozenset(base(site[0])) if site[1] == 0 else _GONE


def _sites(token: str) -> list[tuple[Site, State]]:
    """Sites of one difference as written."""
    if stretch := _STRETCH.fullmatch(token):
        first, last = int(stretch[1]), int(stretch[2])
        if not 1 <= first <= last <= LENGTH:
            raise _fault("mtdna.position", token)
        return [((at, 0), _GONE) for at in range(first, last + 1)]
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise _fault("mtdna.bad-difference", token)
    at, what = int(match["at"]), match["what"]
    if not 1 <= at <= LENGTH:
        raise _fault("mtdna.position", token)
    if match["ref"] and match["ref"].upper() != base(at):
        raise InputProblems(
            [InputProblem("mtdna.wrong-reference", params={"given": token, "base": base(at), "at": at})]
        )
    if match["more"]:
        k = int(match["k"] or 1)
        states = [_state(letter, token) for letter in what]
        if not states or k < 1:
            raise _fault("mtdna.bad-difference", token)
        return [((at, k + i), state) for i, state in enumerate(states)]
    if match["minus"]:
        raise _fault("mtdna.bad-difference", token)
    if what in ("-", "d") or re.fullmatch(r"del[acgt]?", what, re.IGNORECASE):
        return [((at, 0), _GONE)]
    if len(what) != 1:
        raise _fault("mtdna.bad-difference", token)
    return [((at, 0), _state(what, token))]


def _state(letter: str, token: str) -> State:
    if letter in "dD":
        raise _fault("mtdna.ambiguous-d", token)
    bases = IUPAC.get(letter.upper())
    if bases is None:
        raise _fault("mtdna.bad-difference", token)
    return frozenset(bases) | _GONE if letter.islower() else frozenset(bases)


def _fault(code: str, token: str) -> InputProblems:
    return InputProblems([InputProblem(code, params={"given": token})])


def _shifted(found: Mapping[Site, State], ranges: tuple[Range, ...]) -> dict[Site, State]:
    """Certain indels moved towards the end of the numbering, past bases that are as in the reference."""
    sites = dict(found)
    for first, last in reversed(_runs(s for s, v in found.items() if s[1] == 0 and v == _GONE)):
        if any((at, 1) in sites for at in range(first, last + 1)):
            continue
        while _free(last + 1, sites, ranges) and base(last + 1) == base(first) and (last, 1) not in sites:
            del sites[first, 0]
            first, last = first + 1, last + 1
            sites[last, 0] = _GONE
    for at in sorted({s[0] for s in found if s[1] > 0}, reverse=True):
        inserted = [sites[at, k] for k in range(1, 1 + sum(s[0] == at and s[1] > 0 for s in found))]
        if any(len(state) != 1 for state in inserted):
            continue
        now, text = at, "".join(next(iter(state)) for state in inserted)
        while _free(now + 1, sites, ranges) and (now + 1, 1) not in sites and base(now + 1) == text[0]:
            now, text = now + 1, text[1:] + text[0]
        for k in range(1, len(text) + 1):
            del sites[at, k]
        sites.update({(now, k): frozenset(letter) for k, letter in enumerate(text, 1)})
    return sites


def _runs(sites: Iterable[Site]) -> list[Range]:
    runs: list[Range] = []
    for at in sorted(s[0] for s in sites):
        if runs and at == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _free(at: int, sites: Mapping[Site, State], ranges: tuple[Range, ...]) -> bool:
    return at <= LENGTH and (at, 0) not in sites and within(at, ranges)


def _is_length(site: Site, one: State, other: State) -> bool:
    """Whether a difference is one of length in a tract where length varies."""
    at, k = site
    for tract in LENGTH_TRACTS:
        if not tract.first - (k > 0) <= at <= tract.last or _GONE not in (one, other):
            continue
        bases = (one | other) - _GONE
        return bases == {tract.base}
    return False


def _events(
    differing: list[Site], a: MtHaplotype, b: MtHaplotype, moving_border: bool
) -> Iterable[list[Site]]:
    groups: list[tuple[str, list[Site]]] = []
    for site in differing:
        if moving_border and 16180 <= site[0] <= 16183:
            kind = "border"
        else:
            kind = "indel" if _GONE in (a.state(site), b.state(site)) else "base"
        if groups:
            last_kind, group = groups[-1]
            if kind == last_kind == "border" or (
                kind == last_kind == "indel" and site[0] - group[-1][0] <= 1
            ):
                group.append(site)
                continue
        groups.append((kind, [site]))
    return [group for _, group in groups]


def _show(site: Site, one: State, other: State) -> str:
    at, k = site
    return f"{at}.{k} {_letter(one)}:{_letter(other)}" if k else f"{at} {_letter(one)}:{_letter(other)}"


def _letter(state: State) -> str:
    if state == _GONE:
        return "-"
    bases = state - _GONE
    letter = _LETTER.get(bases, "D")
    return letter.lower() if state & _GONE else letter
