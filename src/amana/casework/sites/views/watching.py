"""Visits, and reports that somebody was there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.sites import queries, rules, services
from amana.casework.sites.forms.acts import CloseForm, TamperingForm, VisitForm, WatchForm
from amana.casework.sites.models import Tampering
from amana.casework.sites.views.common import act, editable, part_or_404


@needs("sites.record")
def set_watch(request: Any, number: str) -> HttpResponse:
    """How often a site is visited."""
    found = editable(request, number, rules.RECORD)
    form = WatchForm(request.POST or None, initial={"every_days": found.watch_every_days})
    return act(
        request, found, form,
        lambda given: services.set_watch(
            request.user, found, given["every_days"], given["reason"], first=given["first"]
        ),
        title=_("How often is it visited?"), submit=_("Save"), done=_("It is saved."), where="#watch",
    )  # fmt: skip


@needs("sites.record")
def visit(request: Any, number: str) -> HttpResponse:
    """What a visit showed."""
    found = editable(request, number, rules.RECORD)

    def save(given: dict[str, Any]) -> Any:
        given["kind"] = given["kind"] or Tampering.Kind.OTHER
        return services.record_visit(request.user, found, **given)

    return act(
        request, found, VisitForm(request.POST or None, initial={"visited_at": timezone.now()}), save,
        title=_("Record a visit"), about=_(
            "A site that was disturbed is opened again, and the duty officer is told."
        ),
        submit=_("Record the visit"), done=_("The visit is recorded."), where="#watch",
    )  # fmt: skip


@needs("sites.record")
def report(request: Any, number: str) -> HttpResponse:
    """Somebody was there: from everybody who records sites and sees this one."""
    found = queries.site(request.user, number)
    return act(
        request, found, TamperingForm(request.POST or None),
        lambda given: services.report_tampering(request.user, found, **given),
        title=_("Report a disturbance"),
        about=_("Digging, burning, building, or remains taken away. The site is opened again."),
        submit=_("Report it"), done=_("The report is recorded. The duty officer sees it in what waits."),
        where="#watch",
    )  # fmt: skip


@needs("sites.close")
def close(request: Any, number: str, key: UUID) -> HttpResponse:
    """What was done about a report."""
    found = editable(request, number, rules.CLOSE)
    record = part_or_404(request, Tampering, found, key)
    return act(
        request, found, CloseForm(request.POST or None),
        lambda given: services.close_tampering(request.user, record, given["outcome"]),
        title=_("Say what was done"), quoted=record.words, submit=_("Save it"), done=_("It is saved."),
        where="#watch",
    )  # fmt: skip
