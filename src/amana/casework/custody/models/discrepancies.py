"""What did not fit."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.accounts.queries import offices_seen
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.custody.models.items import Item
from amana.casework.custody.models.kinds import NOT_REMAINS, sees_remains
from amana.casework.custody.models.transfers import Line, Transfer


class DiscrepancyQuerySet(OwnedQuerySet):
    """What was found by an office that the reader sees, or concerns the reader's own."""

    VIEW, SCOPE = "custody.view", "incidents"

    def visible_to(self, user: Any) -> Self:
        """As for every record, and also for the other side; without remains only what is about none."""
        if not user.is_authenticated or self.VIEW not in user.granted:
            return self.none()
        seen = offices_seen(user, self.SCOPE)
        found = self.filter(models.Q(office_id__in=seen) | models.Q(other_office=user.office_id))
        if sees_remains(user):
            return found
        return found.filter(models.Q(item=None) | models.Q(item__kind__in=NOT_REMAINS))


class Discrepancy(Record):
    """Something that does not fit, followed until two people have closed it."""

    class Kind(models.TextChoices):
        """What does not fit."""

        SEAL = "seal", _("another seal than offered")
        BROKEN = "broken", _("seal broken")
        ABSENT = "absent", _("not there")
        EXTRA = "extra", _("there, but not on the list")
        CONDITION = "condition", _("another condition")
        LABEL = "label", _("label or number does not fit")
        PAPER = "paper", _("the paper says something else")
        STOCK = "stock", _("not found at stock-taking")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        """How far it has come."""

        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered, waits for a second person")
        CLOSED = "closed", _("closed")

    SCHEMA, SCOPE = "custody.discrepancy/1", "incidents"
    FIXED = (
        "number", "office_id", "other_office_id", "kind", "item_id", "line_id", "transfer_id", "by_id", "at",
    )  # fmt: skip

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("found by the office")
    )
    other_office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("other office that it concerns"),
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("what does not fit"), max_length=10, choices=Kind.choices)
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="discrepancies", null=True, blank=True
    )
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="discrepancies", null=True, blank=True
    )
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, related_name="discrepancies", null=True, blank=True
    )
    words = models.CharField(_("what was seen"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("opened at"), default=timezone.now)
    answer = models.CharField(_("what was found out"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closing = models.CharField(_("how it ended"), max_length=500, blank=True)
    held_by = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("who answers for the thing from then on"),
    )  # fmt: skip

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["state", "at"], name="custody_discrepancy_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_by=None) | ~models.Q(closed_by=models.F("answered_by")),
                name="custody_discrepancy_two_people",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("discrepancy", args=[self.number])
