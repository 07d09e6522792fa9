"""Incidents as a Django app."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """See the package."""

    name = "amana.casework.incidents"
    label = "incidents"
