"""A supported pair against its rivals: unrelated, or a close relative of the missing person.

A brother whom nobody listed, an uncle or a cousin shares much of the missing person's DNA.  For each such
proposition the relative is added to the pedigree, with untyped parents where they are needed, and the
victim is placed there instead; everyone else stays where the best assignment has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from amana.kinship.frequencies import markers_under
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.result import Finding, Weighing
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Profile
from amana.problems import InputProblems

Floats = NDArray[np.float64]

UNRELATED = "unrelated"
MOST_WORK_PER_WEIGHING = 3e7
"""Table entries per marker that one weighing may cost before a simpler mutation model is taken."""

THETAS = (0.0, 0.01, 0.03)
"""FST values at which every supported pair is weighed."""

OWN_FREQUENCIES = "-"
"""Name of the frequencies of a case that brings no named table."""

_NOISE = 1e-9


@dataclass(frozen=True)
class Context:
    """Who is where: the pair in question, and the other victims as the best assignment has them."""

    family: Family
    victim: Victim
    missing: str
    others: Mapping[str, Victim]  # missing person to victim


def weigh(context: Context, panels: Mapping[str, Panel], thetas: Sequence[float] = THETAS) -> list[Weighing]:
    """LR of the pair against each rival, at each FST, under each table.

    Parameters
    ----------
    panels
        Name of a frequency table to its panel; see :func:`panels_of`.

    Returns
    -------
    One :class:`Weighing` for each combination; its ``log10_lr`` is None where FST would run over too many
    founders.
    """
    propositions = {
        context.missing: (PedigreeLikelihood(context.family.pedigree), context.missing),
        **_rivals(context),
    }

    @cache
    def loglik(proposition: str, panel: Panel, theta: float) -> Floats:
        return _loglik(*propositions[proposition], context, panel, theta)

    return [
        _one_weighing(loglik, context.missing, rival, panel, theta, table)
        for table, panel in panels.items()
        for theta in thetas
        for rival in propositions
        if rival != context.missing
    ]


def _one_weighing(
    loglik: Callable[[str, Panel, float], Floats],
    own: str,
    rival: str,
    panel: Panel,
    theta: float,
    table: str,
) -> Weighing:
    note = None
    for attempt in (panel, simpler(panel)):
        try:
            top = loglik(own, attempt, theta)
            below = loglik(rival, attempt, theta)
        except InputProblems as faults:
            note = Finding(faults.problems[0].code, faults.problems[0].params)
            if note.code != "pedigree.too-entangled":
                break
            continue
        # A marker at which neither can be says nothing of which it is.
        decides = ~(np.isneginf(top) & np.isneginf(below))
        log10_lr = float((top[decides] - below[decides]).sum() / np.log(10))
        if abs(log10_lr) < _NOISE:
            log10_lr = 0.0  # the data are as probable under either
        return Weighing(rival, theta, table, log10_lr, note and Finding("weighing.simpler-mutation"))
    return Weighing(rival, theta, table, None, note)


@lru_cache(maxsize=16)
def simpler(panel: Panel) -> Panel:
    """The panel with every mutation model replaced by the equal one of the same rates.

    Unseen alleles can then be lumped, which makes an entangled pedigree computable under FST.
    """
    return Panel([_with_equal_mutation(m) for m in panel.markers])


def _with_equal_mutation(marker: Marker) -> Marker:
    if marker.mutation is None:
        return marker
    male, female = (
        float(1 - marker.frequencies @ np.diag(matrix) / marker.frequencies.sum())
        for matrix in (marker.mutation.male, marker.mutation.female)
    )
    mutation = mutation_model("equal", marker.alleles, marker.frequencies, male, female, silent=marker.silent)
    return replace(marker, mutation=mutation)


def panels_of(case: Case) -> Mapping[str, Panel]:
    """A panel for every frequency table that applies, the main one first."""
    if not case.tables:
        return {OWN_FREQUENCIES: Panel(case.markers)}
    panels = {case.tables[0].name: Panel(case.markers)}
    observed = observed_alleles(case)
    for table in case.tables[1:]:
        markers, _ = markers_under(table, case.markers, observed)
        panels[table.name] = Panel(markers)
    return panels


def observed_alleles(case: Case) -> Mapping[str, set[str]]:
    """Marker to every allele that some profile of the case shows."""
    seen: dict[str, set[str]] = {m.name: set() for m in case.markers}
    profiles = [v.profile for v in case.victims] + [p for f in case.families for p in f.profiles.values()]
    for profile in profiles:
        for marker, call in profile.calls.items():
            if marker in seen:
                seen[marker].update(a for a in call if a is not None)
        for marker, typings in profile.replicates.items():
            if marker in seen:
                seen[marker].update(a for typing in typings for a in typing)
    return seen


def tables_without(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Further frequency tables that lack some of the case's markers, and which."""
    return {
        t.name: absent
        for t in case.tables[1:]
        if (absent := tuple(m.name for m in case.markers if m.name not in t.loci))
    }


def _loglik(
    likelihood: PedigreeLikelihood, person: str, context: Context, panel: Panel, theta: float
) -> Floats:
    """Log-likelihood at each marker with the victim as the given person."""
    pedigree = likelihood.pedigree
    seen = np.zeros((len(panel.markers), len(pedigree)), dtype=np.int64)

    def put(who: str, profile: Profile, sex: Sex | None) -> None:
        seen[:, pedigree.index[who]] = panel.encode(profile, sex)

    for who, profile in context.family.profiles.items():
        put(who, profile, pedigree[who].sex)
    for who, victim in context.others.items():
        put(who, victim.profile, victim.sex)
    put(person, context.victim.profile, context.victim.sex)
    return likelihood.loglik(
        panel, np.arange(len(panel.markers)), seen, theta, most_work=MOST_WORK_PER_WEIGHING
    )


def _rivals(context: Context) -> dict[str, tuple[PedigreeLikelihood, str]]:
    """Each rival proposition: the pedigree with the rival in it, and the rival's identifier."""
    rivals = {UNRELATED: _Growing(context).result("stranger", None, None)}
    grown = _Growing(context)
    father, mother = grown.parents(context.missing)
    rivals["full_sibling"] = grown.result("sibling", father, mother)
    for side, sex in (("paternal", "M"), ("maternal", "F")):
        grown = _Growing(context)
        parent = grown.parents(context.missing)[0 if sex == "M" else 1]
        rivals[f"{side}_uncle_aunt"] = grown.result("uncle or aunt", *grown.parents(parent))
        grown = _Growing(context)
        parent = grown.parents(context.missing)[0 if sex == "M" else 1]
        # Through an uncle; the sex of the link matters on the X chromosome only.
        uncle = grown.add("uncle", *grown.parents(parent), "M")
        spouse = grown.add("uncle's wife", None, None, "F")
        rivals[f"{side}_first_cousin"] = grown.result("cousin", uncle, spouse)
    return rivals


class _Growing:
    """A pedigree to which untyped people are added; their names cannot meet a real one."""

    def __init__(self, context: Context) -> None:
        self.people = {p.id: p for p in context.family.pedigree.persons}
        self.sex = context.victim.sex

    def add(self, name: str, father: str | None, mother: str | None, sex: Sex | None) -> str:
        person = f"\0{len(self.people)} {name}"
        self.people[person] = Person(person, father, mother, sex)
        return person

    def parents(self, person: str) -> tuple[str, str]:
        """Father and mother, added where the pedigree has none."""
        p = self.people[person]
        father = p.father or self.add("father", None, None, "M")
        mother = p.mother or self.add("mother", None, None, "F")
        self.people[person] = Person(person, father, mother, p.sex)
        return father, mother

    def result(self, name: str, father: str | None, mother: str | None) -> tuple[PedigreeLikelihood, str]:
        rival = self.add(name, father, mother, self.sex)
        return PedigreeLikelihood(Pedigree(self.people.values())), rival
