"""Adding a site, correcting what describes it, saying what threatens it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.editing import show_form, trail_to
from amana.casework.sites import services
from amana.casework.sites.forms.places import CHANGED, ChangeForm, RiskForm, SiteForm
from amana.casework.sites.views.common import act, editable


@needs("sites.record")
def add_site(request: Any, number: str) -> HttpResponse:
    """Add a site to an incident."""
    incident = incidents.incident(request.user, number)

    def save(form: Any) -> HttpResponse:
        added = services.add_site(request.user, incident, **form.cleaned_data)
        messages.success(
            request, _("The site is added. Its number is %(number)s.") % {"number": added.number}
        )
        return redirect(added)

    return show_form(
        request,
        SiteForm(request.POST or None),
        title=_("Add a site"),
        about=_("A site is an area with remains. Its explosive hazard counts as not examined at first."),
        submit=_("Add the site"),
        save=save,
        trail=trail_to(incident),
    )


@needs("sites.record")
def change_site(request: Any, number: str) -> HttpResponse:
    """Correct what describes a site."""
    found = editable(request, number, "sites.record")
    return act(
        request, found, ChangeForm(request.POST or None, initial={n: getattr(found, n) for n in CHANGED}),
        lambda given: services.change_site(request.user, found, given.pop("reason"), **given),
        title=_("Change the site"), submit=_("Save the change"), done=_("The change is saved."),
    )  # fmt: skip


@needs("sites.record")
def assess(request: Any, number: str) -> HttpResponse:
    """Say what threatens a site."""
    found = editable(request, number, "sites.record")
    initial = {"risk": found.risk, "risk_words": found.risk_words}
    return act(
        request, found, RiskForm(request.POST or None, initial=initial),
        lambda given: services.change_site(request.user, found, given.pop("reason"), **given),
        title=_("How likely is it to be destroyed?"),
        about=_("By people, animals, water, building or war, before it is worked on."),
        submit=_("Save the risk"), done=_("The risk is saved."),
    )  # fmt: skip
