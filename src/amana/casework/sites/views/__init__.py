"""Pages of sites and spots."""
