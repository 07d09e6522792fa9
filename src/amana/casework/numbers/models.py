"""Series of numbers, and the blocks leased from them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from amana.casework.accounts.models import Token
from amana.casework.common.records import Record


class Series(Record):
    """Running numbers under one prefix, such as ``HMS-04``; ``next`` is the first that nobody has."""

    SCHEMA = "numbers.series/1"
    FIXED = ("prefix",)

    prefix = models.CharField(max_length=30, unique=True)
    next = models.PositiveIntegerField(default=1)


class Block(Record):
    """Numbers from ``first`` to ``last`` that one device alone may give out, so that it can work offline."""

    SCHEMA = "numbers.block/1"
    FIXED = ("series_id", "device_id", "first")

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="blocks")
    device = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="blocks")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    leased_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["series", "first"]
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="numbers_block_first_once"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first") - 1), name="numbers_block_order"
            ),
        ]
