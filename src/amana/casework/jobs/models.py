"""Jobs: not records but states of work; what a job makes is a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.common.ids import new_id


class Job(models.Model):
    """One piece of long work.

    ``kind`` names an entry of :data:`amana.casework.jobs.kinds.KINDS`; ``target`` is the number of what it
    works on.  ``done`` of ``total`` steps, in words that the kind knows (``step``).  ``title`` holds what the
    kind's title names, and ``problem`` the codes and parameters of what went wrong: never a text about
    people.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    UNFINISHED = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    target = models.CharField(max_length=60)
    title = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.JSONField(default=list)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state"], name="jobs_job_state")]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("job", args=[self.pk])

    @property
    def unfinished(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in self.UNFINISHED
