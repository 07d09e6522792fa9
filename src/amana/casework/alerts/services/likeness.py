"""Alerts that may be of the same find: by distance, by time, by words, each with what was compared.

The accounts are opened in memory, for the comparison alone; that is an entry of the log.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from amana.casework.alerts.models import Alert, Likeness
from amana.casework.audit.keyring import keyring
from amana.casework.audit.writing import writing
from amana.geography import distance_m
from amana.geography.plane import radii
from amana.names import fold_tokens

RECORD = "alerts.record"
REACH_M = 1000.0
"""Finds farther apart than this, beyond the uncertainty of both, are not alike by place."""
BOX_M = 5000.0
"""Positions within this distance are looked at at all."""
WINDOW = datetime.timedelta(days=120)
"""Alerts of one named place are compared within this time; those at one position whenever they came."""
DAYS_APART = 30
"""Days after which time says nothing for the same find."""
MOST, KEPT, LEAST = 200, 10, 0.5
"""How many are looked at for each reason; how many are kept; how alike they must be."""
_METRES_PER_DEGREE = math.radians(1) * radii(0.0)[0]  # of latitude; least at the equator
_ASSUMED_M = 50.0  # uncertainty of a position that says none
_FEWEST_WORDS = 4
_WEIGHTS = {"place": 0.5, "time": 0.2, "words": 0.3}
_SAME_PLACE = 0.5  # what one P-code says where there is no distance

# Words that every account holds, folded; they say nothing of a find.
_COMMON = frozenset(
    # As one text each: words in a list would be hard to read here.
    word
    for text in (
        "the a an and or of in on at to is are was were it there i we he she they this that with for from by",
        "في من على الي عن مع هذا هذه ذلك هناك كان كانت يوجد انا نحن هو هي هم ان انه و او ما لا قرب عند",
    )
    for word in text.split()
)


@dataclass(frozen=True)
class Compared:
    """What comparing two alerts gave; None where one of the two does not say.

    ``distance_m`` in metres with ``reach_m``, the sum of both uncertainties; ``days`` between what was seen,
    or between the reports; ``common`` of ``of`` words of the shorter account.
    """

    other: Alert
    score: float
    distance_m: float | None
    days: float
    common: int | None
    of: int | None


def find(by: Any, alert: Alert) -> list[Likeness]:
    """Look for alerts of the office that may be of the same find, and keep the best of them with reasons.

    What a person made of a pair stays; a pair that nobody looked at is computed anew.

    Raises
    ------
    PermissionDenied
        Without the right to record on the alert.
    """
    others = candidates(alert)
    opened = _accounts([alert, *others]) if others else {}
    best = sorted((compare(alert, o, opened) for o in others), key=lambda c: -c.score)
    kept = [c for c in best if c.score >= LEAST][:KEPT]
    with writing(by, "alerts.likeness.found", may=RECORD, on=alert) as log:
        if opened:
            values = {"field": "account", "opened": len(opened), "kept": [c.other.number for c in kept]}
            # Whose accounts were opened is in the values: each is of a person with a key of their own.
            values["alerts"] = [a.number for a in (alert, *others) if a.pk in opened]
            log.note("alerts.alert", alert.pk, values, action="protected.compared")
        # Locked in one order: two who compare the same pair at once, from either side, make one row of it.
        list(
            Alert.objects.select_for_update()
            .filter(pk__in=[alert.pk, *(c.other.pk for c in kept)])
            .order_by("pk")
        )
        known = _known(alert)
        made = [_row(known, alert, c) for c in kept]
        fresh = [row for row in made if row._state.adding]
        again = [row for row in made if not row._state.adding and row.verdict == Likeness.Verdict.OPEN]
        log.save_new(fresh)
        log.save_changed(again, ("score", "distance_m", "days", "words_common", "words_of"))
    return made


def candidates(alert: Alert) -> list[Alert]:
    """Other alerts of its office that stand near it or are of its place; none that stands in another."""
    rows = Alert.objects.filter(office=alert.office_id, merged_into=None).exclude(pk=alert.pk)
    found: dict[Any, Alert] = {}
    if alert.latitude is not None and alert.longitude is not None:
        near = rows.filter(box(alert.latitude, alert.longitude, BOX_M))
        found |= {a.pk: a for a in near.order_by("-received_at")[:MOST]}
    if alert.pcode:
        between = (alert.received_at - WINDOW, alert.received_at + WINDOW)
        there = rows.filter(pcode=alert.pcode, received_at__range=between)
        found |= {a.pk: a for a in there.order_by("-received_at")[:MOST]}
    return list(found.values())


def box(latitude: float, longitude: float, metres: float) -> Q:
    """Positions within a square around a place: a condition that an index answers."""
    north = metres / _METRES_PER_DEGREE
    # A degree of longitude shrinks with the cosine; near a pole every longitude is near.
    farthest = abs(latitude) + north
    east = 180.0 if farthest > 89 else north / math.cos(math.radians(farthest))
    sides = Q(longitude__range=(longitude - east, longitude + east))
    if longitude + east > 180:
        sides |= Q(longitude__lte=longitude + east - 360)
    if longitude - east < -180:
        sides |= Q(longitude__gte=longitude - east + 360)
    return Q(latitude__range=(latitude - north, latitude + north)) & sides


def compare(alert: Alert, other: Alert, accounts: dict[Any, frozenset[str]]) -> Compared:
    """How alike two alerts are, from 0 to 1, over what both say."""
    parts: dict[str, float] = {}
    metres = None
    if None not in (alert.latitude, alert.longitude, other.latitude, other.longitude):
        metres = distance_m(alert.latitude, alert.longitude, other.latitude, other.longitude)  # type: ignore[arg-type]
        beyond = max(0.0, metres - together_m(alert, other))
        parts["place"] = max(0.0, 1 - beyond / REACH_M)
    elif alert.pcode and alert.pcode == other.pcode:
        parts["place"] = _SAME_PLACE
    days = days_between(alert, other)
    parts["time"] = max(0.0, 1 - days / DAYS_APART)
    common, of = _in_common(accounts.get(alert.pk), accounts.get(other.pk))
    if common is not None and of:
        parts["words"] = common / of
    weight = sum(_WEIGHTS[p] for p in parts)
    score = sum(_WEIGHTS[p] * value for p, value in parts.items()) / weight
    if parts.get("place", 0.0) == 0.0:
        score = 0.0  # the same words far away are another find
    return Compared(other, round(score, 4), metres, days, common, of)


def together_m(alert: Alert, other: Alert) -> float:
    """By how much the distance of two positions can be wrong, in metres."""
    given = (alert.uncertainty_m, other.uncertainty_m)
    return sum(_ASSUMED_M if u is None else u for u in given)


def days_between(alert: Alert, other: Alert) -> float:
    """Days between what was seen; between the reports where one does not say when."""
    if alert.seen_on is not None and other.seen_on is not None:
        return float(abs((alert.seen_on - other.seen_on).days))
    return round(abs((alert.received_at - other.received_at).total_seconds()) / 86_400, 2)


def words_of(text: str) -> frozenset[str]:
    """The words of an account that can tell one find from another."""
    return frozenset(w for w in fold_tokens(text) if w not in _COMMON and (len(w) > 1 or w.isdigit()))


def _in_common(one: frozenset[str] | None, other: frozenset[str] | None) -> tuple[int | None, int | None]:
    """How many words of the shorter account the other holds; nothing for two scripts or too few words."""
    if not one or not other or _is_arabic(one) != _is_arabic(other):
        return None, None
    fewest = min(len(one), len(other))
    return (len(one & other), fewest) if fewest >= _FEWEST_WORDS else (None, None)


def _is_arabic(words: frozenset[str]) -> bool:
    return sum("\u0600" <= w[0] <= "\u06ff" for w in words) * 2 > len(words)


def _accounts(alerts: Sequence[Alert]) -> dict[Any, frozenset[str]]:
    """Words of each account whose reporter was not erased: opened for the comparison, and not kept."""
    keys = keyring().present(a.subject_id for a in alerts if a.account)
    return {
        a.pk: words_of(keys[str(a.subject_id)].seal.decrypt(a.account.encode()).decode())
        for a in alerts
        if a.account and str(a.subject_id) in keys
    }


def _known(alert: Alert) -> dict[Any, Likeness]:
    """Likenesses of the alert that are on record, by the other's key, whichever was compared first."""
    rows = Likeness.objects.select_for_update().filter(Q(alert=alert) | Q(other=alert))
    return {r.other_id if r.alert_id == alert.pk else r.alert_id: r for r in rows}


def _row(known: dict[Any, Likeness], alert: Alert, c: Compared) -> Likeness:
    row = known.get(c.other.pk) or Likeness(alert=alert, other=c.other)
    if row.verdict == Likeness.Verdict.OPEN:
        row.score, row.distance_m, row.days = c.score, c.distance_m, c.days
        row.words_common, row.words_of = c.common, c.of
    return row
