"""How pages show people, roles and tokens."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.accounts.models import Holding, Token, User, today
from amana.casework.accounts.roles import roles


def holding_state(holding: Holding) -> dict[str, str]:
    """Held, to come, or over."""
    day = today()
    if holding.is_over(day):
        return {"kind": "closed", "word": _("over")}
    if holding.is_current(day):
        return {"kind": "done", "word": _("held now")}
    return {"kind": "waiting", "word": _("to come")}


def holding_rows(user: User) -> list[dict[str, Any]]:
    """Every role a person holds or held: those of today first."""
    order = {"done": 0, "waiting": 1, "closed": 2}
    rows = [
        {
            "holding": h,
            "label": roles()[h.role].label,
            "privileged": roles()[h.role].privileged,
            "state": holding_state(h),
            "last": h.ended_at or h.end,
        }
        for h in user.holdings.all()
    ]
    return sorted(rows, key=lambda r: (order[r["state"]["kind"]], r["holding"].start))


def token_state(token: Token) -> dict[str, str]:
    """Valid, revoked, or over."""
    if token.revoked_at is not None:
        return {"kind": "blocked", "word": _("revoked")}
    if not token.is_valid:
        return {"kind": "closed", "word": _("over")}
    return {"kind": "done", "word": _("lets in")}


def person_state(user: User) -> dict[str, str]:
    """Whether somebody works, has not begun, or is shut out.  Wants ``queries.people``."""
    if not user.is_active:
        return {"kind": "closed", "word": _("account closed")}
    if not user.has_usable_password():
        return {"kind": "waiting", "word": _("has not begun")}
    if user.is_privileged and not user.has_second_factor:
        return {"kind": "attention", "word": _("second factor missing")}
    return {"kind": "done", "word": _("works")}


def next_steps(by: User, person: User) -> list[dict[str, Any]]:
    """What must happen before somebody can work, and who does it.  Wants ``queries.people``."""
    if not person.is_active:
        return []
    waiting = {"kind": "waiting", "word": _("waiting")}
    steps = []
    if not person.roles:
        text = _("Give a role: without one, this person sees nothing.")
        url = reverse("person-roles", args=[person.pk])
        steps.append({"text": text, "who": _("Administrator"), "url": url, "state": waiting})
    if not person.has_usable_password():
        steps.append({**_first_code(person), "state": waiting})
    if person.is_privileged and not person.has_second_factor:
        text = _("Set up a second factor: this role can do nothing before.")
        state = {"kind": "attention", "word": _("second factor missing")}
        steps.append({"text": text, "who": str(person), "state": state})
    for recovery in person.recoveries.filter(agreed_at=None).select_related("asked_by"):
        if recovery.is_waiting:
            own = by.pk == recovery.asked_by_id
            steps.append(
                {
                    "text": _("Agree to the recovery that %(who)s asked for.") % {"who": recovery.asked_by},
                    "who": _("A second administrator"),
                    "due": recovery.ends_at,
                    "url": None if own else reverse("recovery-agree", args=[recovery.pk]),
                    "state": waiting,
                }
            )
    return steps


def _first_code(person: User) -> dict[str, Any]:
    code = person.first_codes.filter(used_at=None, expires_at__gt=timezone.now()).first()
    if code is None:
        text = _("Make a first-time code and hand it over.")
        return {"text": text, "who": _("Administrator"), "url": reverse("person-code", args=[person.pk])}
    return {
        "text": _("Set a password with the code that was handed over."),
        "who": str(person),
        "due": code.expires_at,
    }
