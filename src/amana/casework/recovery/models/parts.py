"""What belongs to a unit: effects, photographs, hints of identity."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.files.models import StoredFile
from amana.casework.recovery.models.missions import Mission
from amana.casework.recovery.models.units import Unit, UnitQuerySet
from amana.casework.sites.models import Spot


class UnitPartQuerySet(OwnedQuerySet):
    """Parts of visible units."""

    VIEW, SCOPE, OFFICE = "recovery.view", "incidents", "unit__office_id"


class UnitPart(Record):
    """Something that belongs to one unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = UnitPartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["at"]

    @property
    def owner(self) -> Unit:
        """Whose rights apply."""
        return self.unit


class Effect(UnitPart):
    """Clothing, footwear, jewellery, papers or another thing, coded after INTERPOL's items 24 to 30.

    It has a number of its own, since it may be kept apart from the remains.
    """

    class State(models.TextChoices):
        """Whether it still stands."""

        RECORDED = "recorded", _("recorded")
        WITHDRAWN = "withdrawn", _("withdrawn, entered by mistake")

    SCHEMA = "recovery.effect/1"
    FIXED = ("number", "unit_id")

    number = models.CharField(_("number"), max_length=40, unique=True)
    code = models.CharField(_("what it is"), max_length=12)
    words = models.CharField(_("description"), max_length=300, blank=True)
    pieces = models.PositiveIntegerField(_("pieces"), default=1)
    material = models.CharField(_("material"), max_length=80, blank=True)
    colour = models.CharField(_("colour"), max_length=80, blank=True)
    size = models.CharField(_("size"), max_length=40, blank=True)
    marking = models.CharField(
        _("label, inscription, number"), max_length=200, blank=True,
        help_text=_("No name of a person: that belongs in the hint of identity."),
    )  # fmt: skip
    region = models.CharField(_("taken from"), max_length=4, blank=True)
    associated = models.BooleanField(_("certainly belongs to this unit"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECORDED)

    def __str__(self) -> str:
        return self.number


class Photo(Record):
    """A photograph: of a unit, a spot or the scene.  The file's hash is the picture's identity."""

    class Kind(models.TextChoices):
        """What it shows."""

        OVERVIEW = "overview", _("overview of the scene")
        MIDDLE = "middle", _("remains in their place")
        CLOSE = "close", _("detail")
        FULL = "full", _("full length")
        FACE = "face", _("face")
        MARKS = "marks", _("distinguishing marks")
        CLOTHING = "clothing", _("clothing and effects")
        DOCUMENT = "document", _("paper or label")

    SCHEMA = "recovery.photo/1"
    FIXED = ("office_id", "file_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    mission = models.ForeignKey(
        Mission, on_delete=models.PROTECT, related_name="photos", null=True, blank=True
    )
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="photos", null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="photos", null=True, blank=True)
    effect = models.ForeignKey(Effect, on_delete=models.PROTECT, related_name="photos", null=True, blank=True)
    kind = models.CharField(_("what it shows"), max_length=8, choices=Kind.choices)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    photographer = models.CharField(_("photographer"), max_length=120)
    scale = models.BooleanField(_("with a scale"), default=False)
    number_shown = models.BooleanField(_("shows the number"), default=False)
    direction_deg = models.FloatField(_("direction of view in degrees"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["taken_at", "at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(mission=None, spot=None, unit=None), name="recovery_photo_of_something"
            )
        ]


class Hint(UnitPart):
    """What was written at the scene that names people: a supposed identity, its ground, papers, a receiver.

    ``answers`` is sealed JSON, by the keys of the form for one body: an anthropologist, an odontologist and
    the laboratory work without it.  A correction is a new row; the newest answer to a question counts.
    """

    SCHEMA, SUBJECT = "recovery.hint/1", "subject"
    PERSON = True
    FIXED = ("unit_id", "subject_id")

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    answers = ProtectedField(_("answers that name people"), kind="hint")
