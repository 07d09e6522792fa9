"""Sites as a Django app."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """See the package."""

    name = "amana.casework.sites"
    label = "sites"
