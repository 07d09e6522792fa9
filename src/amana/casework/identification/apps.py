"""Identification as a Django app."""

from typing import Any

from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    """Removes documents that hold genotypes of a person who was erased."""

    name = "amana.casework.identification"
    label = "identification"

    def ready(self) -> None:
        """Hear of erasures."""
        from amana.casework.audit.protection import erased

        erased.connect(_forget, dispatch_uid="amana.identification.forget")


def _forget(subject: Any, **_: Any) -> None:
    from amana.casework.identification.services.runs import forget_annexes

    forget_annexes(subject)
