"""Stock-taking."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.custody.models.items import Item
from amana.casework.custody.models.places import Store, StoreQuerySet


class StockTake(Record):
    """Going through a store with the scanner: what should be there, what is, what is missing."""

    SCHEMA, SCOPE = "custody.stocktake/1", "incidents"
    FIXED = ("number", "office_id", "store_id", "by_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40, unique=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="stocktakes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    began_at = models.DateTimeField(_("began at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["store"], condition=models.Q(ended_at=None), name="custody_stocktake_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("stocktake", args=[self.number])


class Scan(Record):
    """One scan at a stock-taking."""

    class Outcome(models.TextChoices):
        """How it compares with what should be there."""

        EXPECTED = "expected", _("belongs here")
        ELSEWHERE = "elsewhere", _("recorded in another place")
        UNKNOWN = "unknown", _("not in the register")

    class Settled(models.TextChoices):
        """What was done about a thing that does not belong here."""

        MOVED = "moved", _("belongs here from now on")
        FOUND = "found", _("found again")
        DISCREPANCY = "discrepancy", _("followed as a discrepancy")
        MISREAD = "misread", _("misread")

    SCHEMA = "custody.scan/1"
    FIXED = ("stocktake_id", "read", "item_id", "outcome", "by_id")

    stocktake = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="scans")
    read = models.CharField(_("what was read"), max_length=80)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    settled = models.CharField(
        _("what was done about it"), max_length=12, choices=Settled.choices, blank=True, default=""
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("scanned at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["stocktake", "read"], name="custody_scan_once")]

    @property
    def owner(self) -> StockTake:
        """Whose rights apply."""
        return self.stocktake
