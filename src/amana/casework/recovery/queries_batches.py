"""Reading batches: what was entered together from old cards and lists."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from amana.casework.numbers.queries import numbered
from amana.casework.recovery.models import Batch, Unit


def batches(user: Any) -> Any:
    """Batches that the person sees."""
    return Batch.objects.visible_to(user).select_related("incident", "office", "by")


def batch(user: Any, number: str) -> Batch:
    """One of them, by its number in any form that people write it; 404 if there is none."""
    found: Batch = numbered(batches(user), number)
    return found


def units_of(user: Any, batch: Batch) -> Any:
    """Its units, as far as the person sees them."""
    return Unit.objects.visible_to(user).filter(batch=batch).order_by("number")


def of_incident(user: Any, incident: Any) -> Any:
    """Batches of one incident, newest first."""
    return batches(user).filter(incident=incident).order_by("-number")


def standing(batch: Batch) -> dict[str, int]:
    """How many of its units are in which state."""
    rows = Unit.objects.filter(batch=batch).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)
