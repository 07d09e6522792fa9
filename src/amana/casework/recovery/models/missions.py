"""Missions, their teams and their scene records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.sites.models import Site, Spot


class MissionQuerySet(OwnedQuerySet):
    """Missions of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "recovery.view", "incidents"


class Mission(Record):
    """A team that goes to one site.  It is released only where the hazard rules allow it.

    Attributes
    ----------
    OPEN, STANDING
        States in which something can still happen, and in which the team may be on the site.
    planners
        Keys of everybody who planned it or changed the plan: none of them releases it.
    stopped_at, stopped_why
        When and why it was recalled or cancelled.
    earlier
        Periods ``[from, to]`` in which it was released before it was recalled and released again.
    revision
        Counts the changes, so that nobody acts on a page that is out of date.
    """

    class State(models.TextChoices):
        """How far it has come."""

        PLANNED = "planned", _("planned")
        RELEASED = "released", _("released")
        UNDER_WAY = "under_way", _("at work")
        ENDED = "ended", _("ended")
        RECALLED = "recalled", _("recalled")
        CANCELLED = "cancelled", _("cancelled")

    SCHEMA, SCOPE = "recovery.mission/1", "incidents"
    FIXED = ("number", "office_id", "site_id")
    OPEN = (State.PLANNED, State.RELEASED, State.UNDER_WAY, State.RECALLED)
    STANDING = (State.RELEASED, State.UNDER_WAY)

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="missions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="missions")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("team leader")
    )
    planned_for = models.DateField(_("planned for"))
    plan = models.TextField(_("plan"), help_text=_("What will be done, in which order, with what."))
    exhumes = models.BooleanField(_("graves are opened"), default=False)
    briefing = models.TextField(_("briefing"), blank=True, default="")
    briefed_at = models.DateTimeField(_("briefed at"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_on = models.CharField(_("released on the ground of"), max_length=200, blank=True, default="")
    planners = models.JSONField(_("planned by"), default=list, blank=True, editable=False)
    started_at = models.DateTimeField(_("began at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.TextField(_("how it went"), blank=True, default="")
    stopped_at = models.DateTimeField(_("recalled or cancelled at"), null=True, blank=True)
    stopped_why = models.CharField(
        _("why it was recalled or cancelled"), max_length=300, blank=True, default=""
    )
    earlier = models.JSONField(_("released before"), default=list, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    search = models.TextField(blank=True, editable=False)

    objects = MissionQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_for", "-number"]
        indexes = [
            models.Index(fields=["state", "planned_for"], name="recovery_mission_state"),
            models.Index(fields=["planned_for", "number"], name="recovery_mission_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("mission", args=[self.number])


class MissionPartQuerySet(OwnedQuerySet):
    """Parts of visible missions."""

    VIEW, SCOPE, OFFICE = "recovery.view", "incidents", "mission__office_id"


class Member(Record):
    """Somebody in the team.  ``user`` where they have an account, otherwise ``name``.

    ``briefed_at`` is empty until they were briefed on the plan as it stands now.
    """

    SCHEMA = "recovery.member/1"
    FIXED = ("mission_id", "user_id", "name")

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    task = models.CharField(_("task in the team"), max_length=80)
    briefed_at = models.DateTimeField(_("briefed at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left the team at"), null=True, blank=True)

    objects = MissionPartQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(user=None, name=""), name="recovery_member_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.name

    @property
    def owner(self) -> Mission:
        """Whose rights apply."""
        return self.mission


class SceneStep(Record):
    """One step of a scene record as it was filled in.  A correction is a new row; the newest counts.

    ``step`` is a key of ``scene.toml``; ``values`` answers its questions.
    """

    class Change(models.TextChoices):
        """Why a step has a row after its first."""

        FIRST = "", _("entered")
        ADDED = "added", _("done or seen later")
        CORRECTED = "corrected", _("correction")

    SCHEMA = "recovery.scenestep/1"
    FIXED = ("mission_id", "spot_id", "step", "values", "none", "change", "reason", "by_id", "at")

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="steps")
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="steps", null=True, blank=True)
    step = models.CharField(_("step"), max_length=40)
    values = models.JSONField(_("answers"), default=dict, blank=True)
    none = models.BooleanField(_("looked for, and there was none"), default=False)
    change = models.CharField(_("kind of change"), max_length=10, choices=Change.choices, blank=True)
    reason = models.CharField(_("why it was corrected"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = MissionPartQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["mission", "step", "at"], name="recovery_step_newest")]

    @property
    def owner(self) -> Mission:
        """Whose rights apply."""
        return self.mission
