"""Incidents with known truth: people, families, genes and finds that do not exist.

The circumstances of the demo are reported facts, kept apart in :mod:`amana.simulation.facts`;
everything else is synthetic and says so.
"""

from amana.simulation.country import (
    EVENT_ORDER,
    CountrySize,
    SimulatedAlert,
    SimulatedSite,
    SimulatedSpot,
    SimulatedUnit,
    simulate_alerts,
    simulate_sites,
    simulate_units,
)
from amana.simulation.facts import (
    CountClaim,
    Fact,
    MeasureClaim,
    ReportedFacts,
    Source,
    Tension,
    largest_hull,
    load_facts,
    parse_facts,
)
from amana.simulation.families import DEMO_SHAPES, Member, Shape
from amana.simulation.genes import Genes, Quality, drop_genes, type_sample
from amana.simulation.incident import (
    DEFAULT_SEED,
    Demo,
    Features,
    Spot,
    Unit,
    al_qabou_demo,
    distances,
    hull_area,
)
from amana.simulation.people import SyntheticPerson, name_family
from amana.simulation.register import (
    FamilyShape,
    SimulatedFamilies,
    SimulatedRegister,
    SimulatedRemains,
    simulate_register,
)
from amana.simulation.register_writing import check_register_folder, write_register
from amana.simulation.score import Score, VictimScore, score
from amana.simulation.tables import MutationSettings, demo_table, markers_of
from amana.simulation.writing import read_truth, write_demo

__all__ = [
    "DEFAULT_SEED",
    "DEMO_SHAPES",
    "EVENT_ORDER",
    "CountClaim",
    "CountrySize",
    "Demo",
    "Fact",
    "FamilyShape",
    "Features",
    "Genes",
    "MeasureClaim",
    "Member",
    "MutationSettings",
    "Quality",
    "ReportedFacts",
    "Score",
    "Shape",
    "SimulatedAlert",
    "SimulatedFamilies",
    "SimulatedRegister",
    "SimulatedRemains",
    "SimulatedSite",
    "SimulatedSpot",
    "SimulatedUnit",
    "Source",
    "Spot",
    "SyntheticPerson",
    "Tension",
    "Unit",
    "VictimScore",
    "al_qabou_demo",
    "check_register_folder",
    "demo_table",
    "distances",
    "drop_genes",
    "hull_area",
    "largest_hull",
    "load_facts",
    "markers_of",
    "name_family",
    "parse_facts",
    "read_truth",
    "score",
    "simulate_alerts",
    "simulate_register",
    "simulate_sites",
    "simulate_units",
    "type_sample",
    "write_demo",
    "write_register",
]
