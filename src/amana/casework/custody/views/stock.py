"""Going through a place with a scanner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.custody import forms, queries, showing
from amana.casework.custody.models import Discrepancy, Item, Scan, StockTake
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.services import stocktaking
from amana.casework.custody.views.common import SECTION, must_hold, trail_to_store
from amana.problems import InputProblems

MISSING_SHOWN, PER_PAGE = 50, 50


@needs(HOLD)
@require_POST
def start(request: Any, number: str) -> HttpResponse:
    """Begin to go through a place."""
    store = queries.store(request.user, number)
    must_hold(request, store)
    try:
        return redirect(stocktaking.start(request.user, store))
    except InputProblems as problems:
        messages.error(request, in_words(problems.problems[0]))
        return redirect(store)


@needs(VIEW)
def stocktake(request: Any, number: str) -> HttpResponse:
    """What should be here, what was scanned, what is missing, what does not belong."""
    request.section = SECTION
    user = request.user
    found = queries.stocktake(user, number)
    may_hold = user.has_perm(HOLD, found)
    running = found.ended_at is None
    form = forms.ScansForm(request.POST or None) if may_hold and running else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                made = stocktaking.scan_many(user, found, form.cleaned_data["codes"])
            except InputProblems as problems:
                add_to_form(form, problems)
            else:
                _tell(request, made, len(form.cleaned_data["codes"]))
                return redirect(found)
    missing = stocktaking.missing(found) if running else _not_found(found)
    scans = found.scans.select_related("item__holder_office", "item__store", "by").order_by("-at", "-pk")
    page = Paginator(scans, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "stocktake": found,
        "running": running,
        "state": {
            "kind": "active" if running else "done",
            "word": _("under way") if running else _("ended"),
        },
        "form": form,
        "seen": found.scans.filter(outcome=Scan.Outcome.EXPECTED).count(),
        "missing": missing[:MISSING_SHOWN],
        "missing_count": len(missing),
        "unsettled": [_unsettled(user, s) for s in stocktaking.unsettled(found)],
        "scans": [{"scan": s, "state": showing.state_of_scan(s)} for s in page.object_list],
        "page": page if page.paginator.num_pages > 1 else None,
        "may_hold": may_hold and running,
        "trail": trail_to_store(found.store),
    }
    return render(request, "custody/stocktake.html", context, status=400 if form and form.errors else 200)


def _not_found(found: StockTake) -> list[Item]:
    """What was not found when it ended."""
    lost = Discrepancy.objects.filter(
        kind=Discrepancy.Kind.STOCK, office=found.office_id, at=found.ended_at, words__startswith=found.number
    )
    return list(Item.objects.filter(pk__in=lost.values("item")).order_by("number"))


def _unsettled(user: Any, scan: Scan) -> dict[str, Any]:
    words = dict(Scan.Settled.choices)
    acts = {
        Scan.Settled.MOVED: _("It belongs here from now on"),
        Scan.Settled.FOUND: _("It is found again, here"),
        Scan.Settled.DISCREPANCY: _("Follow it as a discrepancy"),
        Scan.Settled.MISREAD: _("It was misread"),
    }
    ways = stocktaking.ways(user, scan, scan.item)
    return {"scan": scan, "item": scan.item, "ways": [(w, acts.get(w, words[w])) for w in ways]}


def _tell(request: Any, made: list[Scan], given: int) -> None:
    expected = sum(1 for s in made if s.outcome == Scan.Outcome.EXPECTED)
    text = ngettext("%(n)d thing belongs here.", "%(n)d things belong here.", expected)
    messages.success(request, text % {"n": expected})
    if len(made) > expected:
        n = len(made) - expected
        text = ngettext(
            "%(n)d scan does not belong here: decide below.",
            "%(n)d scans do not belong here: decide below.",
            n,
        )
        messages.warning(request, text % {"n": n})
    if given > len(made):
        n = given - len(made)
        text = ngettext("%(n)d was scanned before.", "%(n)d were scanned before.", n)
        messages.info(request, text % {"n": n})


@needs(HOLD)
@require_POST
def settle(request: Any, number: str, key: UUID) -> HttpResponse:
    """Say what becomes of a scan that does not belong."""
    found = queries.stocktake(request.user, number)
    must_hold(request, found)
    scan = get_object_or_404(Scan.objects.select_related("stocktake", "item"), pk=key, stocktake=found)
    try:
        stocktaking.settle(request.user, scan, request.POST.get("what", "")[:20])
    except InputProblems as problems:
        messages.error(request, " ".join(in_words(p) for p in problems.problems))
    return redirect(found)


@needs(HOLD)
@require_POST
def end(request: Any, number: str) -> HttpResponse:
    """End it: what was not scanned stands as not found."""
    found = queries.stocktake(request.user, number)
    must_hold(request, found)
    try:
        stocktaking.end(request.user, found)
        messages.success(request, _("The stock-taking has ended."))
    except InputProblems as problems:
        messages.error(request, " ".join(in_words(p) for p in problems.problems[:5]))
    return redirect(found)
