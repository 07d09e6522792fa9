"""How long joint identification takes, at sizes where going through all assignments ends.

    python benchmarks/joint.py

Each line is a whole solution: family tables, posteriors of every pair and of nobody, generalised ratios and
the 200 best assignments.  Warm: a small case has run once before, so that nothing is compiled in what is
measured.  The yardstick is the number of assignments, and how long plain enumeration would take at the pace
that it has here on the first case.  People are simulated: 20 markers of ten alleles, equal mutation model.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Sequence
from itertools import islice, product

import numpy as np

from amana.kinship.joint import Case, Family, Settings, Victim
from amana.kinship.joint.assignments import count_assignments
from amana.kinship.joint.solution import Solution
from amana.kinship.joint.tables import NOBODY
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile

LABELS = tuple(str(a) for a in range(10, 20))
Genotype = dict[str, tuple[str, str]]


class World:
    """People drawn from one population."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.Generator(np.random.PCG64(seed))
        frequencies = self.random.dirichlet(np.full(10, 2.0), 20)
        self.markers = [
            Marker(f"L{i}", LABELS, p / p.sum(), mutation_model("equal", LABELS, p / p.sum(), 0.002, 0.002))
            for i, p in enumerate(frequencies)
        ]

    def stranger(self) -> Genotype:
        found = {}
        for m in self.markers:
            a, b = self.random.choice(10, 2, p=m.frequencies)
            found[m.name] = (LABELS[a], LABELS[b])
        return found

    def child(self, father: Genotype, mother: Genotype) -> Genotype:
        pick = self.random.integers(2, size=(2, len(father)))
        return {m: (father[m][i], mother[m][j]) for m, i, j in zip(father, *pick, strict=True)}

    def bone(self, genotype: Genotype, typed: float) -> Genotype:
        """What is left of a profile: each marker with that probability."""
        return {m: call for m, call in genotype.items() if self.random.random() < typed}


def house(world: World, name: str, n: int, references: Sequence[str]) -> tuple[Family, list[Genotype]]:
    """A couple with n missing sons and one other; which relatives were typed."""
    people = {"father": world.stranger(), "mother": world.stranger()}
    sons = [world.child(people["father"], people["mother"]) for _ in range(n)]
    people["sister"] = world.child(people["father"], people["mother"])
    people["brother"] = world.child(people["father"], people["mother"])
    sexes = {"father": "M", "mother": "F", "sister": "F", "brother": "M"}
    members = [
        Person(
            f"{name} {who}",
            *((None, None) if who in ("father", "mother") else (f"{name} father", f"{name} mother")),
            sex,
        )  # type: ignore[arg-type]
        for who, sex in sexes.items()
    ]
    missing = tuple(f"{name} son {i}" for i in range(n))
    members += [Person(m, f"{name} father", f"{name} mother", "M") for m in missing]
    profiles = {f"{name} {who}": Profile(who, dict(people[who])) for who in references}
    return Family(name, Pedigree(members), profiles, missing), sons


def one_house(n_remains: int, n_missing: int) -> Case:
    """One family of brothers, of whom the mother was typed."""
    world = World(8)
    family, sons = house(world, "F", n_missing, ("mother",))
    return case_of(world, [family], sons[:n_remains])


REFERENCES = (("father", "mother"), ("mother",), ("brother",), ("sister", "mother"), ("father",))


def many_houses(n_remains: int, n_families: int, typed: float) -> Case:
    """Families of one missing each, with every kind of references; a fifth of the remains are strangers'."""
    world = World(40)
    families, sons = [], []
    for i in range(n_families):
        family, (son,) = house(world, f"F{i}", 1, REFERENCES[i % len(REFERENCES)])
        families.append(family)
        sons.append(world.bone(son, typed))
    sons = sons[: max(1, n_remains * 4 // 5)]
    strangers = [world.bone(world.stranger(), typed) for _ in range(n_remains - len(sons))]
    return case_of(world, families, sons + strangers)


def case_of(world: World, families: Sequence[Family], remains: Sequence[Genotype]) -> Case:
    victims = [Victim(f"V{i}", Profile(f"V{i}", dict(g)), "M") for i, g in enumerate(remains)]
    everyone = tuple(m for f in families for m in f.missing)
    return Case(
        "made up", world.markers, victims, families, {v.id: everyone for v in victims}, synthetic=True
    )


def solve(case: Case) -> Solution:
    solution = Solution(case, Settings())
    _ = solution.posterior, solution.by_likelihood.best_with_each_way()
    list(islice(solution.by_prior.ranked(), 200))
    return solution


def enumerate_all(solution: Solution) -> int:
    """Go through all assignments, as a program without a better idea must; how many there are."""
    tables = [
        [
            (sum(1 << int(v) for v in places if v != NOBODY), float(log_lr))
            for places, log_lr in zip(table.places, table.log_lr, strict=True)
        ]
        for table in solution.tables
    ]
    count = 0
    for ways in product(*tables):
        used, fits, total = 0, True, 0.0
        for taken, log_lr in ways:
            fits &= not used & taken
            used |= taken
            total += log_lr
        count += fits
    return count


CASES = (
    ("19,081 assignments: 8 remains x 5 families of one", lambda: many_houses(8, 5, 1.0), 0.1),
    ("8 remains x 8 missing in one family", lambda: one_house(8, 8), 2.0),
    ("16 remains x 15 families of one, half typed", lambda: many_houses(16, 15, 0.5), 5.0),
    ("16 remains x 15 families of one, 3 markers each", lambda: many_houses(16, 15, 0.15), 5.0),
    ("40 remains x 30 families of one, full profiles", lambda: many_houses(40, 30, 1.0), 60.0),
    ("40 remains x 30 families of one, half typed", lambda: many_houses(40, 30, 0.5), 60.0),
)


def main() -> None:
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    heads = f"{'seconds':>8} {'of CPU':>8} {'bar':>5} {'':7} {'assignments':>11} {'enumerated':>11}"
    print(f"{'':50} {heads}  left out, how")
    solve(one_house(2, 2))
    solve(many_houses(16, 2, 1.0))
    pace: float | None = None
    for name, make, bar in CASES:
        case = make()
        started, worked = time.perf_counter(), time.process_time()
        solution = solve(case)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        count = count_assignments(case.eligible, solution.missing)
        assert count is not None
        if pace is None:
            started = time.perf_counter()
            enumerate_all(solution)
            pace = (time.perf_counter() - started) / count
        verdict = "met" if seconds < bar else "MISSED"
        how = "drawn" if solution.sampling() else "exact"
        took = f"{seconds:8.3f} {worked:8.3f} {bar:5.1f} {verdict:>7} {count:11.1e} {pace * count:9.1e} s"
        print(f"{name:50} {took}  {solution.by_prior.dropped:.1e}, {how}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
