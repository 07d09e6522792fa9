"""Custody as a Django app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """See the package."""

    name = "amana.casework.custody"
    label = "custody"
