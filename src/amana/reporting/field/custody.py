"""Who answered for a unit and when, from its custody events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from amana.problems import Language
from amana.reporting.field.words import field_texts, isolated_words, one_line, zone
from amana.reporting.svg import isolated

CustodyKind = Literal[
    "taken",
    "offered",
    "accepted",
    "refused",
    "withdrawn",
    "disputed",
    "settled",
    "moved",
    "missing",
    "found",
    "ended",
]
State = Literal["held", "offered", "disputed", "nobody"]
_LEAVES_DISPUTE = ("moved", "offered", "refused", "withdrawn")


@dataclass(frozen=True)
class CustodyEvent:
    """One thing that happened to the custody of a unit.

    Attributes
    ----------
    who
        Who takes, is offered, accepts, refuses, disputes, or finds it again; after ``settled``, who
        answers for it, where that changes; nobody for the other kinds.  The same holder always by the same
        name: an acceptance by another than the offer was made to is a break in the chain.
    place
        Where it is then; of ``moved``, whereto.
    on_paper
        Whether a signed paper was entered later.
    """

    kind: CustodyKind
    at: datetime
    who: str = ""
    place: str = ""
    seal: str = ""
    remarks: str = ""
    on_paper: bool = False


@dataclass(frozen=True)
class Stretch:
    """From one event to the next: who answers (empty for nobody), and how it stands.

    ``end`` is None where it goes on.  ``broken`` says that the event that began it lacks the offer that
    it needs: the chain has a gap there.
    """

    event: CustodyEvent
    holder: str
    state: State
    end: datetime | None
    broken: bool = False


def stretches(events: Sequence[CustodyEvent]) -> list[Stretch]:
    """The stretches of a custody in the order of time.

    That after ``ended`` has no holder and is ``held``.
    """
    ordered = sorted(events, key=lambda e: e.at)
    found: list[Stretch] = []
    holder = ""
    state: State = "nobody"
    offered: str | None = None  # to whom
    disputed = False
    for i, event in enumerate(ordered):
        broken = (event.kind == "accepted" and (offered is None or event.who not in ("", offered))) or (
            event.kind == "taken" and bool(holder) and holder != event.who
        )
        if event.kind in ("taken", "accepted", "found", "settled"):
            holder = event.who or (offered if event.kind == "accepted" else "") or holder
        elif event.kind in ("missing", "ended"):
            holder = ""
        offered = event.who if event.kind == "offered" else None if event.kind != "moved" else offered
        disputed = event.kind == "disputed" or (disputed and event.kind in _LEAVES_DISPUTE)
        state = "offered" if offered is not None else "disputed" if disputed else "held"
        if not holder and event.kind != "ended":
            state = "nobody"
        end = ordered[i + 1].at if i + 1 < len(ordered) else None
        found.append(Stretch(event, holder, state, end, broken))
    return found


def time_of(value: datetime) -> str:
    """``2026-11-24 14:05``, left-to-right in every language.

    Raises
    ------
    ValueError
        For a time without its zone.
    """
    zone(value)
    return isolated(f"{value:%Y-%m-%d}\u00a0{value:%H:%M}")


def event_words(stretch: Stretch, language: Language) -> str:
    """What happened, with the name in it: ``offered to Homs forensic department``."""
    say, event = field_texts(language), stretch.event
    about = event.place if event.kind == "moved" else event.who
    named = event.kind not in ("withdrawn", "missing", "ended", "settled")
    text = say.entries[f"custody_event.{event.kind}"]
    if about and named:
        return f"{text} {isolated_words(one_line(about))}"
    return text


def event_notes(stretch: Stretch, language: Language) -> list[str]:
    """What else is known of it: a missing offer, paper, place, seal, remarks."""
    say, event = field_texts(language), stretch.event
    found = [say.entries["custody.break"]] if stretch.broken else []
    if event.on_paper:
        found.append(say.entries["custody.on_paper"])
    if event.place and event.kind != "moved":
        found.append(isolated_words(one_line(event.place)))
    if event.seal:
        found.append(say.plain("custody.seal", seal=isolated(one_line(event.seal))))
    if event.remarks:
        found.append(isolated_words(one_line(event.remarks)))
    return found


def holder_words(stretch: Stretch, language: Language) -> str:
    """Who answers after the event."""
    say = field_texts(language)
    if stretch.event.kind == "ended":
        return say.entries["custody_event.ended"]
    return isolated_words(one_line(stretch.holder)) if stretch.holder else say.entries["custody.nobody"]


def custody_table(events: Sequence[CustodyEvent], language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and rows that say in words what :func:`custody_timeline_svg` draws."""
    say = field_texts(language)
    heads = [say.entries[f"custody.column_{key}"] for key in ("at", "event", "holder", "more")]
    rows = [
        [
            time_of(s.event.at),
            event_words(s, language),
            holder_words(s, language),
            say.entries["list.semicolon"].join(event_notes(s, language)),
        ]
        for s in stretches(events)
    ]
    return heads, rows
