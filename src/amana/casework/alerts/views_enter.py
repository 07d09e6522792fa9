"""Telephone and walk-in: the questions in the order in which one asks them, and the code to read out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amana.casework.alerts import receipts
from amana.casework.alerts.forms import CLOSING, SAFETY, EnterForm, both
from amana.casework.alerts.models import Alert
from amana.casework.alerts.pages_public import holders, keep_files, name_files, tell
from amana.casework.alerts.services import receiving, triage
from amana.casework.alerts.views_alert import found, trail
from amana.casework.common.access import needs
from amana.problems import InputProblems

_TOKEN = 64


@needs("alerts.record")
@sensitive_post_parameters()
def enter(request: Any) -> HttpResponse:
    """The form, and what was written into it."""
    request.section = "alerts"
    if request.method != "POST":
        return _page(request, EnterForm(), receipts.new_form())
    token = request.POST.get("form", "")[:_TOKEN] or receipts.new_form()
    form = EnterForm(request.POST, request.FILES)
    if request.POST.get("do") == "place":
        offered, _problems = keep_files(_offered(form), holders(request, token))
        again = EnterForm.shown_again(request.POST, offered)
        again.look_for_place()
        return _page(request, again, token, looked=True)
    if not form.is_valid():
        return _again(request, form, token)
    given = form.cleaned_data
    try:
        alert, code = receiving.receive(
            by=request.user, channel=given["channel"], files=given["files"], holders=holders(request, token),
            form=token, photo_place=given["photo_place"], **form.said(),
        )  # fmt: skip
        # Sent twice by an impatient finger: it is there, and perhaps read already.
        if given["summary"] and alert.state == Alert.State.RECEIVED:
            triage.acknowledge(request.user, alert, given["summary"])
    except InputProblems as problems:
        tell(form, problems.problems)
        return _again(request, form, token)
    return redirect("alert-entered", number=alert.number, sealed=receipts.in_address(code))


def _offered(form: Any) -> Any:
    return form.fields["files"].widget.value_from_datadict(form.data, form.files, "files")


def _again(request: Any, form: Any, token: str) -> HttpResponse:
    """With its faults; the files that came with it stay here."""
    offered, problems = keep_files(_offered(form), holders(request, token))
    tell(form, problems)
    name_files(form, offered)
    return _page(request, form, token, looked=True, status=422)


def _page(request: Any, form: Any, token: str, *, looked: bool = False, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "token": token,
        "looked": looked,
        "safety": [both(s) for s in SAFETY],
        "closing": [both(s) for s in CLOSING],
        "parts": list(form.asked()),
        "trail": trail(),
    }
    return render(request, "alerts/enter.html", context, status=status)


@needs("alerts.record")
def entered(request: Any, number: str, sealed: str) -> HttpResponse:
    """The code, to be read out; after a quarter of an hour the address shows it no more."""
    alert = found(request, number)
    code = receipts.from_address(sealed)
    if code is None:
        messages.info(request, _("The time in which the code is shown is over."))
        return redirect(alert)
    context = {
        "alert": alert,
        "code": receipts.written(receipts.digits_of(code)),
        "closing": [both(s) for s in CLOSING],
        "trail": trail(),
    }
    response = render(request, "alerts/entered.html", context)
    response["Cache-Control"] = "no-store"
    return response
