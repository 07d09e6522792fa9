"""Pages that record missing persons or change what is said of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.incidents.editing import must, show_form
from amana.casework.missing import forms, queries, services
from amana.casework.missing.models import MissingPerson
from amana.problems import InputProblem, InputProblems


@needs("missing.record")
def report(request: Any) -> HttpResponse:
    """Record a missing person; ask first where somebody like them is recorded already."""

    def save(form: Any) -> HttpResponse:
        said = dict(form.cleaned_data)
        another = said.pop("another")
        alike = [] if another else queries.alike(request.user, said)
        if alike:
            form.ask_whether_another()
            numbers = tuple(p.number for p in alike)
            raise InputProblems(
                [InputProblem("missing.perhaps-recorded", field="another", params={"numbers": numbers})]
            )
        person = services.report_person(request.user, **said)
        messages.success(request, _("Recorded. The number is %(number)s.") % {"number": person.number})
        return redirect(person)

    return show_form(
        request,
        forms.ReportForm(request.POST or None),
        title=_("Record a missing person"),
        about=_("Write what the family says. What is not known stays empty. The person is presumed alive."),
        submit=_("Record the person"),
        save=save,
        trail=[_up()],
        section="missing",
    )


@needs("missing.record")
def change(request: Any, number: str) -> HttpResponse:
    """Correct what is said of a person."""
    person = queries.person(request.user, number)
    must(request, "missing.record", person)

    def save(form: Any) -> HttpResponse:
        said = dict(form.cleaned_data)
        circumstances = said.pop("circumstances") or None
        services.change_person(request.user, person, said.pop("reason"), circumstances=circumstances, **said)
        messages.success(request, _("The change is saved."))
        return redirect(person)

    initial = {name: getattr(person, name) for name in services.FIELDS}
    return show_form(
        request,
        forms.ChangeForm(request.POST or None, initial=initial),
        title=_("Correct what is recorded"),
        submit=_("Save the change"),
        save=save,
        trail=_trail(person),
        section="missing",
    )


@needs("missing.record")
def change_state(request: Any, number: str) -> HttpResponse:
    """Move the search on."""
    person = queries.person(request.user, number)
    must(request, "missing.record", person)

    def save(form: Any) -> HttpResponse:
        said = form.cleaned_data
        first = said["duplicate_of"].strip()
        duplicate_of = queries.persons(request.user).filter(number=first).first() if first else None
        if first and duplicate_of is None:
            raise InputProblems([InputProblem("missing.duplicate-of-whom", field="duplicate_of")])
        services.change_state(request.user, person, said["state"], said["reason"], duplicate_of=duplicate_of)
        messages.success(request, _("The new state is saved."))
        return redirect(person)

    return show_form(
        request,
        forms.StateForm(request.POST or None, person=person),
        title=_("Change the state of the search"),
        about=_("“Identified” is not among the states: that is decided by the identification board."),
        submit=_("Save the new state"),
        save=save,
        trail=_trail(person),
        section="missing",
    )


def _up() -> dict[str, Any]:
    return {"url": reverse("missing"), "label": _("Missing persons")}


def _trail(person: MissingPerson) -> list[dict[str, Any]]:
    return [_up(), {"url": person.get_absolute_url(), "label": person.number}]
