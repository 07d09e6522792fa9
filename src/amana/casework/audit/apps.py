"""The log as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Puts the triggers back after every migration, because a migration may rebuild a table."""

    name = "amana.casework.audit"
    label = "audit"

    def ready(self) -> None:
        """Connect to the end of migrations."""
        from django.db.models.signals import post_migrate

        from amana.casework.audit.upkeep import after_migrate

        # Sent once per app; the last app's is the one after everything.
        post_migrate.connect(after_migrate, dispatch_uid="amana.audit.after_migrate")
