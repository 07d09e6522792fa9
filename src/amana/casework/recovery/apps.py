"""Recovery as a Django app."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """See the package."""

    name = "amana.casework.recovery"
    label = "recovery"

    def ready(self) -> None:
        """Have missions recalled when the hazard of their site falls, in every process."""
        from amana.casework.recovery.services import releasing  # noqa: F401
