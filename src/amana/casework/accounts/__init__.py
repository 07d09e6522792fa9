"""Offices, people, roles, sign-in, sharing between offices, devices."""
