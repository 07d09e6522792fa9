"""One alert: what is reported, where it stands, what comes next; opening what is sealed; two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from amana.casework.alerts import queries, showing, showing_alert
from amana.casework.alerts.forms import OpenForm, VerdictForm
from amana.casework.alerts.models import Addition, Alert, Attachment
from amana.casework.alerts.services import likeness, merging, opening, triage
from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.files.serving import media, serve
from amana.problems import InputProblems


def found(request: Any, number: str) -> Alert:
    """The alert of an address; 404 for what the reader does not see."""
    request.section = "alerts"
    return queries.alert(request.user, number)


def trail(*alerts: Alert) -> list[dict[str, Any]]:
    """The pages above one."""
    return [
        {"url": reverse("alerts"), "label": _("Alerts")},
        *({"url": a.get_absolute_url(), "label": a.number} for a in alerts),
    ]


@needs("alerts.view")
def alert(request: Any, number: str) -> HttpResponse:
    """The page of one alert."""
    return _page(request, found(request, number))


def _page(
    request: Any, shown: Alert, opened: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what was just opened on it."""
    user = request.user
    merged = queries.merged_into(user, shown)
    family = [shown, *merged]
    additions = queries.additions(user, family)
    attachments = queries.attachments(user, family)
    unread = sum(a.read_at is None for a in additions)
    sealed = user.has_perm("protected.alert", shown)
    acts = showing_alert.acts(user, shown)
    context = {
        "alert": shown,
        "headline": showing.headline(shown),
        "state": showing.state(shown),
        "priority": showing.priority(shown) if shown.priority else None,
        "due": showing.due(shown),
        "answer": showing_alert.answer(shown),
        "signs": showing.signs(shown),
        "count": showing.count(shown),
        "facts": [f for f in showing_alert.facts(shown) if f is not None],
        "where": showing_alert.where(shown, showing.place_names([shown]).get(shown.pcode)),
        "lacking": showing_alert.lacking(shown),
        "steps": showing_alert.steps(user, shown, unread),
        "acts": acts,
        "main_act": acts[0] if acts else None,
        "merged": [{"alert": a, "headline": showing.headline(a), "signs": showing.signs(a)} for a in merged],
        "likenesses": [showing_alert.likeness_row(x, shown) for x in queries.likenesses(user, shown)],
        "may_compare": user.has_perm("alerts.record", shown) and shown.merged_into_id is None,
        "parts": _parts(user, family, opened),
        "reasons": showing_alert.preset_reasons(),
        "additions": [_addition(user, a, shown, opened) for a in additions],
        "may_open": sealed,
        "media": _media(request, attachments, shown) if sealed else [],
        "media_count": len(attachments),
        "history": history_of(shown, user),
        "trail": trail(),
    }
    response = render(request, "alerts/alert.html", context, status=status)
    if opened:
        response["Cache-Control"] = "no-store"
    return response


def _parts(user: Any, family: Sequence[Alert], opened: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What is sealed of an alert and of those that stand in it: closed, or just opened."""
    made = []
    for one in family:
        for name, (may, fields) in opening.PARTS.items():
            title = _("What was reported") if name == "account" else _("Who reported it")
            if one is not family[0]:
                title = _("%(title)s in alert %(number)s") % {"title": title, "number": one.number}
            made.append(
                {
                    "id": f"{name}-{one.pk}",
                    "name": name,
                    "title": title,
                    "url": reverse("alert-open", args=[one.number, name]),
                    "page": family[0].number,
                    "may_open": user.has_perm(may, one),
                    "holds": any(getattr(one, f, "") for f in fields) if one is family[0] else True,
                    "anonymous": name == "reporter" and one.anonymous,
                    "opened": None,
                    **((opened or {}).get(f"{name}-{one.pk}", {})),
                }
            )
    return made


def _addition(user: Any, one: Addition, shown: Alert, opened: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "addition": one,
        "of": one.alert if one.alert_id != shown.pk else None,
        "may_open": user.has_perm("protected.alert", one.alert) and bool(one.text),
        "may_mark": one.read_at is None and user.has_perm("alerts.record", one.alert),
        "url": reverse("alert-addition", args=[one.alert.number, one.pk]),
        "page": shown.number,
        "opened": None,
        **((opened or {}).get(f"addition-{one.pk}", {})),
    }


def _media(request: Any, attachments: Sequence[Attachment], shown: Alert) -> list[dict[str, Any]]:
    found = []
    for n, one in enumerate(attachments, 1):
        title = _("%(kind)s %(n)d") % {"kind": capfirst(one.file.get_kind_display()), "n": n}
        if one.alert_id != shown.pk:
            title = _("%(title)s in alert %(number)s") % {"title": title, "number": one.alert.number}
        found.append(
            media(request, one.file, reverse("alert-file", args=[one.alert.number, one.pk]), title=title)
        )
    return found


# Opening what is sealed


@needs("alerts.view")
@require_POST
@sensitive_post_parameters("reason")
@sensitive_variables("texts", "opened")
def open_part(request: Any, number: str, part: str) -> HttpResponse:
    """What a reporter said, or who it was: shown once, on the page, for a reason."""
    asked = found(request, number)
    if part not in opening.PARTS or not request.user.has_perm(opening.PARTS[part][0], asked):
        raise Http404
    page = _page_of(request, asked)
    form = OpenForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    key = f"{part}-{asked.pk}"
    try:
        texts = opening.open_part(request.user, asked, part, reason)
    except InputProblems as problems:
        told = {"error": in_words(problems.problems[0]), "typed": request.POST.get("reason", "")[:300]}
        return _page(request, page, {key: told}, status=422)
    shown = [
        {"label": capfirst(str(Alert._meta.get_field(f).verbose_name)), "text": t} for f, t in texts.items()
    ]
    return _page(request, page, {key: {"opened": shown, "reason": reason}})


@needs("alerts.view")
@require_POST
@sensitive_post_parameters("reason")
@sensitive_variables("text", "opened")
def addition(request: Any, number: str, key: UUID) -> HttpResponse:
    """Open what was added, which whoever may record has then read; or only mark it as read."""
    asked = found(request, number)
    one = get_object_or_404(
        Addition.objects.visible_to(request.user).select_related("alert", "subject"), pk=key, alert=asked
    )
    page = _page_of(request, asked)
    if request.POST.get("do") == "read":
        triage.mark_read(request.user, one)
        messages.success(request, _("Marked as read."))
        return redirect(f"{page.get_absolute_url()}#additions")
    if not request.user.has_perm("protected.alert", asked):
        raise Http404
    form = OpenForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        text = opening.open_addition(request.user, one, reason)
    except InputProblems as problems:
        told = {"error": in_words(problems.problems[0]), "typed": request.POST.get("reason", "")[:300]}
        return _page(request, page, {f"addition-{one.pk}": told}, status=422)
    if request.user.has_perm("alerts.record", one):
        triage.mark_read(request.user, one)
    return _page(request, page, {f"addition-{one.pk}": {"opened": text, "reason": reason}})


def _page_of(request: Any, asked: Alert) -> Alert:
    """The page that the form stands on: the alert's own, or of the one that it was merged into."""
    if asked.merged_into_id is not None and request.POST.get("page") != asked.number:
        return queries.alert(request.user, asked.merged_into.number)  # type: ignore[union-attr]
    return asked


@needs("alerts.view")
def file(request: Any, number: str, key: UUID) -> HttpResponse:
    """One photo, video or paper."""
    asked = found(request, number)
    rows = Attachment.objects.visible_to(request.user).select_related("file")
    one = get_object_or_404(rows, pk=key, alert=asked)
    may = "protected.alert"
    return serve(
        request, one.file, request.user.has_perm(may, asked), may=may, on=asked,
        title=_("File of alert %(number)s") % {"number": asked.number}, back=asked.get_absolute_url(),
    )  # fmt: skip


# Likely duplicates


@needs("alerts.record")
@require_POST
def look_for_like(request: Any, number: str) -> HttpResponse:
    """Look again for alerts that may be of the same find."""
    asked = found(request, number)
    made = likeness.find(request.user, asked)
    n = len(made)
    said = ngettext("%(n)d alert may be of the same find.", "%(n)d alerts may be of the same find.", n) % {
        "n": n
    }
    messages.success(request, said if n else _("No other alert of the office looks like this one."))
    return redirect(f"{asked.get_absolute_url()}#like")


@needs("alerts.view")
@sensitive_variables("texts")
def side_by_side(request: Any, number: str, other: str) -> HttpResponse:
    """Two alerts beside each other, to decide whether they are of one find."""
    one, two = found(request, number), found(request, other)
    pair = next(
        (x for x in queries.likenesses(request.user, one) if two.pk in (x.alert_id, x.other_id)), None
    )
    if pair is None:
        raise Http404
    form = VerdictForm(initial={"seen": one.revision, "other_seen": two.revision})
    texts: dict[str, Any] = {}
    error = ""
    if request.method == "POST" and "why" in request.POST:
        texts, error = _both_opened(request, one, two)
    elif request.method == "POST":
        form, done = _verdict(request, pair, one, two)
        if done is not None:
            return done
    context = {
        "one": one,
        "two": two,
        "row": showing_alert.likeness_row(pair, one),
        "sides": showing_alert.sides(one, two),
        "form": form,
        "may_judge": all(request.user.has_perm("alerts.triage", a) for a in (one, two)),
        "is_merged": one.merged_into_id == two.pk or two.merged_into_id == one.pk,
        "may_open": all(request.user.has_perm("protected.alert", a) for a in (one, two)),
        "texts": texts,
        "error": error,
        "reasons": showing_alert.preset_reasons(),
        "trail": trail(one),
    }
    status = 422 if form.errors or error else 200
    return render(request, "alerts/side-by-side.html", context, status=status)


def _both_opened(request: Any, one: Alert, two: Alert) -> tuple[dict[str, Any], str]:
    if not all(request.user.has_perm("protected.alert", a) for a in (one, two)):
        raise Http404
    asked = OpenForm(request.POST)
    reason = asked.cleaned_data["reason"] if asked.is_valid() else ""
    try:
        return {
            "one": opening.open_part(request.user, one, "account", reason),
            "two": opening.open_part(request.user, two, "account", reason),
        }, ""
    except InputProblems as problems:
        return {}, in_words(problems.problems[0])


def _verdict(request: Any, pair: Any, one: Alert, two: Alert) -> tuple[Any, HttpResponse | None]:
    """Take a verdict; gives the form back where it cannot be taken."""
    if not all(request.user.has_perm("alerts.triage", a) for a in (one, two)):
        raise PermissionDenied("alerts.triage")
    form = VerdictForm(request.POST)
    verdict = request.POST.get("verdict", "")
    if not form.is_valid():
        return form, None
    given = form.cleaned_data
    try:
        if verdict in ("into-one", "into-two"):
            stays, goes = (one, two) if verdict == "into-one" else (two, one)
            revisions = {one.pk: given["seen"], two.pk: given["other_seen"]}
            merging.merge(
                request.user, goes, stays, given["reason"], seen=revisions[goes.pk],
                head_seen=revisions[stays.pk],
            )  # fmt: skip
            messages.success(request, _("Merged. What was reported in both stands on one page."))
            return form, redirect(stays)
        merging.judge(request.user, pair, verdict, reason=given["reason"])
    except InputProblems as problems:
        told(form, problems)
        again = {"seen": queries.revision(one), "other_seen": queries.revision(two)}
        form.data = as_sent_now(form.data, again)
        return form, None
    messages.success(request, _("Your verdict is recorded."))
    return form, redirect(f"{one.get_absolute_url()}#like")


def told(form: Any, problems: InputProblems) -> None:
    """Each problem beside its field; that something changed meanwhile on top, where it is read first."""
    for problem in problems.problems:
        hidden = problem.field in form.fields and form[problem.field].is_hidden
        field = problem.field if problem.field in form.fields and not hidden else None
        form.add_error(field, in_words(problem))


def as_sent_now(data: Any, values: dict[str, int]) -> Any:
    """What was sent, as if it had been sent for what stands now: who looks again can send again."""
    data = data.copy()
    for name, value in values.items():
        data[name] = str(value)
    return data
