"""What programs are told of custody, and what they send."""
# Annotations stay objects: pagination resolves their names elsewhere.

from datetime import datetime
from typing import Any

from ninja import FilterSchema, Schema
from pydantic import Field

from amana.casework.common.reading import Moment
from amana.casework.custody.models import Discrepancy, Event, Item, Line, Scan, StockTake, Store, Transfer
from amana.casework.custody.services import Finding


class ItemOut(Schema):
    """A thing in custody: where it is, who answers for it, since when."""

    number: str
    kind: str
    state: str
    office: str
    holder_office: str
    holder: str | None
    store: str | None
    since: datetime
    checked_at: datetime | None
    sealed: bool
    events: int

    @staticmethod
    def resolve_office(item: Item) -> str:
        """Code of the office that recorded it."""
        return item.office.code

    @staticmethod
    def resolve_holder_office(item: Item) -> str:
        """Code of the office that answers for it."""
        return item.holder_office.code

    @staticmethod
    def resolve_holder(item: Item) -> str | None:
        """Sign-in name of the person who answers for it."""
        return item.holder.username if item.holder else None

    @staticmethod
    def resolve_store(item: Item) -> str | None:
        """Number of the place where it is."""
        return item.store.number if item.store else None

    @staticmethod
    def resolve_sealed(item: Item) -> bool:
        """Whether a seal is on it.  Its number is read on the thing, never here."""
        return bool(item.seal)

    @staticmethod
    def resolve_events(item: Item) -> int:
        """Number of its last event: to be sent back as `seen`."""
        return item.seq


class EventOut(Schema):
    """One thing that happened to it."""

    seq: int
    kind: str
    at: datetime
    entered_at: datetime
    by: str
    from_office: str | None
    to_office: str | None
    store: str | None
    transfer: str | None
    note: str
    paper: bool

    @staticmethod
    def resolve_by(event: Event) -> str:
        """Who recorded it."""
        return event.by.username

    @staticmethod
    def resolve_from_office(event: Event) -> str | None:
        """Code of the office that answered for it before."""
        return event.from_office.code if event.from_office else None

    @staticmethod
    def resolve_to_office(event: Event) -> str | None:
        """Code of the office that answers for it since."""
        return event.to_office.code if event.to_office else None

    @staticmethod
    def resolve_store(event: Event) -> str | None:
        """Number of the place where it was put."""
        return event.store.number if event.store else None

    @staticmethod
    def resolve_transfer(event: Event) -> str | None:
        """Number of the hand-over."""
        return event.transfer.number if event.transfer else None


class TransferOut(Schema):
    """A hand-over."""

    number: str
    state: str
    from_office: str
    to_office: str
    by: str
    to_person: str | None
    things: int
    purpose: str
    vehicle: str
    offered_at: datetime
    settled_at: datetime | None
    paper: bool
    confirmed: bool

    @staticmethod
    def resolve_from_office(transfer: Transfer) -> str:
        """Code of the giving office."""
        return transfer.from_office.code

    @staticmethod
    def resolve_to_office(transfer: Transfer) -> str:
        """Code of the receiving office."""
        return transfer.to_office.code

    @staticmethod
    def resolve_by(transfer: Transfer) -> str:
        """Who offered it."""
        return transfer.by.username

    @staticmethod
    def resolve_to_person(transfer: Transfer) -> str | None:
        """Who is to receive it, where one person is meant."""
        return transfer.to_person.username if transfer.to_person else None

    @staticmethod
    def resolve_confirmed(transfer: Transfer) -> bool:
        """Whether a second person compared it with the paper; true where there is none."""
        return not transfer.paper or transfer.confirmed_at is not None


class LineOut(Schema):
    """One thing of a hand-over."""

    number: str
    outcome: str
    why: str
    at: datetime | None

    @staticmethod
    def resolve_number(line: Line) -> str:
        """Of the thing."""
        return line.item.number


class DiscrepancyOut(Schema):
    """What does not fit, and how far it was followed."""

    number: str
    kind: str
    state: str
    item: str | None
    transfer: str | None
    words: str
    at: datetime
    answer: str
    answered_by: str | None
    closing: str
    closed_by: str | None

    @staticmethod
    def resolve_item(found: Discrepancy) -> str | None:
        """Number of the thing."""
        return found.item.number if found.item else None

    @staticmethod
    def resolve_transfer(found: Discrepancy) -> str | None:
        """Number of the hand-over."""
        return found.transfer.number if found.transfer else None

    @staticmethod
    def resolve_answered_by(found: Discrepancy) -> str | None:
        """Who found out."""
        return found.answered_by.username if found.answered_by else None

    @staticmethod
    def resolve_closed_by(found: Discrepancy) -> str | None:
        """Who closed it."""
        return found.closed_by.username if found.closed_by else None


class StoreOut(Schema):
    """A place where things are kept."""

    number: str
    office: str
    name: str
    kind: str
    within: str | None
    closed_at: datetime | None

    @staticmethod
    def resolve_office(store: Store) -> str:
        """Code of its office."""
        return store.office.code

    @staticmethod
    def resolve_within(store: Store) -> str | None:
        """Number of the place that it is inside."""
        return store.within.number if store.within else None


class StockTakeOut(Schema):
    """A stock-taking."""

    number: str
    store: str
    by: str
    began_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_store(found: StockTake) -> str:
        """Number of the place."""
        return found.store.number

    @staticmethod
    def resolve_by(found: StockTake) -> str:
        """Who began it."""
        return found.by.username


class ScanOut(Schema):
    """One scan of a stock-taking."""

    read: str
    outcome: str
    settled: str
    item: str | None

    @staticmethod
    def resolve_item(scan: Scan) -> str | None:
        """Number of the thing, where it is one."""
        return scan.item.number if scan.item else None


# --- what is sent -------------------------------------------------------------------------------------


class ItemFilter(FilterSchema):
    """What to look for."""

    kind: str = ""
    state: str = ""
    office: str = ""
    store: str = ""


class TransferFilter(FilterSchema):
    """What to look for; `late` is what has waited for more than a day."""

    state: str = ""
    to_office: str = ""
    from_office: str = ""
    late: bool = False


class TakeIn(Schema):
    """Things that are taken into custody, each with the seal on it."""

    things: list[str] = Field(min_length=1, max_length=2000)
    seals: dict[str, str] = {}
    store: str = ""
    at: Moment | None = None
    note: str = Field("", max_length=300)


class OfferIn(Schema):
    """An offer.  `unsealed` says that things without a seal have none on purpose."""

    things: list[str] = Field(min_length=1, max_length=2000)
    to_office: str
    to_person: str = ""
    purpose: str
    vehicle: str = ""
    unsealed: bool = False
    at: Moment | None = None


class ReadingIn(Schema):
    """What was read of one thing; `seal` as it stands on the thing."""

    number: str
    finding: Finding = Finding.GOOD
    seal: str = ""
    no_seal: bool = False
    condition: str = ""
    words: str = ""


class AcceptIn(Schema):
    """What is received of a hand-over.  Things that are not named go on waiting."""

    readings: list[ReadingIn] = Field(min_length=1, max_length=2000)
    store: str = ""
    at: Moment | None = None
    reason: str = ""


class WordsIn(Schema):
    """Words: a reason, or what was found out."""

    words: str


class MoveIn(Schema):
    """Where things are put; an empty `store` is: in somebody's hands."""

    things: list[str] = Field(min_length=1, max_length=2000)
    store: str = ""
    note: str = Field("", max_length=300)


class SealIn(Schema):
    """A seal that is put on, with `seen`: the number of the last event that the sender knew."""

    seal: str
    seen: int | None = None


class ThingReasonIn(Schema):
    """A reason, with `seen`: the number of the last event that the sender knew."""

    reason: str
    seen: int | None = None


class CloseIn(Schema):
    """How a question ended; `holder` and `seal` where it decides who answers for the thing."""

    words: str
    holder: str = ""
    store: str = ""
    seal: str = ""


class PaperIn(Schema):
    """A hand-over that was signed on paper."""

    things: list[str] = Field(min_length=1, max_length=2000)
    from_office: str
    to_office: str
    giver: str
    receiver: str
    signed_at: Moment
    purpose: str
    vehicle: str = ""
    seals: dict[str, str] = {}
    unsealed: bool = False


class StoreIn(Schema):
    """A place where things are kept."""

    name: str
    kind: str
    within: str = ""


class ScansIn(Schema):
    """Codes or numbers, as they were scanned."""

    codes: list[str] = Field(min_length=1, max_length=2000)


def seen_of(item: Item, seen: int | None) -> dict[Any, int] | None:
    """What the services take as seen."""
    return None if seen is None else {item.pk: seen}
