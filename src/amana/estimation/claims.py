"""How many of what, in somebody's words, as an interval that keeps the words.

The words are the claim; the interval is what they say for certain and no more.  Vague words stay vague: no
width is invented for "about four", no floor for "dozens".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from amana.estimation.claim_items import AND, Sign, is_a, items_of
from amana.estimation.claim_numbers import GREATEST, Item, Word, read_number
from amana.estimation.claim_words import NOUNS

Counted = Literal[
    "bodies", "remains", "remains_and_bodies", "bodies_represented_by_remains", "individuals_represented",
    "graves", "spots", "not_stated",
]  # fmt: skip
"""What a count is of."""

_LONGEST = 1000  # characters
_LONGEST_INTERVAL = 20  # words


@dataclass(frozen=True)
class CountClaim:
    """What one source says of a number.

    Attributes
    ----------
    low, high
        The interval, both ends in it; None where the words set no such end.
    vague
        Whether the words leave the number open in a way that no interval says.
    words
        As they were given, to the letter.
    counted
        Of what, where the words say so.
    """

    low: int | None
    high: int | None
    vague: bool
    words: str
    counted: Counted


class _Quantity(NamedTuple):
    """An interval that was read; a low end of None is no lower end."""

    low: int | None
    high: int | None
    at: int


def parse_count(text: str) -> CountClaim:
    """The count that an English or Arabic text claims; never an error.

    - "20 to 25" is 20 to 25; "one or two" is 1 to 2; "جثتان" is 2; "a body" is 1; "no graves" is 0.
    - "at least 3" is 3 with no upper end, "more than five" is 6 with none, "up to 10" is 0 to 10, "fewer than
      10" is 0 to 9: exact words, so not vague.
    - "about four", "حوالي أربع جثث", "dozens", "tens of thousands", "some remains": vague, without a number.
      "about 20 to 25" keeps its interval and is vague.
    - Two different numbers ("4 bodies and 3 skulls"), a number that is something else (metres, dates, the
      third body), and whatever else cannot be read: vague, without a number.

    ``counted`` never turns one thing into another: "21 remains and bodies" counts remains and bodies,
    "remains of seven bodies" bodies represented by remains, "20 people" individuals.
    """
    items = items_of(text) if len(text) <= _LONGEST else []
    quantities = _quantities(items)
    chosen = _chosen(quantities)
    if chosen is None and len(quantities) > 1:
        return CountClaim(None, None, True, text, "not_stated")
    counted = _counted(items, chosen)
    low, high, vague = _interval(items, chosen)
    return CountClaim(low, high, vague, text, counted)


# Numbers with their bounds


def _quantities(items: Sequence[Item]) -> list[_Quantity]:
    """Every number that counts something, with the words that bound it."""
    found: list[_Quantity] = []
    placed: list[_Quantity] = []
    bound, at = "", 0
    while at < len(items):
        item = items[at]
        read = _between(items, at) or _span(items, at)
        if read is None:
            if is_a(item, "bound") or (is_a(item, "to") and cast(Sign, item).detail):
                bound = cast(Sign, item).detail
            at += 1
            continue
        low, high, end = read
        if not (end < len(items) and is_a(items[end], "other")):
            quantity = _bounded(low, high, bound or _bound_behind(items, end), at)
            (placed if _is_where(items, at) else found).append(quantity)
        bound, at = "", end
    return found or placed  # "20 bodies in 3 graves" counts bodies; "in 3 graves" counts graves


def _span(items: Sequence[Item], at: int) -> tuple[int, int, int] | None:
    """``20``, ``20 to 25``, ``one body or two``: low, high, where it ends."""
    first = read_number(items, at, AND)
    if first is None:
        return None
    low, end = first
    joint = end + 1 if end < len(items) and _is_noun(items[end]) else end
    if joint < len(items) and is_a(items[joint], "to", "or"):
        after = joint + 1
        while after < len(items) and is_a(items[after], "about", "filler"):
            after += 1
        second = read_number(items, after, AND)
        if second is not None and second[0] >= low:
            return low, second[0], second[1]
    return low, low, end


def _between(items: Sequence[Item], at: int) -> tuple[int, int, int] | None:
    """``between 20 and 25``: low, high, where it ends.

    There are two numbers, so that "بين خمسة وعشرين" is 5 and 20 and not 25.  Where the words can be cut into
    two numbers in more than one way, as in "بين ألف وسبعمئة وثلاثة آلاف", none of them is taken.
    """
    if not is_a(items[at], "between"):
        return None
    start = at + 1
    while start < len(items) and is_a(items[start], "about", "filler"):
        start += 1
    end = start
    while end < len(items) and (isinstance(items[end], Word) or is_a(items[end], "and", "to", "or")):
        end += 1
    whole = items[:end]
    found = []
    for joint in range(start + 1, min(end, start + _LONGEST_INTERVAL)):
        if is_a(items[joint], "and", "to", "or"):
            one, other = read_number(items[:joint], start, AND), read_number(whole, joint + 1, AND)
            if one and other and (one[1], other[1]) == (joint, end) and one[0] <= other[0]:
                found.append((one[0], other[0], end))
    return found[0] if len(found) == 1 else None


def _bound_behind(items: Sequence[Item], end: int) -> str:
    """``20 or more``, ``20 bodies at least``."""
    near = end + 1 if end < len(items) and _is_noun(items[end]) else end
    if near >= len(items):
        return ""
    sign, following = items[near], items[near + 1] if near + 1 < len(items) else None
    if isinstance(sign, Sign) and sign.kind == "after":
        return sign.detail
    if isinstance(sign, Sign) and sign.kind == "bound" and sign.detail in ("min", "max"):
        return "" if isinstance(following, Word) else sign.detail
    return ""


def _bounded(low: int, high: int, bound: str, at: int) -> _Quantity:
    if bound == "min":
        return _Quantity(low, None, at)
    if bound == "min_ex":
        return _Quantity(low + 1 if low == high else low, None, at)
    if bound == "max":
        return _Quantity(None, high, at)
    if bound == "max_ex":
        return _Quantity(None, high - 1 if low == high else high, at)
    return _Quantity(low, high, at)


def _is_where(items: Sequence[Item], at: int) -> bool:
    """Whether a number says where something lies: ``in 3 graves``, ``في قبر واحد``."""
    back = at - 1
    while back >= 0 and (_is_noun(items[back]) or is_a(items[back], "filler")):
        back -= 1
    return back >= 0 and is_a(items[back], "in")


def _chosen(quantities: Sequence[_Quantity]) -> _Quantity | None:
    """The one quantity: said once, or again in other signs, or as a lower and an upper bound."""
    if not quantities:
        return None
    first = quantities[0]
    if any((q.high or 0) < 0 or max(q.low or 0, q.high or 0) > GREATEST for q in quantities):
        return None
    if all((q.low, q.high) == (first.low, first.high) for q in quantities):
        return first
    if len(quantities) == 2:
        low = next((q.low for q in quantities if q.high is None), None)
        high = next((q.high for q in quantities if q.low is None), None)
        if low is not None and high is not None and low <= high:
            return _Quantity(low, high, first.at)
    return None


# From numbers and words to the claim


def _interval(items: Sequence[Item], chosen: _Quantity | None) -> tuple[int | None, int | None, bool]:
    kinds = {item.kind for item in items if isinstance(item, Sign)}
    nothing = (None, None, True)
    if "unknown" in kinds or _adds_another_thing(items):
        return nothing
    fuzzy = bool(kinds & {"about", "vague"})
    if chosen is None:
        if any(isinstance(item, Word) for item in items) or fuzzy or "other" in kinds:
            return nothing
        if "none" in kinds:
            return (0, 0, False) if _says_none(items) else nothing
        nouns = [item for item in items if _is_noun(item)]
        return (1, 1, False) if len(nouns) == 1 and _is_single(nouns[0]) else nothing
    low, high = chosen.low, chosen.high
    if "none" in kinds or (fuzzy and low == high) or ("about" in kinds and None in (low, high)):
        return nothing
    return 0 if low is None else low, high, fuzzy


def _says_none(items: Sequence[Item]) -> bool:
    """Whether "no" belongs to what is counted: "no bodies" does, "no access to the grave" does not."""
    if all(is_a(item, "none", "filler") for item in items):
        return True
    at = max(i for i, item in enumerate(items) if is_a(item, "none"))
    rest = [item for item in items[at + 1 :] if not is_a(item, "filler")]
    return _is_noun(*rest[:1]) or (len(rest) > 1 and is_a(rest[0], "?") and _is_noun(rest[1]))


def _adds_another_thing(items: Sequence[Item]) -> bool:
    """``4 bodies and a skull``: a single thing beside what was counted, which no one number covers."""
    row = [item for item in items if not is_a(item, "filler", "?")]
    for at, item in enumerate(row):
        if item != AND or at == 0 or at + 1 == len(row):
            continue
        before, after = row[at - 1], row[at + 1]
        if _is_single(after) and (_is_noun(before) or isinstance(before, Word)):
            return True
        if _is_single(before) and not (at > 1 and isinstance(row[at - 2], Word)) and isinstance(after, Word):
            return True
    return False


def _is_noun(*items: Item) -> bool:
    return bool(items) and is_a(items[0], *NOUNS)


def _is_single(item: Item) -> bool:
    return _is_noun(item) and cast(Sign, item).detail == "one"


def _counted(items: Sequence[Item], chosen: _Quantity | None) -> Counted:
    nouns = [(at, cast(Sign, item).kind) for at, item in enumerate(items) if _is_noun(item)]
    kinds = {kind for _, kind in nouns}
    if len(kinds) < 2:
        return cast(Counted, next(iter(kinds), "not_stated"))
    for (one_at, one), (other_at, other) in pairwise(nouns):
        between = [item for item in items[one_at + 1 : other_at] if not is_a(item, "filler", "?")]
        if {one, other} == {"remains", "bodies"} and between and all(is_a(b, "and", "or") for b in between):
            return "remains_and_bodies"
    vague = next((at for at, item in enumerate(items) if is_a(item, "vague")), None)
    number = chosen.at if chosen is not None else vague
    if number is None:
        return "not_stated"
    after = next((kind for at, kind in nouns if at > number), None)
    before = [kind for at, kind in nouns if at < number]
    if after is None:  # "رفات جثة واحدة": the noun stands before the number
        after, before = before[-1], before[:-1]
    if "remains" in before and after in ("bodies", "individuals_represented"):
        return "bodies_represented_by_remains" if after == "bodies" else "individuals_represented"
    return cast(Counted, after)
