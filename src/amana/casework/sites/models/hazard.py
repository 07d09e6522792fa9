"""Explosive hazard, and the two people who answer for work in a cleared part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.files.models import StoredFile
from amana.casework.sites.models.parts import SitePart
from amana.casework.sites.models.places import Site


class Clearance(SitePart):
    """What was asked or found about explosive hazard.  The newest is the site's hazard."""

    SCHEMA = "sites.clearance/1"
    FIXED = (
        "site_id", "result", "organisation", "method", "area", "done_on", "reference", "note", "by_id", "at",
    )  # fmt: skip

    result = models.CharField(_("explosive hazard"), max_length=16, choices=Site.Hazard.choices)
    organisation = models.CharField(_("who examined it"), max_length=120, blank=True)
    method = models.CharField(_("how"), max_length=200, blank=True)
    area = models.CharField(_("which part"), max_length=300, blank=True)
    done_on = models.DateField(_("examined on"), null=True, blank=True)
    reference = models.CharField(_("number of the report"), max_length=80, blank=True)
    note = models.CharField(_("what was found, what remains dangerous"), max_length=500, blank=True)
    document = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("report"),
    )

    class Meta(SitePart.Meta):
        abstract = False
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["site", "at"], name="sites_clearance_newest")]


class Waiver(SitePart):
    """Two people take responsibility for work in the cleared part of a site that is cleared in part.

    It stands on one partial clearance and ends with it.
    """

    SCHEMA = "sites.waiver/1"
    FIXED = ("site_id", "clearance_id", "by_id", "reason", "measures", "until")

    clearance = models.ForeignKey(
        Clearance, on_delete=models.PROTECT, related_name="waivers", verbose_name=_("partial clearance")
    )
    reason = models.CharField(_("why the work cannot wait"), max_length=500)
    measures = models.CharField(_("what keeps people safe"), max_length=500)
    until = models.DateTimeField(_("valid until"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_why = models.CharField(_("why it was revoked"), max_length=300, blank=True)

    class Meta(SitePart.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("by")),
                name="sites_waiver_two_people",
            )
        ]
        indexes = [models.Index(fields=["site", "until"], name="sites_waiver_valid")]

    @property
    def holds(self) -> bool:
        """Whether a mission may rely on it now."""
        return self.agreed_at is not None and self.revoked_at is None and timezone.now() < self.until

    @property
    def waits(self) -> bool:
        """Whether a second person can still agree."""
        return self.agreed_at is None and self.revoked_at is None and timezone.now() < self.until
