"""One alert as its pages show it: where it stands, what is missing, who does what, why two look alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert, Likeness
from amana.casework.alerts.services.likeness import together_m
from amana.casework.alerts.services.opening import REASONS
from amana.casework.alerts.showing import (
    age,
    count,
    due,
    headline,
    holder,
    place_names,
    position,
    signs,
    state,
    uncertainty,
)
from amana.casework.common.faults import language
from amana.casework.incidents.showing import step
from amana.geography import length

State = Alert.State

# Likely duplicates


def reasons(likeness: Likeness) -> list[str]:
    """Why two alerts may be of the same find, as whole phrases, each with its figures."""
    one, other = likeness.alert, likeness.other
    said = []
    if likeness.distance_m is not None:
        together = together_m(one, other)
        within = likeness.distance_m <= together
        text = (
            _("%(distance)s apart, within their uncertainty together (%(together)s)")
            if within
            else _("%(distance)s apart, farther than their uncertainty together (%(together)s)")
        )
        figures = {
            "distance": length(likeness.distance_m, language()), "together": length(together, language())
        }  # fmt: skip
        said.append(text % figures)
    elif one.pcode and one.pcode == other.pcode:
        said.append(_("The same named place"))
    if likeness.days is not None:
        said.append(_days(likeness, one.seen_on is not None and other.seen_on is not None))
    if likeness.words_common is not None and likeness.words_of:
        figures = {"common": likeness.words_common, "of": likeness.words_of}
        said.append(
            ngettext(
                "%(common)d of %(of)d word in common",
                "%(common)d of %(of)d words in common",
                likeness.words_of,
            )
            % figures
        )
    return said or [_("A person put the two together")]


def _days(likeness: Likeness, seen: bool) -> str:
    days = likeness.days or 0.0
    if seen:
        n = int(days)
        return (
            ngettext("Seen %(n)d day apart", "Seen %(n)d days apart", n) % {"n": n}
            if n
            else _("Seen on the same day")
        )
    n = int(days)
    if not n:
        return _("Reported within a day of each other")
    return ngettext("Reported %(n)d day apart", "Reported %(n)d days apart", n) % {"n": n}


def likeness_row(likeness: Likeness, alert: Alert) -> dict[str, Any]:
    """A pair as the page of one of the two shows it."""
    shapes = {"open": "waiting", "same": "done", "related": "active", "different": "closed"}
    other = likeness.other if likeness.alert_id == alert.pk else likeness.alert
    return {
        "likeness": likeness,
        "other": other,
        "headline": headline(other),
        "state": state(other),
        "reasons": reasons(likeness),
        "verdict": {"kind": shapes[likeness.verdict], "word": str(likeness.get_verdict_display())},
        "open": likeness.verdict == Likeness.Verdict.OPEN,
    }


def sides(one: Alert, other: Alert) -> list[dict[str, Any]]:
    """Two alerts beside each other: a label, and the value of each with its kind."""
    names = place_names([one, other])

    def row(label: str, value: Callable[[Alert], Any], kind: str = "text") -> dict[str, Any]:
        return {"label": label, "one": value(one), "two": value(other), "kind": kind}

    return [
        row(_("What it is"), headline),
        row(_("State"), state, "state"),
        row(_("Received"), lambda a: a.received_at, "time"),
        row(_("How it came"), lambda a: a.get_channel_display()),
        row(_("Seen on"), lambda a: a.seen_on, "date"),
        row(_("Place"), lambda a: names.get(a.pcode, a.pcode)),
        row(_("Position"), position, "id"),
        row(_("Uncertainty"), uncertainty),
        row(_("What is counted"), lambda a: a.get_counted_display()),
        row(_("How many"), count, "count"),
        row(_("Danger"), lambda a: _(", ").join(signs(a))),
    ]


# One alert


def preset_reasons() -> list[tuple[str, str]]:
    """Reasons for opening what is sealed, one tap each."""
    return [(key, str(words)) for key, words in REASONS.items()]


def answer(alert: Alert) -> str:
    """Where it stands and what it waits for, in one sentence."""
    words = {"time": age(alert), "person": holder(alert)}
    if alert.merged_into_id is not None and alert.merged_into is not None:
        return _("It stands in alert %(number)s, as a report of the same find.") % {
            "number": alert.merged_into.number
        }
    said = {
        State.RECEIVED: _("Nobody has read it yet; it came %(time)s ago."),
        State.ACKNOWLEDGED: _("It was read %(time)s ago and waits for a triage."),
        State.TRIAGED: _("It has waited %(time)s for somebody to take it."),
        State.ASSIGNED: _("%(person)s has had it for %(time)s."),
        State.REFERRED: _("It was handed to %(person)s %(time)s ago."),
        State.DOUBTED: _("One person thought it unfounded %(time)s ago. Nothing is decided."),
        State.UNFOUNDED: _("Two people found it unfounded. What is added opens it again."),
        State.CLOSED: _("It was followed to its end and closed %(time)s ago."),
    }
    return said[State(alert.state)] % words


def facts(alert: Alert) -> list[dict[str, Any]]:
    """What is known, for ``components/facts.html``.  Nothing of it tells who reported."""
    return [
        {"label": _("Number"), "value": alert.number, "kind": "id"},
        {"label": _("How it came"), "value": alert.get_channel_display()},
        {"label": _("Received"), "value": alert.received_at, "kind": "time"},
        {"label": _("Entered by"), "value": alert.entered_by} if alert.entered_by_id else None,
        {"label": _("Read by"), "value": alert.acknowledged_by} if alert.acknowledged_by_id else None,
        {"label": _("Age of the find"), "value": alert.get_find_age_display() if alert.find_age else None},
        {"label": _("Office"), "value": alert.office},
    ]  # type: ignore[return-value]


def where(alert: Alert, place: str | None) -> list[dict[str, Any]]:
    """Where it is, with what the position rests on."""
    return [
        {"label": _("Place"), "value": place or alert.pcode or None, "basis": alert.pcode if place else None},
        {
            "label": _("Position"),
            "value": position(alert),
            "kind": "id",
            "basis": alert.get_placed_display() if alert.latitude is not None else None,
        },
        {"label": _("Uncertainty"), "value": uncertainty(alert)},
    ]


def lacking(alert: Alert) -> list[str]:
    """What is not known yet, as sentences that say who can help."""
    reporter = _("the reporter may know")
    found = []
    if alert.latitude is None and not alert.pcode:
        found.append(_("No place: nobody can go there. Ask the reporter, or read the account."))
    elif alert.latitude is None:
        found.append(_("No position, only a named place."))
    if alert.low is None and alert.high is None:
        found.append(_("No number of bodies or remains: %(who)s.") % {"who": reporter})
    if alert.seen_on is None:
        found.append(_("No day on which it was seen: %(who)s.") % {"who": reporter})
    if not alert.dangers:
        found.append(_("Nobody said whether there are mines or other dangers. Treat the place as dangerous."))
    if not (alert.phone or alert.contact):
        found.append(_("No way to reach the reporter; only the receipt code leads back."))
    return found


def steps(user: Any, alert: Alert, unread: int) -> list[dict[str, Any]]:
    """What happens next and who must do it."""
    if alert.merged_into_id is not None and alert.merged_into is not None:
        url = alert.merged_into.get_absolute_url()
        return [
            step(
                _("Go on with alert %(number)s") % {"number": alert.merged_into.number},
                "duty_officer",
                url=url,
            )
        ]
    next_steps = []
    if unread:
        text = ngettext("Read %(n)d addition", "Read %(n)d additions", unread) % {"n": unread}
        next_steps.append(step(text, "hotline_operator", "duty_officer", url="#additions"))
    mark = due(alert)
    made = _next(user, alert)
    if made is not None:
        text, roles, name = made
        url = reverse(name, args=[alert.number]) if name and _may(user, alert, name) else None
        found = step(text, *roles, url=url, state=mark)
        if alert.state == State.ASSIGNED and alert.assigned_to is not None:
            found["who"] = str(alert.assigned_to)
        if alert.state == State.DOUBTED and alert.doubted_by is not None:
            found["who"] = _("a duty officer other than %(person)s") % {"person": alert.doubted_by}
        next_steps.append(found)
    return next_steps


def _next(user: Any, alert: Alert) -> tuple[str, tuple[str, ...], str] | None:
    """The one act that the state waits for: in words, by whom, at which address."""
    at: dict[str, tuple[str, tuple[str, ...], str]] = {
        State.RECEIVED: (
            _("Read it and say in one sentence what it is"), ("hotline_operator", "duty_officer"),
            "alert-acknowledge",
        ),
        State.ACKNOWLEDGED: (_("Say how soon somebody must act"), ("duty_officer",), "alert-triage"),
        State.TRIAGED: (_("Give it to somebody, or refer it"), ("duty_officer",), "alert-assign"),
        State.ASSIGNED: (_("Follow it to its end, then close it"), (), "alert-close"),
        State.DOUBTED: (_("Look again: is it unfounded?"), ("duty_officer",), "alert-confirm"),
    }  # fmt: skip
    return at.get(State(alert.state))


NEEDED = {
    "alert-acknowledge": "alerts.record",
    "alert-correct": "alerts.record",
    "alert-take": "alerts.record",
    "alert-add": "alerts.record",
    "alert-triage": "alerts.triage",
    "alert-assign": "alerts.triage",
    "alert-refer": "alerts.triage",
    "alert-link": "alerts.triage",
    "alert-close": "alerts.triage",
    "alert-reopen": "alerts.triage",
    "alert-merge": "alerts.triage",
    "alert-unmerge": "alerts.triage",
    "alert-compare": "alerts.record",
    "alert-doubt": "alerts.judge",
    "alert-confirm": "alerts.judge",
    "alert-take-back": "alerts.judge",
}
"""Address of an act to the permission that it needs."""

_OPEN_FROM: dict[str, Sequence[str]] = {
    "alert-acknowledge": rules.ACKNOWLEDGE,
    "alert-triage": rules.TRIAGE,
    "alert-assign": rules.ASSIGN,
    "alert-take": rules.ASSIGN,
    "alert-refer": rules.REFER,
    "alert-link": rules.LINK,
    "alert-close": rules.CLOSE,
    "alert-reopen": rules.REOPEN,
    "alert-doubt": rules.DOUBT,
    "alert-confirm": rules.CONFIRM,
    "alert-take-back": rules.TAKE_BACK,
    "alert-correct": rules.CORRECT,
    "alert-merge": tuple(State),
    "alert-compare": tuple(State),
    "alert-add": tuple(State),
}


def _may(user: Any, alert: Alert, name: str) -> bool:
    if name == "alert-close" and rules.has_it(user, alert):
        return True
    return bool(user.has_perm(NEEDED[name], alert))


def acts(user: Any, alert: Alert) -> list[dict[str, Any]]:
    """The acts that are open to this person now, the first one as the main one."""
    if alert.merged_into_id is not None:
        names = ["alert-unmerge"]
    else:
        names = [n for n, states in _OPEN_FROM.items() if alert.state in states]
        if alert.state == State.ASSIGNED and alert.assigned_to_id == user.pk:
            names.remove("alert-take")
        if alert.state in (State.TRIAGED, State.ASSIGNED) and rules.against_closing(alert):
            names.remove("alert-close")
        if alert.doubted_by_id == user.pk and "alert-confirm" in names:
            names.remove("alert-confirm")
    words = _words()
    return [
        {"name": n, "url": reverse(n, args=[alert.number]), "word": words[n]}
        for n in names
        if n in words and _may(user, alert, n)
    ]


def _words() -> dict[str, str]:
    return {
        "alert-acknowledge": _("Acknowledge"),
        "alert-triage": _("Triage"),
        "alert-assign": _("Give it to somebody"),
        "alert-take": _("Take it myself"),
        "alert-refer": _("Refer it"),
        "alert-link": _("Link to an incident or site"),
        "alert-close": _("Close it"),
        "alert-reopen": _("Open it again"),
        "alert-doubt": _("It looks unfounded"),
        "alert-confirm": _("Decide whether it is unfounded"),
        "alert-take-back": _("Take the doubt back"),
        "alert-correct": _("Correct the sentence"),
        "alert-merge": _("Merge into another alert"),
        "alert-unmerge": _("Take the merge apart"),
        "alert-add": _("Write down what was added by telephone"),
    }
