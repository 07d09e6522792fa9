"""Who allowed the work, and who entered."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amana.casework.files.models import StoredFile
from amana.casework.sites.models.parts import SitePart
from amana.casework.sites.models.places import Site


class Authorisation(SitePart):
    """Who allowed the work: prosecutor, commission, court; with its number."""

    SCHEMA = "sites.authorisation/1"
    FIXED = ("site_id", "reference")

    authority = models.CharField(_("authority"), max_length=120)
    reference = models.CharField(_("number of the decision"), max_length=80)
    given_on = models.DateField(_("given on"))
    until = models.DateField(_("valid until"), null=True, blank=True)
    scope = models.CharField(_("what is allowed"), max_length=300)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    document = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decision"),
    )

    class Meta(SitePart.Meta):
        abstract = False
        indexes = [models.Index(fields=["until"], name="sites_authorisation_until")]

    def holds_on(self, day: date) -> bool:
        """Whether it allows work on a day; the last one counts."""
        return (
            self.withdrawn_at is None and self.given_on <= day and (self.until is None or day <= self.until)
        )


class Access(SitePart):
    """Who entered the site, when and what for."""

    SCHEMA = "sites.access/1"
    FIXED = ("site_id", "entered_at", "hazard")

    organisation = models.CharField(_("organisation"), max_length=120)
    people = models.PositiveIntegerField(_("number of people"), default=1)
    purpose = models.CharField(_("purpose"), max_length=200)
    entered_at = models.DateTimeField(_("entered at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    hazard = models.CharField(_("hazard at the time"), max_length=16, choices=Site.Hazard.choices)
