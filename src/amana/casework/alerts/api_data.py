"""What programs send and get about alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, FilterSchema, Schema

from amana.casework.alerts import queries, showing_alert
from amana.casework.alerts.models import Addition, Alert, Danger, Known, Likeness
from amana.casework.incidents.models import Counted


class AlertOut(Schema):
    """An alert, without what is sealed."""

    number: str
    office: str
    channel: str
    received_at: datetime
    state: str
    since: datetime
    due_at: datetime | None
    revision: int
    summary: str
    priority: str
    danger_to_life: bool
    tampering_risk: bool
    weather_risk: bool
    witness_risk: bool
    find_age: str
    latitude: float | None
    longitude: float | None
    uncertainty_m: float | None
    placed: str
    pcode: str
    counted: str
    low: int | None
    high: int | None
    seen_on: date | None
    dangers: list[str]
    digging: str
    touched: str
    anonymous: bool
    assigned_to: str | None
    referred_to: str
    merged_into: str | None

    @staticmethod
    def resolve_office(alert: Alert) -> str:
        """Code of the office that owns it."""
        return alert.office.code

    @staticmethod
    def resolve_assigned_to(alert: Alert) -> str | None:
        """Sign-in name of who has it."""
        return alert.assigned_to.username if alert.assigned_to else None

    @staticmethod
    def resolve_merged_into(alert: Alert) -> str | None:
        """Number of the alert that it stands in."""
        return alert.merged_into.number if alert.merged_into else None


class AdditionOut(Schema):
    """Something that was added; its words are opened apart."""

    id: UUID
    at: datetime
    alert: str
    by_reporter: bool
    read_at: datetime | None

    @staticmethod
    def resolve_alert(addition: Addition) -> str:
        """Number of the alert that it was added to."""
        return addition.alert.number

    @staticmethod
    def resolve_by_reporter(addition: Addition) -> bool:
        """Whether it came with the receipt code."""
        return addition.by_id is None


class LikenessOut(Schema):
    """Two alerts that may be of the same find, and why."""

    id: UUID
    alert: str
    other: str
    score: float
    distance_m: float | None
    days: float | None
    words_common: int | None
    words_of: int | None
    verdict: str
    reasons: list[str]

    @staticmethod
    def resolve_alert(row: Likeness) -> str:
        """The one that was compared."""
        return row.alert.number

    @staticmethod
    def resolve_other(row: Likeness) -> str:
        """The one it was compared with."""
        return row.other.number

    @staticmethod
    def resolve_reasons(row: Likeness) -> list[str]:
        """In words, in the caller's language."""
        return showing_alert.reasons(row)


class AlertDetail(AlertOut):
    """An alert with what belongs to it."""

    incident: str | None
    site: str | None
    merged: list[str]
    additions: list[AdditionOut]
    likenesses: list[LikenessOut]
    attachments: int

    @staticmethod
    def resolve_incident(alert: Alert) -> str | None:
        """Its number."""
        return alert.incident.number if alert.incident else None

    @staticmethod
    def resolve_site(alert: Alert) -> str | None:
        """Its number."""
        return alert.site.number if alert.site else None

    @staticmethod
    def resolve_merged(alert: Alert, context: Any) -> list[str]:
        """Numbers of those that stand in it."""
        return [a.number for a in queries.merged_into(context["request"].user, alert)]

    @staticmethod
    def resolve_additions(alert: Alert, context: Any) -> Any:
        """Of it and of those that stand in it."""
        user = context["request"].user
        return queries.additions(user, [alert, *queries.merged_into(user, alert)])

    @staticmethod
    def resolve_likenesses(alert: Alert, context: Any) -> Any:
        """Pairs that the caller sees."""
        return queries.likenesses(context["request"].user, alert)

    @staticmethod
    def resolve_attachments(alert: Alert, context: Any) -> int:
        """How many files came with it and with those that stand in it."""
        user = context["request"].user
        return len(queries.attachments(user, [alert, *queries.merged_into(user, alert)]))


class AlertFilter(FilterSchema):
    """What to look for; empty is everything."""

    words: str = ""
    state: Literal[
        "", "received", "acknowledged", "triaged", "assigned", "referred", "doubted", "unfounded", "closed"
    ] = ""
    priority: Literal["", "none", "now", "today", "week", "planned"] = ""
    whose: Literal["", "mine", "nobody"] = ""
    place: str = Field("", max_length=120)
    days: int | None = Field(None, ge=1, le=36_500)
    photos: bool = False
    danger: bool = False
    overdue: bool = False
    unread: bool = False


class LaneOut(Schema):
    """How many wait in one state."""

    state: str
    count: int
    overdue: int


class AlertIn(Schema):
    """What somebody reported to an operator or a program."""

    channel: Literal["phone", "walk_in", "office", "media"] = "phone"
    account: str
    language: Literal["ar", "en"] = "ar"
    position: str = ""
    place_words: str = ""
    pcode: str = ""
    counted: Counted | None = None
    count_words: str = ""
    seen_on: date | None = None
    when_words: str = ""
    dangers: list[Danger] = []
    digging: Known = Known.UNKNOWN
    touched: Known = Known.UNKNOWN
    anonymous: bool = True
    reporter: str = ""
    phone: str = ""
    contact: str = ""
    form: str = Field("", max_length=64, description="The same text with the same content makes one alert.")


class ReceivedOut(Schema):
    """The alert, and the code to read out; it is shown this once."""

    alert: AlertOut
    receipt: str


class Seen(Schema):
    """The revision that was read."""

    seen: int = Field(ge=0)


class SummaryIn(Seen):
    """The office's own sentence."""

    summary: str


class CorrectIn(SummaryIn):
    """The sentence, said better."""

    reason: str


class TriageData(Schema):
    """How soon somebody must act, and what is in danger."""

    priority: Literal["now", "today", "week", "planned"]
    danger_to_life: bool = False
    tampering_risk: bool = False
    weather_risk: bool = False
    witness_risk: bool = False
    find_age: Literal["days", "weeks", "months", "years", "unknown"] = "unknown"


class TriageIn(TriageData, Seen):
    """A triage of what was read."""


class AssignIn(Seen):
    """Sign-in name of who takes it."""

    to: str


class ReferIn(Seen):
    """Whom it goes to, and what they were told."""

    to: str
    words: str


class ReasonIn(Seen):
    """Why."""

    reason: str


class LinkIn(Seen):
    """Numbers of an incident and a site; empty takes the link away."""

    incident: str = ""
    site: str = ""
    reason: str = ""


class NewIn(Seen):
    """Names of what is made from it."""

    name_en: str
    name_ar: str


class MergeIn(ReasonIn):
    """The alert that goes on, and the revision of it that was read."""

    head: str
    head_seen: int = Field(ge=0)


class VerdictIn(Schema):
    """What a person made of two alerts that are not merged."""

    verdict: Literal["open", "related", "different"]
    reason: str = ""


class WhyIn(Schema):
    """Why sealed text is opened."""

    reason: str


class TextIn(Schema):
    """What was told later."""

    text: str


class OneSummary(Schema):
    """One of many that are acknowledged."""

    number: str
    summary: str


class OneTriage(TriageData):
    """One of many that are triaged."""

    number: str


class Made(Schema):
    """Number of what was made."""

    number: str
