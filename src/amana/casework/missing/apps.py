"""Missing persons as a Django app."""

from django.apps import AppConfig


class MissingConfig(AppConfig):
    """See the package."""

    name = "amana.casework.missing"
    label = "missing"
