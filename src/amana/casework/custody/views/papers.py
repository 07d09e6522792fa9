"""Signed papers: entering one, comparing it, its picture."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.custody import forms, queries, services, showing
from amana.casework.custody.models import Line
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.views.common import (
    SECTION,
    home,
    must_hold,
    picture_of,
    things_named,
    trail_to_transfer,
)
from amana.casework.files.serving import media, serve
from amana.casework.incidents.editing import show_form
from amana.problems import InputProblems


@needs(HOLD)
def paper(request: Any) -> HttpResponse:
    """Enter a hand-over that was signed on paper."""
    user = request.user

    def save(form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        reads = given["things"]
        things = things_named(user, reads)
        gave = given["way"] == forms.PaperForm.GAVE
        made = services.enter_paper(
            user,
            services.Paper(
                things,
                user.office if gave else given["other"],
                given["other"] if gave else user.office,
                giver=given["giver"], receiver=given["receiver"], signed_at=given["signed_at"],
                purpose=given["purpose"], vehicle=given["vehicle"],
                seals={r.number: r.seal for r in reads if r.seal}, unsealed=given["unsealed"],
                picture=picture_of(request, given, services.PICTURES),
            ),
        )  # fmt: skip
        messages.success(
            request, _("The paper is entered. Until a second person has compared it, it is not confirmed.")
        )
        return redirect(made)

    return show_form(
        request,
        forms.PaperForm(request.POST or None, request.FILES or None),
        title=_("Enter a signed paper"),
        about=_("What people handed over and signed without this program. It stays marked as from a paper."),
        submit=_("Enter the paper"),
        save=save,
        trail=[home()],
        section=SECTION,
    )


@needs(HOLD)
def confirm(request: Any, number: str) -> HttpResponse:
    """Compare an entry with its paper: it agrees, or it says something else."""
    request.section = SECTION
    found = queries.transfer(request.user, number)
    must_hold(request, found)
    if not found.paper:
        raise Http404
    form = forms.WordsForm(request.POST if request.POST.get("agrees") == "no" else None)
    form.fields["words"].label = _("What the paper says")
    faults: list[str] = []
    if request.method == "POST":
        try:
            if request.POST.get("agrees") == "yes":
                services.confirm_paper(request.user, found)
                messages.success(request, _("You have confirmed it."))
                return redirect(found)
            if form.is_valid():
                services.contradict_paper(request.user, found, form.cleaned_data["words"])
                messages.warning(request, _("It is disputed now, and followed to its end."))
                return redirect(found)
        except InputProblems as problems:
            faults = [in_words(p) for p in problems.problems]
    lines = queries.lines(request.user, found)
    context = {
        "transfer": found,
        "lines": lines,
        "accepted": [x for x in lines if x.outcome == Line.Outcome.ACCEPTED],
        "paper": showing.paper_in_words(found),
        "picture": _media(request, found),
        "form": form,
        "faults": faults,
        "trail": trail_to_transfer(found),
    }
    return render(
        request, "custody/confirm_paper.html", context, status=400 if faults or form.errors else 200
    )


def _media(request: Any, found: Any) -> dict[str, Any] | None:
    if found.paper_file is None:
        return None
    return media(
        request,
        found.paper_file,
        reverse("transfer-paper", args=[found.number]),
        title=_("Picture of the paper"),
    )


@needs(VIEW)
def picture(request: Any, number: str) -> HttpResponse:
    """The picture of a paper; each opening is an entry of the log."""
    request.section = SECTION
    found = queries.transfer(request.user, number)
    if found.paper_file is None:
        raise Http404
    return serve(
        request, found.paper_file, True, may=VIEW, on=found, title=_("Picture of the paper"),
        back=found.get_absolute_url(),
    )  # fmt: skip


@needs(HOLD)
def add_picture(request: Any, number: str) -> HttpResponse:
    """Add the picture of a paper that was entered without one."""
    found = queries.transfer(request.user, number)
    must_hold(request, found)

    def save(form: Any) -> HttpResponse:
        received = picture_of(request, dict(form.cleaned_data), services.PICTURES)
        services.add_picture(request.user, found, received)
        messages.success(request, _("The picture is added."))
        return redirect(found)

    return show_form(
        request,
        forms.PictureForm(request.POST or None, request.FILES or None),
        title=_("Add the picture of the paper"),
        submit=_("Add it"),
        save=save,
        trail=trail_to_transfer(found),
        section=SECTION,
    )
