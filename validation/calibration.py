"""Whether posterior probabilities come true, where the model is right and where it is wrong on purpose.

    python -m validation.calibration [--worlds 40] [--seed 1] [--write]

A *world* is a small register: families of mixed shapes, each with one missing person, and remains of which
some are of those missing.  Each scenario differs from the model in one named thing.  Every remains is
compared with every family by the tables of the screening, and the posterior of a pair is

    share/N · LR / (1 − share + share/N · sum of LR),

with the share of the remains that are of the missing, and the number N of families, as the world has them.
``--write`` keeps the figures in calibration.json, and remakes the tables and pictures of
docs/methods/calibration.md from them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.case import Family, Victim
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Call, Profile
from amana.kinship.screening.register import Register, Remains
from amana.kinship.screening.tables import Calls, TableMaker
from amana.simulation.genes import drop_genes
from amana.simulation.register import MUTATION, shapes
from amana.simulation.tables import demo_table, markers_of
from validation import calibration_page

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAMILIES, REMAINS, SHARE = 150, 200, 0.4
"""Of one world; the share of the remains that are of the missing."""
POOR = (0.5, 0.1, 0.5)
"""Poor bone: share of the remains, drop-out of an allele, share of markers that were not typed.  Assumed."""
POSTERIOR_EDGES = (0.0, 1e-4, 1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0)
THRESHOLDS = (0.9, 0.99, 0.999, 0.9995)
LOG10_LR = (1, 2, 3, 4, 5, 6)
RESULTS = calibration_page.RESULTS

Bases = Callable[[np.random.Generator, Sequence[Marker]], Sequence[Marker]]


def as_modelled(rng: np.random.Generator, markers: Sequence[Marker]) -> Sequence[Marker]:
    """The world has the model's frequencies."""
    return markers


def subpopulation(theta: float) -> Bases:
    """Families and strangers are of one subpopulation: its frequencies are Dirichlet(p (1 − FST) / FST)."""

    def drawn(rng: np.random.Generator, markers: Sequence[Marker]) -> Sequence[Marker]:
        return [
            dataclasses.replace(m, frequencies=_positive(rng.dirichlet(m.frequencies * (1 - theta) / theta)))
            for m in markers
        ]

    return drawn


def west_asia(rng: np.random.Generator, markers: Sequence[Marker]) -> Sequence[Marker]:
    """The world has the frequencies of the wider table."""
    loci = demo_table("west-asia").loci
    return [
        dataclasses.replace(m, frequencies=_positive(np.array([loci[m.name].get(a, 0.0) for a in m.alleles])))
        for m in markers
    ]


def _positive(frequencies: Floats) -> Floats:
    """Without zeros, which a marker does not take; those alleles are then never drawn."""
    shares = np.maximum(frequencies, 1e-300)
    return np.asarray(shares / shares.sum())


@dataclass(frozen=True)
class Scenario:
    """One thing that is otherwise than the model says.

    Attributes
    ----------
    frequencies
        The world's, from the model's.
    theta
        FST of the model.
    shapes
        Names of family shapes in the world, and what the model takes each for.
    brothers
        The remains that would be of the missing are of an unlisted brother of theirs instead.
    """

    name: str
    what: str
    frequencies: Bases = as_modelled
    theta: float = 0.0
    shapes: tuple[tuple[str, str], ...] = tuple(
        (s, s) for s in ("parents", "mother", "sibling", "siblings", "children")
    )
    brothers: bool = False


_COUSINS = tuple((f"{s}-cousins", s) for s in ("parents", "mother", "sibling", "siblings", "children"))
SCENARIOS = (
    Scenario("right", "The model is right"),
    Scenario("fst-0.03-model-0", "FST 0.03 in the world, 0 in the model", subpopulation(0.03)),
    Scenario("fst-0.03-model-0.01", "FST 0.03 in the world, 0.01 in the model", subpopulation(0.03), 0.01),
    Scenario("fst-0.03-model-0.03", "FST 0.03 in both", subpopulation(0.03), 0.03),
    Scenario("fst-0-model-0.03", "FST 0 in the world, 0.03 in the model", as_modelled, 0.03),
    Scenario("frequencies", "Frequencies of another population", west_asia),
    Scenario("cousins", "Parents are first cousins, undeclared", shapes=_COUSINS),
    Scenario(
        "cousins-declared", "Parents are first cousins, declared",
        shapes=tuple((world, world) for world, _ in _COUSINS),
    ),
    Scenario("brother", "An unlisted brother instead of the missing", brothers=True),
)  # fmt: skip


def model_markers() -> tuple[Marker, ...]:
    """Markers of the pooled Levant table; alleles that only the wider table knows have its minimum."""
    table = demo_table("levant")
    wider = demo_table("west-asia").loci
    loci = {}
    for name, known in table.loci.items():
        alleles = dict(known) | {a: table.minimum for a in wider[name] if a not in known}
        total = sum(alleles.values())
        loci[name] = {a: f / total for a, f in alleles.items()}
    return markers_of(dataclasses.replace(table, loci=loci), MUTATION)


@dataclass(frozen=True)
class Compared:
    """Every remains of a world against every family: natural log LR and posterior, and which pair is true."""

    log_lr: Floats
    posterior: Floats
    true: NDArray[np.bool_]


def one_world(scenario: Scenario, rng: np.random.Generator, markers: Sequence[Marker]) -> Compared:
    """Draw a world and compare everything with everything."""
    there = scenario.frequencies(rng, markers)
    by_name = {s.name: s for s in shapes()}
    kinds = rng.integers(len(scenario.shapes), size=FAMILIES)
    genes = np.zeros((FAMILIES, len(markers), 2), dtype=np.int16)
    families: list[Family] = []
    for kind, names in enumerate(scenario.shapes):
        world, model = (by_name[name] for name in names)
        pedigree = _with_brother(world.pedigree) if scenario.brothers else world.pedigree
        own = np.flatnonzero(kinds == kind)
        if not len(own):
            continue
        alleles = np.stack([drop_genes(pedigree, m, rng, len(own)).alleles for m in there], axis=2)
        genes[own] = alleles[:, pedigree.index["brother-2" if scenario.brothers else "missing"]]
        for family, drawn in zip(own.tolist(), alleles, strict=True):
            profiles = {p: Profile(p, _calls(markers, drawn[pedigree.index[p]])) for p in world.typed}
            families.append(Family(f"F{family:03}", model.pedigree, profiles, ("missing",)))
    of = np.full(REMAINS, -1, dtype=np.int64)
    of[: round(REMAINS * SHARE)] = rng.permutation(FAMILIES)[: round(REMAINS * SHARE)]
    victims = []
    for r in range(REMAINS):
        own = genes[of[r]] if of[r] >= 0 else _stranger(rng, there)
        victims.append(_remains(rng, f"R{r:03}", markers, own))
    panel = Panel(markers)
    log_lr = _log_lr(Remains.of(victims, panel), Register.of(families, panel), panel, scenario.theta)
    true = np.zeros(log_lr.shape, dtype=np.bool_)
    if not scenario.brothers:
        true[np.flatnonzero(of >= 0), of[of >= 0]] = True
    with np.errstate(over="ignore"):
        weight = np.exp(np.minimum(log_lr, 600.0)) * SHARE / FAMILIES
    return Compared(log_lr, weight / (1 - SHARE + weight.sum(axis=1, keepdims=True)), true)


def _with_brother(pedigree: Pedigree) -> Pedigree:
    missing = pedigree.persons[pedigree.index["missing"]]
    return Pedigree([*pedigree.persons, Person("brother-2", missing.father, missing.mother, "M")])


def _stranger(rng: np.random.Generator, markers: Sequence[Marker]) -> NDArray[np.int16]:
    return np.stack([rng.choice(len(m.alleles), size=2, p=m.frequencies) for m in markers]).astype(np.int16)


def _calls(markers: Sequence[Marker], alleles: NDArray[Any]) -> dict[str, Call]:
    return {m.name: (m.alleles[a], m.alleles[b]) for m, (a, b) in zip(markers, alleles, strict=True)}


def _remains(
    rng: np.random.Generator, name: str, markers: Sequence[Marker], alleles: NDArray[np.int16]
) -> Victim:
    """Good bone or poor bone."""
    share, dropout, untyped = POOR
    if rng.random() >= share:
        return Victim(name, Profile(name, _calls(markers, alleles)), "M")
    calls = {}
    for m, pair in zip(markers, alleles, strict=True):
        left = [int(a) for a in pair if rng.random() >= dropout]
        if left and rng.random() >= untyped:
            calls[m.name] = (m.alleles[left[0]], m.alleles[left[-1]])
    return Victim(name, Profile(name, calls, dropout=dropout), "M")


def _log_lr(remains: Remains, register: Register, panel: Panel, theta: float) -> Floats:
    """Every remains against every target, shape (n_remains, n_targets)."""
    calls = Calls(remains, panel)
    maker = TableMaker(register, calls, panel, theta)
    found = np.empty((len(remains.ids), len(register)))
    for g, group in enumerate(register.groups):
        tables = maker.shared(g, slice(None)).table(slice(None))
        found[:, group.targets] = tables[calls.rows].sum(axis=1)
    return found


def measure(scenario: Scenario, worlds: int, seed: int) -> dict[str, Any]:
    """The figures of a scenario, from so many worlds."""
    markers = model_markers()
    found = list(_worlds(scenario, worlds, seed, markers))
    posterior = np.concatenate([w.posterior.ravel() for w in found])
    true = np.concatenate([w.true.ravel() for w in found])
    log10 = np.concatenate([w.log_lr.ravel() for w in found]) / np.log(10)
    where = np.clip(
        np.searchsorted(POSTERIOR_EDGES, posterior, side="right") - 1, 0, len(POSTERIOR_EDGES) - 2
    )
    bins = []
    for b in range(len(POSTERIOR_EDGES) - 1):
        inside = where == b
        bins.append(
            {
                "from": POSTERIOR_EDGES[b], "to": POSTERIOR_EDGES[b + 1], "pairs": int(inside.sum()),
                "mean": float(posterior[inside].mean()) if inside.any() else None,
                "true": int(true[inside].sum()),
            }
        )  # fmt: skip
    return {
        "name": scenario.name, "what": scenario.what, "worlds": worlds, "seed": seed,
        "pairs": len(true), "of_the_missing": int(true.sum()), "bins": bins,
        "thresholds": [_at(posterior, true, t) for t in THRESHOLDS],
        "false_support": [
            {"log10_lr": t, "pairs": int((~true).sum()), "reached": int((~true & (log10 >= t)).sum())}
            for t in LOG10_LR
        ],
    }  # fmt: skip


def _at(posterior: Floats, true: NDArray[np.bool_], threshold: float) -> dict[str, Any]:
    named = posterior >= threshold
    return {
        "posterior": threshold, "named": int(named.sum()), "wrong": int((named & ~true).sum()),
        "expected_wrong": float((1 - posterior[named]).sum()),
    }  # fmt: skip


def _worlds(scenario: Scenario, worlds: int, seed: int, markers: Sequence[Marker]) -> Iterator[Compared]:
    for world in range(worlds):
        yield one_world(scenario, np.random.default_rng([seed, world]), markers)


def _slowest_first() -> list[int]:
    """Sums over partitions of founder alleles take longest."""
    return sorted(range(len(SCENARIOS)), key=lambda n: -SCENARIOS[n].theta)


def _measured(number: int, worlds: int, seed: int) -> dict[str, Any]:
    return measure(SCENARIOS[number], worlds, seed)


def main() -> None:
    """Measure every scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="keep the figures and make the page")
    options = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        every = [pool.submit(_measured, n, options.worlds, options.seed) for n in _slowest_first()]
        by_name = {}
        for one in as_completed(every):
            by_name[one.result()["name"]] = one.result()
            print(json.dumps(one.result()["thresholds"]), one.result()["what"], flush=True)
    found = [by_name[s.name] for s in SCENARIOS]
    if options.write:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        calibration_page.main()


if __name__ == "__main__":
    main()
