"""Sites and spots."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.incidents.models import Incident


class SiteQuerySet(OwnedQuerySet):
    """Sites of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "sites.view", "incidents"


class Site(Record):
    """An area with remains.  The full path of a site's states comes with the field half of the casework."""

    class Hazard(models.TextChoices):
        """Explosive remnants of war."""

        UNKNOWN = "unknown", _("not examined")
        REQUESTED = "requested", _("clearance requested")
        CLEARED = "cleared", _("cleared")
        RESTRICTED = "restricted", _("cleared in part")
        NOT_CLEARABLE = "not_clearable", _("cannot be cleared")

    SCHEMA, SCOPE = "sites.site/1", "incidents"
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
    search = models.TextField(blank=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("site", args=[self.number])


class SpotQuerySet(OwnedQuerySet):
    """Spots of visible sites."""

    VIEW, SCOPE, OFFICE = "sites.view", "incidents", "site__office_id"


class Spot(Record):
    """A findspot.  Latitude and longitude in degrees on WGS 84, the uncertainty in metres."""

    SCHEMA = "sites.spot/1"
    FIXED = ("site_id", "label")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="spots")
    label = models.CharField(_("label"), max_length=20)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    uncertainty_m = models.FloatField(_("uncertainty in metres"), default=10.0)

    objects = SpotQuerySet.as_manager()

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["site", "label"], name="sites_spot_label_once"),
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="sites_spot_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def owner(self) -> Site:
        """Whose rights apply."""
        return self.site
