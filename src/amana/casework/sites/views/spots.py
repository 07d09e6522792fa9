"""Adding a spot, by hand or from a picture, and correcting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.files.receiving import receive_all
from amana.casework.files.uploads import holder_of
from amana.casework.incidents.editing import show_form
from amana.casework.sites import plans, queries, rules, services
from amana.casework.sites.forms.spots import CorrectionForm, PhotoForm, SpotForm
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.views.common import editable, trail
from amana.geography.coordinates import format_position
from amana.problems import InputProblem, InputProblems


def _to(found: Site, spot: Spot) -> HttpResponse:
    return redirect(f"{found.get_absolute_url()}#{plans.anchor(spot)}")


@needs("sites.record")
def add_spot(request: Any, number: str) -> HttpResponse:
    """Add a spot to a site."""
    found = editable(request, number, rules.RECORD)

    def save(form: Any) -> HttpResponse:
        spot = services.add_spot(request.user, found, **form.cleaned_data)
        messages.success(request, _("Spot %(label)s is added.") % {"label": f"\u2068{spot.label}\u2069"})
        return _to(found, spot)

    return show_form(
        request,
        SpotForm(request.POST or None, initial={"label": queries.next_label(found)}),
        title=_("Add a spot"),
        submit=_("Add the spot"),
        save=save,
        trail=trail(found),
    )


@needs("sites.record")
def correct_spot(request: Any, number: str, key: UUID) -> HttpResponse:
    """Correct where a spot is, or what is said of it."""
    found = editable(request, number, rules.RECORD)
    spot = get_object_or_404(Spot.objects.visible_to(request.user), site=found, pk=key)
    position = format_position(spot.latitude, spot.longitude, "decimal")
    initial = {
        "position": position, "uncertainty_m": spot.uncertainty_m, "measured": spot.measured,
        "deposition": spot.deposition, "note": spot.note,
    }  # fmt: skip

    def save(form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        if given["position"] == position:
            del given["position"]  # the one that was written stays
        services.correct_spot(request.user, spot, given.pop("reason"), **given)
        messages.success(request, _("The position is corrected. The old one stays in the history."))
        return _to(found, spot)

    return show_form(
        request,
        CorrectionForm(request.POST or None, initial=initial),
        title=_("Correct spot %(label)s") % {"label": f"\u2068{spot.label}\u2069"},
        submit=_("Save the correction"),
        save=save,
        trail=trail(found),
        history=history_of(spot, request.user),
    )


@needs("sites.record")
def spot_from_photo(request: Any, number: str) -> HttpResponse:
    """Take the place that a picture says it was taken at, for a person to confirm.

    The picture is read and not kept.
    """
    request.section = "incidents"
    found = editable(request, number, rules.RECORD)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _offer(request, found, form.cleaned_data["photo"])
        except InputProblems as problems:
            add_to_form(form, problems)
    context = {
        "title": _("Spot from a picture"), "form": form, "submit": _("Read the picture"), "upload": True,
        "about": _(
            "A telephone writes into a picture where it believed to be. The picture is read and not "
            "kept."
        ),
        "trail": trail(found), "cancel_url": found.get_absolute_url(),
    }  # fmt: skip
    return render(request, "incidents/form.html", context, status=400 if form.errors else 200)


def _offer(request: Any, found: Site, photo: Any) -> HttpResponse:
    (received,) = receive_all(photo, holder=holder_of(request), accept=("image",), most=1, field="photo")
    claims = received.claims
    received.discard()
    if claims.lat is None or claims.lon is None:
        raise InputProblems([InputProblem("sites.photo-without-place", field="photo")])
    initial = {
        "label": queries.next_label(found), "measured": Spot.Measured.PHOTO,
        "position": format_position(claims.lat, claims.lon, "decimal"),
    }  # fmt: skip
    context = {
        "title": _("Is this where it was?"), "form": SpotForm(initial=initial), "submit": _("Add the spot"),
        "action": reverse("spot-add", args=[found.number]),
        "about": _(
            "The picture says this place. It can be wrong by a hundred metres, be where the picture was sent "
            "from, or have been changed. Compare it with the ground before you add it."
        ),
        "trail": trail(found), "cancel_url": found.get_absolute_url(),
    }  # fmt: skip
    return render(request, "incidents/form.html", context)
