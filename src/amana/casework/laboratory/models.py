"""Samples under barcodes, profiles, and the tables that they are weighed with."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office, User
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.families.models import Relative
from amana.casework.recovery.models import Unit


class SampleQuerySet(OwnedQuerySet):
    """Samples of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "laboratory.view", "laboratory"


class Sample(Record):
    """Material under a barcode.  The laboratory's pages show the barcode alone."""

    class State(models.TextChoices):
        """Where it stands."""

        TAKEN = "taken", _("taken")
        RECEIVED = "received", _("received")
        TYPED = "typed", _("typed")
        FAILED = "failed", _("no result")

    SCHEMA, SUBJECT, SCOPE = "laboratory.sample/1", "subject", "laboratory"
    FIXED = ("barcode", "office_id", "unit_id", "relative_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="samples")
    barcode = models.CharField(_("barcode"), max_length=40, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="samples", null=True, blank=True)
    relative = models.ForeignKey(
        Relative, on_delete=models.PROTECT, related_name="samples", null=True, blank=True
    )
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    material = models.CharField(_("material"), max_length=60)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TAKEN)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["barcode"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit=None, relative__isnull=False)
                | models.Q(relative=None, unit__isnull=False),
                name="laboratory_sample_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.barcode

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sample", args=[self.barcode])


class Profile(Record):
    """A typing result.  Calls of a relative are sealed with the relative's key; calls of remains are not.

    ``calls`` is JSON: marker to [allele, allele], null where one was not seen.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    SCHEMA, SUBJECT = "laboratory.profile/1", "subject"
    FIXED = ("sample_id", "entered_by_id")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="profiles")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kit = models.CharField(_("kit"), max_length=60, blank=True)
    calls = models.TextField(blank=True)
    sealed_calls = ProtectedField(kind="genetics")
    markers = models.PositiveIntegerField(_("markers with a result"), default=0)
    dropout = models.FloatField(_("probability of drop-out"), default=0.0)
    dropin = models.FloatField(_("probability of drop-in"), default=0.0)
    sex = models.CharField(_("sex by amelogenin"), max_length=1, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class ProfileQuerySet(OwnedQuerySet):
        """Profiles of visible samples."""

        VIEW, SCOPE, OFFICE = "laboratory.view", "laboratory", "sample__office_id"

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    @property
    def owner(self) -> Sample:
        """Whose rights apply."""
        return self.sample


class Frequencies(Record):
    """A table of allele frequencies, as its source gave it.  A new version is a new row."""

    SCHEMA, SCOPE = "laboratory.frequencies/1", "laboratory"
    FIXED = ("office_id", "name", "table")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="frequencies")
    name = models.CharField(_("name"), max_length=120)
    source = models.TextField(_("source"))
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    minimum = models.FloatField(_("least frequency"), null=True, blank=True)
    table = models.JSONField(_("marker to allele to frequency"))
    added_at = models.DateTimeField(default=timezone.now)

    class FrequenciesQuerySet(OwnedQuerySet):
        """Tables of the reader's office and of those that share theirs."""

        VIEW, SCOPE = "laboratory.view", "laboratory"

    objects = FrequenciesQuerySet.as_manager()

    class Meta:
        ordering = ["name", "added_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("frequency-table", args=[self.pk])
