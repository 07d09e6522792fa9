"""What was done or seen at one site, and how its state changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.sites.models.places import Site


class PartQuerySet(OwnedQuerySet):
    """Parts of visible sites."""

    VIEW, SCOPE, OFFICE = "sites.view", "incidents", "site__office_id"


class SitePart(Record):
    """Something that was done or seen at one site and belongs to its office."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-at"]

    @property
    def owner(self) -> Site:
        """Whose rights apply."""
        return self.site


class Stage(SitePart):
    """One change of a site's state: from what, to what, and why."""

    SCHEMA = "sites.stage/1"
    FIXED = ("site_id", "before", "after", "reason", "by_id", "at")

    before = models.CharField(_("before"), max_length=10, choices=Site.State.choices)
    after = models.CharField(_("after"), max_length=10, choices=Site.State.choices)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta(SitePart.Meta):
        abstract = False
        indexes = [models.Index(fields=["site", "at"], name="sites_stage_path")]


class Dismissal(SitePart):
    """Somebody found no remains at a site; it is dismissed when another person has looked as well."""

    SCHEMA = "sites.dismissal/1"
    FIXED = ("site_id", "by_id", "reason")

    reason = models.CharField(_("what was looked at, and what it is instead"), max_length=500)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    looked_at = models.DateTimeField(_("second look at"), null=True, blank=True)
    agreed = models.BooleanField(_("the second person agrees"), null=True, blank=True)
    second_words = models.CharField(_("what the second look showed"), max_length=500, blank=True)

    class Meta(SitePart.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(looked_by=None) | ~models.Q(looked_by=models.F("by")),
                name="sites_dismissal_two_people",
            ),
            models.UniqueConstraint(
                fields=["site"], condition=models.Q(looked_at=None), name="sites_dismissal_one_waits"
            ),
        ]
