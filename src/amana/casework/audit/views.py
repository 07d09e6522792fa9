"""Pages of the log: what was done, whether it holds, what was signed."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.accounts.roles import roles
from amana.casework.audit import queries, reports
from amana.casework.audit.checkpoints import make_checkpoint, own_key, statement_of, whole_note
from amana.casework.audit.forms import EntryFilters
from amana.casework.audit.models import Checkpoint, Entry
from amana.casework.audit.words import act, nobody, object_kind
from amana.casework.audit.work import KIND
from amana.casework.common.access import needs
from amana.casework.common.faults import in_words, language
from amana.casework.common.lists import Column, List, show_list
from amana.casework.jobs.models import Job
from amana.casework.jobs.queries import as_progress, visible_job
from amana.casework.jobs.services import start
from amana.problems import InputProblems, sentence
from amana.provenance import Malformed

ENTRIES = List(
    caption=gettext_lazy("Entries of the log"),
    columns=(),
    count=lambda n: ngettext("%(n)d entry", "%(n)d entries", n) % {"n": n},
    sort="-number",
    url=lambda e: reverse("log-entry", args=[e.index]),
    empty={"title": gettext_lazy("The log has no entry that you may see.")},
    export="log",
)


class _Names(dict[str, str]):
    """Names of who acted, asked for once for all rows that are shown."""

    def __init__(self, rows: Any) -> None:
        super().__init__()
        self._rows = rows
        self._asked = False

    def __missing__(self, actor: str) -> str:
        if not self._asked:
            self._asked = True
            self.update(queries.people(set(self._rows.order_by().values_list("actor", flat=True).distinct())))
        return self.setdefault(actor, nobody(actor))


def _columns(names: _Names) -> tuple[Column, ...]:
    return (
        Column(gettext_lazy("Number"), lambda e: e.index, "id", "number", ("index",)),
        Column(gettext_lazy("Time"), lambda e: e.at, "time", "time", ("at",)),
        Column(gettext_lazy("What was done"), lambda e: act(e.action), "text", "action", ("action",)),
        Column(
            gettext_lazy("Object"), lambda e: object_kind(e.object_type), "text", "object", ("object_type",)
        ),
        Column(gettext_lazy("Who"), lambda e: names[e.actor]),
        Column(gettext_lazy("Office"), lambda e: e.office, "id", "office", ("office",)),
    )


@needs("audit.view")
def log(request: Any, as_csv: bool = False) -> HttpResponse:
    """What was done, by whom, to what; what it said is on the pages of the records."""
    request.section = "log"
    user = request.user
    rows = queries.visible_entries(user).only(
        "index", "at", "action", "actor", "office", "object_type", "object_id"
    )
    what = replace(
        ENTRIES,
        columns=_columns(_Names(rows)),
        filters=lambda data: EntryFilters(data, user),  # type: ignore[arg-type]
    )
    context = {"may_verify": "audit.verify" in user.granted}
    return show_list(
        request, "audit/log.html", what, rows, context, as_csv=as_csv, export_url=reverse("log-csv")
    )


@needs("audit.view")
def entry(request: Any, index: int) -> HttpResponse:
    """One entry: what, who, when, why, its digests, and whether it is in what was signed."""
    request.section = "log"
    user = request.user
    found = get_object_or_404(queries.visible_entries(user), index=index)
    try:
        leaf = queries.leaf_of(found)
    except Malformed:
        leaf = None
    record = queries.visible_object(user, found)
    reason = queries.reason_of(user, found, record)
    context = {
        "entry": found,
        "act": act(found.action),
        "facts": _facts(found, leaf, record, reason),
        "leaf": leaf,
        "digests": sorted(leaf.digests.items()) if leaf else [],
        "inclusion": queries.inclusion_of(found),
        "trail": [{"url": reverse("log"), "label": _("Log")}],
    }
    return render(request, "audit/entry.html", context)


def _facts(found: Entry, leaf: Any, record: Any, reason: str | None) -> list[dict[str, Any]]:
    role = roles().get(leaf.role) if leaf else None
    who = queries.people([found.actor]).get(found.actor) or nobody(found.actor)
    about: dict[str, Any] = {"label": _("Object"), "value": object_kind(found.object_type)}
    if record is not None:
        about |= {"value": f"{object_kind(found.object_type)}: {record}", "url": record.get_absolute_url()}
    if reason is None:
        reason = _("sealed or erased: not shown here")
    return [
        {"label": _("Entry"), "value": found.index, "kind": "id"},
        about,
        {"label": _("Identifier of the object"), "value": found.object_id, "kind": "id"},
        {"label": _("Who"), "value": who},
        {"label": _("In the role"), "value": role.label if role else ""},
        {"label": _("Office"), "value": found.office, "kind": "id"},
        {"label": _("Time"), "value": found.at, "kind": "time"},
        {"label": _("Time in UTC"), "value": leaf.at if leaf else "", "kind": "id"},
        {"label": _("Reason"), "value": reason or _("none was asked for")},
        {"label": _("Name of the action"), "value": found.action, "kind": "id"},
        {"label": _("List of fields"), "value": leaf.schema if leaf else "", "kind": "id"},
    ]


@needs("audit.verify")
def verify(request: Any) -> HttpResponse:
    """Ask for a verification, or find one again."""
    request.section = "log"
    if request.method == "POST":
        running = Job.objects.filter(kind=KIND, state__in=Job.UNFINISHED).first()
        job = running or start(request.user, KIND, "log")
        return redirect("log-verification", job.pk)
    earlier = Job.objects.filter(kind=KIND).select_related("asked_by__office")[:20]
    context = {
        "earlier": [{"job": j, "report": reports.kept(j.pk)} for j in earlier],
        "key": str(own_key().verifier),
        "trail": _trail(request),
    }
    return render(request, "audit/verify.html", context)


@needs("audit.verify")
def verification(request: Any, job_id: UUID) -> HttpResponse:
    """One verification: how far it is, and then its report in plain sentences."""
    request.section = "log"
    job = visible_job(request.user, job_id)
    if job is None or job.kind != KIND:
        raise Http404
    found = reports.kept(job.pk) if job.state == Job.State.DONE else None
    trail = [*_trail(request), {"url": reverse("log-verify"), "label": _("Verify")}]
    context = {"job": as_progress(job), "report": _in_words(found) if found else None, "trail": trail}
    return render(request, "audit/verification.html", context)


def _in_words(report: dict[str, Any]) -> dict[str, Any]:
    said = [(*sentence(f["code"], f["params"], language()), f["warning"]) for f in report["findings"]]
    return {
        **report,
        "faults": [{"what": what, "remedy": remedy} for what, remedy, warning in said if not warning],
        "notes": [{"what": what, "remedy": remedy} for what, remedy, warning in said if warning],
        "last": report["checkpoints"][-1] if report["checkpoints"] else None,
    }


def _trail(request: Any) -> list[dict[str, str]]:
    # An administrator verifies without seeing the list.
    return [{"url": reverse("log"), "label": _("Log")}] if "audit.view" in request.user.granted else []


@needs("audit.view")
def checkpoints(request: Any) -> HttpResponse:
    """What was signed, and who cosigned; with the right, sign now."""
    request.section = "log"
    may = "audit.checkpoint" in request.user.granted
    if request.method == "POST":
        try:
            made = make_checkpoint(request.user)
        except InputProblems as found:
            for problem in found.problems:
                messages.error(request, in_words(problem))
        else:
            messages.success(request, _("The log is signed at %(size)s entries.") % {"size": made.size})
        return redirect("log-checkpoints")
    table = {
        "caption": _("Checkpoints"),
        "columns": [
            {"label": _("Entries"), "kind": "number"},
            {"label": _("Signed"), "kind": "time"},
            {"label": _("Witnesses"), "kind": "text"},
            {"label": _("Root"), "kind": "id"},
        ],
    }
    rows = Checkpoint.objects.prefetch_related("cosignatures").order_by("-size", "-id")[:200]
    table["rows"] = [
        {
            "url": reverse("log-checkpoint-note", args=[c.pk]),
            "cells": [
                c.size,
                c.made_at,
                ", ".join(s.witness for s in c.cosignatures.all()) or _("nobody yet"),
                statement_of(c.note).root.hex()[:16] + "…",
            ],
        }
        for c in rows
    ]
    table["count"] = ngettext("%(n)d checkpoint", "%(n)d checkpoints", len(rows)) % {"n": len(rows)}
    table["empty"] = {
        "title": _("Nothing was signed yet."),
        "text": _("A checkpoint fixes how long the log is and what it holds."),
    }
    context = {"table": table, "may_sign": may, "key": str(own_key().verifier), "trail": _trail(request)}
    return render(request, "audit/checkpoints.html", context)


@needs("audit.view")
def note(request: Any, pk: int) -> HttpResponse:
    """A checkpoint as it is handed to others."""
    found = get_object_or_404(Checkpoint.objects.prefetch_related("cosignatures"), pk=pk)
    response = HttpResponse(whole_note(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.txt"'
    return response


@needs("audit.verify")
def program(request: Any) -> HttpResponse:
    """The program with which anyone verifies an export without Amana."""
    # The one file of tools/, under a name that packages carry.
    text = resources.files("amana.casework.audit").joinpath("verify_log.txt").read_text(encoding="utf-8")
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_log.py"'
    return response
