"""Alerts.  What could show who reported is sealed; what a duty board needs is not."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.files.models import StoredFile
from amana.casework.incidents.models import Counted, Incident
from amana.casework.sites.models import Site


class Danger(models.TextChoices):
    """Signs of danger that a reporter or an operator names."""

    MINES = "mines", _("mines, or a warning of mines")
    SHELLS = "shells", _("shells, rockets or cluster munitions")
    WIRES = "wires", _("wires or things that look like traps")
    CRATERS = "craters", _("craters or destroyed vehicles")
    ARMED = "armed", _("armed people")
    UNSTABLE = "unstable", _("walls, wells or ground that may give way")
    ANIMALS = "animals", _("dogs or wild animals")
    NONE_SEEN = "none_seen", _("looked, and saw no danger")


class Known(models.TextChoices):
    """An answer that may be missing."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


FIRST_ACT = datetime.timedelta(hours=1)
"""Within this somebody acknowledges an alert, if nothing in it is more urgent (:mod:`.rules`)."""


def first_due() -> datetime.datetime:
    """When an alert that comes now has to be acknowledged."""
    return timezone.now() + FIRST_ACT


class AlertQuerySet(OwnedQuerySet):
    """Alerts of the reader's office, and of those that share theirs."""

    VIEW, SCOPE = "alerts.view", "alerts"


class Alert(Record):
    """One report of remains or graves.

    ``account``, ``place_words``, ``count_words``, ``when_words`` are the reporter's own words (kind
    ``alert``); ``reporter``, ``phone``, ``contact`` say who it is (kind ``reporter``).  All are sealed under
    the reporter's key.  ``summary`` is the office's own sentence, without anything that shows who reported.
    ``low`` and ``high`` are read from ``count_words``; both are None where those are vague or missing.
    ``receipt`` is an HMAC of the receipt code.  ``revision`` counts what the office did: who acts says which
    one was seen.  ``due_at`` is when the next act is due (:func:`.rules.due`); None where none is.
    """

    class Channel(models.TextChoices):
        """How it came."""

        WEB = "web", _("public form")
        PHONE = "phone", _("telephone")
        WALK_IN = "walk_in", _("in person")
        OFFICE = "office", _("from another office")
        MEDIA = "media", _("from news or networks")

    class State(models.TextChoices):
        """How far it has come.  A merged alert keeps its state: see :attr:`merged_into`."""

        RECEIVED = "received", pgettext_lazy("alert", "received")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("alert", "acknowledged")
        TRIAGED = "triaged", pgettext_lazy("alert", "triaged")
        ASSIGNED = "assigned", pgettext_lazy("alert", "assigned")
        REFERRED = "referred", pgettext_lazy("alert", "referred")
        DOUBTED = "doubted", pgettext_lazy("alert", "thought unfounded, waits for a second person")
        UNFOUNDED = "unfounded", pgettext_lazy("alert", "unfounded")
        CLOSED = "closed", pgettext_lazy("alert", "closed")

    class Placed(models.TextChoices):
        """What the position rests on."""

        NONE = "", _("no position")
        COORDINATES = "coordinates", _("coordinates that were given")
        DEVICE = "device", _("the telephone's own position")
        PHOTO = "photo", _("a photograph's position, confirmed by the reporter")
        PLACE = "place", _("a named place")

    class Age(models.TextChoices):
        """How old the find seems."""

        DAYS = "days", _("days")
        WEEKS = "weeks", _("weeks")
        MONTHS = "months", _("months")
        YEARS = "years", _("years")
        UNKNOWN = "unknown", _("not known")

    class Priority(models.TextChoices):
        """How soon somebody must act."""

        NOT_SAID = "", _("not triaged")
        NOW = "now", _("at once")
        TODAY = "today", _("today")
        WEEK = "week", _("this week")
        PLANNED = "planned", _("when planned")

    OPEN = (State.RECEIVED, State.ACKNOWLEDGED, State.TRIAGED, State.ASSIGNED, State.DOUBTED)

    SCHEMA, SCOPE = "alerts.alert/1", "alerts"
    SUBJECT, PERSON = "subject", True
    ERASED = {"receipt": None, "search": ""}
    FIXED = ("number", "office_id", "channel", "received_at", "subject_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="alerts")
    number = models.CharField(_("number"), max_length=40, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("how it came"), max_length=8, choices=Channel.choices)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ar")
    # Unique: one form that was sent twice at the same moment is one report.
    receipt = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)

    account = ProtectedField(_("what was seen"), kind="alert")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    uncertainty_m = models.FloatField(_("uncertainty in metres"), null=True, blank=True)
    placed = models.CharField(
        _("what the position rests on"), max_length=12, choices=Placed.choices, blank=True, default=""
    )
    pcode = models.CharField(_("P-code of the place"), max_length=12, blank=True, default="")
    place_words = ProtectedField(_("place in the reporter's words"), kind="alert")
    counted = models.CharField(
        _("what is counted"), max_length=30, choices=Counted.choices, default=Counted.NOT_STATED
    )
    low = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    high = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    count_words = ProtectedField(_("how many, in the reporter's words"), kind="alert")
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    when_words = ProtectedField(_("when, in the reporter's words"), kind="alert")
    dangers = models.JSONField(_("signs of danger"), default=list, blank=True)
    digging = models.CharField(
        _("somebody is digging"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    touched = models.CharField(
        _("something was moved"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )

    anonymous = models.BooleanField(_("wants to stay unknown"), default=True)
    reporter = ProtectedField(_("who reported"), kind="reporter")
    phone = ProtectedField(_("telephone"), kind="reporter")
    contact = ProtectedField(_("how and when to make contact"), kind="reporter")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    since = models.DateTimeField(_("in this state since"), default=timezone.now)
    due_at = models.DateTimeField(_("next act due"), null=True, blank=True, default=first_due)
    revision = models.PositiveIntegerField(default=0, editable=False)
    summary = models.CharField(_("summary"), max_length=300, blank=True, default="")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    priority = models.CharField(_("how soon"), max_length=8, choices=Priority.choices, blank=True, default="")
    danger_to_life = models.BooleanField(_("danger to people"), default=False)
    tampering_risk = models.BooleanField(_("somebody may remove or destroy it"), default=False)
    weather_risk = models.BooleanField(_("weather or animals"), default=False)
    witness_risk = models.BooleanField(_("the reporter is in danger"), default=False)
    find_age = models.CharField(
        _("age of the find"), max_length=8, choices=Age.choices, blank=True, default=""
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    referred_to = models.CharField(_("referred to"), max_length=120, blank=True, default="")
    doubted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    doubted_at = models.DateTimeField(_("thought unfounded at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True, db_index=False
    )
    search = models.TextField(blank=True, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["office", "state", "merged_into", "due_at"], name="alerts_alert_board"),
            models.Index(fields=["office", "state", "received_at"], name="alerts_alert_states"),
            models.Index(
                fields=["office", "pcode", "state", "merged_into", "due_at"], name="alerts_alert_place"
            ),
            models.Index(
                fields=["merged_into"],
                name="alerts_alert_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index(fields=["received_at", "id"], name="alerts_alert_newest"),
            models.Index(
                fields=["due_at", "id"], name="alerts_alert_due", condition=models.Q(merged_into=None)
            ),
            models.Index(fields=["latitude", "longitude"], name="alerts_alert_where"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="alerts_alert_not_into_itself",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("alert", args=[self.number])


class PartQuerySet(OwnedQuerySet):
    """Parts of visible alerts."""

    VIEW, SCOPE, OFFICE = "alerts.view", "alerts", "alert__office_id"


class AlertPart(Record):
    """Something that belongs to one alert."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="%(class)ss")
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["at"]

    @property
    def owner(self) -> Alert:
        """Whose rights apply."""
        return self.alert


class Addition(AlertPart):
    """What was added later: by the reporter with the receipt code, or by an operator after a call."""

    SCHEMA, SUBJECT = "alerts.addition/1", "subject"
    FIXED = ("alert_id", "at", "subject_id")

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    text = ProtectedField(_("what was added"), kind="alert")
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta(AlertPart.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["alert"], name="alerts_addition_unread", condition=models.Q(read_at=None))
        ]


class Attachment(AlertPart):
    """A photo, video or paper that came with an alert."""

    SCHEMA = "alerts.attachment/1"
    FIXED = ("alert_id", "file_id")

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    addition = models.ForeignKey(
        Addition, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True
    )


class Likeness(AlertPart):
    """That another alert may be of the same find, and why it was thought so.

    ``distance_m`` between the two positions; ``days`` between what was seen, or between the reports where a
    day is missing; ``words_common`` of ``words_of`` folded words of the shorter account stand in the other
    as well.  Each is None where it could not be compared.
    """

    class Verdict(models.TextChoices):
        """What a person made of it."""

        OPEN = "open", _("not looked at")
        SAME = "same", _("the same find")
        RELATED = "related", _("belongs together")
        DIFFERENT = "different", _("another find")

    SCHEMA = "alerts.likeness/1"
    FIXED = ("alert_id", "other_id")

    other = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField(_("how alike"), default=0.0)
    distance_m = models.FloatField(_("distance in metres"), null=True, blank=True)
    days = models.FloatField(_("days between"), null=True, blank=True)
    words_common = models.PositiveIntegerField(_("words in common"), null=True, blank=True)
    words_of = models.PositiveIntegerField(_("words of the shorter account"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)

    class Meta(AlertPart.Meta):
        abstract = False
        ordering = ["-score"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "other"], name="alerts_likeness_once"),
            models.CheckConstraint(
                condition=~models.Q(alert=models.F("other")), name="alerts_likeness_of_two"
            ),
        ]
