"""Remains against remains: the same person, and relatives who lie among them."""

from amana.kinship.direct.clusters import Cluster, Clusters, cluster
from amana.kinship.direct.pairs import (
    HALF_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    SIBLINGS,
    Pairs,
    Relation,
    compare,
    compare_all,
)
from amana.kinship.direct.samepair import same_person

__all__ = [
    "HALF_SIBLINGS",
    "PARENT_CHILD",
    "SAME_PERSON",
    "SIBLINGS",
    "Cluster",
    "Clusters",
    "Pairs",
    "Relation",
    "cluster",
    "compare",
    "compare_all",
    "same_person",
]
