"""The project's own app: base templates, components, template tags, static files."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Holds what every station's pages share; has no tables."""

    name = "amana.casework"
    label = "casework"
