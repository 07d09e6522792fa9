"""Where the people and lines of a family tree go: generations, order, places, lines.

A tree is drawn in rows.  Even ranks hold people, one rank per generation; odd ranks hold the points
where the line of a couple turns into the line of their children.  A line that spans several
generations takes a place of its own in every row it passes, so that no line runs over a person,
whatever loops the pedigree has (layered drawing after Sugiyama, Tagawa & Toda 1981).
"""

from amana.reporting.tree.graph import Graph, Odd, build
from amana.reporting.tree.layout import Box, Layout, Line, lay_out

__all__ = ["Box", "Graph", "Layout", "Line", "Odd", "build", "lay_out"]
