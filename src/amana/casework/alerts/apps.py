"""Alerts as a Django app."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """See the package."""

    name = "amana.casework.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Count what is uploaded without an account."""
        from amana.casework.alerts.rates import too_many_megabytes
        from amana.casework.files.limits import limit

        limit(too_many_megabytes)
