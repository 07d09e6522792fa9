"""Codes that administrators hand over: the first time, and after a lost second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.accounts import credentials, forms, queries
from amana.casework.accounts.models import MANAGE, User
from amana.casework.accounts.views_people import person_of, trail_to
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.problems import InputProblems


@needs(MANAGE)
def person_code(request: Any, pk: Any) -> HttpResponse:
    """Make a first-time code; it is on the page that answers, and nowhere else."""
    request.section = "people"
    found = person_of(request, pk)
    form = forms.Empty(request.POST if request.method == "POST" else None)
    context = {
        "question": _("Make a first-time code?"),
        "about": str(found),
        "consequences": [
            _("The code is shown to you once. Hand it to the person yourself; it is not sent anywhere."),
            _("With it they set a password, within seven days. Codes made before are void."),
        ],
        "form": form, "submit": _("Make the code"), "trail": trail_to(found),
        "cancel_url": reverse("person", args=[found.pk]),
    }  # fmt: skip
    if request.method == "POST":
        try:
            code = credentials.new_first_code(request.user, found)
        except InputProblems as problems:
            form.is_valid()
            add_to_form(form, problems)
        else:
            context = {"code": code, "person": found, "first": True, "trail": trail_to(found)}
            return render(request, "accounts/code_shown.html", context)
    return render(request, "confirm.html", context)


@needs(MANAGE)
def recoveries(request: Any) -> HttpResponse:
    """Ask for a recovery, and agree to those that others asked for."""
    request.section = "people"
    form = forms.AskRecovery(request.POST or None, initial={"username": request.GET.get("username", "")[:60]})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        found = User.objects.filter(username__iexact=name).select_related("office").first()
        try:
            if found is None:
                raise PermissionDenied
            credentials.ask_recovery(request.user, found, form.cleaned_data["reason"])
        except PermissionDenied:
            # The same for a name that does not exist: nobody learns here who is in another office.
            form.add_error("username", _("There is nobody of this name whom you may help."))
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("Asked. A second administrator must agree within three days."))
            return redirect("recoveries")
    waiting = [
        {"recovery": r, "own": r.asked_by_id == request.user.pk}
        for r in queries.open_recoveries(request.user)
    ]
    return render(
        request, "accounts/recoveries.html", {"form": form, "waiting": waiting, "trail": trail_to()}
    )


@needs(MANAGE)
def recovery_agree(request: Any, pk: Any) -> HttpResponse:
    """The second administrator agrees, and is shown the code."""
    request.section = "people"
    recovery = next((r for r in queries.open_recoveries(request.user) if r.pk == pk), None)
    if recovery is None or recovery.asked_by_id == request.user.pk:
        return redirect("recoveries")
    form = forms.Empty(request.POST if request.method == "POST" else None)
    trail = [*trail_to(), {"url": reverse("recoveries"), "label": _("Lost second factors")}]
    if request.method == "POST":
        try:
            code = credentials.agree_recovery(request.user, recovery)
        except InputProblems as problems:
            form.is_valid()
            add_to_form(form, problems)
        else:
            context = {"code": code, "person": recovery.user, "first": False, "trail": trail}
            return render(request, "accounts/code_shown.html", context)
    context = {
        "question": _("Agree to the recovery of this account?"),
        "about": f"{recovery.user} · {recovery.user.office}",
        "consequences": [
            _("Make sure yourself, face to face or by a voice you know, that it is this person who asks."),
            _("You are shown a code, once. Tell it to the person; it is valid for one hour."),
            _("With it they set a new password; second factors, open sessions and tokens end then."),
        ],
        "form": form, "submit": _("I have made sure, and agree"), "cancel_url": reverse("recoveries"),
        "trail": trail,
    }  # fmt: skip
    return render(request, "confirm.html", context)
