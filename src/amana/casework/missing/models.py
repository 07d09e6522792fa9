"""Missing persons."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet


class MissingQuerySet(OwnedQuerySet):
    """Missing persons of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "missing.view", "missing"
    NAMES, NUMBERS = "missing.names", ("number", "reference")


class Sex(models.TextChoices):
    """As recorded or found; unknown is blank."""

    MALE = "M", _("male")
    FEMALE = "F", _("female")


class MissingPerson(Record):
    """Someone who is looked for.  Presumed alive until identified, or until a court or commission decides.

    Names are shown by the right ``missing.names``; everybody else sees the number.  Years and dates may be
    partial: ``1986``, ``1986-03``, ``1986-03-21``.
    """

    class State(models.TextChoices):
        """Where the search stands."""

        REPORTED = "reported", _("reported")
        VERIFIED = "verified", _("verified")
        ACTIVE = "active", _("searched for")
        LOCATED_ALIVE = "located_alive", _("found alive")
        IDENTIFIED = "identified", _("identified")
        DUPLICATE = "closed_duplicate", _("closed: recorded twice")

    SCHEMA, SUBJECT, SCOPE = "missing.person/1", "subject", "missing"
    FIXED = ("number", "office_id")
    PERSON = True
    ERASED = dict.fromkeys(
        (
            "name_en", "name_ar", "father_en", "father_ar", "grandfather_en", "grandfather_ar", "mother_en",
            "mother_ar", "born", "last_seen", "last_seen_place", "reference", "search", "sex",
        ),
        "",
    )  # fmt: skip

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="missing")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40, unique=True)
    reference = models.CharField(_("reference elsewhere"), max_length=40, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=120, blank=True)
    name_en = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    father_ar = models.CharField(_("father's name in Arabic"), max_length=120, blank=True)
    father_en = models.CharField(_("father's name in Latin letters"), max_length=120, blank=True)
    grandfather_ar = models.CharField(_("grandfather's name in Arabic"), max_length=120, blank=True)
    grandfather_en = models.CharField(_("grandfather's name in Latin letters"), max_length=120, blank=True)
    mother_ar = models.CharField(_("mother's full name in Arabic"), max_length=120, blank=True)
    mother_en = models.CharField(_("mother's full name in Latin letters"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    born = models.CharField(
        _("born"), max_length=10, blank=True, help_text=_("Year, or year-month, or year-month-day.")
    )
    last_seen = models.CharField(
        _("last seen"), max_length=10, blank=True, help_text=_("Year, or year-month, or year-month-day.")
    )
    last_seen_place = models.CharField(_("last seen at"), max_length=120, blank=True)
    circumstances = ProtectedField(_("circumstances"), kind="missing")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.REPORTED)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="duplicates", null=True, blank=True,
        verbose_name=_("recorded first as"),
    )  # fmt: skip
    search = models.TextField(blank=True, editable=False)

    objects = MissingQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Their page."""
        return reverse("missing-person", args=[self.number])

    @property
    def name(self) -> str:
        """In the reader's language, or in the other where only that is known."""
        return _in_language(self.name_ar, self.name_en)

    @property
    def mother(self) -> str:
        """The mother's name, likewise."""
        return _in_language(self.mother_ar, self.mother_en)


def _in_language(arabic: str, latin: str) -> str:
    return (arabic or latin) if get_language() == "ar" else (latin or arabic)
