"""Remains that are of one person, joined only where every pair of them agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amana.kinship.direct.pairs import SAME_PERSON, Pairs


@dataclass(frozen=True)
class Cluster:
    """Remains that hang together by pairs at or above the threshold.

    Attributes
    ----------
    members
        Numbers of the remains, ascending.
    apart
        Pairs of members that do not reach the threshold; joined is only what has none.
    places
        Places of the skeleton that stand more than once among the members.
    """

    members: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    places: tuple[str, ...]

    @property
    def joined(self) -> bool:
        """Whether all pairs agree and anatomy allows it."""
        return not self.apart and not self.places


@dataclass(frozen=True)
class Clusters:
    """Every cluster of two or more, and what was labelled as one body.

    Attributes
    ----------
    torn
        Label of a body to its pairs that exclude one another: one body, two people.
    spread
        Number of a cluster to the labels in it, where there is more than one: one person, two bodies.
    """

    clusters: tuple[Cluster, ...]
    torn: Mapping[str, tuple[tuple[int, int], ...]]
    spread: Mapping[int, tuple[str, ...]]


def cluster(
    pairs: Pairs,
    *,
    least: float,
    against_sibling: float,
    places: Sequence[str] = (),
    bodies: Sequence[str] = (),
    excluded: Sequence[tuple[int, int]] = (),
) -> Clusters:
    """Join remains.

    Parameters
    ----------
    pairs
        Compared as the same person, and as siblings.
    least, against_sibling
        A pair agrees with at least these log10 LR against somebody unrelated and against a full sibling.
    places
        For each remains the place of the skeleton, such as ``femur left``; empty where it is not known or may
        stand more than once in a body.
    bodies
        For each remains the label of the body that it was recovered as; empty for none.
    excluded
        Pairs of one label that are of different people.
    """
    same = pairs.log10_lr[:, pairs.relations.index(SAME_PERSON)]
    sibling = pairs.log10_lr[:, [r.name for r in pairs.relations].index("siblings")]
    agree = (same >= least) & (same - sibling >= against_sibling)
    edges = {
        (int(a), int(b)) for a, b in zip(pairs.first[agree], pairs.second[agree], strict=True)
    }  # fmt: skip
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in sorted(edges):
        first, second = sorted((root(a), root(b)))
        parent[second] = first
    groups: dict[int, list[int]] = {}
    for x in sorted(parent):
        groups.setdefault(root(x), []).append(x)
    found = []
    for _, members in sorted(groups.items()):
        apart = tuple(
            (a, b) for i, a in enumerate(members) for b in members[i + 1 :] if (a, b) not in edges
        )  # fmt: skip
        names = [places[x] for x in members if places and places[x]]
        found.append(Cluster(tuple(members), apart, tuple(sorted({p for p in names if names.count(p) > 1}))))
    torn: dict[str, list[tuple[int, int]]] = {}
    for a, b in excluded:
        torn.setdefault(bodies[a], []).append((a, b))
    spread = {}
    for number, one in enumerate(found):
        labels = sorted({bodies[x] for x in one.members if bodies and bodies[x]})
        if len(labels) > 1:
            spread[number] = tuple(labels)
    return Clusters(tuple(found), {k: tuple(v) for k, v in sorted(torn.items())}, spread)
