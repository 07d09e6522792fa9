"""Families, their members, the relatives among them, and what these agreed to."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.missing.models import MissingPerson, Sex


class FamilyQuerySet(OwnedQuerySet):
    """Families of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "families.view", "missing"


class Family(Record):
    """A pedigree with the missing and the relatives in it."""

    SCHEMA, SCOPE = "families.family/1", "missing"
    FIXED = ("number", "office_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="families")
    number = models.CharField(_("number"), max_length=40, unique=True)
    reference = models.CharField(_("reference elsewhere"), max_length=40, blank=True)
    search = models.TextField(blank=True, editable=False)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "families"

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("family", args=[self.number])


class Relative(Record):
    """A living relative.  Name, telephone and document number are sealed; lists show the number alone."""

    SCHEMA, SUBJECT, SCOPE = "families.relative/1", "subject", "missing"
    FIXED = ("number", "office_id")
    PERSON = True

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="relatives")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = ProtectedField(_("name"), kind="relative")
    phone = ProtectedField(_("telephone"), kind="relative")
    document_number = ProtectedField(_("document number"), kind="relative")

    class RelativeQuerySet(OwnedQuerySet):
        """Relatives of the reader's office and of those that share theirs."""

        VIEW, SCOPE = "families.view", "missing"

    objects = RelativeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Their page."""
        return reverse("relative", args=[self.number])


class Consent(Record):
    """What a relative agreed to, for one class of recipients; withdrawn, it stays on record as withdrawn."""

    class Recipient(models.TextChoices):
        """Who may use the data."""

        LABORATORY = "laboratory", _("laboratory, for identification")
        COMMISSION = "commission", _("national commission")
        INTERNATIONAL = "international", _("international organisations")
        COURT = "court", _("courts")

    SCHEMA, SUBJECT = "families.consent/1", "subject"
    FIXED = ("relative_id", "recipient", "given_on")

    relative = models.ForeignKey(Relative, on_delete=models.PROTECT, related_name="consents")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(_("for whom"), max_length=16, choices=Recipient.choices)
    given_on = models.DateField(_("given on"), default=timezone.localdate)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    @property
    def owner(self) -> Relative:
        """Whose rights apply."""
        return self.relative


class Member(Record):
    """A place in a pedigree: a missing person, a relative, or somebody needed to connect them."""

    SCHEMA = "families.member/1"
    FIXED = ("family_id", "label")

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="members")
    label = models.CharField(_("label in the family"), max_length=40)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    father = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    mother = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    missing = models.OneToOneField(
        MissingPerson, on_delete=models.PROTECT, related_name="place", null=True, blank=True
    )
    relative = models.OneToOneField(
        Relative, on_delete=models.PROTECT, related_name="place", null=True, blank=True
    )

    class MemberQuerySet(OwnedQuerySet):
        """Members of visible families."""

        VIEW, SCOPE, OFFICE = "families.view", "missing", "family__office_id"

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["family", "label"], name="families_member_label_once"),
            models.CheckConstraint(
                condition=models.Q(missing=None) | models.Q(relative=None),
                name="families_member_one_or_other",
            ),
        ]

    @property
    def owner(self) -> Family:
        """Whose rights apply."""
        return self.family
