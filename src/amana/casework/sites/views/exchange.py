"""Spots from a file, looked at before anything is saved; and spots as a file."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.sites import plans, queries, rules, services
from amana.casework.sites.forms.spots import ImportForm
from amana.casework.sites.models import Site
from amana.casework.sites.views.common import editable, trail
from amana.interchange.spot_rows import LARGEST
from amana.problems import InputProblem, InputProblems

SHOWN = 200
"""So many rows and problems are shown; of more it is said how many there are."""


@needs("sites.record")
def import_spots(request: Any, number: str) -> HttpResponse:
    """A file of spots: chosen, then looked at, then saved whole or not at all."""
    request.section = "incidents"
    found = editable(request, number, rules.RECORD)
    if request.method == "POST" and "content" in request.POST:
        return _save(request, found)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            params = {"limit": LARGEST // 2**20}
            add_to_form(form, InputProblems([InputProblem("file.too-large", field="file", params=params)]))
        else:
            return _look(request, found, file.read(), file.name)
    context = {
        "title": _("Spots from a file"), "form": form, "submit": _("Look at the file"), "upload": True,
        "about": _(
            "Columns of a table: label, latitude and longitude or position, uncertainty_m, note. "
            "Tracks of a receiver are not read, waypoints are."
        ),
        "trail": trail(found), "cancel_url": found.get_absolute_url(),
    }  # fmt: skip
    return render(request, "incidents/form.html", context, status=400 if form.errors else 200)


def _look(request: Any, found: Site, data: bytes, name: str, status: int = 200) -> HttpResponse:
    preview = services.preview_spots(found, data, name)
    context = {
        "site": found, "trail": trail(found), "name": name,
        "rows": [
            {
                "row": row, "spot": spot, "latitude": f"{spot.latitude:.6f}",
                "longitude": f"{spot.longitude:.6f}", "uncertainty": plans.metres(spot.uncertainty_m),
            }
            for row, spot in preview.spots[:SHOWN]
        ],
        "count": len(preview.spots),
        "problems": _told(preview.problems[:SHOWN]), "problem_count": len(preview.problems),
        "warnings": _told(preview.warnings[:SHOWN]),
        "content": "" if preview.problems else base64.b64encode(data).decode(),
    }  # fmt: skip
    return render(request, "sites/import.html", context, status=400 if preview.problems else status)


def _told(problems: list[InputProblem]) -> list[dict[str, Any]]:
    return [{"row": p.row, "field": p.field, "text": in_words(p)} for p in problems]


def _save(request: Any, found: Site) -> HttpResponse:
    try:
        data = base64.b64decode(request.POST["content"], validate=True)
    except (binascii.Error, ValueError):
        return redirect("spots-import", found.number)
    name = request.POST.get("name", "")
    try:
        made = services.import_spots(request.user, found, data, name)
    except InputProblems:  # somebody took a label meanwhile: everything is shown again with it
        return _look(request, found, data, name, status=400)
    words = ngettext("%(n)d spot is added.", "%(n)d spots are added.", len(made)) % {"n": len(made)}
    messages.success(request, words)
    return redirect(f"{found.get_absolute_url()}#places")


@needs("sites.view")
def export_spots(request: Any, number: str, form: str) -> HttpResponse:
    """All spots of a site as a file."""
    found = queries.site(request.user, number)
    spots = queries.spots(request.user, site=found)
    content, media_type = services.export_spots(request.user, found, spots, form)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.number}.{form}"'
    return response
