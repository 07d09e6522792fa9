"""Missions, scene records, hand-overs and irregularities as the pages show them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from amana.casework.accounts.roles import roles
from amana.casework.common.faults import in_words
from amana.casework.recovery.gate import Standing
from amana.casework.recovery.models import Irregularity, Mission, SceneStep, Surrender
from amana.casework.recovery.scene import Question, Step
from amana.casework.recovery.scene_record import DONE, MISSING, NONE, PART, Place

State = Mission.State
_STATES = {
    State.PLANNED: "waiting", State.RELEASED: "done", State.UNDER_WAY: "active", State.ENDED: "closed",
    State.RECALLED: "blocked", State.CANCELLED: "closed",
}  # fmt: skip
_WHY = {
    "hazard": gettext_lazy("The explosive hazard of the site is no longer cleared."),
    "waiver": gettext_lazy("The waiver for the cleared part was revoked."),
    "authorisation": gettext_lazy("The authorisation of the work was withdrawn."),
}
_GRADES = {"A": "done", "B": "done", "C": "attention", "D": "attention"}


def language() -> str:
    """The reader's language."""
    return "ar" if get_language() == "ar" else "en"


def state_of_mission(mission: Mission) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": _STATES[State(mission.state)], "word": mission.get_state_display()}


def why_stopped(mission: Mission) -> str:
    """Why it was recalled or cancelled: in a person's words, or what fell by itself."""
    return str(_WHY.get(mission.stopped_why, mission.stopped_why))


def ground(mission: Mission) -> str:
    """What its release rests on, in words."""
    words = mission.released_on.split()
    if not words:
        return ""
    found = _("The site is cleared.") if words[0] == "cleared" else _("Two people signed a waiver.")
    return f"{found} {_('The work is authorised.')}" if "authorisation" in words else found


def unmet_shown(standing: Standing) -> list[dict[str, str]]:
    """What is missing before the gate, each with who can see to it."""
    return [
        {"text": in_words(u.problem), "who": _(", ").join(str(roles()[r].label) for r in u.who)}
        for u in standing.unmet
    ]


# --- the scene record -----------------------------------------------------------------------------


def state_of_place(place: Place) -> dict[str, str]:
    """For ``components/state.html``."""
    shown = {
        DONE: ("done", _("done")), NONE: ("done", _("looked for, none there")),
        PART: ("active", _("begun")), MISSING: ("waiting", _("missing")),
    }  # fmt: skip
    kind, word = shown.get(place.state, ("unknown", _("not asked for")))
    return {"kind": kind, "word": word}


def label_of(words: Any) -> str:
    """The words of a step, question or choice in the reader's language."""
    return str(words.get(language(), ""))


def answers_shown(step: Step, row: SceneStep) -> list[dict[str, Any]]:
    """Question and answer of a row, for ``components/facts.html``; also questions no longer asked."""
    found = []
    for question in step.questions:
        if question.key in row.values:
            value, kind = answer_shown(question, row.values[question.key])
            found.append({"label": label_of(question.label), "value": value, "kind": kind})
    return found


def answer_shown(question: Question, value: Any) -> tuple[Any, str]:
    """One answer, and the kind of the tag ``value`` that shows it."""
    if question.kind == "yesno":
        return (_("yes") if value else _("no")), "text"
    if question.kind == "choice":
        return question.words_of(value, language()), "text"
    if question.kind == "choices":
        return _(", ").join(question.words_of(v, language()) for v in value), "text"
    if question.kind == "time":
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00")), "time"
    if question.kind == "position":
        return value.get("written") or f"{value['latitude']:.6f}, {value['longitude']:.6f}", "id"
    if question.kind == "people":
        return "\n".join(person_shown(p) for p in value), "lines"
    if question.kind == "number":
        return value, "number"
    return value, "lines"


def person_shown(person: dict[str, str]) -> str:
    """Somebody who was present, on one line."""
    parts = [person["who"], person.get("office", "")]
    hours = [person.get("arrived", ""), person.get("left", "")]
    if any(hours):
        parts.append(f"\u2066{hours[0] or '…'}–{hours[1] or '…'}\u2069")
    return _(", ").join(p for p in parts if p)


# --- hand-overs and irregularities ----------------------------------------------------------------


def grade_shown(surrender: Surrender) -> dict[str, str]:
    """For ``components/state.html``: the letter and what it means."""
    word = _("%(letter)s: %(meaning)s") % {
        "letter": surrender.grade, "meaning": surrender.get_grade_display()
    }  # fmt: skip
    return {"kind": _GRADES[surrender.grade], "word": word}


def state_of_irregularity(irregularity: Irregularity) -> dict[str, str]:
    """For ``components/state.html``."""
    if irregularity.answered_at is None:
        return {"kind": "waiting", "word": _("not answered")}
    return {"kind": "done", "word": _("answered")}


def is_today(mission: Mission) -> bool:
    """Whether the mission is planned for today, where the reader is."""
    return bool(mission.planned_for == timezone.localdate())
