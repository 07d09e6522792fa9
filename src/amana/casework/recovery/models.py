"""Recovery units."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.incidents.models import Incident
from amana.casework.sites.models import Spot


class UnitQuerySet(OwnedQuerySet):
    """Units of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "recovery.view", "incidents"


class Unit(Record):
    """What was lifted and labelled.  Its number never changes; a split makes children."""

    class Kind(models.TextChoices):
        """What it is."""

        BODY = "body", _("body")
        PART = "body_part", _("body part")
        BONE = "bone", _("bone")
        BAG = "bag", _("bag")
        ASH = "ash", _("ash sample")

    class State(models.TextChoices):
        """How far it has come on the path."""

        RECORDED = "recorded", _("recorded")
        RECEIVED = "received", _("received")
        EXAMINED = "examined", _("examined")
        SAMPLED = "sampled", _("sampled")

    SCHEMA, SCOPE = "recovery.unit/1", "incidents"
    FIXED = ("number", "office_id", "incident_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="units")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="units")
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="units", null=True, blank=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    field_label = models.CharField(_("label given in the field"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECORDED)
    recovered_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    search = models.TextField(blank=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["incident", "number"], name="recovery_unit_incident")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("unit", args=[self.number])


class Lying(Record):
    """One unit lay on another."""

    SCHEMA = "recovery.lying/1"

    over = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lay_over")
    under = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lay_under")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["over", "under"], name="recovery_lying_once"),
            models.CheckConstraint(
                condition=~models.Q(over=models.F("under")), name="recovery_lying_on_another"
            ),
        ]

    @property
    def owner(self) -> Unit:
        """Whose rights apply."""
        return self.over
