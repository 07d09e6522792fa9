"""Spots: the places in a site where remains lay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.sites.models.places import Deposition, Site


class SpotQuerySet(OwnedQuerySet):
    """Spots of visible sites."""

    VIEW, SCOPE, OFFICE = "sites.view", "incidents", "site__office_id"


class Spot(Record):
    """A findspot.  Latitude and longitude in degrees on WGS 84, the uncertainty in metres."""

    class Measured(models.TextChoices):
        """Where the position comes from."""

        NOT_SAID = "", _("not said")
        RECEIVER = "receiver", _("satellite receiver")
        PHONE = "phone", _("telephone")
        SURVEY = "survey", _("survey instrument")
        MAP = "map", _("read from a map")
        PHOTO = "photo", _("from a photograph")
        DESCRIBED = "described", _("described by somebody")

    SCHEMA = "sites.spot/2"
    FIXED = ("site_id", "label")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="spots")
    label = models.CharField(_("label"), max_length=20)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    uncertainty_m = models.FloatField(_("uncertainty in metres"), default=10.0)
    written = models.CharField(_("position as it was written"), max_length=500, blank=True, default="")
    measured = models.CharField(
        _("where the position comes from"), max_length=10, choices=Measured.choices, blank=True, default=""
    )
    deposition = models.CharField(
        _("how the remains lie"), max_length=10, choices=Deposition.choices, blank=True, default=""
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

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
