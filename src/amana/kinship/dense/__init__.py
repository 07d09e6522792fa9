"""Two people typed at thousands of linked markers: how they are related."""

from amana.kinship.dense.comparing import MISSING, DenseMarkers, PairLikelihood
from amana.kinship.dense.states import RELATIONS, Relation, States, recombination

__all__ = [
    "MISSING",
    "RELATIONS",
    "DenseMarkers",
    "PairLikelihood",
    "Relation",
    "States",
    "recombination",
]
