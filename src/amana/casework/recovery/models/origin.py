"""Where units come from when no mission lifted them, and what was missing then."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.files.models import StoredFile
from amana.casework.incidents.models import Incident
from amana.casework.recovery.models.missions import Mission, MissionQuerySet
from amana.casework.sites.models import Site, Spot


class Batch(Record):
    """Units entered together from a list or old cards.  It is withdrawn whole or not at all."""

    SCHEMA, SCOPE = "recovery.batch/2", "incidents"
    FIXED = ("number", "office_id", "incident_id", "sha256")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(_("number"), max_length=40, unique=True)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    # As it was given, under keys.  Lists that were entered before files were kept have none.
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    rows = models.PositiveIntegerField(_("rows"))
    about = models.CharField(_("where the list comes from"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    objects = MissionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("batch", args=[self.number])


class Surrender(Record):
    """Remains that families, farmers or rescuers lifted or dug themselves, and now hand over without fear.

    Who it was is sealed and may be left out.  ``grade`` says how much is known of where the remains come
    from: it follows from the answers, never from who gave them.
    """

    class Capacity(models.TextChoices):
        """In what capacity somebody hands over."""

        FAMILY = "family", _("family")
        FARMER = "farmer", _("owner or user of the land")
        RESCUER = "rescuer", _("rescuer or volunteer")
        AUTHORITY = "authority", _("police, army or municipality")
        OTHER = "other", _("somebody else")

    class Grade(models.TextChoices):
        """How well the origin is known."""

        DOCUMENTED = "A", _("place and moment documented: picture and position")
        SHOWN = "B", _("place shown on the ground")
        DESCRIBED = "C", _("place described in words")
        UNKNOWN = "D", _("origin not known")

    SCHEMA, SCOPE = "recovery.surrender/1", "incidents"
    SUBJECT, PERSON = "subject", True
    FIXED = ("number", "office_id", "incident_id", "subject_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="surrenders")
    number = models.CharField(_("number"), max_length=40, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(_("who hands over"), max_length=10, choices=Capacity.choices)
    person = ProtectedField(_("name and contact, if they wish"), kind="reporter")
    account = ProtectedField(_("how they came to it, in their words"), kind="alert")
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    pictures = models.BooleanField(_("pictures of the place with the remains exist"), default=False)
    position = models.BooleanField(_("the position was measured then"), default=False)
    shown = models.BooleanField(_("they showed the place to the office"), default=False)
    described = models.BooleanField(_("they described the place"), default=False)
    mixed = models.BooleanField(_("remains of several places may be mixed"), default=False)
    grade = models.CharField(_("how well the origin is known"), max_length=1, choices=Grade.choices)
    received_at = models.DateTimeField(_("handed over at"), default=timezone.now)
    revision = models.PositiveIntegerField(default=0, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = MissionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("surrender", args=[self.number])


class Irregularity(Record):
    """Remains that were lifted where the rules for a mission were not met.  Recorded, reported, answered.

    Nothing is refused: ``kinds`` says what was missing, a duty officer answers.  The units point to it.
    """

    class Kind(models.TextChoices):
        """What was missing."""

        HAZARD = "hazard", _("explosive hazard not cleared")
        MISSION = "mission", _("no released mission")
        AUTHORITY = "authority", _("no authorisation")
        SURRENDERED = "surrendered", _("lifted by others and handed over")
        NO_POSITION = "no_position", _("no spot is known")

    SCHEMA, SCOPE = "recovery.irregularity/1", "incidents"
    FIXED = ("office_id", "incident_id", "site_id", "mission_id", "kinds", "by_id", "at")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="irregularities")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="irregularities", null=True, blank=True
    )
    mission = models.ForeignKey(
        Mission, on_delete=models.PROTECT, related_name="irregularities", null=True, blank=True
    )
    kinds = models.JSONField(_("what was missing"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded at"), default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.CharField(_("what the duty officer did"), max_length=500, blank=True)

    objects = MissionQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["office", "answered_at"], name="recovery_irregular_open"),
            models.Index(fields=["at"], name="recovery_irregular_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("by")),
                name="recovery_irregular_two_people",
            )
        ]

    def __str__(self) -> str:
        return gettext(", ").join(self.words())

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("irregularity", args=[self.pk])

    def words(self) -> list[str]:
        """What was missing, in the reader's language."""
        known = dict(self.Kind.choices)
        return [str(known.get(kind, kind)) for kind in self.kinds]
