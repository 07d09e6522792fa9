"""The state of a site, how it came there, and what can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from amana.casework.sites import rules
from amana.casework.sites.models import Dismissal, Site, Stage

State = Site.State
SHOWN = 6
"""So many of the newest changes stand open; those before them are folded away."""
_KINDS = {
    State.SUSPECTED: "waiting",
    State.VERIFIED: "active",
    State.SECURED: "active",
    State.AUTHORISED: "active",
    State.IN_WORK: "active",
    State.COVERED: "done",
    State.COMPLETED: "done",
    State.MONITORED: "active",
    State.DISTURBED: "attention",
    State.DISMISSED: "closed",
}
ACTS = {
    State.SUSPECTED: _lazy("Open it again"),
    State.VERIFIED: _lazy("Confirm that remains are here"),
    State.SECURED: _lazy("Say that it is secured"),
    State.IN_WORK: _lazy("Say that work goes on"),
    State.COVERED: _lazy("Say that it is covered again"),
    State.COMPLETED: _lazy("Complete the site"),
    State.MONITORED: _lazy("Have it watched"),
}
"""What a button says that takes a site into each state."""
ASKED = {
    State.SUSPECTED: _lazy("What is new, or what was wrong before"),
    State.VERIFIED: _lazy("What was seen there that confirms it, and by whom"),
    State.SECURED: _lazy("How it is secured: who guards it, what closes it off"),
    State.IN_WORK: _lazy("Which work goes on"),
    State.COVERED: _lazy("How it was covered, and what still lies below"),
    State.COMPLETED: _lazy("How it ended: what was recovered, and why nothing more is expected"),
    State.MONITORED: _lazy("Why it is watched"),
}
"""What is asked for then."""


def state_of(site: Site) -> dict[str, Any]:
    """For ``components/state.html``."""
    return kind_of(site.state, site.get_state_display())


def kind_of(state: str, word: Any) -> dict[str, Any]:
    """A state with its shape."""
    return {"kind": _KINDS[State(state)], "word": word}


def path(site: Site, stages: Sequence[Stage], dismissals: Sequence[Dismissal], user: Any) -> dict[str, Any]:
    """How the site came into its state, the newest first, and what can follow.

    Parameters
    ----------
    stages, dismissals
        The newest first.
    """
    rows = [
        {"state": kind_of(s.after, s.get_after_display()), "at": s.at, "who": str(s.by), "reason": s.reason}
        for s in stages
    ]
    return {
        "now": state_of(site),
        "since": site.state_since,
        "rows": rows[:SHOWN],
        "older": rows[SHOWN:],
        "acts": _acts(site, dismissals, user),
        "dismissals": [_dismissal(d, site, user) for d in dismissals],
    }


def _acts(site: Site, dismissals: Sequence[Dismissal], user: Any) -> list[dict[str, Any]]:
    found = [
        {"label": ACTS[s.after], "url": reverse("site-state", args=[site.number, s.after])}
        for s in rules.next_steps(site, user)
        if s.after != State.IN_WORK or site.state == State.AUTHORISED
    ]
    waits = any(d.looked_at is None for d in dismissals)
    may = user.has_perm(rules.RECORD, site)
    if rules.step(site.state, State.DISMISSED) is not None and may and not waits:
        url = reverse("site-dismiss", args=[site.number])
        found.append({"label": _("Say that no remains are here"), "url": url})
    return found


def _dismissal(dismissal: Dismissal, site: Site, user: Any) -> dict[str, Any]:
    waits = dismissal.looked_at is None
    kind, word = ("waiting", _("waits for a second person")) if waits else ("closed", _("kept"))
    if dismissal.agreed:
        kind, word = "done", _("agreed by a second person")
    may = waits and user.has_perm(rules.CLOSE, site) and dismissal.by_id != user.pk
    return {
        "state": {"kind": kind, "word": word},
        "reason": dismissal.reason,
        "who": str(dismissal.by),
        "at": dismissal.at,
        "second": str(dismissal.looked_by) if dismissal.looked_by_id else "",
        "second_at": dismissal.looked_at,
        "second_words": dismissal.second_words,
        "url": reverse("site-look-again", args=[site.number, dismissal.pk]) if may else None,
    }
