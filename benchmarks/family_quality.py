"""How often good families are flagged, and how often wrong ones are found.

    python benchmarks/family_quality.py [--good N] [--wrong N]

Good families are those of a simulated register (``amana simulate register``) with at least two reference
samples; in a fifth of them the parents are first cousins, and declared so.  Wrong families are of the shapes
named; genes are dropped down the true pedigree and the samples declared otherwise.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator, Sequence

import numpy as np

from amana.kinship.joint.case import Family
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.kinship.quality import CheckedFamily, check_families, groups_of
from amana.simulation import simulate_register
from amana.simulation.genes import drop_genes
from amana.simulation.register import MUTATION, people_of
from amana.simulation.tables import demo_table, markers_of

FLAGS = (0.5, 0.9, 0.95, 0.99)
COUPLE = (Person("father", sex="M"), Person("mother", sex="F"))
CHILDREN = (
    Person("missing", "father", "mother", "M"),
    Person("sister", "father", "mother", "F"),
    Person("brother", "father", "mother", "M"),
)
TRIO = Pedigree([*COUPLE, *CHILDREN[:2]])
WHOLE = Pedigree([*COUPLE, *CHILDREN])
STRANGERS = (Person("other", sex="M"), Person("stranger", sex="F"))
HALF = Pedigree([*COUPLE, *STRANGERS[:1], CHILDREN[0], Person("sister", "other", "mother", "F"), CHILDREN[2]])
TWO_HALF = Pedigree(
    [*COUPLE, *STRANGERS[:1], CHILDREN[0], CHILDREN[1], Person("half", "other", "mother", "F")]
)
COUSINS = Pedigree(
    [
        Person("a", sex="M"), Person("b", sex="F"), Person("c", "a", "b", "M"), Person("d", "a", "b", "F"),
        Person("father", "c", None, "M"), Person("mother", None, "d", "F"), *CHILDREN,
    ]
)  # fmt: skip
OUTSIDE = Pedigree([*COUPLE, *CHILDREN, *STRANGERS])
TWO_SISTERS = Pedigree([*COUPLE, CHILDREN[0], CHILDREN[1], Person("half", "father", "mother", "F")])

Wrong = tuple[str, Pedigree, Pedigree, dict[str, str]]
"""Title, declared pedigree, true pedigree, and whose sample each declared person's is in truth."""
WRONG: tuple[Wrong, ...] = (
    ("false father; parents and a sister", TRIO, Pedigree(HALF.persons[:5]),
     {"father": "father", "mother": "mother", "sister": "sister"}),
    ("foreign sample as the mother; parents, sister, brother", WHOLE, OUTSIDE,
     {"father": "father", "mother": "stranger", "sister": "sister", "brother": "brother"}),
    ("the sister's sample twice; parents, sister, brother", WHOLE, WHOLE,
     {"father": "father", "mother": "mother", "sister": "sister", "brother": "sister"}),
    ("father and brother swapped; parents, sister, brother", WHOLE, WHOLE,
     {"father": "brother", "mother": "mother", "sister": "sister", "brother": "father"}),
    ("father and sister swapped; father and sister, brother", WHOLE, WHOLE,
     {"father": "sister", "sister": "father", "brother": "brother"}),
    ("undeclared cousin parents; both typed", WHOLE, COUSINS, {"father": "father", "mother": "mother"}),
    ("undeclared cousin parents; both typed, two children", WHOLE, COUSINS,
     {"father": "father", "mother": "mother", "sister": "sister", "brother": "brother"}),
    ("two sisters who are half sisters", TWO_SISTERS, TWO_HALF, {"sister": "sister", "half": "half"}),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--good", type=int, default=10_000)
    parser.add_argument("--wrong", type=int, default=300, help="families of each kind")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"NumPy {np.__version__}"
    )
    _good(20, quiet=True)  # compiles
    _good(options.good)
    markers = markers_of(demo_table("levant"), MUTATION)
    panel = Panel(markers)
    for k, wrong in enumerate(WRONG):
        found = check_families(groups_of(list(_wrong(*wrong, markers, options.wrong, k)), panel), panel)
        print(f"  {wrong[0]:58} {_shares(found)}  {_named(found)}")


def _shares(found: Sequence[CheckedFamily]) -> str:
    """Percent that would be flagged at each of :data:`FLAGS`."""
    return " ".join(f"{100 * sum(1 - f.fits >= flag for f in found) / len(found):6.1f}" for flag in FLAGS)


def _named(found: Sequence[CheckedFamily]) -> str:
    """What stands first in the evidence of families flagged at the default."""
    kinds = [f.evidence[0].kind for f in found if f.flagged]
    return ", ".join(f"{k} {kinds.count(k)}" for k in sorted(set(kinds))) or "-"


def _good(families: int, *, quiet: bool = False) -> None:
    """About three families in four of the register have two samples."""
    register = simulate_register(1, 2 * families, seed=1)
    panel = Panel(register.markers)
    made = []
    for one in register.families:
        typed = [(i, p.id) for i, p, is_typed, _ in people_of(one) if is_typed]
        for row, number in enumerate(one.numbers.tolist()):
            profiles = {p: _profile(p, register.markers, one.alleles[row, i]) for i, p in typed}
            if len(typed) > 1:
                made.append(Family(f"{number:06}", one.shape.pedigree, profiles, one.shape.missing))
    made = sorted(made, key=lambda f: f.id)[:families]
    started = time.perf_counter()
    groups = groups_of(made, panel)
    found = check_families(groups, panel)
    seconds = time.perf_counter() - started
    if not quiet:
        flagged = [sum(1 - f.fits >= flag for f in found) for flag in FLAGS]
        print(
            f"{sum(f.checkable for f in found):,} good families with two samples or more; "
            f"{seconds:.1f} s, encoding included"
        )
        print(f"flagged at a posterior of {', '.join(map(str, FLAGS))}: {', '.join(map(str, flagged))}")
        print("percent flagged of wrong families at the same, and what stands first at the default:")


def _profile(name: str, markers: Sequence, alleles: np.ndarray) -> Profile:
    return Profile(
        name,
        {m.name: (m.alleles[a], m.alleles[b]) for m, (a, b) in zip(markers, alleles.tolist(), strict=True)},
    )


def _wrong(
    title: str,
    declared: Pedigree,
    true: Pedigree,
    whose: dict[str, str],
    markers: Sequence,
    n: int,
    seed: int,
) -> Iterator[Family]:
    rng = np.random.default_rng(100 + seed)
    genes = np.stack([drop_genes(true, m, rng, n).alleles for m in markers], axis=2)
    for i in range(n):
        profiles = {
            person: _profile(person, markers, genes[i, true.index[donor]]) for person, donor in whose.items()
        }
        yield Family(f"{title} {i:05}", declared, profiles, ("missing",))


if __name__ == "__main__":
    main()
