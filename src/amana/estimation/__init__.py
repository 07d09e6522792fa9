"""Numbers that people report, kept as what they are: intervals with the words they were given in."""

from amana.estimation.claims import CountClaim, Counted, parse_count

__all__ = ["CountClaim", "Counted", "parse_count"]
