"""What was searched and what was counted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from amana.casework.incidents.models import Counting
from amana.casework.sites.models.parts import SitePart
from amana.casework.sites.models.spots import Spot


class Search(SitePart):
    """An area that was searched, how, by whom, and what was not found."""

    class Method(models.TextChoices):
        """How."""

        WALKED = "walked", _("walked in lines")
        PROBE = "probe", _("probed")
        DOG = "dog", _("search dog")
        RADAR = "radar", _("ground-penetrating radar")
        MAGNETIC = "magnetic", _("magnetometer or metal detector")
        DRONE = "drone", _("drone or satellite pictures")
        TRENCH = "trench", _("trial trench")
        DIVING = "diving", _("diving or camera in water")
        OTHER = "other", _("other")

    SCHEMA = "sites.search/1"
    FIXED = ("site_id", "method", "searched_on")

    method = models.CharField(_("how"), max_length=10, choices=Method.choices)
    searched_on = models.DateField(_("searched on"))
    team = models.CharField(_("who searched"), max_length=200)
    area = models.CharField(_("which area"), max_length=300)
    outline = models.JSONField(
        _("outline"), default=list, blank=True, help_text=_("Corners as latitude and longitude.")
    )
    area_m2 = models.FloatField(_("area in m²"), null=True, blank=True)
    found = models.CharField(_("what was found"), max_length=500, blank=True)
    not_found = models.CharField(_("what was looked for and not found"), max_length=500, blank=True)
    conditions = models.CharField(_("light, weather, growth"), max_length=200, blank=True)


class Tally(SitePart, Counting):
    """A count of the office's own at a site or one of its spots.  A new one is added; an old one stays."""

    SCHEMA = "sites.tally/1"
    FIXED = ("site_id", "spot_id", "counted", "basis", "low", "high", "words", "category")

    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="tallies", null=True, blank=True)
    counted_on = models.DateField(_("counted on"))
    method = models.CharField(
        _("how it was counted"), max_length=200, blank=True,
        help_text=_("For MNI: element, side and zone that repeats most often."),
    )  # fmt: skip

    class Meta(SitePart.Meta):
        abstract = False
        ordering = ["counted_on", "at", "pk"]
        verbose_name = _("count")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low=None, high=None) | models.Q(low__lte=models.F("high")),
                name="sites_tally_low_to_high",
            )
        ]
