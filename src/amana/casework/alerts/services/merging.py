"""Two alerts of one find: what a person made of a likeness, merging, and taking a merge apart."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert, Likeness
from amana.casework.alerts.services.acts import save
from amana.casework.alerts.services.judging import news
from amana.casework.alerts.services.triage import TRIAGE
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import reason_given, refuse
from amana.problems import InputProblem

Verdict = Likeness.Verdict


def merge(
    by: Any, alert: Alert, head: Alert, reason: str, *, seen: int | None = None, head_seen: int | None = None
) -> Alert:
    """Let an alert stand in another that is of the same find.  Both keep their numbers and their words.

    Parameters
    ----------
    alert
        The one that goes on in the other.
    head
        The one that is worked with from now on.
    seen, head_seen
        Revisions of both as they were shown.

    Raises
    ------
    InputProblems
        For one that is merged already, or holds merged ones: chains and circles are refused.
    """
    with writing(by, "alerts.alert.merged", may=TRIAGE, on=alert, reason=reason.strip()) as log:
        alert, head = _two(by, alert, head)
        refuse(
            [
                *reason_given(reason),
                *rules.against(alert, tuple(Alert.State), seen),
                *_against_head(alert, head, head_seen),
            ]
        )
        alert.merged_into = head
        save(log, alert, timezone.now())
        _judged(log, by, alert, head, Verdict.SAME)
        news(log, head)
    return alert


def unmerge(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Take a merged alert out again, as it was: it was another find after all."""
    with writing(by, "alerts.alert.unmerged", may=TRIAGE, on=alert, reason=reason.strip()) as log:
        if alert.merged_into_id is None:
            refuse([InputProblem("alerts.not-merged")])
        alert, head = _two(by, alert, Alert(pk=alert.merged_into_id, office_id=alert.office_id))
        problems = reason_given(reason)
        if alert.merged_into_id != head.pk or (seen is not None and seen != alert.revision):
            params = {"state": str(alert.get_state_display())}
            problems.append(InputProblem("alerts.changed-meanwhile", field="seen", params=params))
        refuse(problems)
        alert.merged_into = None
        save(log, alert, timezone.now())
        _judged(log, by, alert, head, Verdict.DIFFERENT)
    return alert


def judge(
    by: Any, likeness: Likeness, verdict: str, *, reason: str = "", into: Alert | None = None
) -> Likeness:
    """What a person made of two alerts: related, different, or open again; the same find merges them.

    Parameters
    ----------
    into
        For the same find, which of the two is worked with; the older one where it is not said.
    """
    if verdict == Verdict.SAME:
        older, newer = sorted((likeness.alert, likeness.other), key=lambda a: (a.received_at, a.number))
        head = into or older
        merge(by, newer if head.pk == older.pk else older, head, reason)
        return Likeness.objects.get(pk=likeness.pk)  # type: ignore[no-any-return]
    with writing(by, "alerts.likeness.judged", may=TRIAGE, on=likeness, reason=reason.strip()) as log:
        found = Likeness.objects.select_for_update().get(pk=likeness.pk)
        if found.verdict == Verdict.SAME:
            refuse([InputProblem("alerts.unmerge-first")])
        if verdict not in Verdict.values:
            refuse([InputProblem("record.unknown-word", field="verdict", params={"given": verdict})])
        _say(found, by, verdict)
        log.save(found)
    return found


def _two(by: Any, one: Alert, other: Alert) -> tuple[Alert, Alert]:
    """Both rows as they are now, locked in one order for everybody; of the person's own office."""
    if one.pk == other.pk:
        refuse([InputProblem("alerts.into-itself")])
    if not by.has_perm(TRIAGE, other):
        raise PermissionDenied(TRIAGE)
    rows = Alert.objects.select_for_update(of=("self",)).select_related("subject").order_by("pk")
    held = {a.pk: a for a in rows.filter(pk__in=(one.pk, other.pk))}
    return held[one.pk], held[other.pk]


def _against_head(alert: Alert, head: Alert, seen: int | None) -> list[InputProblem]:
    found = []
    if seen is not None and seen != head.revision:
        params = {"state": str(head.get_state_display())}
        found.append(InputProblem("alerts.changed-meanwhile", field="head_seen", params=params))
    if head.merged_into_id is not None:
        found.append(InputProblem("alerts.head-is-merged", field="head", params={"number": head.number}))
    if alert.merged.exists():
        found.append(InputProblem("alerts.holds-merged", params={"number": alert.number}))
    return found


def _judged(log: Log, by: Any, one: Alert, other: Alert, verdict: str) -> None:
    """Put the verdict on the likeness of the two, which a person may have seen before the program did."""
    pair = Q(alert=one, other=other) | Q(alert=other, other=one)
    rows = list(Likeness.objects.select_for_update().filter(pair)) or [Likeness(alert=one, other=other)]
    for row in rows:
        _say(row, by, verdict)
        log.save(row, "alerts.likeness.judged")


def _say(likeness: Likeness, by: Any, verdict: str) -> None:
    open_again = verdict == Verdict.OPEN
    likeness.verdict = verdict
    likeness.judged_by, likeness.judged_at = (None, None) if open_again else (by, timezone.now())
