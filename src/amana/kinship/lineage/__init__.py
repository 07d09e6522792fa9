"""Lineage markers: the Y chromosome of the fathers and the mitochondria of the mothers.

Method: docs/methods/lineage-markers.md.
"""

from amana.kinship.lineage.comparing import LineageComparison, LineageFamily, LineageRemains, Target
from amana.kinship.lineage.databases import Frequency, MtDatabase, YDatabase, kappa_frequency, upper_limit
from amana.kinship.lineage.discrete_laplace import DiscreteLaplace, fit
from amana.kinship.lineage.evidence import (
    BOTH_LINES,
    MATERNAL_LINE,
    PATERNAL_LINE,
    UNRELATED,
    Combined,
    LineageEvidence,
    LineageSettings,
    combined,
    match_probability,
    weigh_mt,
    weigh_y,
)
from amana.kinship.lineage.lines import Line, line_of, shared_lines, typed_on_line
from amana.kinship.lineage.mtdna import MtComparison, MtHaplotype, compare_mtdna, parse_mtdna
from amana.kinship.lineage.rcrs import parse_ranges, show_ranges
from amana.kinship.lineage.ystr import (
    YComparison,
    YHaplotype,
    compare_ystr,
    log10_same_line,
    parse_y_call,
    y_marker,
)

__all__ = [
    "BOTH_LINES",
    "MATERNAL_LINE",
    "PATERNAL_LINE",
    "UNRELATED",
    "Combined",
    "DiscreteLaplace",
    "Frequency",
    "Line",
    "LineageComparison",
    "LineageEvidence",
    "LineageFamily",
    "LineageRemains",
    "LineageSettings",
    "MtComparison",
    "MtDatabase",
    "MtHaplotype",
    "Target",
    "YComparison",
    "YDatabase",
    "YHaplotype",
    "combined",
    "compare_mtdna",
    "compare_ystr",
    "fit",
    "kappa_frequency",
    "line_of",
    "log10_same_line",
    "match_probability",
    "parse_mtdna",
    "parse_ranges",
    "parse_y_call",
    "shared_lines",
    "show_ranges",
    "typed_on_line",
    "upper_limit",
    "weigh_mt",
    "weigh_y",
    "y_marker",
]
