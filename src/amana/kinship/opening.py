"""Many families of one shape at one marker: likelihood for every genotype of a person who was not seen.

The sum over all alleles is the same variable elimination as for one family
(:mod:`amana.kinship.elimination`), taken step by step for all families at once.  What a step gives depends
only on what was seen of the people whose factors go into it; families that agree in that share its table, so
that each distinct table is made once.  In a register of thousands most tables near the typed people are
shared by many families, and those that depend on nobody typed by all.

Every table carries its own scale, so that nothing underflows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.elimination import LARGEST_TABLE
from amana.kinship.panel import Panel
from amana.kinship.structure import Rule
from amana.kinship.terms import PackedTerms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seeing:
    """Who was seen, and how, alike in all families.

    Attributes
    ----------
    known
        Founders of certain genotype, as positions in the pedigree.
    exact
        Shape (n_persons,): of whom a whole genotype was seen.
    haploid
        Shape (n_persons,): who has one copy of the chromosome.
    """

    known: Ints
    exact: NDArray[np.bool_]
    haploid: NDArray[np.bool_]


def open_genotypes(
    terms: PackedTerms,
    log_weight: Floats,
    genes: Ints,
    how: Seeing,
    panel: Panel,
    theta: float,
    m: int,
    seen: Ints,
) -> tuple[Floats, Floats]:
    """Log factor and table over the genotypes of the open person, for each family.

    Parameters
    ----------
    terms
        The structure under each tying; it keeps ``genes``.
    log_weight
        Shape (n_terms,): log-probability of each tying.
    genes
        Variables of the open person's alleles in the structure, two or one.
    m
        Number of the marker.
    seen
        Shape (n, n_persons): observation numbers.

    Returns
    -------
    Shapes (n,) and (n, k, k): P(what was seen, alleles i and j) is exp(factor) × [i, j]; one copy of an X
    chromosome is on the diagonal.  The factor is -inf where what was seen cannot be, and nan if a table would
    be too large.
    """
    marker = _Marker(panel, m, how, theta, seen)
    factor, table = np.full(len(seen), -np.inf), np.zeros((len(seen), marker.k, marker.k))
    for t in range(len(log_weight)):
        log_term, found = _Term(terms, t, marker, how, seen, genes).sum()
        log_term = log_term + log_weight[t] + marker.log_known
        largest = np.maximum(factor, log_term)
        with np.errstate(invalid="ignore"):
            old = np.where(np.isneginf(factor), 0.0, np.exp(factor - largest))
            new = np.where(np.isneginf(log_term), 0.0, np.exp(log_term - largest))
        table *= old[:, None, None]
        table += found * new[:, None, None]
        factor = largest
    return factor, table


class _Marker:
    """One marker, and the frequencies from which each family's next founder allele is drawn.

    ``frequencies`` has shape (n_distinct, k); ``which`` (n_families,) says which are each family's.
    """

    def __init__(self, panel: Panel, m: int, how: Seeing, theta: float, seen: Ints) -> None:
        packed, self.pool = panel.packed, panel.observations
        self.k = k = int(packed.n_alleles[m])
        first = int(packed.frequency_start[m])
        p = packed.frequencies[first : first + k]
        start = int(packed.matrix_start[m])
        self.mutation = np.stack([np.eye(k), np.eye(k)])
        if start >= 0:
            self.mutation = packed.matrices[start : start + 2 * k * k].reshape(2, k, k)
        self.log_known = np.zeros(len(seen))
        self.frequencies, self.which = p[None, :], np.zeros(len(seen), dtype=np.int64)
        if len(how.known):
            self._draw(p, how, theta, seen)

    def alleles(self, numbers: Ints) -> Ints:
        """Alleles of exact observations, shape (n, 2); a single one stands twice."""
        first = self.pool.allele_start[numbers]
        last = self.pool.allele_start[numbers + 1] - 1
        return np.stack([self.pool.alleles[first], self.pool.alleles[last]], axis=1)

    def observed(self, number: int) -> Floats:
        """P(observation | alleles i and j), shape (k, k)."""
        r = int(self.pool.n_alleles[number])
        start = int(self.pool.table_start[number])
        small = self.pool.tables[start : start + (r + 1) ** 2].reshape(r + 1, r + 1)
        state = np.full(self.k, r)
        first = int(self.pool.allele_start[number])
        state[self.pool.alleles[first : first + r]] = np.arange(r)
        return np.asarray(small[np.ix_(state, state)])

    def _draw(self, p: Floats, how: Seeing, theta: float, seen: Ints) -> None:
        """Founders of certain genotype are drawn first, from Pólya's urn (Balding & Nichols 1994)."""
        distinct, which = _distinct(seen[:, how.known])
        count, log_p = np.zeros((len(distinct), self.k)), np.zeros(len(distinct))
        rows, drawn = np.arange(len(distinct)), 0
        for column, person in enumerate(how.known):
            pair = self.alleles(distinct[:, column])
            copies = 1 if how.haploid[person] else 2
            for a in pair.T[:copies]:
                before = (1 + (drawn - 1) * theta) if drawn else 1.0
                log_p += np.log((theta * count[rows, a] + ((1 - theta) if drawn else 1.0) * p[a]) / before)
                count[rows, a] += 1
                drawn += 1
            if copies == 2:
                log_p += np.where(pair[:, 0] != pair[:, 1], np.log(2.0), 0.0)
        self.log_known = log_p[which]
        if theta > 0.0:
            self.frequencies = (theta * count + (1 - theta) * p) / (1 + (drawn - 1) * theta)
            self.which = which


@dataclass
class _Table:
    """Distinct tables over the same variables.

    ``values`` has shape (n_distinct, entries) and ``log_scale`` (n_distinct,); ``which`` (n_families,) says
    which of them is each family's.
    """

    scope: tuple[int, ...]
    values: Floats
    log_scale: Floats
    which: Ints


class _Term:
    """The elimination under one tying.

    Where a whole genotype was seen of somebody, their two alleles are variables of two values, those alleles
    (a homozygote's second value has no weight); all others can be any allele, and so can the open person's
    always, also where under FST one of theirs is one by descent with an allele of somebody seen.
    """

    def __init__(
        self, terms: PackedTerms, t: int, marker: _Marker, how: Seeing, seen: Ints, genes: Ints
    ) -> None:
        s, e = terms.start[t], terms.start[t + 1]
        self.variable = terms.variable[s[0] : e[0]]
        self.part_start = terms.part_start[s[1] : e[1]]
        self.parts = terms.parts[s[2] : e[2]]
        scope_start, scopes = terms.scope_start[s[3] : e[3]], terms.scopes[s[4] : e[4]]
        self.scopes = [tuple(scopes[a:b].tolist()) for a, b in pairwise(scope_start.tolist())]
        self.rules = [Rule(int(r)) for r in terms.rule[s[5] : e[5]]]
        self.subjects = terms.subject[s[5] : e[5]].tolist()
        self.choice, self.mute = terms.choice[s[6] : e[6]], terms.mute[s[6] : e[6]]
        self.open = [int(terms.number[t][g]) for g in genes]
        self.marker, self.how, self.seen = marker, how, seen
        self.size = np.full(int(terms.n_variables[t]), marker.k, dtype=np.int64)
        self.bearer = self._bearers()

    def _bearers(self) -> dict[int, tuple[int, int]]:
        """Variables of few values: whose they are and which of the two; and all sizes."""
        seeing: list[tuple[Rule, int, tuple[int, ...]]] = []
        for rule, subject, scope in zip(self.rules, self.subjects, self.scopes, strict=False):
            if rule == Rule.IF_FIRST:
                self.size[scope[0]] = 2
            elif rule in (Rule.KNOWN, Rule.SEEN) and self.how.exact[subject]:
                seeing.append((rule, subject, scope))
        borne = Counter(v for _, _, scope in seeing for v in scope)
        bearer = {}
        for rule, subject, scope in seeing:
            # Else some allele is one by descent with another's, who may be the open person.
            if all(borne[v] == 1 and v not in self.open for v in scope):
                for place, v in enumerate(scope):
                    bearer[v] = (subject, place)
                    self.size[v] = 1 if rule == Rule.KNOWN or self.how.haploid[subject] else 2
        return bearer

    def sum(self) -> tuple[Floats, Floats]:
        """Log factor and table over the variables that are kept, the open person's."""
        n, k = len(self.seen), self.marker.k
        tables = [self._factor(f) for f in range(len(self.rules))]
        for s in range(len(self.variable)):
            made = self._step(s, tables)
            if made is None:
                return np.full(n, np.nan), np.zeros((n, k, k))
            tables.append(made)
        used = set(self.parts.tolist())
        first, last = self.open[0], self.open[-1]
        result = np.ones((n, k, k)) if first != last else np.broadcast_to(np.eye(k), (n, k, k)).copy()
        factor = np.zeros(n)
        for t, table in enumerate(tables):
            if t in used:
                continue
            factor += table.log_scale[table.which]
            # Alleles that are one by descent stand more than once: of those axes the diagonal is taken.
            left = [v for v in dict.fromkeys((first, last)) if v in table.scope]
            place = {v: 1 + i for i, v in enumerate(left)}
            shaped = table.values.reshape(-1, *(k for _ in table.scope))
            names = "".join("nij"[place[v]] for v in table.scope)
            shaped = np.einsum(f"n{names}->n{'ij'[: len(left)]}", shaped)
            if len(left) == 1:
                shaped = shaped[:, :, None] if left == [first] else shaped[:, None, :]
            elif not left:
                shaped = shaped[:, None, None]
            result *= shaped[table.which]
        return factor, result

    def _factor(self, f: int) -> _Table:
        """The tables of one rule, for all that was seen of whoever bears its variables."""
        rule, scope, subject = self.rules[f], self.scopes[f], self.subjects[f]
        involved = [self.bearer[v][0] for v in scope if v in self.bearer]
        if rule == Rule.SEEN:
            involved.append(subject)
        columns = [self.seen[:, p] for p in dict.fromkeys(involved)]
        persons = list(dict.fromkeys(involved))
        if rule == Rule.PRIOR:
            columns.append(self.marker.which)
        distinct, which = _distinct(np.stack(columns, axis=1)) if columns else _all_alike(len(self.seen))
        said = {p: distinct[:, i] for i, p in enumerate(persons)}
        value = [self._values(v, said, len(distinct)) for v in scope]
        if rule == Rule.PRIOR:
            rows = distinct[:, -1]
            values = self.marker.frequencies[rows[:, None], value[0]]
        elif rule == Rule.KNOWN:
            values = np.ones((len(distinct), 1))
        elif rule == Rule.SEEN:
            values = self._observed(scope, said[subject], value)
        else:
            values = self._handed_down(rule, subject, scope, value)
        flat = np.ascontiguousarray(values.reshape(len(distinct), -1))
        return _Table(scope, flat, np.zeros(len(distinct)), which)

    def _values(self, v: int, said: dict[int, Ints], n: int) -> Ints:
        """Which alleles the values of a variable are, shape (n, size)."""
        if v not in self.bearer:
            return np.broadcast_to(np.arange(self.size[v]), (n, int(self.size[v])))
        person, place = self.bearer[v]
        pair = self.marker.alleles(said[person])
        return pair[:, place : place + 1] if self.size[v] == 1 else pair

    def _observed(self, scope: tuple[int, ...], numbers: Ints, value: list[Ints]) -> Floats:
        compact = all(v in self.bearer for v in scope)
        if compact and len(scope) == 1:
            return np.ones((len(numbers), 1))
        if compact:
            pair = value[0]
            one, other = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 0.0]])
            return np.where((pair[:, 0] != pair[:, 1])[:, None, None], one, other)
        full = np.stack([self.marker.observed(int(o)) for o in numbers])
        if len(scope) == 1:
            return np.asarray(np.einsum("nii->ni", full))
        rows = np.arange(len(numbers))[:, None, None]
        return np.asarray(full[rows, value[0][:, :, None], value[1][:, None, :]])

    def _handed_down(self, rule: Rule, sex: int, scope: tuple[int, ...], value: list[Ints]) -> Floats:
        matrix = self.marker.mutation[sex]
        *given, child = value
        if rule == Rule.FROM_ONE:
            return np.asarray(matrix[given[0][:, :, None], child[:, None, :]])
        if rule == Rule.FROM_TWO:
            from_first = matrix[given[0][:, :, None], child[:, None, :]]
            from_second = matrix[given[1][:, :, None], child[:, None, :]]
            return np.asarray(0.5 * (from_first[:, :, None, :] + from_second[:, None, :, :]))
        handed = 0.5 * matrix[given[1][:, :, None], child[:, None, :]]
        nothing = np.ones_like(handed)
        halves = (handed, nothing) if rule == Rule.IF_FIRST else (nothing, handed)
        return np.stack(halves, axis=1)

    def _step(self, s: int, tables: list[_Table]) -> _Table | None:
        """Multiply and sum out one variable; None if the table would be too large."""
        parts = [tables[p] for p in self.parts[self.part_start[s] : self.part_start[s + 1]]]
        out = self.scopes[len(self.rules) + s]
        sizes = np.array([self.size[v] for v in out], dtype=np.int64)
        entries = int(np.prod(sizes))
        which, sources = _joined([p.which for p in parts], [len(p.values) for p in parts])
        if entries > LARGEST_TABLE or entries * len(sources) > 16 * LARGEST_TABLE:
            return None
        v = int(self.variable[s])
        move = np.zeros((len(parts), len(out) + 1), dtype=np.int64)
        for j, part in enumerate(parts):
            stride = 1
            for u in reversed(part.scope):
                if u == v:
                    move[j, -1] += stride
                else:
                    move[j, out.index(u)] += stride
                stride *= int(self.size[u])
        says_nothing = out.index(int(self.choice[s])) if self.choice[s] >= 0 else -1
        flat = np.concatenate([p.values.ravel() for p in parts])
        lengths = np.array([p.values.size for p in parts], dtype=np.int64)
        rows = np.array([p.values.shape[1] for p in parts], dtype=np.int64)
        begin = (np.cumsum(lengths) - lengths) + sources * rows
        values = np.empty((len(sources), entries))
        largest = _sum_out(
            flat, begin, move, sizes, int(self.size[v]), says_nothing, int(self.mute[s]), values
        )
        scale = np.zeros(len(sources))
        if not (self.choice[s] >= 0 and self.mute[s] == 0):  # what both halves share is scaled once
            for j, part in enumerate(parts):
                scale += part.log_scale[sources[:, j]]
        with np.errstate(divide="ignore"):
            scale += np.log(largest)
        return _Table(out, values, scale, which)


def _all_alike(n: int) -> tuple[Ints, Ints]:
    return np.zeros((1, 1), dtype=np.int64), np.zeros(n, dtype=np.int64)


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows, and which of them each one is."""
    code, back = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        _, first, back = np.unique(code * len(values) + place, return_index=True, return_inverse=True)
        code = back
    return rows[first], back


def _joined(which: Sequence[Ints], counts: Sequence[int]) -> tuple[Ints, Ints]:
    """Distinct combinations of tables: which each family has; and the tables of each, shape (n, n_parts)."""
    code = np.zeros(len(which[0]), dtype=np.int64)
    first = np.zeros(1, dtype=np.int64)
    for one, count in zip(which, counts, strict=True):
        if count > 1:
            _, first, code = np.unique(code * count + one, return_index=True, return_inverse=True)
    return code, np.stack([one[first] for one in which], axis=1)


@njit(cache=True, nogil=True)
def _sum_out(flat, begin, move, sizes, n_values, says_nothing, mute, values):  # type: ignore[no-untyped-def]
    """One step for every distinct combination of tables; each result is divided by its largest entry.

    Parameters
    ----------
    flat
        All tables one after the other.
    begin
        Shape (n, n_parts): where the tables of each combination begin.
    move
        Shape (n_parts, d + 1): how far each moves along each axis of the result, and of the variable.

    Returns
    -------
    Array of shape (n,): those largest entries.
    """
    n, m = begin.shape
    d = sizes.shape[0]
    entries = values.shape[1]
    largest = np.zeros(n)
    at = np.zeros(m, dtype=np.int64)
    count = np.zeros(d, dtype=np.int64)
    product = np.empty(n_values)
    for i in range(n):
        at[:] = begin[i]
        count[:] = 0
        most = 0.0
        for e in range(entries):
            if says_nothing >= 0 and count[says_nothing] == mute:
                total = 1.0
            else:
                # Table by table, so that each runs along the variable by itself.
                start, stride = at[0], move[0, d]
                for x in range(n_values):
                    product[x] = flat[start + x * stride]
                for j in range(1, m):
                    start, stride = at[j], move[j, d]
                    if stride == 0:
                        factor = flat[start]
                        for x in range(n_values):
                            product[x] *= factor
                    else:
                        for x in range(n_values):
                            product[x] *= flat[start + x * stride]
                total = 0.0
                for x in range(n_values):
                    total += product[x]
            values[i, e] = total
            if total > most:
                most = total
            axis = d - 1
            while axis >= 0:
                count[axis] += 1
                for j in range(m):
                    at[j] += move[j, axis]
                if count[axis] < sizes[axis]:
                    break
                for j in range(m):
                    at[j] -= move[j, axis] * sizes[axis]
                count[axis] = 0
                axis -= 1
        largest[i] = most
        if most > 0.0:
            for e in range(entries):
                values[i, e] /= most
    return largest
