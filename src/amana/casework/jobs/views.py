"""Pages of jobs: one that follows a job, and what a person asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.jobs.models import Job
from amana.casework.jobs.queries import as_progress, jobs_of, text_of, title_of, visible_job

_SHAPES = {"waiting": "waiting", "running": "active", "done": "done", "failed": "blocked"}


class JobFilters(Filters):
    """By state."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("every state")), *Job.State.choices],
    )

    def apply(self, rows: Any) -> Any:
        """The jobs that fit."""
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows


JOBS = List(
    caption=gettext_lazy("Work in the background"),
    columns=(
        Column(gettext_lazy("Work"), title_of),
        Column(
            gettext_lazy("State"),
            lambda j: {"kind": _SHAPES[j.state], "word": j.get_state_display()},
            "state",
            "state",
            ("state",),
        ),
        Column(gettext_lazy("What it does"), text_of),
        Column(gettext_lazy("Asked for"), lambda j: j.asked_at, "time", "asked", ("asked_at",)),
    ),
    count=lambda n: ngettext("%(n)d job", "%(n)d jobs", n) % {"n": n},
    sort="-asked",
    url=lambda j: j.get_absolute_url(),
    filters=JobFilters,
    empty={
        "title": gettext_lazy("You have asked for no work in the background."),
        "text": gettext_lazy("Long work, such as comparing all remains of an incident, stands here."),
    },
)


@needs(None)
def jobs(request: Any) -> HttpResponse:
    """What this person asked for."""
    request.section = "home"
    return show_list(request, "jobs/jobs.html", JOBS, jobs_of(request.user))


def _found(request: Any, job_id: UUID) -> Job:
    found = visible_job(request.user, job_id)
    if found is None:
        raise Http404
    return found


@needs(None)
def job(request: Any, job_id: UUID) -> HttpResponse:
    """Follow one job."""
    request.section = "home"
    found = _found(request, job_id)
    trail = [{"url": reverse("jobs"), "label": _("Work in the background")}]
    return render(
        request, "jobs/job.html", {"job": as_progress(found), "asked_by": found.asked_by, "trail": trail}
    )


@needs(None)
def part(request: Any, job_id: UUID) -> HttpResponse:
    """The moving piece of that page alone."""
    return render(request, "components/progress.html", {"job": as_progress(_found(request, job_id))})
