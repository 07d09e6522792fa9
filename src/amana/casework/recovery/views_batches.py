"""Pages of old cards and lists: the template, what is in a file, and the batches that were recorded."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words, language
from amana.casework.common.lists import Column, List, show_list
from amana.casework.files.serving import serve
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.editing import show_form, trail_to
from amana.casework.incidents.models import Incident
from amana.casework.recovery import queries_batches as queries
from amana.casework.recovery import services
from amana.casework.recovery.forms_batches import ListForm, WithdrawForm
from amana.casework.recovery.models import Batch, Unit
from amana.casework.recovery.services.batches import IMPORT
from amana.geography import format_position
from amana.interchange.unit_rows import LARGEST
from amana.interchange.units_table import COLUMNS, FORMS, units_csv, units_workbook
from amana.problems import InputProblem, InputProblems

SHOWN_ROWS, SHOWN_PROBLEMS, SHOWN_UNITS = 100, 1000, 200
"""So many are shown; of more it is said how many there are."""

BATCHES = List(
    caption=_("Old lists"),
    columns=(
        Column(_("Number"), lambda b: b.number, "id", "number", ("number",)),
        Column(_("Where the list comes from"), lambda b: b.about, "text", "about", ("about",)),
        Column(_("Rows"), lambda b: b.rows, "number", "rows", ("rows",)),
        Column(_("Entered at"), lambda b: b.at, "time", "at", ("at",)),
        Column(_("Entered by"), lambda b: b.by),
        Column(_("Incident"), lambda b: b.incident, "text", "incident", ("incident__number",)),
        Column(_("State"), lambda b: state_of(b), "state", "state", ("withdrawn_at",)),
    ),
    count=lambda n: ngettext("%(n)d list", "%(n)d lists", n) % {"n": n},
    sort="-number",
    url=lambda b: b.get_absolute_url(),
    empty={
        "title": _("No list was entered yet."),
        "text": _("Old cards and lists are entered on the page of their incident."),
    },
    export="batches",
)


def state_of(batch: Batch) -> dict[str, Any]:
    """Whether it stands."""
    if batch.withdrawn_at is not None:
        return {"kind": "closed", "word": _now("withdrawn")}
    return {"kind": "done", "word": _now("recorded")}


@needs("recovery.view")
def batches(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list of lists."""
    request.section = "units"
    return show_list(
        request,
        "recovery/batches.html",
        BATCHES,
        queries.batches(request.user),
        as_csv=as_csv,
        export_url=reverse("batches-csv"),
    )


@needs("recovery.view")
def batch(request: Any, number: str) -> HttpResponse:
    """One batch: where it comes from, its units, and how it is withdrawn."""
    request.section = "units"
    user = request.user
    found = queries.batch(user, number)
    units = queries.units_of(user, found)
    count = units.count()
    context = {
        "batch": found,
        "state": state_of(found),
        "facts": _facts(found),
        "units": list(units[:SHOWN_UNITS]),
        "more_units": max(0, count - SHOWN_UNITS),
        "may_open": user.has_perm(IMPORT, found) and found.file_id is not None,
        "may_withdraw": user.has_perm(IMPORT, found) and found.withdrawn_at is None,
        "history": history_of(found, user),
        "trail": [
            {"url": reverse("units"), "label": _now("Remains")},
            {"url": reverse("batches"), "label": _now("Old lists")},
        ],
    }
    return render(request, "recovery/batch.html", context)


def _facts(found: Batch) -> list[dict[str, Any]]:
    words = dict(Unit.State.choices)
    standing = [f"{words.get(s, s)}: {n}" for s, n in sorted(queries.standing(found).items())]
    rows: list[dict[str, Any]] = [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {"label": _("Where the list comes from"), "value": found.about},
        {"label": _("File"), "value": found.file_name},
        {"label": _("Units"), "value": " · ".join(standing)},
        {"label": _("Entered at"), "value": found.at, "kind": "time"},
        {"label": _("Entered by"), "value": found.by},
        {"label": _("Incident"), "value": found.incident, "url": found.incident.get_absolute_url()},
        {"label": _("Office"), "value": found.office},
    ]
    if found.withdrawn_at is not None:
        rows += [
            {"label": _("Withdrawn at"), "value": found.withdrawn_at, "kind": "time"},
            {"label": _("Why it was withdrawn"), "value": found.withdrawn_why},
        ]
    return rows


@needs(IMPORT)
def file(request: Any, number: str) -> HttpResponse:
    """The list as it was given: opened by those who enter lists, which is written in the log."""
    found = queries.batch(request.user, number)
    return serve(
        request, found.file, found.file is not None and request.user.has_perm(IMPORT, found), may=IMPORT,
        on=found, title=found.file_name, back=found.get_absolute_url(),
    )  # fmt: skip


@needs(IMPORT)
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw a batch whole."""
    found = queries.batch(request.user, number)
    if not request.user.has_perm(IMPORT, found):
        raise Http404

    def save(form: Any) -> HttpResponse:
        services.withdraw_batch(request.user, found, form.cleaned_data["reason"])
        messages.success(request, _now("The list is withdrawn. Its units stay on record as withdrawn."))
        return redirect(found)

    return show_form(
        request,
        WithdrawForm(request.POST or None),
        title=_now("Withdraw the whole list"),
        about=_now("All its units are withdrawn together. Their numbers are never given again."),
        submit=_now("Withdraw it whole"),
        save=save,
        trail=[
            {"url": reverse("batches"), "label": _now("Old lists")},
            {"url": found.get_absolute_url(), "label": found.number},
        ],
        section="units",
    )


# --- a file ------------------------------------------------------------------------------------------


@needs(IMPORT)
def template(request: Any, language: str, form: str) -> HttpResponse:
    """The empty table to copy cards and lists into."""
    if language not in ("en", "ar") or form not in FORMS:
        raise Http404
    content = units_csv(language) if form == "csv" else units_workbook(language)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="units-{language}.{form}"'
    return response


@needs(IMPORT)
def enter(request: Any, number: str) -> HttpResponse:
    """A list of units: chosen, then looked at, then recorded whole or not at all."""
    request.section = "units"
    incident = incidents.incident(request.user, number)
    if request.method == "POST" and "content" in request.POST:
        return _save(request, incident)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            params = {"limit": LARGEST // 2**20}
            add_to_form(form, InputProblems([InputProblem("file.too-large", field="file", params=params)]))
        else:
            return _look(request, incident, file.read(), file.name, form.cleaned_data["about"])
    context = {
        "incident": incident, "form": form, "upload": True, "trail": trail_to(incident),
        "cancel_url": incident.get_absolute_url(), "columns": _columns(), "languages": _languages(),
        "batches": list(queries.of_incident(request.user, incident)[:20]),
    }  # fmt: skip
    return render(request, "recovery/list_choose.html", context, status=400 if form.errors else 200)


def _columns() -> list[dict[str, Any]]:
    here = language()
    return [
        {"name": c.name(here), "about": c.about(here), "words": " · ".join(c.offered(here))} for c in COLUMNS
    ]


def _languages() -> list[dict[str, str]]:
    return [{"code": "ar", "name": "العربية"}, {"code": "en", "name": "English"}]


def _look(
    request: Any, incident: Incident, data: bytes, name: str, about: str, status: int = 200
) -> HttpResponse:
    listed = services.look_at_list(request.user, incident, data, name)
    wrong = listed.problems
    context = {
        "incident": incident, "trail": trail_to(incident), "name": name, "about": about,
        "rows": list(map(_shown, listed.rows[:SHOWN_ROWS], listed.units)),
        "count": len(listed.rows), "more_rows": max(0, len(listed.rows) - SHOWN_ROWS),
        "problems": _told(wrong), "problem_count": len(wrong),
        "more_problems": max(0, len(wrong) - SHOWN_PROBLEMS),
        "warnings": _told(listed.warnings), "more_warnings": max(0, len(listed.warnings) - SHOWN_PROBLEMS),
        "content": "" if wrong else base64.b64encode(data).decode(),
    }  # fmt: skip
    return render(request, "recovery/list_look.html", context, status=400 if wrong else status)


def _shown(row: Any, unit: Any) -> dict[str, Any]:
    known = unit.latitude is not None
    return {
        "row": row.row, "old": row.old_number, "kind": Unit.Kind(row.kind).label, "place": row.place,
        "spot": f"{unit.spot.label} · {unit.spot.site}" if unit.spot else "",
        "position": format_position(unit.latitude, unit.longitude, "decimal") if known else "",
        "named": bool(row.supposed_name), "description": unit.description,
    }  # fmt: skip


def _told(problems: Any) -> list[dict[str, Any]]:
    return [{"row": p.row, "field": p.field, "text": in_words(p)} for p in problems[:SHOWN_PROBLEMS]]


def _save(request: Any, incident: Incident) -> HttpResponse:
    try:
        data = base64.b64decode(request.POST["content"], validate=True)
    except (binascii.Error, ValueError):
        return redirect("units-import", incident.number)
    name, about = request.POST.get("name", ""), request.POST.get("about", "")
    try:
        made = services.import_list(request.user, incident, data, name, about)
    except InputProblems:  # something changed meanwhile: everything is shown again with it
        listed = services.look_at_list(request.user, incident, data, name)
        if not listed.problems:
            return redirect("units-import", incident.number)
        return _look(request, incident, data, name, about, status=400)
    words = ngettext("%(n)d unit is recorded.", "%(n)d units are recorded.", made.rows) % {"n": made.rows}
    messages.success(request, words)
    return redirect(made)
