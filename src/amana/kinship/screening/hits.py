"""What a screening found, pair by pair, with what a reader needs beside the likelihood ratio.

A likelihood ratio of 10⁴ reached by one of 10¹⁰ comparisons means little.  So each hit says how many
unrelated remains would reach its LR by chance against this family, and how much of it is left against a
sibling or an uncle of the missing person who is on nobody's list.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.screening.register import SEXES, Group, blocks
from amana.kinship.screening.rivals import Gates, Rival, calls_of, log_with_rival, rivals_of
from amana.kinship.screening.screen import LN10, Part, Screening
from amana.kinship.screening.tables import project_each

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS = 2000
"""Genotypes of the missing person that are drawn to say how often chance reaches an LR."""
SEED = 20241216
AT_ONCE = 4096
"""Hits that are explained together: the more, the more they share."""
TABLES = 512
"""Tables of a marker that are held at once."""
SHARE_KNOWN = 0.5
"""Share of the remains whose person is thought to be on the register, unless said otherwise."""


@dataclass(frozen=True)
class Hits:
    """Pairs of remains and targets, remains by remains from the best down.

    Attributes
    ----------
    remains, targets
        Their numbers.
    log10_lr
        Exact LR that the remains are the missing person, against somebody unrelated.
    markers
        How many markers count: typed in the remains, and possible for the relatives.
    rank
        Among what is kept of the remains, from 1.
    posterior
        At least so probable, when the remains are anybody on the register of agreeing sex with equal
        probability, or nobody on it.
    chance
        Expected number of unrelated remains, among as many as were screened and typed at the same markers,
        that reach this LR against this family; nan below the threshold.
    log10_lr_sibling, log10_lr_uncle
        LR against a full sibling of the missing person, and against a full sibling of their father; nan below
        the threshold.
    """

    remains: Ints
    targets: Ints
    log10_lr: Floats
    markers: Ints
    rank: Ints
    posterior: Floats
    chance: Floats
    log10_lr_sibling: Floats
    log10_lr_uncle: Floats

    def __len__(self) -> int:
        return len(self.remains)


def hits_of(screening: Screening, part: Part, *, share_known: float = SHARE_KNOWN) -> Hits:
    """Every pair that was kept, for whichever reason.

    Parameters
    ----------
    part
        The merged parts.
    share_known
        Share of the remains whose person is thought to be on the register, in (0, 1).
    """
    n_remains, k = part.best.shape
    n_targets, of_target = part.of_target.shape
    pairs = np.concatenate(
        [
            np.column_stack([np.repeat(np.arange(n_remains), k), part.best_target.ravel()]),
            np.column_stack([part.of_target_remains.ravel(), np.repeat(part.targets, of_target)]),
            part.kept_pair,
        ]
    )
    values = np.concatenate([part.best.ravel(), part.of_target.ravel(), part.kept])
    real = (pairs >= 0).all(axis=1)
    pairs, values = pairs[real], values[real]
    order = np.lexsort((pairs[:, 1], -values, pairs[:, 0]))
    pairs, values = pairs[order], values[order]
    fresh = np.ones(len(pairs), dtype=np.bool_)
    fresh[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    pairs, values = pairs[fresh], values[fresh]
    remains, targets = pairs[:, 0], pairs[:, 1]
    first = np.searchsorted(remains, remains, side="left")
    above = np.flatnonzero(values >= screening.settings.min_log10_lr * LN10)
    chance, sibling, uncle = (np.full(len(pairs), np.nan) for _ in range(3))
    _explain(screening, pairs, values, above, chance, sibling, uncle)
    return Hits(
        remains, targets, values / LN10, _markers(screening, remains), np.arange(len(pairs)) - first + 1,
        _posterior(screening, part, remains, values, share_known, n_targets), chance, sibling, uncle,
    )  # fmt: skip


def _markers(screening: Screening, remains: Ints) -> Ints:
    typed = (screening.remains.seen != NOTHING_SEEN).sum(axis=1)
    return np.asarray(typed[remains], dtype=np.int64)


def _posterior(
    screening: Screening, part: Part, remains: Ints, values: Floats, share: float, n_targets: int
) -> Floats:
    """Of each hit, taking every LR below one as one, so that it is never too high.

    With prior share/N for each of N targets of agreeing sex and 1 − share for nobody, the posterior is
    LR / (sum of all LR + N (1 − share) / share).
    """
    unknown = SEXES.index(None)
    sexes = screening.register.sexes[part.targets]
    agreeing = np.array(
        [
            n_targets if s == unknown else int(((sexes == s) | (sexes == unknown)).sum())
            for s in range(len(SEXES))
        ]
    )
    n = agreeing[screening.remains.sexes]
    rest = part.sums + n + n * (1 - share) / share
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(values - np.log(rest[remains])))


def _explain(
    screening: Screening,
    pairs: Ints,
    values: Floats,
    above: Ints,
    chance: Floats,
    sibling: Floats,
    uncle: Floats,
) -> None:
    """Chance and rivals of the hits above the threshold, many hits of one group at a time."""
    if not len(above):
        return
    group, row = screening.register.where
    theta = screening.settings.theta
    order = above[np.lexsort((row[pairs[above, 1]], group[pairs[above, 1]]))]
    gates = Gates(screening.panel, calls_of(screening.remains.seen[pairs[above, 0]]))
    work = []
    needed = []
    for g in np.unique(group[pairs[order, 1]]):
        one = screening.register.groups[g]
        rivals = rivals_of(one.pedigree, one.person, theta)
        needed += [(r, one.pedigree.persons[r.gate].sex) for r in rivals if r.gate >= 0]
        those = order[group[pairs[order, 1]] == g]
        work += [(one, rivals, those[part]) for part in blocks(len(those), AT_ONCE)]

    def run(job: tuple[Group, tuple[Rival, Rival], Ints]) -> None:
        one, rivals, those = job
        chance[those], sibling[those], uncle[those] = _Explained(
            screening, one, rivals, gates, pairs[those], values[those]
        ).found

    with ThreadPoolExecutor(screening.threads) as pool:
        for _ in pool.map(lambda m: gates.prepare(needed, m), range(len(screening.panel.markers))):
            pass
        for _ in pool.map(run, work):
            pass


class _Explained:
    """Chance and rivals of some hits, all on targets of one group.

    Chance is P(LR at least so large | unrelated), for remains typed at the same markers, by importance
    sampling from the genotypes that the missing person may have: for any event A, P(A | unrelated) =
    E[1/LR; A | missing person], which is what LR means.  The draws of a marker are one in each of
    :data:`DRAWS` equal parts of the probability, in an order of their own for each marker: a Latin hypercube
    (McKay, Beckman and Conover 1979), the same for every target.

    What the relatives of several targets show at a marker is often the same; it is then computed once.
    """

    def __init__(
        self,
        screening: Screening,
        group: Group,
        rivals: tuple[Rival, Rival],
        gates: Gates,
        pairs: Ints,
        values: Floats,
    ) -> None:
        self.screening, self.group, self.rivals, self.gates = screening, group, rivals, gates
        _, row = screening.register.where
        rows, back = np.unique(row[pairs[:, 1]], return_inverse=True)
        self.seen = screening.remains.seen[pairs[:, 0]]
        self.drawn = np.zeros((len(pairs), DRAWS))
        self.against = np.zeros((2, len(pairs)))
        design = np.random.default_rng(SEED)
        for m in range(len(screening.panel.markers)):
            order = design.permutation(DRAWS)
            u = (np.arange(DRAWS) + design.random(DRAWS)) / DRAWS
            typed = np.flatnonzero(self.seen[:, m] != NOTHING_SEEN)
            shown, of = np.unique(
                group.seen[rows[back[typed]], m, :].astype(np.int64), axis=0, return_inverse=True
            )
            by_row = np.argsort(of.ravel(), kind="stable")
            for part in blocks(len(shown), TABLES):
                first, last = np.searchsorted(of.ravel()[by_row], (part.start, part.stop))
                hits = by_row[first:last]
                self._marker(m, shown[part], typed[hits], of.ravel()[hits] - part.start, u, order)
        tail = tails(self.drawn, values - 1e-6)
        self.found = (len(screening.remains.ids) * tail, *(self.against / LN10))

    def _marker(self, m: int, shown: Ints, hits: Ints, of: Ints, u: Floats, order: Ints) -> None:
        """Add what a marker says of some hits, whose relatives show ``shown[of]``."""
        panel, theta = self.screening.panel, self.screening.settings.theta
        factor, tables = self.group.likelihood.genotypes(panel, m, shown, self.group.person, theta)
        anybodys = _of_anybody(self.screening, self.group, m, shown)
        add_draws(_of_pairs(tables), anybodys, u, order, hits, of, self.drawn)
        here = self._with_call(factor, tables, m, hits, of)
        for k, rival in enumerate(self.rivals):
            if rival.alike:
                continue
            there = log_with_rival(
                rival, self.gates, self.group.likelihood, m, shown, of, self.seen[hits, m], theta
            )
            with np.errstate(invalid="ignore"):
                found = here - there
            # Where what the relatives show cannot be the marker says nothing.
            self.against[k, hits] += np.where(np.isnan(found), 0.0, found)

    def _with_call(self, factor: Floats, tables: Floats, m: int, hits: Ints, of: Ints) -> Floats:
        """Log P(call of each hit, relatives)."""
        p = project_each(tables, of, self.seen[hits, m], self.screening.panel.observations)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(p) + factor[of])


@njit(cache=True, nogil=True)
def add_draws(tables, anybodys, u, order, hits, of, drawn):  # type: ignore[no-untyped-def]
    """Add to each hit's draws the log LR of genotypes as its relatives make them likely.

    Parameters
    ----------
    tables, anybodys
        Shape (n, k, k), over unordered pairs of alleles in the lower triangle: of the missing person, and of
        somebody unrelated; each to be divided by its sum.
    u, order
        Shape (n_draws,): ascending points of [0, 1), and which draw each is of.
    hits, of
        Shape (n_hits,): row of ``drawn`` and number of the table, ascending by table.
    drawn
        Shape (n, n_draws): changed here.  A table of zeros adds nothing.
    """
    k = tables.shape[1]
    n_draws = u.shape[0]
    log_lr = np.empty(n_draws)
    at = 0
    for t in range(tables.shape[0]):
        total = 0.0
        anybody = 0.0
        for i in range(k):
            for j in range(i + 1):
                total += tables[t, i, j]
                anybody += anybodys[t, i, j]
        if total > 0.0:
            draw = 0
            below = 0.0
            value = 0.0
            for i in range(k):
                for j in range(i + 1):
                    p = tables[t, i, j]
                    if p <= 0.0:
                        continue
                    below += p
                    value = np.log(p / total) - np.log(anybodys[t, i, j] / anybody)
                    while draw < n_draws and u[draw] * total < below:
                        log_lr[order[draw]] = value
                        draw += 1
            while draw < n_draws:  # what rounding left
                log_lr[order[draw]] = value
                draw += 1
        while at < hits.shape[0] and of[at] == t:
            if total > 0.0:
                for d in range(n_draws):
                    drawn[hits[at], d] += log_lr[d]
            at += 1


@njit(cache=True, nogil=True)
def tails(drawn, least):  # type: ignore[no-untyped-def]
    """P(LR at least so large | unrelated) from draws of log LR, each row's own."""
    result = np.zeros(len(drawn))
    for i in range(len(drawn)):
        for value in drawn[i]:
            if value >= least[i]:
                result[i] += np.exp(-value)
        result[i] /= drawn.shape[1]
    return result


def _of_pairs(tables: Floats) -> Floats:
    """Tables over ordered pairs of alleles as tables over unordered ones, in the lower triangle."""
    return np.tril(tables) + np.tril(np.swapaxes(tables, 1, 2), -1)


def _of_anybody(screening: Screening, group: Group, m: int, seen: Ints) -> Floats:
    """The same of somebody unrelated to the relatives, who under FST are still of the same population."""
    if screening.settings.theta:
        stranger, person = screening.tables.stranger(group)
        beside = np.hstack([seen, np.zeros((len(seen), 1), dtype=np.int64)])
        return _of_pairs(stranger.genotypes(screening.panel, m, beside, person, screening.settings.theta)[1])
    p = np.asarray(screening.panel.markers[m].frequencies, dtype=np.float64)
    haploid = screening.panel.on_x[m] and group.pedigree.persons[group.person].sex == "M"
    one = np.diag(p) if haploid else np.outer(p, p)
    return _of_pairs(np.broadcast_to(one, (len(seen), *one.shape)))


def largest_difference(screening: Screening, *, pairs: int = 2000, seed: int = 1) -> float:
    """Largest relative difference between an LR of the tables and the general engine's, over random pairs.

    Parameters
    ----------
    pairs
        How many are compared: up to 100 remains for each of some random targets.
    """
    random = np.random.default_rng(seed)
    of, panel, theta = screening, screening.panel, screening.settings.theta
    group, row = of.register.where
    if not len(of.register) or not of.remains.ids:
        return 0.0
    each = min(100, len(of.remains.ids))
    markers = np.arange(len(panel.markers))
    worst = 0.0
    for t in random.integers(len(of.register), size=-(-pairs // each)):
        one = of.register.groups[group[t]]
        relatives = one.seen[row[t]].astype(np.int64)
        tables = of.tables.shared(int(group[t]), slice(int(row[t]), int(row[t]) + 1)).table(slice(1))[:, 0]
        possible = ~np.isneginf(one.likelihood.loglik(panel, markers, relatives, theta))
        chosen = random.integers(len(of.remains.ids), size=each)
        for s, sex in enumerate(SEXES):
            those = chosen[of.remains.sexes[chosen] == s]
            those = those[~np.isneginf(tables[of.calls.rows[those, -1]])]
            if not len(those):
                continue
            persons = one.pedigree.persons
            beside = PedigreeLikelihood(Pedigree([*persons, Person(str(len(persons)), sex=sex)]))
            seen = np.tile(relatives, (len(those), 1))
            calls = of.remains.seen[those].reshape(-1)
            marker = np.tile(markers, len(those))
            apart = beside.loglik(panel, marker, np.column_stack([seen, calls]), theta)
            seen[:, one.person] = calls
            with np.errstate(invalid="ignore"):  # both impossible where the relatives themselves are
                expected = (one.likelihood.loglik(panel, marker, seen, theta) - apart).reshape(len(those), -1)
            lines = of.calls.rows[those, :-1]
            found = tables[np.maximum(lines, 0)]
            compared = (lines >= 0) & possible & (expected != found)
            difference = np.expm1(found[compared] - expected[compared])
            worst = max(worst, float(np.abs(difference).max(initial=0.0)))
    return worst
