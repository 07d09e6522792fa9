"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Loads the permissions of every station, and has sign-ins logged."""

    name = "amana.casework.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Read every app's ``rules.py``; connect the signals of sign-in."""
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("rules")
        from amana.casework.accounts import signals  # noqa: F401
