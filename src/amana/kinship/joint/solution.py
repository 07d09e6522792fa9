"""A case with its tables and its assignments computed: what every conclusion is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property, partial

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.assignments import Assignments
from amana.kinship.joint.case import Case
from amana.kinship.joint.components import Component
from amana.kinship.joint.memory import Memory, digest
from amana.kinship.joint.prior import alike, prior_weights
from amana.kinship.joint.result import NONE, Sampling, Settings
from amana.kinship.joint.rivals import observed_alleles, panels_of
from amana.kinship.joint.sampler import SEED
from amana.kinship.joint.tables import (
    NOBODY,
    EncodedVictims,
    FamilyModel,
    FamilyTable,
    KnownRows,
    family_table,
)
from amana.kinship.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LN10 = float(np.log(10.0))


class Solution:
    """Family tables of a case, and its assignments under the prior.

    Attributes
    ----------
    models, tables
        One per family, in the case's order.
    """

    def __init__(self, case: Case, settings: Settings, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self.case = case
        self.settings = settings
        self.panel = Panel(case.markers)
        self.victims = EncodedVictims(case.victims, self.panel)
        self.models = [FamilyModel(f, self.panel, self.victims, settings.theta) for f in case.families]
        self.tables = self._tables()
        self.missing = tuple(m for f in case.families for m in f.missing)

    def _tables(self) -> list[FamilyTable]:
        """A table for each family; rows whose inputs did not change are taken from memory."""
        common = digest(self.case.markers, self.settings.theta)
        profiles = {v.id: digest(v) for v in self.case.victims}
        tables = []
        for model in self.models:
            family = model.family
            able = {v: [m for m in self.case.eligible[v] if m in family.missing] for v in self.victims.ids}
            inputs = {v: digest(profiles[v], able[v]) if able[v] else "" for v in self.victims.ids}
            whole = digest(common, family)
            earlier = self.memory.earlier("rows", whole)
            known = KnownRows(earlier[0], earlier[1], inputs) if earlier else None
            key = digest(whole, inputs)
            make = partial(family_table, model, self.case.eligible, known, key)
            table = self.memory.get("table", key, make)
            self.memory.put("rows", whole, (table, inputs))
            tables.append(table)
        return tables

    def prepare(self) -> None:
        """Work out what all conclusions share, before they are drawn side by side."""
        _ = (
            self.panels,
            self.posterior,
            self._way_posterior,
            self._way_best,
            self.way_posterior_under,
            self.occupants,
        )

    def assignments(self, settings: Settings, times_missing: int = 1) -> Assignments:
        """All assignments under another prior; the tables are the same."""
        weights = prior_weights(self.victims.ids, self.case.eligible, settings, times_missing)
        return Assignments(self.tables, len(self.victims.ids), weights, self.memory)

    @cached_property
    def panels(self) -> Mapping[str, Panel]:
        """A panel for every frequency table that applies."""
        return panels_of(self.case)

    @cached_property
    def observed(self) -> Mapping[str, set[str]]:
        """Alleles that appear in the case, on which further frequency tables depend; nothing without such."""
        return observed_alleles(self.case) if len(self.case.tables) > 1 else {}

    @cached_property
    def by_prior(self) -> Assignments:
        """Assignments under the main prior: for posteriors."""
        return self.assignments(self.settings)

    @cached_property
    def by_likelihood(self) -> Assignments:
        """Assignments all weighed alike: for generalised likelihood ratios."""
        return Assignments(self.tables, len(self.victims.ids), alike(len(self.victims.ids)), self.memory)

    @cached_property
    def _way_posterior(self) -> list[Floats]:
        return self.by_prior.posterior_of_ways()

    @cached_property
    def _way_best(self) -> list[Floats]:
        return self.by_likelihood.best_with_each_way()

    @cached_property
    def posterior(self) -> Mapping[str, Mapping[str, float]]:
        """Victim to missing person or :data:`NONE` to posterior probability."""
        return self.posterior_of(self.by_prior)

    def posterior_of(self, assignments: Assignments) -> Mapping[str, Mapping[str, float]]:
        """As :attr:`posterior`, for given assignments.  Only eligible persons are listed."""
        marginals, nobody = assignments.marginals(), assignments.nobody()
        column = {m: j for j, m in enumerate(self.missing)}
        return {
            v: {**{m: float(marginals[i, column[m]]) for m in self.case.eligible[v]}, NONE: float(nobody[i])}
            for i, v in enumerate(self.victims.ids)
        }

    def drawn_about(self, victim: str, family: int | None = None) -> Component | None:
        """The component of a victim or of a family, if its sum was drawn."""
        number = self.victims.ids.index(victim)
        found = [self.by_prior.of_victim(number)]
        if family is not None:
            found.append(self.by_prior.of_family(family))
        return next((c for c in found if c is not None and c.draws is not None), None)

    def is_proven(self, family: int) -> bool:
        """Whether the generalised ratios of a family are exact."""
        return self.by_likelihood.of_family(family).proven

    def sampling(self) -> list[Sampling]:
        """Everything that was drawn instead of summed, under each prior."""
        views = {"main": self.by_prior, **{name: view[2] for name, view in self.other_views.items()}}
        return [
            Sampling(
                prior=name,
                victims=tuple(self.victims.ids[v] for v in c.victims),
                families=tuple(self.case.families[f].id for f in c.families),
                chains=c.draws.states.shape[0],
                draws=c.draws.states.shape[1],
                seed=SEED,
                r_hat=c.draws.r_hat,
                effective=c.draws.effective,
                error=c.draws.error,
                converged=c.draws.converged,
            )
            for name, assignments in views.items()
            for c in assignments.components
            if c.draws is not None
        ]

    def place(self, missing: str) -> tuple[int, int]:
        """Family number of a missing person, and the column in its table."""
        for f, table in enumerate(self.tables):
            if missing in table.family.missing:
                return f, table.family.missing.index(missing)
        raise KeyError(missing)

    def ways_with(self, family: int, victims: frozenset[str], missing: frozenset[str]) -> Bools:
        """Rows of a family's table in which each of the victims is one of the missing persons."""
        table = self.tables[family]
        columns = [table.family.missing.index(m) for m in missing]
        rows = np.ones(len(table.log_lr), dtype=np.bool_)
        for v in victims:
            rows &= (table.places[:, columns] == self.victims.ids.index(v)).any(axis=1)
        return rows

    def event_posterior(self, family: int, rows: Bools) -> float:
        """Posterior probability of a set of ways."""
        return float(self._way_posterior[family][rows].sum())

    def event_log10_glr(self, family: int, rows: Bools) -> float:
        """Log10 of the best assignment with one of these ways against the best with another."""
        best = self._way_best[family]
        inside = best[rows].max() if rows.any() else -np.inf
        outside = best[~rows].max() if (~rows).any() else -np.inf
        if np.isneginf(inside):
            return float("-inf")
        return float((inside - outside) / LN10)

    def pair_log10_glr(self, victim: str, missing: str) -> float:
        """Log10 generalised LR of a pair.

        For a pair that pruning left out altogether it is the bound by which it was left out: the value of
        each of its ways against the same way without the victim.
        """
        family, column = self.place(missing)
        table = self.tables[family]
        rows = table.places[:, column] == self.victims.ids.index(victim)
        if not rows.any() or (rows & self.by_likelihood.kept[family]).any():
            return self.event_log10_glr(family, rows)
        without = (self.log_lr_without(family, int(r), frozenset([victim])) for r in np.flatnonzero(rows))
        return float(max(table.log_lr[rows] - np.fromiter(without, dtype=np.float64)) / LN10)

    def best_alternative(self, victim: str, missing: str) -> str:
        """Who the victim is in the best assignment without a pair: another missing person or :data:`NONE`."""
        best = NONE
        value = self.by_likelihood.best_without(self.victims.ids.index(victim))
        for other in self.case.eligible[victim]:
            if other == missing:
                continue
            family, column = self.place(other)
            rows = self.tables[family].places[:, column] == self.victims.ids.index(victim)
            here = self._way_best[family][rows].max(initial=-np.inf)
            if here > value:
                best, value = other, here
        return best

    def link_to_references(self, family: int, row: int, victims: frozenset[str]) -> float:
        """Log10 LR of some victims of a way as this family's members against the same relationships in
        another.

        Victims who are each other's relatives fit together in any family; only this says that it is this one.
        """
        table = self.tables[family]
        numbers = [self.victims.ids.index(v) for v in victims]
        alone = np.where(np.isin(table.places[row], numbers), table.places[row], NOBODY)
        elsewhere = float(self._unlisted(family).log_lr_by_marker(alone[None, :]).sum())
        here = float(table.log_lr[row]) - self.log_lr_without(family, row, victims)
        return (here - elsewhere) / LN10

    @cache  # noqa: B019 - a solution lives as long as the identification it serves
    def _unlisted(self, family: int) -> FamilyModel:
        """The same pedigree without anybody's reference profile."""
        stranger = replace(self.tables[family].family, profiles={})
        return FamilyModel(stranger, self.panel, self.victims, self.settings.theta)

    @cached_property
    def occupants(self) -> Mapping[str, str]:
        """Missing person to victim in the best assignment."""
        _, rows = next(self.by_prior.ranked())
        return {
            m: self.victims.ids[v]
            for table, row in zip(self.tables, rows, strict=True)
            for m, v in zip(table.family.missing, table.places[row], strict=True)
            if v != NOBODY
        }

    @cached_property
    def other_views(self) -> Mapping[str, tuple[float | None, int, Assignments]]:
        """Name of another prior to its on_list, its times_missing and its assignments; only for the open
        prior.
        """
        if self.settings.prior != "open":
            return {}
        given = self.settings.on_list
        views = {"on_list_0.1": (0.1, 1), "on_list_0.9": (0.9, 1), "ten_times_missing": (given, 10)}
        return {
            name: (on_list, times, self.assignments(replace(self.settings, on_list=on_list), times))
            for name, (on_list, times) in views.items()
        }

    @cached_property
    def way_posterior_under(self) -> Mapping[str, list[Floats]]:
        """Posterior of each way under each of :attr:`other_views`."""
        return {name: view[2].posterior_of_ways() for name, view in self.other_views.items()}

    def best_row(self, family: int, rows: Bools) -> int:
        """Among these ways, the one in the best assignment."""
        return int(np.argmax(np.where(rows, self._way_best[family], -np.inf)))

    def log_lr_without(self, family: int, row: int, victims: frozenset[str]) -> float:
        """Log LR of a way after taking some victims out of it."""
        table = self.tables[family]
        fewer = table.places[row].copy()
        fewer[np.isin(fewer, [self.victims.ids.index(v) for v in victims])] = NOBODY
        found = table.row(fewer)
        return float("-inf") if found is None else float(table.log_lr[found])

    def pairwise_log10_lr(self, victim: str, missing: str) -> float:
        """Log10 LR of the pair alone, nobody else identified."""
        family, column = self.place(missing)
        table = self.tables[family]
        places = np.full(table.places.shape[1], NOBODY)
        places[column] = self.victims.ids.index(victim)
        row = table.row(places)
        return float("-inf") if row is None else float(table.log_lr[row] / LN10)
