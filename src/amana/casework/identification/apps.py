"""Identification as a Django app."""

from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    """See the package."""

    name = "amana.casework.identification"
    label = "identification"
