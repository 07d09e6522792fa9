"""Jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Reads every station's kinds of work."""

    name = "amana.casework.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Import each app's ``work.py``."""
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("work")
