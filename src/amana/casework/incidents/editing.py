"""Pages that add to an incident or correct it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.incidents import forms, queries, services
from amana.casework.incidents.models import Fact, Incident, Source
from amana.problems import InputProblems


def show_form(
    request: Any,
    form: Any,
    *,
    title: str,
    submit: str,
    save: Callable[[Any], HttpResponse],
    trail: list[dict[str, Any]],
    about: str = "",
    quoted: str = "",
    section: str = "incidents",
    history: list[dict[str, Any]] | None = None,
    template: str = "incidents/form.html",
) -> HttpResponse:
    """A page with one form: shown, or sent and saved, or shown again with its faults and what was typed.

    Parameters
    ----------
    save
        Calls the service with what was typed and gives the way on.
    about, quoted
        A sentence on what is asked, and words of others that it is about.
    history
        Of what is corrected, where it has no page of its own.
    template
        Where the form is laid out in another way.
    """
    request.section = section
    if request.method == "POST" and form.is_valid():
        try:
            return save(form)
        except InputProblems as problems:
            add_to_form(form, problems)
    context = {
        "title": title, "about": about, "quoted": quoted, "form": form, "submit": submit, "trail": trail,
        "cancel_url": trail[-1]["url"], "history": history, "upload": form.is_multipart(),
    }  # fmt: skip
    return render(request, template, context, status=400 if form.errors else 200)


def must(request: Any, permission: str, on: Any) -> None:
    """Refuse the page of a form that could never be saved.

    Raises
    ------
    PermissionDenied
        When the record is another office's.
    """
    if not request.user.has_perm(permission, on):
        raise PermissionDenied(permission)


def trail_to(incident: Incident) -> list[dict[str, Any]]:
    """The pages above one of an incident's."""
    return [
        {"url": reverse("incidents"), "label": _("Incidents")},
        {"url": incident.get_absolute_url(), "label": str(incident)},
    ]


def _editable(request: Any, number: str) -> Incident:
    incident = queries.incident(request.user, number)
    must(request, "incidents.record", incident)
    return incident


@needs("incidents.record")
def open_incident(request: Any) -> HttpResponse:
    """Open an incident."""

    def save(form: Any) -> HttpResponse:
        incident = services.open_incident(request.user, **form.cleaned_data)
        messages.success(
            request, _("The incident is open. Its number is %(number)s.") % {"number": incident.number}
        )
        return redirect(incident)

    return show_form(
        request,
        forms.OpenForm(request.POST or None),
        title=_("Open an incident"),
        about=_("It gathers what is said, sites, remains and people. It gets a number that never changes."),
        submit=_("Open the incident"),
        save=save,
        trail=[{"url": reverse("incidents"), "label": _("Incidents")}],
    )


@needs("incidents.record")
def change_incident(request: Any, number: str) -> HttpResponse:
    """Correct an incident, close it or open it again."""
    incident = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        reason = form.cleaned_data.pop("reason")
        services.change_incident(request.user, incident, reason, **form.cleaned_data)
        messages.success(request, _("The change is saved."))
        return redirect(incident)

    initial = {name: getattr(incident, name) for name in services.CHANGEABLE}
    return show_form(
        request,
        forms.ChangeForm(request.POST or None, initial=initial),
        title=_("Change the incident"),
        submit=_("Save the change"),
        save=save,
        trail=trail_to(incident),
    )


@needs("incidents.record")
def add_source(request: Any, number: str) -> HttpResponse:
    """Add a source of statements."""
    incident = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        source = services.add_source(request.user, incident, **form.cleaned_data)
        messages.success(request, _("The source is added. Now write down what it says."))
        return redirect("fact-add", incident.number, source.code)

    return show_form(
        request,
        forms.SourceForm(request.POST or None),
        title=_("Add a source"),
        about=_(
            "Say who it is, and what of it you saw yourself: the whole, a part, or what others wrote of it."
        ),
        submit=_("Add the source"),
        save=save,
        trail=trail_to(incident),
    )


@needs("incidents.record")
def add_fact(request: Any, number: str, code: str) -> HttpResponse:
    """Add what a source says."""
    incident = _editable(request, number)
    source = get_object_or_404(Source.objects.visible_to(request.user), incident=incident, code=_clean(code))

    def save(form: Any) -> HttpResponse:
        fact = services.add_fact(request.user, source, counts=form.counts(), **form.statement())
        messages.success(request, _("The statement is added beside the others."))
        return _to_fact(fact)

    return show_form(
        request,
        forms.FactForm(request.POST or None),
        title=_("Add what %(source)s says") % {"source": source.code},
        about=_("One statement: of one day and one place. It is kept beside what others say."),
        quoted=source.name,
        submit=_("Add the statement"),
        save=save,
        trail=trail_to(incident),
    )


@needs("incidents.record")
def add_count(request: Any, number: str, code: str) -> HttpResponse:
    """Add a count to a statement."""
    return _part_of_fact(
        request, number, code, forms.CountForm, services.add_count,
        title=_("Add a count"), submit=_("Add the count"),
        done=_("The count is added. Those before it stay."),
    )  # fmt: skip


@needs("incidents.record")
def add_measure(request: Any, number: str, code: str) -> HttpResponse:
    """Add a length or an area to a statement."""
    return _part_of_fact(
        request, number, code, forms.MeasureForm, services.add_measure,
        title=_("Add a length or an area"), submit=_("Add it"), done=_("It is added to the statement."),
    )  # fmt: skip


@needs("incidents.record")
def add_tension(request: Any, number: str) -> HttpResponse:
    """Say that statements do not fit together."""
    incident = _editable(request, number)
    choices = queries.codes_of(queries.sources(request.user, incident))

    def save(form: Any) -> HttpResponse:
        services.add_tension(request.user, incident, **form.cleaned_data)
        messages.success(request, _("It is said on the page of the incident. All statements are kept."))
        return redirect(incident)

    return show_form(
        request,
        forms.TensionForm(request.POST or None, choices=choices),
        title=_("Say what does not fit"),
        submit=_("Say it"),
        save=save,
        trail=trail_to(incident),
    )


def _part_of_fact(
    request: Any, number: str, code: str, form: Any, service: Any, *, title: str, submit: str, done: str
) -> HttpResponse:
    incident = _editable(request, number)
    fact = get_object_or_404(queries.fact_of(request.user, incident, _clean(code)))

    def save(form: Any) -> HttpResponse:
        service(request.user, fact, **form.cleaned_data)
        messages.success(request, done)
        return _to_fact(fact)

    return show_form(
        request,
        form(request.POST or None),
        title=title,
        about=_("It belongs to statement %(code)s:") % {"code": fact.code},
        quoted=fact.statement,
        submit=submit,
        save=save,
        trail=trail_to(incident),
    )


def _to_fact(fact: Fact) -> HttpResponse:
    return redirect(f"{fact.incident.get_absolute_url()}#fact-{fact.pk}")


def _clean(code: str) -> str:
    """A short name out of an address; nothing has a name that cannot be printed."""
    return code if code.isprintable() else ""
