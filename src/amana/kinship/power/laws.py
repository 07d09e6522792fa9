"""What a marker says about a person sought, before their remains are seen.

For relatives who show what they show, a call *c* that the person's remains may show has

    P(c | relatives)    if the remains are theirs,
    P(c)                if they are somebody unrelated (under FST: of the same population, beside the family),

and the likelihood ratio is the quotient.  Both come from the engine's table of genotypes
(:meth:`PedigreeLikelihood.genotypes`), as in screening.  Remains are taken as wholly typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Profile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """The whole calls that somebody may show at a marker.

    Attributes
    ----------
    numbers
        Shape (n,): observation number of each call, 0 for the one of nobody's allele showing.
    of
        Shape (k, k): which call the ordered pair of alleles shows; one copy of an X chromosome is on the
        diagonal.
    """

    numbers: Ints
    of: Ints


class Calls:
    """The :class:`Outcomes` of every marker of a panel, for people with two copies and with one."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        sexes: tuple[Sex | None, ...] = (None, "M")
        self._of = {sex: self._outcomes(sex) for sex in sexes}

    def of(self, m: int, sex: Sex | None) -> Outcomes:
        """Outcomes of a marker for somebody of this sex."""
        return self._of["M" if self.panel.on_x[m] and sex == "M" else None][m]

    def _outcomes(self, sex: Sex | None) -> list[Outcomes]:
        markers = self.panel.markers
        pairs: list[dict[tuple[str, ...], int]] = []
        maps = []
        for m, marker in enumerate(markers):
            shown: dict[tuple[str, ...], int] = {}
            k = len(marker.alleles)
            of = np.zeros((k, k), dtype=np.int64)
            single = self.panel.on_x[m] and sex == "M"
            for i, a in enumerate(marker.alleles):
                for j, b in enumerate(marker.alleles[: i + 1]):
                    seen = tuple(dict.fromkeys(x for x in (b, a) if x != marker.silent))
                    if single and i != j:
                        continue
                    of[i, j] = of[j, i] = shown.setdefault(seen, len(shown))
            pairs.append(shown)
            maps.append(of)
        numbers = [np.zeros(len(shown), dtype=np.int64) for shown in pairs]
        listed = [list(shown) for shown in pairs]
        for place in range(max(map(len, listed), default=0)):
            calls = {
                marker.name: (seen[place][0], seen[place][-1])
                for marker, seen in zip(markers, listed, strict=True)
                if place < len(seen) and seen[place]
            }
            # At an X marker two copies are a woman's; elsewhere sex is of no account.
            encoded = self.panel.encode(Profile("", calls), sex or "F")
            for m in range(len(markers)):
                if place < len(numbers[m]):
                    numbers[m][place] = encoded[m]
        return [Outcomes(n, of) for n, of in zip(numbers, maps, strict=True)]


@dataclass(frozen=True)
class Law:
    """Probabilities of the calls of one marker, for some rows of what relatives show.

    Attributes
    ----------
    found, unrelated
        Shape (n, n_calls): if the remains are of the one sought, and if of somebody unrelated.
    log10_lr
        Shape (n, n_calls): -inf where the call excludes; 0 for a call that shows nothing, and where what the
        relatives show cannot be.
    impossible
        Shape (n,): where what the relatives show cannot be; ``found`` then is ``unrelated``.
    """

    found: Floats
    unrelated: Floats
    log10_lr: Floats
    impossible: NDArray[np.bool_]

    def rows(self, which: Ints) -> Law:
        """Some of the rows."""
        return Law(self.found[which], self.unrelated[which], self.log10_lr[which], self.impossible[which])


class Sought:
    """One person of a pedigree of whom remains, or a sample, are not there yet.

    Parameters
    ----------
    calls
        Of the panel.
    theta
        FST over the founders of the family and of the remains.
    """

    def __init__(self, pedigree: Pedigree, person: int, calls: Calls, theta: float = 0.0) -> None:
        self.pedigree, self.person, self.calls, self.theta = pedigree, person, calls, theta
        self.sex = pedigree.persons[person].sex
        self.likelihood = PedigreeLikelihood(pedigree)

    @cached_property
    def _stranger(self) -> PedigreeLikelihood:
        persons = self.pedigree.persons
        return PedigreeLikelihood(Pedigree([*persons, Person(str(len(persons)), sex=self.sex)]))

    def shown(self, m: int, seen: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """P(call | relatives) of every call, shape (n, n_calls); and which rows cannot be.

        Parameters
        ----------
        seen
            Shape (n, n_persons): observation numbers; the person's own column does not count.
        """
        return self._of(self.likelihood, self.person, m, seen)

    def law(self, m: int, seen: Ints) -> Law:
        """What a marker says, for each row of what the relatives show; ``seen`` as in :meth:`shown`."""
        found, impossible = self.shown(m, seen)
        if self.theta:
            beside = np.hstack([seen, np.full((len(seen), 1), NOTHING_SEEN, dtype=np.int64)])
            beside[:, self.person] = NOTHING_SEEN
            unrelated, _ = self._of(self._stranger, len(self.pedigree), m, beside)
        else:
            alone = Sought(Pedigree([Person("0", sex=self.sex)]), 0, self.calls)
            one, _ = alone.shown(m, np.zeros((1, 1), dtype=np.int64))
            unrelated = np.broadcast_to(one, found.shape)
        found = np.where(impossible[:, None], unrelated, found)
        with np.errstate(divide="ignore", invalid="ignore"):
            log10_lr = np.log10(found) - np.log10(unrelated)
        log10_lr[np.isnan(log10_lr)] = 0.0  # cannot be either way
        log10_lr[:, self.calls.of(m, self.sex).numbers == NOTHING_SEEN] = 0.0
        return Law(found, unrelated, log10_lr, impossible)

    def _of(
        self, likelihood: PedigreeLikelihood, person: int, m: int, seen: Ints
    ) -> tuple[Floats, NDArray[np.bool_]]:
        outcomes = self.calls.of(m, self.sex)
        factor, tables = likelihood.genotypes(self.calls.panel, m, seen, person, self.theta)
        summed = _summed(tables, outcomes.of, len(outcomes.numbers))
        total = summed.sum(axis=1)
        impossible = np.isneginf(factor) | (total <= 0.0)
        return summed / np.where(impossible, 1.0, total)[:, None], impossible


@njit(cache=True, nogil=True)
def _summed(tables, of, n_calls):  # type: ignore[no-untyped-def]
    """Tables over ordered pairs of alleles, shape (n, k, k), summed by the call they show."""
    result = np.zeros((tables.shape[0], n_calls))
    for t in range(tables.shape[0]):
        for a in range(tables.shape[1]):
            for b in range(tables.shape[2]):
                if tables[t, a, b] > 0.0:
                    result[t, of[a, b]] += tables[t, a, b]
    return result


def drawn(sought: Sequence[Sought], m: int, n: int, random: np.random.Generator) -> Ints:
    """Calls of several people of one pedigree, drawn from the model one after the other.

    Each is drawn given those before, from the same tables as everything else: under any mutation, FST, silent
    alleles and loops.  Draws are one in each of n equal parts of the probability, in a random order (a Latin
    hypercube: McKay, Beckman and Conover 1979).

    Returns
    -------
    Shape (n, n_persons): observation numbers; 0 for everybody else.
    """
    seen = np.zeros((n, len(sought[0].pedigree) if sought else 0), dtype=np.int64)
    for one in sought:
        rows, back = np.unique(seen, axis=0, return_inverse=True)
        below = np.cumsum(one.shown(m, rows)[0], axis=1)
        u = (random.permutation(n) + random.random(n)) / n
        at = (u[:, None] * below[back.ravel(), -1:] >= below[back.ravel()]).sum(axis=1)
        numbers = one.calls.of(m, one.sex).numbers
        seen[:, one.person] = numbers[np.minimum(at, len(numbers) - 1)]
    return seen
