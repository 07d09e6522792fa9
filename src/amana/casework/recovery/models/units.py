"""Recovery units, and what lay on or belongs with what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.incidents.models import Incident
from amana.casework.recovery.models.missions import Mission
from amana.casework.recovery.models.origin import Batch, Irregularity, Surrender
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
        WITHDRAWN = "withdrawn", _("withdrawn, entered by mistake")

    class Nature(models.TextChoices):
        """Whether it concerns the search at all.  Only an anthropologist or a physician settles it."""

        HUMAN = "human", _("human")
        NOT_SURE = "not_sure", _("not sure whether human")
        ANIMAL = "animal", _("not human")
        OLD = "old", _("old, of archaeological interest")

    class Posture(models.TextChoices):
        """How a body lay."""

        SUPINE = "supine", _("on the back")
        PRONE = "prone", _("face down")
        LEFT = "left", _("on the left side")
        RIGHT = "right", _("on the right side")
        SEATED = "seated", _("sitting or crouched")
        DISARTICULATED = "disarticulated", _("bones out of their order")
        MOVED = "moved", _("moved before it was recorded")
        UNKNOWN = "unknown", _("not known")

    SCHEMA, SCOPE = "recovery.unit/2", "incidents"
    FIXED = ("number", "office_id", "incident_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="units")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="units")
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="units", null=True, blank=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    field_label = models.CharField(_("label given in the field"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True, db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECORDED)
    recovered_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    mission = models.ForeignKey(
        Mission, on_delete=models.PROTECT, related_name="units", null=True, blank=True
    )
    surrender = models.ForeignKey(
        Surrender, on_delete=models.PROTECT, related_name="units", null=True, blank=True
    )
    irregularity = models.ForeignKey(
        Irregularity, on_delete=models.PROTECT, related_name="units", null=True, blank=True
    )
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="units", null=True, blank=True)
    nature = models.CharField(_("what it is"), max_length=8, choices=Nature.choices, default=Nature.HUMAN)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    depth_cm = models.FloatField(_("depth in cm"), null=True, blank=True)
    orientation_deg = models.FloatField(
        _("direction of the head in degrees"), null=True, blank=True, help_text=_("0 is north, 90 is east.")
    )
    posture = models.CharField(
        _("how it lay"), max_length=16, choices=Posture.choices, blank=True, default=""
    )
    limbs = models.CharField(_("arms and legs"), max_length=200, blank=True, default="")
    ligatures = models.CharField(_("bound"), max_length=200, blank=True, default="")
    blindfold = models.CharField(_("blindfold or gag"), max_length=200, blank=True, default="")
    condition = models.JSONField(
        _("condition by region"), default=dict, blank=True, help_text=_("INTERPOL regions 01 to 11.")
    )
    form = models.JSONField(_("answers of the one-page form"), default=dict, blank=True)
    prints = models.PositiveIntegerField(_("labels printed"), default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    search = models.TextField(blank=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["incident", "number"], name="recovery_unit_incident"),
            models.Index(fields=["incident", "office", "state", "id"], name="recovery_unit_states"),
            # Few units were split: an index of all of them would look useless to SQLite.
            models.Index(
                fields=["parent"], name="recovery_unit_parts", condition=models.Q(parent__isnull=False)
            ),
        ]

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


class Association(Record):
    """That two units belong together, or were found so, and why.  Undone by a reason, never deleted."""

    class Kind(models.TextChoices):
        """How."""

        BESIDE = "beside", _("lay beside each other")
        TIED = "tied", _("tied or joined together")
        SAME = "same", _("probably of one person")
        FITS = "fits", _("pieces fit together")

    SCHEMA = "recovery.association/1"
    FIXED = ("one_id", "other_id", "kind")

    one = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("how"), max_length=8, choices=Kind.choices)
    why = models.CharField(_("what shows it"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_why = models.CharField(_("why it was taken back"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(one=models.F("other")), name="recovery_association_of_two"
            )
        ]

    @property
    def owner(self) -> Unit:
        """Whose rights apply."""
        return self.one
