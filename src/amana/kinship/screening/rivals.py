"""Remains against a close relative of the missing person who is on nobody's list.

The rival is a full sibling of the missing person, or of their father.  How P(call of the rival, relatives) is
found depends on how the rival hangs on the family:

- A sibling of somebody who has parents and no children here can be exchanged for them: the LR is 1.
- Where everybody who comes in with the rival is reached through one *gate*, a founder of the family, it is
  the sum over the gate's genotypes of P(relatives | genotype) times P(genotype, call).  The second does not
  depend on the family, and the first is one table for all calls.
- Otherwise, and under FST, which ties all founders together, the general engine computes it call by call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person, Sex

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Through = Literal["sibling", "uncle"]
"""How the rival is related to the gate: as a full sibling, or as a full sibling of the gate's father."""


@dataclass(frozen=True)
class Rival:
    """One rival of the missing person of a group.

    Attributes
    ----------
    alike
        Nothing tells the two apart.
    gate, through
        Position of the gate in the family's pedigree, and how the rival is related to them.
    likelihood, person
        Without a gate: the engine of the family with the rival in it, and the rival's position.
    """

    sex: Sex | None
    alike: bool = False
    gate: int = -1
    through: Through = "sibling"
    likelihood: PedigreeLikelihood | None = None
    person: int = -1


def rivals_of(pedigree: Pedigree, person: int, theta: float = 0.0) -> tuple[Rival, Rival]:
    """The sibling and the uncle of somebody, each of their sex."""
    one = pedigree.persons[person]
    childless = not any(one.id in (p.father, p.mother) for p in pedigree.persons)
    gates = theta == 0.0
    if childless and one.father is not None and one.mother is not None:
        sibling = Rival(one.sex, alike=True)
    elif gates and _founder(one):
        sibling = Rival(one.sex, gate=person, through="sibling")
    else:
        sibling = _whole(*with_sibling(pedigree, person), one.sex)
    if gates and _founder(one):
        return sibling, Rival(one.sex, gate=person, through="uncle")
    if gates and one.father is not None and _founder(pedigree.persons[pedigree.index[one.father]]):
        return sibling, Rival(one.sex, gate=pedigree.index[one.father], through="sibling")
    return sibling, _whole(*with_uncle(pedigree, person), one.sex)


def _founder(person: Person) -> bool:
    # A founder's inbreeding cannot stand beside the parents that come in with the rival.
    return person.father is None and person.mother is None and not person.founder_inbreeding


def _whole(pedigree: Pedigree, person: int, sex: Sex | None) -> Rival:
    return Rival(sex, likelihood=PedigreeLikelihood(pedigree), person=person)


class Gates:
    """P(genotype of the gate, call of the rival) for the calls of a set of hits.

    Parameters
    ----------
    calls
        For each marker, observation numbers, ascending.
    """

    def __init__(self, panel: Panel, calls: Sequence[Ints]) -> None:
        self.panel, self.calls = panel, calls
        self._tables: dict[tuple[object, ...], Floats] = {}

    def prepare(self, rivals: Sequence[tuple[Rival, Sex | None]], m: int) -> None:
        """Make what a marker needs for these rivals and the sexes of their gates."""
        for rival, sex in rivals:
            key = self._key(rival, sex, m)
            if rival.gate >= 0 and key not in self._tables:
                self._tables[key] = self._made(rival, sex, m)

    def tables(self, rival: Rival, sex: Sex | None, m: int) -> Floats:
        """Shape (n_calls of the marker, k, k): first the allele of the gate's father, then the mother's."""
        return self._tables[self._key(rival, sex, m)]

    def _key(self, rival: Rival, sex: Sex | None, m: int) -> tuple[object, ...]:
        # On autosomes the sexes of those two are of no account.
        return (rival.through, m, *((rival.sex, sex) if self.panel.on_x[m] else ()))

    def _made(self, rival: Rival, sex: Sex | None, m: int) -> Floats:
        relate = with_sibling if rival.through == "sibling" else with_uncle
        pedigree, person = relate(Pedigree([Person("0", sex=sex)]), 0, rival.sex)
        seen = np.zeros((len(self.calls[m]), len(pedigree)), dtype=np.int64)
        seen[:, person] = self.calls[m]
        factor, tables = PedigreeLikelihood(pedigree).genotypes(self.panel, m, seen, 0)
        return np.asarray(np.exp(factor)[:, None, None] * tables)


def log_with_rival(
    rival: Rival,
    gates: Gates,
    family: PedigreeLikelihood,
    m: int,
    shown: Ints,
    of: Ints,
    calls: Ints,
    theta: float,
) -> Floats:
    """Log P(call of the rival, relatives) of some hits at one marker.

    Parameters
    ----------
    family
        Engine of the family without the rival.
    shown
        Shape (n, n_persons): what the relatives show; the missing person's own column does not count.
    of, calls
        Shape (n_hits,): row of ``shown``, and observation number of the remains.
    """
    panel = gates.panel
    if rival.gate >= 0:
        sex = family.pedigree.persons[rival.gate].sex
        # What the gate itself shows is taken in afterwards: so more hits share a table.
        own = shown[of, rival.gate]
        others = shown.copy()
        others[:, rival.gate] = NOTHING_SEEN
        distinct, back = np.unique(others, axis=0, return_inverse=True)
        factor, tables = family.genotypes(panel, m, distinct, rival.gate)
        row = back.ravel()[of]
        at = np.searchsorted(gates.calls[m], calls)
        joint = gates.tables(rival, sex, m)
        found = through_gate(tables * _given(panel, m, sex), row, own, joint, at, panel.observations)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(found) + factor[row])
    assert rival.likelihood is not None
    wide = np.zeros((len(of), len(rival.likelihood.pedigree)), dtype=np.int64)
    wide[:, : shown.shape[1]] = shown[of]
    wide[:, rival.person] = calls
    distinct, back = np.unique(wide, axis=0, return_inverse=True)
    marker = np.full(len(distinct), m, dtype=np.int64)
    return np.asarray(rival.likelihood.loglik(panel, marker, distinct, theta)[back.ravel()])


def _given(panel: Panel, m: int, sex: Sex | None) -> Floats:
    """One over the probability of each genotype of a founder; shape (k, k)."""
    p = np.asarray(panel.markers[m].frequencies, dtype=np.float64)
    if panel.on_x[m] and sex == "M":
        return np.diag(1.0 / p)
    return 1.0 / np.outer(p, p)


@njit(cache=True, nogil=True)
def through_gate(tables, of, own, joint, at, pool):  # type: ignore[no-untyped-def]
    """For each hit the sum over the gate's genotypes.

    Parameters
    ----------
    tables, of
        Shape (n, k, k): P(the others | genotype of the gate), and which of them each hit takes.
    own
        Observation number of the gate, 0 where nothing was seen of them.
    joint, at
        Shape (n_calls, k, k): P(genotype of the gate, call of the rival), and which of them.
    """
    k = tables.shape[1]
    result = np.zeros(of.shape[0])
    state = np.empty(k, dtype=np.int64)
    for i in range(of.shape[0]):
        o = own[i]
        first, r, start = pool.allele_start[o], pool.n_alleles[o], pool.table_start[o]
        state[:] = r
        for j in range(r):
            state[pool.alleles[first + j]] = j
        for a in range(k):
            for b in range(k):
                seen = pool.tables[start + state[a] * (r + 1) + state[b]] if o > 0 else 1.0
                if seen > 0.0:
                    result[i] += seen * tables[of[i], a, b] * joint[at[i], a, b]
    return result


def with_sibling(pedigree: Pedigree, person: int, sex: Sex | None = None) -> tuple[Pedigree, int]:
    """The pedigree with a full sibling of somebody, of the same sex if none is given; and their position."""
    persons = list(pedigree.persons)
    father, mother = _parents(persons, person)
    persons.append(Person(str(len(persons)), father, mother, sex or persons[person].sex))
    return Pedigree(persons), len(persons) - 1


def with_uncle(pedigree: Pedigree, person: int, sex: Sex | None = None) -> tuple[Pedigree, int]:
    """The pedigree with a full sibling of somebody's father, of the person's own sex if none is given."""
    persons = list(pedigree.persons)
    father, _ = _parents(persons, person)
    index = next(i for i, p in enumerate(persons) if p.id == father)
    grandfather, grandmother = _parents(persons, index)
    persons.append(Person(str(len(persons)), grandfather, grandmother, sex or persons[person].sex))
    return Pedigree(persons), len(persons) - 1


def _parents(persons: list[Person], person: int) -> tuple[str, str]:
    """Both parents of somebody; who is not there is added."""
    p = persons[person]
    found = []
    for known, sex in ((p.father, "M"), (p.mother, "F")):
        if known is None:
            known = str(len(persons))
            persons.append(Person(known, sex=sex))  # type: ignore[arg-type]
        found.append(known)
    # A founder's inbreeding cannot stand beside parents; the rival is then related through outbred ones.
    persons[person] = Person(p.id, found[0], found[1], p.sex)
    return found[0], found[1]


def calls_of(seen: Ints) -> list[Ints]:
    """Distinct observations of each marker, from shape (n, n_markers)."""
    return [np.unique(column) for column in seen.T]
