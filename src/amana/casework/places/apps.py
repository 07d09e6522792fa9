"""Places as a Django app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """See the package."""

    name = "amana.casework.places"
    label = "places"
