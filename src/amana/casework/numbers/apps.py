"""Numbers as a Django app."""

from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """See the package."""

    name = "amana.casework.numbers"
    label = "numbers"
