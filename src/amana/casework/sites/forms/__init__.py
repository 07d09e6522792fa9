"""Forms of sites."""
