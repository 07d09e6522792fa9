"""Pages on which a unit is described, labelled and scanned."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.editing import must, show_form, trail_to
from amana.casework.recovery import editing, forms_units, queries, queries_missions, services
from amana.casework.recovery.details import answered
from amana.casework.recovery.models import Unit
from amana.casework.recovery.showing import PLACES
from amana.casework.recovery.unit_labels import label_of, labels_of
from amana.problems import InputProblems, Language
from amana.reporting.field import DeadBodyForm, dead_body_fields, dead_body_form_pdf
from amana.reporting.field.labels import Layout

RECORD = "recovery.record"
LAYOUTS: tuple[Layout, ...] = ("a4", "roll62", "tag")


def editable(request: Any, number: str, permission: str = RECORD) -> Unit:
    """The unit, for somebody who may write it."""
    found = queries.unit(request.user, number)
    must(request, permission, found)
    return found


def trail(found: Unit) -> list[dict[str, Any]]:
    """The way back to the unit."""
    return [
        {"url": reverse("units"), "label": _("Remains")},
        {"url": found.get_absolute_url(), "label": found.number},
    ]


@needs("recovery.view")
def scan(request: Any, number: str) -> HttpResponse:
    """What the code on a label opens: its unit, or why there is none to be seen."""
    found, problem = queries.typed(request.user, number)
    if found is not None:
        return redirect(found)
    fault = in_words(problem) if problem else ""
    return render(request, "recovery/not_found.html", {"fault": fault, "given": number[:60]}, status=404)


# --- labels -------------------------------------------------------------------------------------------


@needs(RECORD)
@require_POST
def labels(request: Any, number: str) -> HttpResponse:
    """Labels of one unit as PDF; a print is counted, and the next one says that it is a reprint."""
    return _labels(request, [editable(request, number)])


@needs(RECORD)
@require_POST
def mission_labels(request: Any, number: str) -> HttpResponse:
    """Labels of everything that a mission lifted."""
    mission = queries_missions.mission(request.user, number)
    must(request, RECORD, mission)
    return _labels(request, list(queries.units(request.user).filter(mission=mission).order_by("number")))


def _labels(request: Any, units: list[Unit]) -> HttpResponse:
    layout, language = request.POST.get("layout", "a4"), request.POST.get("language", "ar")
    layout = layout if layout in LAYOUTS else "a4"
    language = language if language in ("en", "ar") else "ar"
    try:
        made = labels_of(request.user, units, cast(Language, language), layout, _address(request))
    except InputProblems as problems:
        messages.error(request, " ".join(in_words(p) for p in problems.problems))
        return redirect(request.POST.get("back") or reverse("units"))
    return _pdf(made, "labels.pdf")


def _address(request: Any) -> Any:
    return lambda unit: request.build_absolute_uri(reverse("scan", args=[unit.number]))


def _pdf(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


# --- how it lay ---------------------------------------------------------------------------------------


@needs(RECORD)
def describe(request: Any, number: str) -> HttpResponse:
    """How a unit lay, and the condition of each region."""
    found = editable(request, number)
    form = forms_units.DescribeForm(request.POST or None, unit=found)

    def save(form: Any) -> HttpResponse:
        data = form.cleaned_data
        services.describe_unit(request.user, found, data["reason"], seen=data["seen"], **form.details())
        messages.success(request, _("It is saved."))
        return redirect(found)

    return show_form(
        request, form, title=_("How %(number)s lay") % {"number": found.number},
        about=_("What is not known stays empty. Nothing said before is lost."),
        submit=_("Save it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs("recovery.view")
def nature(request: Any, number: str) -> HttpResponse:
    """Whether it is human: anybody who records may doubt, an anthropologist or physician settles it."""
    found = queries.unit(request.user, number)
    if not request.user.has_perm("recovery.nature", found):
        must(request, RECORD, found)
    initial = {"nature": found.nature, "seen": found.revision}

    def save(form: Any) -> HttpResponse:
        data = form.cleaned_data
        services.describe_unit(request.user, found, data["reason"], seen=data["seen"], nature=data["nature"])
        messages.success(request, _("It is saved."))
        return redirect(found)

    return show_form(
        request, forms_units.NatureForm(request.POST or None, initial=initial),
        title=_("Is %(number)s human?") % {"number": found.number},
        about=_("Whoever lifts it may doubt. An anthropologist or a forensic physician settles it."),
        submit=_("Save it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


# --- the one-page form --------------------------------------------------------------------------------


@needs(RECORD)
def one_body(request: Any, number: str) -> HttpResponse:
    """The one-page form of a unit that is recorded."""
    found = editable(request, number)
    hidden = frozenset() if "sites.view" in request.user.granted else PLACES
    form = forms_units.OneBodyForm(request.POST or None, unit=found, hidden=hidden)

    def save(form: Any) -> HttpResponse:
        data = form.cleaned_data
        services.fill_form(
            request.user, found, forms_units.answers_of(form), data["reason"], seen=data["seen"]
        )
        messages.success(request, _("It is saved."))
        return redirect(found)

    return show_form(
        request, form, title=_("The one-page form of %(number)s") % {"number": found.number},
        template="recovery/one_body.html",
        about=_("Every answer may stay empty. What names a person is sealed."),
        submit=_("Save it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs(RECORD)
def quick(request: Any, number: str) -> HttpResponse:
    """A new unit and its one-page form at once."""
    incident = incidents.incident(request.user, number)
    came_with = editing.origin(request)
    form = forms_units.QuickForm(request.POST or None, user=request.user, incident=incident)

    def save(form: Any) -> HttpResponse:
        data = {k: v for k, v in form.cleaned_data.items() if not k.startswith("q-")}
        data["over"] = editing.named(request.user, data["over"], "over")
        made = services.record_with_form(
            request.user, incident, forms_units.answers_of(form), **data, **came_with
        )
        said = _("The unit is recorded. Write this number on its label: %(number)s")
        messages.success(request, said % {"number": made.number})
        return redirect(made)

    return show_form(
        request, form, title=_("Record one body or part"),
        template="recovery/one_body.html",
        about=_("Only the kind is needed. Everything else may stay empty and be added later."),
        submit=_("Record it"), save=save, trail=trail_to(incident), section="units",
    )  # fmt: skip


@needs("recovery.view")
def form_pdf(request: Any, number: str, language: str) -> HttpResponse:
    """The one-page form of a unit on paper; what is sealed is withheld."""
    found = queries.unit(request.user, number)
    language = cast(Language, "en" if language == "en" else "ar")
    sees = "sites.view" in request.user.granted
    values = {k: v for k, v in answered(found.form).items() if sees or k not in PLACES}
    withheld = dead_body_fields().sensitive | (frozenset() if sees else PLACES)
    label = label_of(request.user, found, _address(request)(found))
    return _pdf(dead_body_form_pdf(DeadBodyForm(label, values, withheld), language), f"{found.number}.pdf")


@needs(RECORD)
def blank_pdf(request: Any, language: str) -> HttpResponse:
    """The form without answers, to take along."""
    return _pdf(dead_body_form_pdf(None, cast(Language, "en" if language == "en" else "ar")), "form.pdf")
