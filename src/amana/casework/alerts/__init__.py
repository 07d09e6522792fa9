"""Alerts: what citizens and others report, until somebody answers for it."""
