"""Incidents, and what was said of them: sourced statements, counts with their basis."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet


class IncidentQuerySet(OwnedQuerySet):
    """Incidents of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "incidents.view", "incidents"


class Incident(Record):
    """What gathers alerts, sites, people and claims."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    SCHEMA, SCOPE = "incidents.incident/1", "incidents"
    FIXED = ("number", "office_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="incidents")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_ar = models.CharField(_("name in Arabic"), max_length=120)
    began = models.DateField(_("reported on"), null=True, blank=True)
    place_en = models.CharField(_("place in English"), max_length=120, blank=True)
    place_ar = models.CharField(_("place in Arabic"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    synthetic = models.BooleanField(_("invented, for demonstration"), default=False)
    search = models.TextField(blank=True, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incident", args=[self.number])

    @property
    def place(self) -> str:
        """In the reader's language."""
        return self.place_ar if get_language() == "ar" else self.place_en


class PartQuerySet(OwnedQuerySet):
    """Parts of an incident."""

    VIEW, SCOPE, OFFICE = "incidents.view", "incidents", "incident__office_id"


class Part(Record):
    """Something that stands in one incident and belongs to its office."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="%(class)ss")

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def owner(self) -> Incident:
        """Whose rights apply."""
        return self.incident


class Source(Part):
    """Where statements come from, and what of it was seen."""

    SCHEMA = "incidents.source/1"

    code = models.CharField(_("short name"), max_length=40)
    name = models.TextField(_("source"))
    name_ar = models.TextField(_("source, in Arabic"), blank=True)
    seen = models.TextField(_("what of it was seen"))
    seen_ar = models.TextField(_("what of it was seen, in Arabic"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="incidents_source_once")]


class Fact(Part):
    """One source says one thing of one day and place.  Facts stand beside each other, never overwritten."""

    class Wording(models.TextChoices):
        """Whose words they are."""

        QUOTED = "quoted", _("quoted")
        PARAPHRASE = "paraphrase", _("paraphrase")

    SCHEMA = "incidents.fact/1"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="facts")
    code = models.CharField(_("short name"), max_length=40)
    date = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    place_ar = models.CharField(_("place, in Arabic"), max_length=120, blank=True)
    statement = models.TextField(_("what is said"))
    statement_ar = models.TextField(_("what is said, in Arabic"), blank=True)
    wording = models.CharField(_("wording"), max_length=10, choices=Wording.choices)
    quoted = models.TextField(_("the quoted words"), blank=True)

    class Meta:
        ordering = ["date", "code"]
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="incidents_fact_once")]


class Counted(models.TextChoices):
    """What a count is of.  Remains are not bodies, and bodies are not persons."""

    BODIES = "bodies", _("bodies")
    REMAINS = "remains", _("remains")
    REMAINS_AND_BODIES = "remains_and_bodies", _("remains and bodies")
    REPRESENTED_BODIES = "bodies_represented_by_remains", _("bodies represented by remains")
    INDIVIDUALS = "individuals_represented", _("individuals represented")
    GRAVES = "graves", _("graves")
    SPOTS = "spots", _("spots")
    NOT_STATED = "not_stated", _("not said of what")


class Basis(models.TextChoices):
    """On what a count rests."""

    REPORTED = "reported", _("reported")
    VIDEO = "seen_in_video", _("seen in video")
    FIELD = "field_estimate", _("field estimate")
    MNI = "mni", _("MNI")
    DNA = "dna_distinct", _("DNA-distinct individuals")
    MODEL_RECOVERED = "model_persons_recovered", _("model estimate of persons in what was recovered")
    MODEL_DEPOSITED = "model_persons_deposited", _("model estimate of persons deposited")


class Category(models.TextChoices):
    """Of whom a count is: of all, or of some."""

    ALL = "all", pgettext_lazy("count", "all")
    WOMEN = "women", _("women")
    MEN = "men", _("men")
    CHILDREN = "children", _("children")
    UNKNOWN = "unknown", _("sex and age not known")


class Counting(models.Model):
    """How many of what, on what basis, in whose words.  A new count is added; an old one stays."""

    counted = models.CharField(_("what is counted"), max_length=30, choices=Counted.choices)
    basis = models.CharField(_("basis"), max_length=24, choices=Basis.choices)
    low = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    high = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    words = models.CharField(_("in the source's words"), max_length=300)
    words_ar = models.CharField(_("the words, in Arabic"), max_length=300, blank=True)
    vague = models.BooleanField(_("vague words"), default=False)
    category = models.CharField(_("of whom"), max_length=10, choices=Category.choices, default=Category.ALL)

    class Meta:
        abstract = True


class Count(Part, Counting):
    """A count that a source states."""

    SCHEMA = "incidents.count/2"

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="counts", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low=None, high=None) | models.Q(low__lte=models.F("high")),
                name="incidents_count_low_to_high",
            )
        ]


class Measure(Part):
    """A reported length or area, in whose words."""

    SCHEMA = "incidents.measure/1"

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="measures")
    measured = models.CharField(max_length=10, choices=[("distance", _("distance")), ("area", _("area"))])
    basis = models.CharField(max_length=24, choices=Basis.choices)
    low = models.FloatField()
    high = models.FloatField()
    unit = models.CharField(max_length=4, choices=[("m", "m"), ("km2", "km²")])
    words = models.CharField(max_length=300)
    words_ar = models.CharField(max_length=300, blank=True)


class Tension(Part):
    """Statements that do not fit together.  They are kept, and it is said."""

    SCHEMA = "incidents.tension/1"

    facts = models.JSONField(_("short names of the statements"), default=list)
    statement = models.TextField(_("what does not fit"))
    statement_ar = models.TextField(_("what does not fit, in Arabic"), blank=True)
