"""Power of families before anything is found, and which relative to sample next."""

from amana.kinship.power.families import QUANTILES, Power, PowerSettings, power_of
from amana.kinship.power.laws import Calls, Sought
from amana.kinship.power.plans import Aim, Asked, Package, Plan, packages_of, plan
from amana.kinship.power.relatives import ShapeValues, Value, gains_of

__all__ = [
    "QUANTILES",
    "Aim",
    "Asked",
    "Calls",
    "Package",
    "Plan",
    "Power",
    "PowerSettings",
    "ShapeValues",
    "Sought",
    "Value",
    "gains_of",
    "packages_of",
    "plan",
    "power_of",
]
