"""What is done with a comparison: signing, entering a paper, proposing, excluding, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.identification import queries, services, wording
from amana.casework.identification.forms import ExcludeForm, PaperForm, ReasonForm, SignForm
from amana.casework.identification.models import Candidate, Signature
from amana.casework.numbers.queries import numbered
from amana.problems import InputProblems


def _candidate(request: Any, number: str) -> Candidate:
    request.section = "candidates"
    found: Candidate = numbered(queries.candidates(request.user), number)
    return found


def _act(
    request: Any,
    candidate: Candidate,
    form: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    **page: Any,
) -> HttpResponse:
    """Show the answer and a form; on a sound form act, say so, and go back to the comparison."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, done)
            return redirect(candidate)
    context = {
        "candidate": candidate,
        "told": wording.Told(candidate.conclusion),
        "form": form,
        "cancel_url": candidate.get_absolute_url(),
        "trail": [
            {"url": reverse("candidates"), "label": _("Identification")},
            {"url": candidate.get_absolute_url(), "label": candidate.number},
        ],
        **page,
    }
    return render(request, "identification/act.html", context)


def _sent(request: Any, kind: Any, **initial: Any) -> Any:
    if request.method == "POST":
        return kind(request.POST, request.FILES)
    return kind(initial=initial)


@needs("identification.sign")
def sign(request: Any, number: str) -> HttpResponse:
    """Sign as the specialist who is signed in."""
    found = _candidate(request, number)
    return _act(
        request,
        found,
        _sent(request, SignForm, seen=found.conclusion_id),
        lambda d: services.sign_comparison(request.user, found, d["finding"], d["words"], seen=d["seen"]),
        done=_("Your signature is recorded."),
        title=_("Sign the comparison"),
        about=_(
            "You answer for this comparison with your name. A second specialist, who did not prepare it "
            "together with you, signs independently of you."
        ),
        submit=_("Sign with my name"),
    )


@needs("identification.view")
def paper(request: Any, number: str) -> HttpResponse:
    """Enter a paper that somebody else signed."""
    found = _candidate(request, number)
    if not request.user.granted & {"identification.sign", "identification.propose"}:
        raise PermissionDenied("identification.propose")
    return _act(
        request,
        found,
        _sent(request, PaperForm, seen=found.conclusion_id),
        lambda d: services.sign_on_paper(
            request.user, found, d["finding"], paper_sha256=d["paper_sha256"], specialist=d["account"],
            external_name=d["external_name"], external_post=d["external_post"], words=d["words"],
            seen=d["seen"],
        ),
        done=_("The signed paper is recorded, with both names."),
        title=_("Enter a signed paper"),
        about=_("Both names stand: who signed, and you who enters it. You have signed nothing by this."),
        submit=_("Record the paper"),
        upload=True,
    )  # fmt: skip


@needs("identification.propose")
def propose(request: Any, number: str) -> HttpResponse:
    """Put a comparison before the board."""
    found = _candidate(request, number)
    from django.forms import Form

    return _act(
        request,
        found,
        _sent(request, Form),
        lambda d: services.propose(request.user, found),
        done=_("The comparison is before the board."),
        title=_("Put the comparison before the board"),
        about=_(
            "The board decides. Two specialists have signed; nothing of the comparison changes any more."
        ),
        submit=_("Put before the board"),
    )


@needs("identification.sign")
def exclude(request: Any, number: str) -> HttpResponse:
    """Exclude, on a ground and with a reason."""
    found = _candidate(request, number)
    return _act(
        request,
        found,
        _sent(request, ExcludeForm),
        lambda d: services.exclude(request.user, found, d["ground"], d["reason"]),
        done=_("The exclusion is recorded with its reason."),
        title=_("Exclude this pair"),
        about=_("The pair stays on record with your reason, and can be opened again."),
        submit=_("Exclude"),
    )


@needs("identification.sign")
def take_back(request: Any, number: str) -> HttpResponse:
    """Open an excluded pair again."""
    found = _candidate(request, number)
    return _act(
        request,
        found,
        _sent(request, ReasonForm),
        lambda d: services.take_back_exclusion(request.user, found, d["reason"]),
        done=_("The pair is open again."),
        title=_("Open this pair again"),
        about=_("The exclusion stays in the history."),
        submit=_("Open again"),
    )


@needs("identification.view")
def withdraw(request: Any, number: str, pk: UUID) -> HttpResponse:
    """Take back one's own signature, or a paper that one entered."""
    found = _candidate(request, number)
    own = get_object_or_404(Signature, pk=pk, candidate=found, withdrawn_at=None)
    if request.user.pk not in (own.person_id, own.entered_by_id):
        raise PermissionDenied("identification.sign")
    return _act(
        request,
        found,
        _sent(request, ReasonForm),
        lambda d: services.withdraw_signature(request.user, own, d["reason"]),
        done=_("The signature is withdrawn; it stays on record as withdrawn."),
        title=_("Withdraw the signature"),
        about=_("It stays on record, with your reason, and counts no more."),
        submit=_("Withdraw"),
    )
