"""One hand-over: what is in it, what became of each thing, and receiving it line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.custody import documents, forms, queries, services, showing
from amana.casework.custody.models import Line, Transfer
from amana.casework.custody.reading import read
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.services.accepting import Finding, receiving_faults
from amana.casework.custody.views.common import SECTION, home
from amana.problems import InputProblems

PER_PAGE = 50
"""Things on a page: each has several fields, and a form takes a thousand."""


@needs(VIEW)
def transfer(request: Any, number: str) -> HttpResponse:
    """One hand-over; for the receiver, a field for each seal."""
    request.section = SECTION
    user = request.user
    found = queries.transfer(user, number)
    lines = queries.lines(user, found)
    receiving = HOLD in user.granted and queries.must_read_back(user, found)
    waiting = [x for x in lines if x.outcome == Line.Outcome.WAITING]
    form = forms.ReceivingForm(request.POST or None, user=user) if receiving else None
    if request.method == "POST":
        if form is None:
            raise Http404
        answer = _received(request, found, waiting, form)
        if answer is not None:
            return answer
    code = request.GET.get("code", "")
    scanned, fault = _scanned(user, code, waiting) if code.strip() else (None, "")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    discrepancies = list(queries.discrepancies(user).filter(transfer=found).order_by("at"))
    context = {
        "transfer": found,
        "state": showing.state_of_transfer(found),
        "late": showing.is_late(found),
        "paper": showing.paper_in_words(found),
        "facts": _facts(found),
        "form": form,
        "code": code,
        "fault": fault,
        "scanned": scanned and _row(request, scanned, receiving),
        "rows": [_row(request, x, receiving) for x in page.object_list],
        "page": page if page.paginator.num_pages > 1 else None,
        "waiting": len(waiting),
        "answered": [_row(request, x, False) for x in lines if x.outcome != Line.Outcome.WAITING],
        "unseen": found.things - len(lines),
        "for_another": form is not None and any(
            p.code == "custody.for-another-person" for p in receiving_faults(user, found)
        ),
        "discrepancies": [
            {"found": d, "state": showing.state_of_discrepancy(d)} for d in discrepancies
        ],
        "steps": showing.steps_of_transfer(found, discrepancies),
        "acts": _acts(user, found, len(waiting)),
        "trail": [home(), {"url": reverse("transfers"), "label": _("Hand-overs")}],
    }  # fmt: skip
    status = 400 if form is not None and form.errors else 404 if fault else 200
    return render(request, "custody/transfer.html", context, status=status)


def _acts(user: Any, found: Transfer, waiting: int) -> dict[str, bool]:
    """What the reader can do with it now, beside receiving."""
    side = user.has_perm(HOLD, found)
    unconfirmed = found.paper and found.confirmed_by_id is None
    return {
        "withdraw": side and user.office_id == found.from_office_id and waiting > 0,
        "confirm": side and unconfirmed and found.paper_by_id != user.pk,
        "picture": side and found.paper and found.paper_file_id is None,
        "own_offer": found.by_id == user.pk and waiting > 0,
    }


def _facts(found: Transfer) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": _("From"), "value": found.from_office},
        {"label": _("Offered by"), "value": found.by},
        {"label": _("To"), "value": found.to_office},
        {"label": _("To whom"), "value": found.to_person or _("anybody of that office")},
        {"label": _("Purpose"), "value": found.purpose},
        {"label": _("Vehicle and driver"), "value": found.vehicle},
        {"label": _("Offered at"), "value": found.offered_at, "kind": "time"},
    ]
    if found.paper:
        rows[1]["label"], rows[6]["label"] = _("Entered by"), _("Signed at")
        rows.append({"label": _("Paper entered at"), "value": found.paper_entered_at, "kind": "time"})
    if found.settled_at is not None:
        rows.append({"label": _("Settled at"), "value": found.settled_at, "kind": "time"})
    return rows


def _row(request: Any, line: Line, receiving: bool) -> dict[str, Any]:
    """A line, with its form for the receiver, who is not shown the seal."""
    posted = request.POST if request.method == "POST" else None
    return {
        "line": line,
        "item": line.item,
        "state": _state(line),
        "seal": None if receiving else line.seal_given,
        "form": forms.ReadingForm(posted, prefix=str(line.pk)) if receiving else None,
    }


def _state(line: Line) -> dict[str, Any]:
    kinds = {
        Line.Outcome.WAITING: "waiting", Line.Outcome.ACCEPTED: "done", Line.Outcome.DISPUTED: "attention",
    }  # fmt: skip
    return {"kind": kinds.get(Line.Outcome(line.outcome), "closed"), "word": line.get_outcome_display()}


def _scanned(user: Any, code: str, waiting: Sequence[Line]) -> tuple[Line | None, str]:
    """The waiting line of a code, or why there is none."""
    one = read(code)
    found = next((x for x in waiting if one.number and x.item.number == one.number), None)
    if found is not None:
        return found, ""
    problem = queries.problem_of(one, False, "code")
    if one.number and (one.problem is None):
        return None, _("%(number)s does not wait in this hand-over.") % {"number": showing.apart(one.number)}
    return None, in_words(problem) if problem is not None else ""


def _received(
    request: Any, found: Transfer, waiting: Sequence[Line], form: forms.ReceivingForm
) -> HttpResponse | None:
    """Receive what was filled in; None where something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    readings = []
    for line in waiting:
        one = forms.ReadingForm(request.POST, prefix=str(line.pk))
        if f"{line.pk}-seal" not in request.POST:
            continue
        if not one.is_valid():
            for name, errors in one.errors.items():
                form.add_error(None, [f"{line.item.number}, {one.fields[name].label}: {e}" for e in errors])
            continue
        if one.is_filled:
            readings.append(_reading(line, one.cleaned_data))
    if form.errors:
        return None
    seen = {
        line.item_id: int(s) for line in waiting if (s := request.POST.get(f"{line.pk}-seen", "")).isdecimal()
    }
    items = queries.items_by_numbers(request.user, [r.number for r in given["extras"] if r.number])
    extras = [services.Extra((r.number or r.text)[:80], item=items.get(r.number)) for r in given["extras"]]
    try:
        done = services.accept(
            request.user, found, readings, extras=extras, store=given["store"], at=given["at"],
            reason=given["reason"], seen=seen,
        )  # fmt: skip
    except InputProblems as problems:
        add_to_form(form, problems)
        return None
    _tell(request, done, [r.item.pk for r in readings], len(extras))
    return redirect(done)


def _reading(line: Line, given: dict[str, Any]) -> services.Reading:
    return services.Reading(
        line.item, Finding(given["finding"] or Finding.GOOD), seal=given["seal"], no_seal=given["no_seal"],
        condition=given["condition"], words=given["words"],
    )  # fmt: skip


def _tell(request: Any, done: Transfer, keys: Sequence[Any], extras: int) -> None:
    """What became of what was just answered."""
    rows = list(Line.objects.filter(transfer=done, item__in=keys).values_list("outcome", flat=True))
    accepted, disputed = rows.count(Line.Outcome.ACCEPTED), rows.count(Line.Outcome.DISPUTED)
    if accepted:
        text = ngettext(
            "%(n)d thing is accepted. You answer for it now.",
            "%(n)d things are accepted. You answer for them now.",
            accepted,
        )
        messages.success(request, text % {"n": accepted})
    if disputed:
        text = ngettext(
            "%(n)d thing is disputed. It is followed as a discrepancy; the giver answers for it until then.",
            "%(n)d things are disputed. They are followed as discrepancies; the giver answers until then.",
            disputed,
        )
        messages.warning(request, text % {"n": disputed})
    if extras:
        messages.warning(request, _("What came along without being on the list is followed as well."))
    if rows.count(Line.Outcome.REFUSED):
        messages.info(request, _("What you did not take stays with the giver."))


@needs(VIEW)
def transfer_list(request: Any, number: str, language: str) -> HttpResponse:
    """The list as PDF, in either language.  That it was given out is an entry of the log."""
    if language not in ("en", "ar"):
        raise Http404
    found = queries.transfer(request.user, number)
    url = request.build_absolute_uri(found.get_absolute_url())
    content = documents.transfer_list(request.user, found, language, url)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}-{language}.pdf"'
    return response
