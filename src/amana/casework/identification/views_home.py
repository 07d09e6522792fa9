"""The first page: what waits for whom opens it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render

from amana.casework.accounts.demo import is_demo
from amana.casework.common.waiting import everything_for
from amana.casework.incidents.models import Incident
from amana.casework.jobs.queries import as_progress, jobs_of

JOBS, INCIDENTS = 5, 5


def home(request: Any) -> HttpResponse:
    """What waits for me, my work in the background, the newest incidents; else where to sign in."""
    if not request.user.is_authenticated:
        return redirect("demo-sign-in") if is_demo() else redirect_to_login(request.get_full_path())
    jobs = [as_progress(j) for j in jobs_of(request.user)[:JOBS]]
    incidents = Incident.objects.visible_to(request.user).order_by("-number")[:INCIDENTS]
    context = {
        "waiting": everything_for(request.user),
        "jobs": jobs,
        "at_work": any(j["state"] in ("queued", "running") for j in jobs),
        "incidents": list(incidents),
        "sees_incidents": "incidents.view" in request.user.granted,
    }
    return render(request, "identification/home.html", context)


home.needs = None  # type: ignore[attr-defined]  # signed in; others are led to where one signs in
