"""Following what does not fit: open, answered, closed by a second person.

Closing the last discrepancy of a disputed thing decides who answers for it.  Nobody is made to answer for a
thing by others alone: of the two people who answered and closed, one is of the office that holds it then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amana.casework.accounts.models import Office
from amana.casework.audit.writing import Log, writing
from amana.casework.custody import seals
from amana.casework.custody.models import Discrepancy, Event, Item, Line, Store, Transfer
from amana.casework.custody.rules import HOLD, SETTLE, VIEW
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book
from amana.casework.custody.services.items import place_faults, seal_faults
from amana.casework.custody.services.offers import settle_transfer
from amana.casework.custody.services.opening import Found, open_discrepancies
from amana.casework.custody.services.reaching import Reach, reached, reaching
from amana.casework.incidents.checks import reason_given, refuse
from amana.problems import InputProblem

REPORTED = frozenset(
    {
        Discrepancy.Kind.BROKEN,
        Discrepancy.Kind.CONDITION,
        Discrepancy.Kind.LABEL,
        Discrepancy.Kind.EXTRA,
        Discrepancy.Kind.OTHER,
    }
)
"""What somebody can report of a thing by hand; the others come from what they happen at."""


@dataclass(frozen=True)
class Decision:
    """Who answers for a disputed thing from now on.

    Attributes
    ----------
    holder
        One of the two offices that it is between.
    store
        Where it is, of that office.
    seal
        The seal that is on it now; empty where there is none.
    """

    holder: Office
    store: Store | None = None
    seal: str = ""


def report(by: Any, item: Item, kind: str, words: str) -> Discrepancy:
    """Somebody sees that something does not fit with a thing.  Who holds it does not change.

    Raises
    ------
    InputProblems
        Without words, or for a kind that is not reported by hand.
    """
    with writing(by, "custody.discrepancy.opened", may=VIEW, on=item) as log:
        book = Book(log, by)
        (item,) = book.open([item])
        problems = word_faults(words, "words")
        if kind not in REPORTED:
            problems.append(InputProblem("record.unknown-word", field="kind", params={"given": kind}))
        refuse(problems)
        others = {item.holder_office_id, item.office_id} - {by.office_id}
        other = item.holder_office_id if item.holder_office_id in others else next(iter(others), None)
        (made,) = open_discrepancies(book, [Found(Discrepancy.Kind(kind), words, item=item, other=other)])
    return made


def answer(by: Any, discrepancy: Discrepancy, words: str) -> Discrepancy:
    """Say what was found out.  Whoever holds or settles things in one of the two offices may.

    Raises
    ------
    InputProblems
        Without words, or where it is answered already.
    """
    may = HOLD if HOLD in by.granted else SETTLE
    with writing(by, "custody.discrepancy.answered", may=may, on=discrepancy) as log:
        found = _locked(discrepancy, Discrepancy.State.OPEN)
        refuse(word_faults(words, "answer"))
        found.state, found.answer = Discrepancy.State.ANSWERED, words.strip()
        found.answered_by, found.answered_at = by, Book(log, by).now
        log.save(found)
    return found


def reopen(by: Any, discrepancy: Discrepancy, reason: str) -> Discrepancy:
    """A second person does not agree with the answer: it is open again, and the answer stays in its history.

    Raises
    ------
    InputProblems
        Without a reason, or for one's own answer.
    """
    with writing(
        by, "custody.discrepancy.reopened", may=SETTLE, on=discrepancy, reason=reason.strip()
    ) as log:
        found = _locked(discrepancy, Discrepancy.State.ANSWERED)
        refuse([*reason_given(reason), *_second(by, found)])
        found.state, found.answer = Discrepancy.State.OPEN, ""
        found.answered_by = found.answered_at = None
        log.save(found)
    return found


def close(by: Any, discrepancy: Discrepancy, words: str, decision: Decision | None = None) -> Discrepancy:
    """A second person agrees with the answer, and says who answers for the thing where that is disputed.

    Raises
    ------
    InputProblems
        Without words; for one's own answer; without a decision where one is due, or with one that makes an
        office answer of which nobody agreed.
    """
    with writing(by, "custody.discrepancy.closed", may=SETTLE, on=discrepancy) as log:
        reach = _reach(discrepancy, decision)
        found = _locked(discrepancy, Discrepancy.State.ANSWERED)
        transfers = _transfers(found)
        transfer = transfers.get(found.transfer_id)
        book = Book(log, by)
        item = book.open([Item(pk=found.item_id)])[0] if found.item_id else None
        refuse([*_second(by, found), *word_faults(words, "closing")])
        due = item is not None and decision_due(found, item)
        refuse(_decision_faults(by, found, item, transfer, decision) if due else [])
        found.state, found.closing = Discrepancy.State.CLOSED, words.strip()
        found.closed_by, found.closed_at = by, book.now
        if due and item is not None and decision is not None:
            found.held_by = decision.holder
            _settle(book, item, transfer, decision, found)
            if _lines_decided(log, book, item, decision, transfers):
                reached(log, reach, [item])
        log.save(found)
    return found


def decision_due(discrepancy: Discrepancy, item: Item) -> bool:
    """Whether closing this one decides who holds the thing: disputed, and nothing else is open of it."""
    if item.state != Item.State.DISPUTED:
        return False
    rest = Discrepancy.objects.filter(item=item).exclude(state=Discrepancy.State.CLOSED)
    return not rest.exclude(pk=discrepancy.pk).exists()


def sides(discrepancy: Discrepancy, item: Item, transfer: Transfer | None) -> list[Any]:
    """Keys of the offices that a disputed thing can be held by: who holds it, and who was to receive it."""
    found = [item.holder_office_id]
    found += [transfer.from_office_id, transfer.to_office_id] if transfer is not None else []
    found += [discrepancy.office_id, discrepancy.other_office_id]
    return list(dict.fromkeys(key for key in found if key is not None))


def _settle(
    book: Book, item: Item, transfer: Transfer | None, decision: Decision, found: Discrepancy
) -> None:
    holder = decision.holder.pk
    stays = holder == item.holder_office_id
    store = decision.store.pk if decision.store else item.store_id if stays else None
    person = item.holder_id if stays else None
    book.add(
        item, Event.Kind.SETTLED, office=holder, person=person, store=store,
        seal=seals.written(decision.seal),
        transfer=transfer, note=f"{found.number}: {found.closing}",
        since=item.since if stays and store == item.store_id else None,
    )  # fmt: skip
    book.write()


def _lines_decided(
    log: Log, book: Book, item: Item, decision: Decision, transfers: Mapping[Any, Transfer]
) -> bool:
    """The disputed line of the thing is accepted, or stays with its giver; its transfer moves on with it."""
    accepted = False
    for line in Line.objects.filter(item=item, outcome=Line.Outcome.DISPUTED):
        transfer = transfers[line.transfer_id]
        taken = decision.holder.pk == transfer.to_office_id
        line.outcome = Line.Outcome.ACCEPTED if taken else Line.Outcome.REFUSED
        log.save(line, "custody.transfer.answered")
        settle_transfer(transfer, book.by, book.now)
        log.save(transfer, "custody.transfer.answered")
        accepted = accepted or taken
    return accepted


def _reach(discrepancy: Discrepancy, decision: Decision | None) -> Reach:
    item = Item.objects.filter(pk=discrepancy.item_id).first() if discrepancy.item_id else None
    return reaching(decision.holder.pk, [item]) if item is not None and decision else Reach({}, {})


def _transfers(found: Discrepancy) -> dict[Any, Transfer]:
    """Its transfer and any in which the thing is disputed, locked: after the discrepancy, before the item."""
    keys = {found.transfer_id} if found.transfer_id else set()
    if found.item_id:
        lines = Line.objects.filter(item=found.item_id, outcome=Line.Outcome.DISPUTED)
        keys |= set(lines.values_list("transfer", flat=True))
    return kept.locked(Transfer.objects.all(), keys)


def _locked(discrepancy: Discrepancy, state: str) -> Discrepancy:
    found: Discrepancy = kept.locked(Discrepancy.objects.all(), [discrepancy.pk])[discrepancy.pk]
    changed = InputProblem("custody.changed-meanwhile", params={"number": found.number})
    refuse([] if found.state == state else [changed])
    return found


def _second(by: Any, found: Discrepancy) -> list[InputProblem]:
    own = found.answered_by_id == by.pk
    return [InputProblem("custody.own-answer", params={"number": found.number})] if own else []


def word_faults(words: str, field: str) -> list[InputProblem]:
    """Words that are missing, or more than are kept."""
    if not words.strip():
        return [InputProblem("custody.needs-words", field=field)]
    if len(words.strip()) > 500:
        params = {"length": len(words.strip()), "most": 500}
        return [InputProblem("record.too-long", field=field, params=params)]
    return []


def _decision_faults(
    by: Any, found: Discrepancy, item: Item | None, transfer: Transfer | None, decision: Decision | None
) -> list[InputProblem]:
    if decision is None or item is None:
        return [InputProblem("custody.needs-decision", field="holder", params={"number": found.number})]
    params = {"office": decision.holder.code}
    if decision.holder.pk not in sides(found, item, transfer):
        return [InputProblem("custody.not-a-side", field="holder", params=params)]
    agreed: Sequence[Any] = (by.office_id, found.answered_by.office_id if found.answered_by else None)
    problems = seal_faults(decision.seal)
    if decision.holder.pk not in agreed:
        problems.append(InputProblem("custody.nobody-of-holder", field="holder", params=params))
    if decision.store is not None:
        problems += place_faults(_Of(decision.holder.pk), decision.store, None)
    return problems


@dataclass(frozen=True)
class _Of:
    """Stands for an office where somebody of it is asked for."""

    office_id: Any
