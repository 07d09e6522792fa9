"""Things in custody: one row says where a thing is and who answers for it, its events how that came about."""

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
from amana.casework.custody.models.kinds import NOT_REMAINS, sees_remains
from amana.casework.custody.models.places import Carrier, Store
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.models import Effect, Unit


class ItemQuerySet(OwnedQuerySet):
    """Things that the reader's office recorded or holds, or whose office shares with it."""

    VIEW, SCOPE = "custody.view", "incidents"

    def visible_to(self, user: Any) -> Self:
        """As for every record, and also for who holds it: they answer for it."""
        if not user.is_authenticated or self.VIEW not in user.granted:
            return self.none()
        seen = offices_seen(user, self.SCOPE)
        found = self.filter(models.Q(office_id__in=seen) | models.Q(holder_office=user.office_id))
        return found if sees_remains(user) else found.filter(kind__in=NOT_REMAINS)


class Item(Record):
    """A thing in custody, and where it is now: the one row that answers where, who, since when.

    ``seq`` is the number of its last event, ``last_at`` the latest time of any.  Every event is written
    together with this row under its lock, and ``(item, seq)`` is unique: two truths about one thing cannot
    both be stored.  While it is offered or disputed, who held it before still answers for it.
    """

    class Kind(models.TextChoices):
        """What it is."""

        UNIT = "unit", _("remains")
        SAMPLE = "sample", _("sample")
        EFFECT = "effect", _("effects")
        CARRIER = "carrier", _("data carrier or papers")

    class State(models.TextChoices):
        """What holds now."""

        HELD = "held", _("held")
        OFFERED = "offered", _("offered, on the way")
        DISPUTED = "disputed", _("disputed")
        UNLOCATED = "unlocated", _("not found")
        SPLIT = "split", _("divided, nothing left of it")
        LEFT = "left", _("left our custody")
        WITHDRAWN = "withdrawn", _("withdrawn, entered by mistake")

    SCHEMA, SCOPE = "custody.item/1", "incidents"
    FIXED = ("number", "kind", "office_id", "unit_id", "sample_id", "effect_id", "carrier_id")

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("office")
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="item", null=True, blank=True)
    sample = models.OneToOneField(
        Sample, on_delete=models.PROTECT, related_name="item", null=True, blank=True
    )
    effect = models.OneToOneField(
        Effect, on_delete=models.PROTECT, related_name="item", null=True, blank=True
    )
    carrier = models.OneToOneField(
        Carrier, on_delete=models.PROTECT, related_name="item", null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    holder_office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="held", db_index=False,
        verbose_name=_("office that answers for it"),
    )  # fmt: skip
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="held", null=True, blank=True,
        verbose_name=_("who answers for it"),
    )  # fmt: skip
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="items", null=True, blank=True, verbose_name=_("where")
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    seal = models.CharField(_("seal"), max_length=60, blank=True, default="")
    seq = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(_("latest event"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last seen at stock-taking"), null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["holder_office", "state", "since"], name="custody_item_held"),
            models.Index(fields=["office", "state"], name="custody_item_office"),
            models.Index(fields=["state", "since"], name="custody_item_state"),
            models.Index(fields=["holder", "since"], name="custody_item_mine"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="unit", unit__isnull=False)
                | models.Q(kind="sample", sample__isnull=False)
                | models.Q(kind="effect", effect__isnull=False)
                | models.Q(kind="carrier", carrier__isnull=False),
                name="custody_item_is_something",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("item", args=[self.number])
