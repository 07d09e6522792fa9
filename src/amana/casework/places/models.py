"""Places with their codes: reference data from files, nobody's record, the same for every office."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from amana.interchange.gazetteer_files import LONGEST_NAME

_LEVELS = (3, 2, 1)


class Place(models.Model):
    """One place: a community with its point, or an area that communities lie in.

    ``search``, ``sound`` and ``around`` are what it is found by (:mod:`amana.casework.places.folding`);
    ``rank`` is the order of its kind among places that fit as well.
    """

    class Kind(models.TextChoices):
        """What it is."""

        COMMUNITY = "community", _("community")
        SUBDISTRICT = "subdistrict", _("sub-district")
        DISTRICT = "district", _("district")
        GOVERNORATE = "governorate", _("governorate")
        GEONAMES = "geonames", _("place of GeoNames")

    pcode = models.CharField(_("P-code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name_en = models.CharField(_("name in English"), max_length=LONGEST_NAME, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=LONGEST_NAME, blank=True)
    other_names = models.JSONField(_("other names"), default=list)
    admin1_pcode = models.CharField(max_length=20, blank=True)
    admin1_en = models.CharField(max_length=LONGEST_NAME, blank=True)
    admin1_ar = models.CharField(max_length=LONGEST_NAME, blank=True)
    admin2_pcode = models.CharField(max_length=20, blank=True)
    admin2_en = models.CharField(max_length=LONGEST_NAME, blank=True)
    admin2_ar = models.CharField(max_length=LONGEST_NAME, blank=True)
    admin3_pcode = models.CharField(max_length=20, blank=True)
    admin3_en = models.CharField(max_length=LONGEST_NAME, blank=True)
    admin3_ar = models.CharField(max_length=LONGEST_NAME, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    search = models.TextField(blank=True)
    sound = models.TextField(blank=True)
    around = models.TextField(blank=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["rank", "pcode"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="places_place_on_earth",
            )
        ]

    def __str__(self) -> str:
        return _in_language(self.name_en, self.name_ar) or self.pcode

    def get_absolute_url(self) -> str:
        """Its address for programs; pages show a place where it is used."""
        return reverse("api:place", args=[self.pcode])

    @property
    def is_area(self) -> bool:
        """Whether it is an area, without a point of its own."""
        return self.kind in (self.Kind.SUBDISTRICT, self.Kind.DISTRICT, self.Kind.GOVERNORATE)

    @property
    def within(self) -> str:
        """The areas it lies in, from the smallest up, in the reader's language; of an area first its kind."""
        words: Any = {
            3: gettext("%(name)s sub-district"),
            2: gettext("%(name)s district"),
            1: gettext("%(name)s governorate"),
        }
        found = [] if self.kind == self.Kind.COMMUNITY else [str(self.get_kind_display())]
        for level in _LEVELS:
            name = _in_language(getattr(self, f"admin{level}_en"), getattr(self, f"admin{level}_ar"))
            if name:
                found.append(words[level] % {"name": name})
        return gettext(", ").join(found)


def _in_language(english: str, arabic: str) -> str:
    return (arabic or english) if get_language() == "ar" else (english or arabic)
