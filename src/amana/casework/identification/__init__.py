"""Comparison of all remains with all families, and what specialists sign."""
