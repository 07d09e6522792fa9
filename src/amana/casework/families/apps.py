"""Families as a Django app."""

from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    """See the package."""

    name = "amana.casework.families"
    label = "families"
