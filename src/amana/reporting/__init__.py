"""Reports of an identification as PDF, and the pictures in them.

Three kinds of report: one of the whole case, one of each set of remains, and a laboratory annex.
Only the annex holds genotypes, figures by marker and family trees, because those can reveal who is
not whose child.
"""

from amana.reporting.pedigree_svg import draw_pedigree
from amana.reporting.waterfall_svg import waterfall_svg
from amana.reporting.writing import write_reports

__all__ = ["draw_pedigree", "waterfall_svg", "write_reports"]
