"""The laboratory as a Django app."""

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """See the package."""

    name = "amana.casework.laboratory"
    label = "laboratory"
