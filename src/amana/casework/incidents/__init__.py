"""Incidents: what gathers sites, remains and people, and what is said about them by whom."""
