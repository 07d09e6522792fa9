"""Sites: areas with remains."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.incidents.models import Incident


class SiteQuerySet(OwnedQuerySet):
    """Sites of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "sites.view", "incidents"


class Deposition(models.TextChoices):
    """How remains came to lie (Bournemouth Protocol 2020; ``reference/casework.md`` 3.5)."""

    SURFACE = "surface", _("on the surface")
    BURIED = "buried", _("buried")
    WELL = "well", _("in a well or shaft")
    STRUCTURE = "structure", _("in a building or its ruins")
    WATER = "water", _("in water")
    BURNT = "burnt", _("burnt")
    MIXED = "mixed", _("in several ways")


class Site(Record):
    """An area with remains.  ``hazard`` follows from clearances, ``state`` from what is done there."""

    class State(models.TextChoices):
        """How far the work on the site has come."""

        SUSPECTED = "suspected", _("suspected")
        VERIFIED = "verified", _("verified")
        SECURED = "secured", _("secured")
        AUTHORISED = "authorised", _("work authorised")
        IN_WORK = "in_work", _("in work")
        COVERED = "covered", _("covered again")
        COMPLETED = "completed", _("completed")
        MONITORED = "monitored", _("watched")
        DISTURBED = "disturbed", _("disturbed")
        DISMISSED = "dismissed", _("no remains found")

    class Risk(models.TextChoices):
        """How likely somebody or something destroys it before it is worked on."""

        NOT_SAID = "", _("not assessed")
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    class Hazard(models.TextChoices):
        """Explosive remnants of war."""

        UNKNOWN = "unknown", _("not examined")
        REQUESTED = "requested", _("clearance requested")
        CLEARED = "cleared", _("cleared")
        RESTRICTED = "restricted", _("cleared in part")
        NOT_CLEARABLE = "not_clearable", _("cannot be cleared")

    SCHEMA, SCOPE = "sites.site/2", "incidents"
    FIXED = ("number", "office_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="sites")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="sites")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_ar = models.CharField(_("name in Arabic"), max_length=120)
    pcode = models.CharField(_("P-code of the place"), max_length=12, blank=True)
    hazard = models.CharField(
        _("explosive hazard"), max_length=16, choices=Hazard.choices, default=Hazard.UNKNOWN
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SUSPECTED)
    deposition = models.CharField(
        _("how the remains lie"), max_length=10, choices=Deposition.choices, blank=True, default=""
    )
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    risk = models.CharField(_("risk"), max_length=6, choices=Risk.choices, blank=True, default="")
    risk_words = models.CharField(_("what threatens it"), max_length=300, blank=True, default="")
    access_words = models.CharField(_("how to get there safely"), max_length=300, blank=True, default="")
    reported_area_m2 = models.FloatField(_("reported area in m²"), null=True, blank=True)
    reported_area_words = models.CharField(
        _("reported area, in the source's words"), max_length=200, blank=True, default=""
    )
    watch_every_days = models.PositiveIntegerField(_("visited every so many days"), null=True, blank=True)
    watch_next = models.DateField(_("next visit due"), null=True, blank=True)
    search = models.TextField(blank=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["office", "state"], name="sites_site_state"),
            models.Index(fields=["office", "hazard"], name="sites_site_hazard"),
            models.Index(fields=["incident", "number"], name="sites_site_incident"),
            models.Index(fields=["pcode"], name="sites_site_pcode"),
            models.Index(fields=["watch_next"], name="sites_site_watch"),
        ]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("site", args=[self.number])
