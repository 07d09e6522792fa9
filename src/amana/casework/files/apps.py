"""Files as a Django app."""

from typing import Any

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Removes the files of a person who was erased."""

    name = "amana.casework.files"
    label = "files"

    def ready(self) -> None:
        """Hear of erasures."""
        from amana.casework.audit.protection import erased

        erased.connect(_forget, dispatch_uid="amana.files.forget")


def _forget(subject: Any, **_: Any) -> None:
    from amana.casework.files.upkeep import forget

    forget(subject)
