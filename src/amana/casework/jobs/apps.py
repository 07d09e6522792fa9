"""Jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package."""

    name = "amana.casework.jobs"
    label = "jobs"
