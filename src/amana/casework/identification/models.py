"""Runs over a whole incident, what they say of each unit, candidates, and specialists' signatures."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office, User
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.incidents.models import Incident
from amana.casework.jobs.models import Job
from amana.casework.missing.models import MissingPerson
from amana.casework.recovery.models import Unit


class RunQuerySet(OwnedQuerySet):
    """Runs of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "identification.view", "identification"


class Run(Record):
    """One comparison of all remains of an incident with all families, under settings fixed beforehand.

    ``inputs`` names every profile, family and table with a digest, ``fingerprint`` what stood in the records
    when it began (:mod:`.inputs`).  ``result_sha256`` is of the whole result as a file in ``<home>/runs``.
    ``reports`` lists the documents made from it, each with its digest; those for the laboratory are sealed
    with a key from the key folder.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    SCHEMA, SCOPE = "identification.run/1", "identification"
    FIXED = ("number", "office_id", "incident_id", "settings")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="runs")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="runs")
    number = models.CharField(_("number"), max_length=40, unique=True)
    settings = models.JSONField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="run", null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    inputs = models.JSONField(default=dict)
    fingerprint = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    reports = models.JSONField(default=list)
    result_sha256 = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("run", args=[self.number])


class Conclusion(Record):
    """What one run says of one unit.

    ``detail`` is for everybody with ``identification.view``; ``laboratory`` holds what can reveal a genotype
    or who is whose child, and is shown with ``laboratory.genetics`` alone.
    """

    class Level(models.TextChoices):
        """What DNA supports."""

        REACHES = "reaches_threshold", _("reaches threshold")
        SUPPORTS = "supports", _("supports")
        INCONCLUSIVE = "inconclusive", _("inconclusive")
        AGAINST = "evidence_against", _("evidence against")

    SCHEMA = "identification.conclusion/1"
    FIXED = ("run_id", "unit_id")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="conclusions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="conclusions")
    level = models.CharField(_("DNA"), max_length=20, choices=Level.choices)
    log10_glr = models.FloatField(null=True, blank=True)
    posterior = models.FloatField(default=0.0)
    detail = models.JSONField(default=dict)
    laboratory = models.JSONField(default=dict)

    class ConclusionQuerySet(OwnedQuerySet):
        """Conclusions of visible runs."""

        VIEW, SCOPE, OFFICE = "identification.view", "identification", "run__office_id"

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit"], name="identification_conclusion_once")]

    @property
    def owner(self) -> Run:
        """Whose rights apply."""
        return self.run


class CandidateQuerySet(OwnedQuerySet):
    """Candidates of the reader's office and of those that share theirs."""

    VIEW, SCOPE = "identification.view", "identification"


class Candidate(Record):
    """A unit and a missing person whom something supports to be the same.

    ``reopened`` says, where a later run changed what was compared, by which run and what changed.
    """

    class State(models.TextChoices):
        """How far the comparison has come.  A decision is the board's, at a later station."""

        GENERATED = "generated", _("generated")
        COMPARED = "compared", _("signed by one specialist")
        REVIEWED = "reviewed", _("signed by two specialists")
        PROPOSED = "proposed", _("proposed to the board")
        EXCLUDED = "excluded", _("excluded, with reasons")

    class Ground(models.TextChoices):
        """On what an exclusion rests."""

        DNA = "dna", _("DNA")
        DENTAL = "dental", _("teeth")
        SEX_OR_AGE = "sex_or_age", _("sex or age")
        STATURE = "stature", _("stature")
        DATE = "date", _("dates")
        MORPHOLOGY = "morphology", _("form of the bones")
        FOUND_ALIVE = "found_alive", _("the person was found alive")
        OTHER = "other", _("another ground, said in the reason")

    SCHEMA, SCOPE = "identification.candidate/1", "identification"
    FIXED = ("number", "office_id", "unit_id", "missing_id")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="candidates")
    number = models.CharField(_("number"), max_length=40, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="candidates")
    missing = models.ForeignKey(MissingPerson, on_delete=models.PROTECT, related_name="candidates")
    conclusion = models.ForeignKey(Conclusion, on_delete=models.PROTECT, related_name="candidates")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.GENERATED)
    ground = models.CharField(_("ground of the exclusion"), max_length=12, choices=Ground.choices, blank=True)
    reason = models.TextField(_("reason of the exclusion"), blank=True)
    reopened = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "unit", "missing"], name="identification_candidate_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("candidate", args=[self.number])


class Signature(Record):
    """A specialist answers for a comparison, here, from elsewhere, or on paper that was entered later.

    Nobody signs one comparison twice, whatever roles they hold, and who enters a paper is not its signer.
    """

    class How(models.TextChoices):
        """How it was given."""

        HERE = "here", _("signed in")
        PAPER = "paper", _("on paper, entered by another person")

    class Finding(models.TextChoices):
        """What is signed."""

        AGREES = "agrees", _("agrees with the comparison")
        DISAGREES = "disagrees", _("disagrees")

    SCHEMA = "identification.signature/1"
    FIXED = ("candidate_id", "conclusion_id", "person_id", "external_name", "how", "finding", "signed_at")

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="signatures")
    conclusion = models.ForeignKey(Conclusion, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    external_name = models.CharField(_("name of a specialist without an account"), max_length=120, blank=True)
    external_post = models.CharField(_("post and institution"), max_length=160, blank=True)
    how = models.CharField(_("how"), max_length=8, choices=How.choices)
    finding = models.CharField(_("finding"), max_length=10, choices=Finding.choices)
    words = models.TextField(_("in their own words"), blank=True)
    paper_sha256 = models.CharField(_("SHA-256 of the scan"), max_length=64, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["signed_at"]

    @property
    def who(self) -> str:
        """Their name as people read it."""
        return str(self.person) if self.person_id else self.external_name

    @property
    def owner(self) -> Candidate:
        """Whose rights apply."""
        return self.candidate
