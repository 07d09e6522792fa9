"""The project's own app: base templates, components, template tags, static files."""

from django.apps import AppConfig

from amana.casework.database import many_values_at_once


class CaseworkConfig(AppConfig):
    """Holds what every station's pages share; has no tables."""

    name = "amana.casework"
    label = "casework"

    def ready(self) -> None:
        """Set what every database connection of this program goes by."""
        many_values_at_once()
