"""Visits to a watched site, and reports that somebody was there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amana.casework.sites.models.parts import SitePart


class Watch(SitePart):
    """One visit to a site that is watched."""

    class Seen(models.TextChoices):
        """What it showed."""

        INTACT = "intact", _("as before")
        DISTURBED = "disturbed", _("disturbed")
        NOT_REACHED = "not_reached", _("could not be reached")

    SCHEMA = "sites.watch/1"
    FIXED = ("site_id", "visited_at", "seen")

    visited_at = models.DateTimeField(_("visited at"))
    seen = models.CharField(_("what was seen"), max_length=12, choices=Seen.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)


class Tampering(SitePart):
    """A report that somebody dug, burnt, built or took something.  It opens the site again."""

    class Kind(models.TextChoices):
        """What was done."""

        DIGGING = "digging", _("digging")
        REMOVAL = "removal", _("remains or things taken away")
        BURNING = "burning", _("burning")
        BUILDING = "building", _("building or levelling")
        VEHICLES = "vehicles", _("vehicles")
        ANIMALS = "animals", _("animals")
        OTHER = "other", _("other")

    SCHEMA = "sites.tampering/1"
    FIXED = ("site_id", "kind")

    kind = models.CharField(_("what was done"), max_length=10, choices=Kind.choices)
    happened_on = models.DateField(_("when"), null=True, blank=True)
    going_on = models.BooleanField(_("it is going on now"), default=False)
    words = models.CharField(
        _("what was seen"), max_length=500, help_text=_("No name of who told it: that belongs in an alert.")
    )
    closed_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    outcome = models.CharField(_("what was done about it"), max_length=500, blank=True)
    visit = models.OneToOneField(
        Watch, on_delete=models.PROTECT, related_name="tampering", null=True, blank=True
    )

    class Meta(SitePart.Meta):
        abstract = False
        indexes = [models.Index(fields=["closed_at", "at"], name="sites_tampering_open")]
