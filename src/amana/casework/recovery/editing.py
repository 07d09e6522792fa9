"""Pages that record a unit, correct it, split it, or say what lay on what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.editing import must, show_form, trail_to
from amana.casework.incidents.forms import Reasoned, fields_of
from amana.casework.incidents.models import Incident
from amana.casework.recovery import queries, queries_missions, services
from amana.casework.recovery.models import Unit
from amana.casework.sites.models import Spot
from amana.problems import InputProblem, InputProblems

_MODEL = fields_of(Unit, ("kind", "field_label", "recovered_at", "description", "state"))


class _SpotField(forms.ModelChoiceField):
    """Spots of one incident, with the site's name."""

    def label_from_instance(self, spot: Any) -> str:
        """Label and site."""
        return f"{spot.label} · {spot.site}"


class _UnitForm(forms.Form):
    """What is said of a unit."""

    kind = _MODEL["kind"]
    spot = _SpotField(Spot.objects.none(), label=_("Spot"), required=False, empty_label=_("not known which"))
    field_label = _MODEL["field_label"]
    recovered_at = _MODEL["recovered_at"]
    description = _MODEL["description"]

    def __init__(self, *args: Any, user: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spots = Spot.objects.visible_to(user).filter(site__incident=incident).select_related("site")
        self.fields["spot"].queryset = spots.order_by("site__number", "label")  # type: ignore[attr-defined]


class RecordForm(_UnitForm):
    """A new unit, with what it lay on."""

    over = forms.CharField(
        label=_("Numbers of units that it lay on"),
        required=False,
        help_text=_("Separated by commas, where some lay on top of others."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field_label"].help_text = _("What is written on the bag or the tag, if anything.")


class ChangeForm(_UnitForm, Reasoned):
    """A correction, or a step on the path."""

    state = _MODEL["state"]
    field_order = ("kind", "spot", "field_label", "recovered_at", "description", "state", "reason")


class SplitForm(Reasoned):
    """Parts that are separated from a unit."""

    kind = _MODEL["kind"]
    how_many = forms.IntegerField(label=_("How many such parts"), min_value=1, max_value=50, initial=1)
    field_label = _MODEL["field_label"]
    description = _MODEL["description"]
    field_order = ("kind", "how_many", "field_label", "description", "reason")


class LyingForm(forms.Form):
    """What lay on what."""

    which = forms.ChoiceField(
        label=_("This unit"),
        choices=[("over", _("lay on the other one")), ("under", _("lay under the other one"))],
        widget=forms.RadioSelect,
    )
    other = forms.CharField(label=_("Number of the other unit"), max_length=40)


def _trail(found: Unit) -> list[dict[str, Any]]:
    return [
        {"url": reverse("units"), "label": _now("Remains")},
        {"url": found.get_absolute_url(), "label": found.number},
    ]


def _editable(request: Any, number: str) -> Unit:
    found = queries.unit(request.user, number)
    must(request, "recovery.record", found)
    return found


@needs("recovery.record")
def record(request: Any, number: str) -> HttpResponse:
    """Record a unit that was lifted."""
    incident = incidents.incident(request.user, number)
    came_with = origin(request)

    def save(form: Any) -> HttpResponse:
        fields = {**form.cleaned_data, "over": named(request.user, form.cleaned_data["over"], "over")}
        recorded = services.record_unit(request.user, incident, **fields, **came_with)
        messages.success(
            request,
            _now("The unit is recorded. Write this number on its label: %(number)s")
            % {"number": recorded.number},
        )
        return redirect(recorded)

    return show_form(
        request,
        RecordForm(request.POST or None, user=request.user, incident=incident),
        title=_now("Record a unit"),
        about=_now("A unit is what was lifted and labelled. It gets a number that never changes."),
        submit=_now("Record the unit"),
        save=save,
        trail=trail_to(incident),
        section="units",
    )


def origin(request: Any) -> dict[str, Any]:
    """The mission or the hand-over that the address names: ``?mission=…``, ``?surrender=…``."""
    found: dict[str, Any] = {}
    if number := request.GET.get("mission", ""):
        found["mission"] = queries_missions.mission(request.user, number)
    if number := request.GET.get("surrender", ""):
        found["surrender"] = queries_missions.surrender(request.user, number)
    return found


@needs("recovery.record")
def change(request: Any, number: str) -> HttpResponse:
    """Correct a unit, or say how far it has come."""
    found = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        reason = form.cleaned_data.pop("reason")
        services.change_unit(request.user, found, reason, **form.cleaned_data)
        messages.success(request, _now("The change is saved."))
        return redirect(found)

    initial = {name: getattr(found, name) for name in services.CHANGEABLE}
    return show_form(
        request,
        ChangeForm(request.POST or None, initial=initial, user=request.user, incident=found.incident),
        title=_now("Change unit %(number)s") % {"number": found.number},
        about=_now("Its number and its incident never change."),
        submit=_now("Save the change"),
        save=save,
        trail=_trail(found),
        section="units",
    )


@needs("recovery.record")
def split(request: Any, number: str) -> HttpResponse:
    """Separate parts from a unit."""
    found = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        data = form.cleaned_data
        part = services.NewUnit(
            kind=data["kind"], field_label=data["field_label"], description=data["description"]
        )
        made = services.split_unit(request.user, found, data["reason"], [part] * data["how_many"])
        text = ngettext(
            "%(n)d part is now a unit of its own.", "%(n)d parts are now units of their own.", len(made)
        )
        messages.success(request, text % {"n": len(made)})
        return redirect(f"{found.get_absolute_url()}#parts")

    return show_form(
        request,
        SplitForm(request.POST or None),
        title=_now("Split unit %(number)s") % {"number": found.number},
        about=_now(
            "Each part becomes a unit below it, with a number of its own. This unit keeps its number."
        ),
        submit=_now("Split the unit"),
        save=save,
        trail=_trail(found),
        section="units",
    )


@needs("recovery.record")
def add_lying(request: Any, number: str) -> HttpResponse:
    """Say that this unit lay on another one, or under it."""
    found = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        (other,) = named(request.user, form.cleaned_data["other"], "other") or [found]
        over, under = (found, other) if form.cleaned_data["which"] == "over" else (other, found)
        services.record_lying(request.user, over, under)
        messages.success(request, _now("It is recorded what lay on what."))
        return redirect(f"{found.get_absolute_url()}#lying")

    return show_form(
        request,
        LyingForm(request.POST or None),
        title=_now("What lay on what"),
        submit=_now("Record it"),
        save=save,
        trail=_trail(found),
        section="units",
    )


def named(user: Any, text: str, field: str) -> list[Unit]:
    """Units by the numbers that were typed.

    Raises
    ------
    InputProblems
        With each number that is wrong or that the person sees no unit of.
    """
    found, problems = [], []
    for part in filter(None, (p.strip() for p in text.replace("،", ",").split(","))):
        unit, problem = queries.typed(user, part)
        if unit is not None:
            found.append(unit)
        elif problem is not None:
            problems.append(InputProblem(problem.code, field=field, params=problem.params))
        else:
            problems.append(InputProblem("recovery.no-such-unit", field=field, params={"given": part}))
    if problems:
        raise InputProblems(problems)
    return found
