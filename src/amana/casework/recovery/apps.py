"""Recovery as a Django app."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """See the package."""

    name = "amana.casework.recovery"
    label = "recovery"
