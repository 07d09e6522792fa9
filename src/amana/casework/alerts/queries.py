"""Reading alerts: lists, the lanes of the duty board, one alert with what belongs to it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from amana.casework.accounts.models import User
from amana.casework.alerts.models import Addition, Alert, Attachment, Danger, Likeness
from amana.casework.audit.models import Entry, Tree
from amana.casework.audit.protection import ProtectedField
from amana.casework.numbers.queries import numbered
from amana.casework.places.models import Place
from amana.casework.places.queries import search_places

SHOWN = 15
"""So many alerts stand in a lane; the list has the others."""
MOST_UNREAD = 5000
"""Of more additions that nobody read the oldest are told of."""
SEALED = tuple(f.attname for f in Alert._meta.concrete_fields if isinstance(f, ProtectedField))
"""Columns that a list neither shows nor reads."""
_KINDS = ("alerts.alert", "alerts.addition", "alerts.attachment")
_PCODE = re.compile(r"[A-Za-z]{2}\d+")
_LOOKED_AT = 5000
"""Over more entries of the log than this nobody looks whether one is of an alert: the board is drawn anew."""


@dataclass
class Row:
    """An alert as the board shows it, with what it does not hold itself."""

    alert: Alert
    unread: int = 0
    media: int = 0
    merged: int = 0


@dataclass
class Lane:
    """One state of the board: the first rows by when the next act is due, and how many there are."""

    state: str
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    overdue: int = 0

    @property
    def label(self) -> str:
        """What the state is called."""
        return str(Alert.State(self.state).label)

    @property
    def left(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def alerts(user: Any) -> Any:
    """Alerts that the person sees, without what is sealed."""
    rows = Alert.objects.visible_to(user).select_related("assigned_to", "merged_into")
    # Not joined: a database may begin with the few offices, and then sort every alert of each.
    return rows.prefetch_related("office").defer(*SEALED, *(f"merged_into__{f}" for f in SEALED))


def alert(user: Any, number: str) -> Alert:
    """One of them whole, by its number; 404 if there is none."""
    rows = Alert.objects.visible_to(user).select_related(
        "office", "subject", "entered_by", "acknowledged_by", "assigned_to", "doubted_by", "incident", "site",
        "merged_into",
    )  # fmt: skip
    found: Alert = numbered(rows, number)
    return found


def by_number(user: Any, number: str) -> Alert | None:
    """One of them, by a number that somebody typed; None if there is none to be seen."""
    try:
        return numbered(Alert.objects.visible_to(user).select_related("office"), number.strip())  # type: ignore[no-any-return]
    except Http404:
        return None


def waiting_rows(user: Any) -> Any:
    """What the board is of: alerts that wait for somebody, each find once."""
    return alerts(user).filter(state__in=Alert.OPEN, merged_into=None)


def lanes(rows: Any, *, states: Sequence[str] = Alert.OPEN, shown: int = SHOWN) -> list[Lane]:
    """The lanes of these rows: two questions for all, and one for each lane.

    Parameters
    ----------
    rows
        Narrowed :func:`waiting_rows`.
    """
    now = timezone.now()
    counted = (
        rows.order_by().values("state").annotate(n=Count("*"), late=Count("due_at", filter=Q(due_at__lt=now)))
    )
    counts = {c["state"]: c for c in counted}
    made = []
    for state in states:
        lane = Lane(str(state))
        if state in counts:
            lane.count, lane.overdue = counts[state]["n"], counts[state]["late"]
            found = rows.filter(state=state).order_by("due_at", "received_at", "pk")[:shown]
            lane.rows = [Row(a) for a in found]
        made.append(lane)
    _fill([row for lane in made for row in lane.rows])
    return made


def _fill(rows: Sequence[Row]) -> None:
    """What else the rows show, with three questions for all of them."""
    keys = [row.alert.pk for row in rows]
    if not keys:
        return
    heads = _heads(keys)
    unread, media = unread_of(keys, heads), _counted(Attachment.objects, keys, heads)
    merged = Counter(heads.values())
    for row in rows:
        pk = row.alert.pk
        row.unread, row.media, row.merged = unread[pk], media[pk], merged[pk]


def unread_of(keys: Collection[Any], heads: Mapping[Any, Any] | None = None) -> Counter[Any]:
    """Additions that nobody read, of these alerts and of those that were merged into them."""
    return _counted(Addition.objects.filter(read_at=None), keys, _heads(keys) if heads is None else heads)


def _heads(keys: Collection[Any]) -> dict[Any, Any]:
    """What was merged into these alerts, each with the one that it stands in."""
    return dict(Alert.objects.filter(merged_into__in=keys).values_list("pk", "merged_into_id"))


def _counted(rows: Any, keys: Collection[Any], heads: Mapping[Any, Any]) -> Counter[Any]:
    found = rows.filter(alert__in=[*keys, *heads]).order_by().values_list("alert_id", flat=True)
    return Counter(heads.get(pk, pk) for pk in found)


# Narrowing


def narrowed(
    rows: Any,
    user: Any,
    *,
    words: str = "",
    state: str = "",
    priority: str = "",
    whose: str = "",
    place: str = "",
    days: int | None = None,
    photos: Any = False,
    danger: Any = False,
    overdue: Any = False,
    unread: Any = False,
) -> Any:
    """Those that fit everything that is given.

    Parameters
    ----------
    priority
        How soon; ``none`` for those without a triage.
    whose
        ``mine`` or ``nobody``.
    days
        Received in the last so many days.
    photos, danger, overdue, unread
        Only those: with files, with danger, overdue, with additions that nobody read.
    """
    if state:
        rows = rows.filter(state=state)
    if priority:
        rows = rows.filter(priority="" if priority == "none" else priority)
    if whose:
        rows = mine(rows, user) if whose == "mine" else rows.filter(assigned_to=None)
    if place.strip():
        rows = at_place(rows, place.strip())
    if days:
        rows = since_days(rows, days)
    for asked, narrow in (
        (photos, with_media), (danger, with_danger), (overdue, are_overdue), (unread, with_unread),
    ):  # fmt: skip
        rows = narrow(rows) if asked else rows
    return rows.matching(words)


def with_media(rows: Any) -> Any:
    """Those that came with a photo, a video or a paper."""
    return rows.filter(Exists(Attachment.objects.filter(alert=OuterRef("pk"))))


def with_danger(rows: Any) -> Any:
    """Those that name a danger, or that a triage found dangerous."""
    named = ~Q(dangers=[]) & ~Q(dangers=[Danger.NONE_SEEN.value])
    return rows.filter(named | Q(danger_to_life=True) | Q(witness_risk=True))


def are_overdue(rows: Any) -> Any:
    """Those whose next act was not done in time."""
    return rows.filter(due_at__lt=timezone.now(), merged_into=None)


def mine(rows: Any, user: Any) -> Any:
    """Those that this person has."""
    return rows.filter(assigned_to=user.pk, state=Alert.State.ASSIGNED)


def with_unread(rows: Any) -> Any:
    """Those to which something was added that nobody read."""
    unread = Addition.objects.filter(read_at=None)
    return rows.filter(
        Exists(unread.filter(alert=OuterRef("pk"))) | Exists(unread.filter(alert__merged_into=OuterRef("pk")))
    )


def at_place(rows: Any, text: str) -> Any:
    """Those at a place: by its P-code or the beginning of one, or by a name in any spelling."""
    if _PCODE.fullmatch(text):
        return rows.filter(pcode__startswith=text.upper())
    asked = Q(pk=None)
    for place in search_places(text):
        asked |= Q(pcode__startswith=place.pcode) if place.is_area else Q(pcode=place.pcode)
    return rows.filter(asked)


def since_days(rows: Any, days: int) -> Any:
    """Those received in the last so many days."""
    return rows.filter(received_at__gte=timezone.now() - datetime.timedelta(days=days))


# Where


def positions(rows: Any, most: int) -> list[Alert]:
    """Up to one more than `most` of these alerts that have a position, the most urgent first."""
    return list(rows.exclude(latitude=None).order_by("due_at", "pk")[: most + 1])


def by_place(rows: Any, most: int = 40) -> list[dict[str, Any]]:
    """How many of these alerts each named place has, with how many are overdue; the fullest places first."""
    now = timezone.now()
    counted = (
        rows.order_by().values("pcode").annotate(n=Count("*"), late=Count("due_at", filter=Q(due_at__lt=now)))
    )
    return list(counted.order_by("-n", "pcode")[:most])


def places_of(pcodes: Collection[str]) -> list[Place]:
    """Places of these P-codes, with one question."""
    return list(Place.objects.filter(pcode__in=pcodes)) if pcodes else []


# What changed


def head_of_log() -> int:
    """How long the log is: what changed since is asked by this."""
    return Tree.objects.values_list("size", flat=True).get(pk=1)  # type: ignore[no-any-return]


def changed_since(size: int, now: int) -> bool:
    """Whether anything about alerts was written between two lengths of the log."""
    if size >= now:
        return False
    if now - size > _LOOKED_AT:
        return True
    return Entry.objects.filter(index__range=(size, now - 1), object_type__in=_KINDS).exists()


# One alert


def revision(alert: Alert) -> int:
    """What was done to it so far, as a number, now."""
    return Alert.objects.values_list("revision", flat=True).get(pk=alert.pk)  # type: ignore[no-any-return]


def merged_into(user: Any, head: Alert) -> list[Alert]:
    """Those that stand in it."""
    return list(alerts(user).filter(merged_into=head).order_by("received_at"))


def additions(user: Any, family: Iterable[Alert]) -> list[Addition]:
    """What was added to an alert and to those that stand in it, the newest first."""
    rows = Addition.objects.visible_to(user).filter(alert__in=[a.pk for a in family])
    return list(rows.select_related("alert", "by", "read_by", "subject").order_by("-at"))


def unread(user: Any) -> Any:
    """Additions to alerts of one's own office that nobody read, the oldest first."""
    # The few unread ones first: joined, a database may begin with every alert of the office.
    waiting = Addition.objects.filter(read_at=None).order_by("at").values_list("pk", flat=True)
    rows = Addition.objects.visible_to(user).filter(pk__in=list(waiting[:MOST_UNREAD]), read_at=None)
    return rows.filter(alert__office=user.office_id).select_related("alert__merged_into").order_by("at")


def attachments(user: Any, family: Iterable[Alert]) -> list[Attachment]:
    """Photos, videos and papers of an alert and of those that stand in it."""
    rows = Attachment.objects.visible_to(user).filter(alert__in=[a.pk for a in family])
    return list(rows.select_related("alert", "file", "addition").order_by("at"))


def likenesses(user: Any, alert: Alert) -> list[Likeness]:
    """Pairs with other alerts that the person sees, from whichever side they were compared."""
    rows = Likeness.objects.filter(Q(alert=alert) | Q(other=alert)).select_related("judged_by")
    rows = list(rows.order_by("-score", "pk"))
    others = {r.other_id if r.alert_id == alert.pk else r.alert_id for r in rows}
    seen = {a.pk: a for a in alerts(user).filter(pk__in={*others, alert.pk})}
    shown = [r for r in rows if r.alert_id in seen and r.other_id in seen]
    for row in shown:
        row.alert, row.other = seen[row.alert_id], seen[row.other_id]
    return shown


def takers(user: Any) -> list[User]:
    """People of one's office who may have an alert: active, and with a role that sees alerts."""
    rows = User.objects.filter(office=user.office_id, is_active=True).prefetch_related("holdings")
    return [u for u in rows.order_by("username") if "alerts.view" in u.granted]
