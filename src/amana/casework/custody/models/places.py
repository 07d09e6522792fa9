"""Where things are kept, and carriers of data that are kept as things."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet


class StoreQuerySet(OwnedQuerySet):
    """What is of the reader's office or of one that shares with it: places of storage, carriers, counts."""

    VIEW, SCOPE = "custody.view", "incidents"


class Store(Record):
    """A place where things are kept: mortuary, container, room, shelf, slot."""

    class Kind(models.TextChoices):
        """What it is."""

        MORTUARY = "mortuary", _("mortuary")
        CONTAINER = "container", _("cooled container")
        ROOM = "room", _("room")
        SLOT = "slot", _("shelf or slot")
        VEHICLE = "vehicle", _("vehicle")
        FIELD = "field", _("place in the field")

    SCHEMA, SCOPE = "custody.store/1", "incidents"
    FIXED = ("number", "office_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="stores")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    within = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="holds",
        null=True,
        blank=True,
        verbose_name=_("inside"),
    )
    closed_at = models.DateTimeField(_("out of use since"), null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("store", args=[self.number])


class Carrier(Record):
    """A disk, card, telephone or case of papers that is kept as an object."""

    SCHEMA, SCOPE = "custody.carrier/1", "incidents"
    FIXED = ("number", "office_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="carriers")
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(
        _("kind"), max_length=10,
        choices=[
            ("disk", _("disk")), ("card", _("memory card")), ("phone", _("telephone")),
            ("papers", _("papers")), ("other", _("other")),
        ],
    )  # fmt: skip
    description = models.CharField(
        _("description"), max_length=300,
        help_text=_("No name of a person: everybody who sees custody reads this."),
    )  # fmt: skip
    added_at = models.DateTimeField(_("entered at"), default=timezone.now)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    sha256 = models.CharField(_("SHA-256 of its image"), max_length=64, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("carrier", args=[self.number])
