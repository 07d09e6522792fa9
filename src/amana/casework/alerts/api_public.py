"""The public form for programs, without an account: a report, how far it has come, and what is added to it.

Sent as forms (``multipart/form-data`` where files come with it).  A receipt code stands in a header or in the
body, never in an address, which others write down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from django.http import Http404
from ninja import Field, File, Form, Header, Router, Schema, Status
from ninja.files import UploadedFile

from amana.casework.alerts import pages_public as pages
from amana.casework.alerts import rates
from amana.casework.alerts.models import Alert, Danger, Known
from amana.casework.alerts.queries_public import Stage, by_receipt, stage_of
from amana.casework.alerts.services.receiving import add_by_receipt, receive
from amana.casework.files.receiving import Offered
from amana.casework.incidents.models import Counted

router = Router(tags=["public report"], auth=None)
_MB = 10**6


class ReportIn(Schema):
    """What somebody saw.  Words or a photo are enough; everything else may be left out."""

    account: str = ""
    counted: Counted | None = None
    count_words: str = ""
    position: str = Field("", description="In any notation: degrees, UTM, MGRS, a link of a map.")
    placed: Literal["coordinates", "device", "photo"] | None = None
    uncertainty_m: float | None = Field(None, ge=0)
    pcode: str = ""
    place_words: str = ""
    photo_place: bool = Field(False, description="The photos were taken there: use the position they hold.")
    seen_on: date | None = None
    when_words: str = ""
    dangers: list[Danger] = []
    digging: Known = Known.UNKNOWN
    touched: Known = Known.UNKNOWN
    anonymous: bool = True
    reporter: str = ""
    phone: str = ""
    contact: str = ""
    language: Literal["ar", "en"] = "ar"
    form: str = Field("", max_length=64, description="The same text with the same content makes one report.")


class ReceiptOut(Schema):
    """The code, which is told this once."""

    receipt: str


class ReportStageOut(Schema):
    """How far a report has come; nothing else is told."""

    state: Stage


class AdditionIn(Schema):
    """What is added with a receipt code."""

    receipt: str
    text: str = ""
    erase: bool = Field(False, description="Asks for the report to be erased; people decide.")
    form: str = Field("", max_length=64, description="The same text with the same content adds once.")


class WaitOut(Schema):
    """Seconds after which it may be tried again; nothing was kept."""

    wait: int


_REFUSED = {429: WaitOut, 503: WaitOut}
_SOON = 60


@router.post("/report", response={201: ReceiptOut, **_REFUSED})
def report(request: Any, given: Form[ReportIn], files: File[list[UploadedFile]] = None) -> Any:  # type: ignore[assignment]
    """Report remains or graves.  Who stays anonymous leaves neither name nor telephone."""
    said = given.dict(exclude_none=True)
    form, photo_place = said.pop("form"), said.pop("photo_place")
    if said["anonymous"]:
        for field in ("reporter", "phone", "contact"):
            del said[field]

    def keep() -> Any:
        _alert, code = receive(
            files=_offered(files), holders=pages.holders(request, form), form=form, photo_place=photo_place,
            **said,
        )  # fmt: skip
        return Status(201, {"receipt": code})

    return _within_limits(request, files, keep)


@router.get("/report/state", response={200: ReportStageOut, **_REFUSED})
def state(request: Any, receipt: str = Header(...)) -> Any:
    """How far a report has come.  404 for a code that is of none, whatever the reason."""
    return _with_code(request, receipt, lambda alert: Status(200, {"state": stage_of(alert)}))


@router.post("/report/additions", response={201: ReportStageOut, **_REFUSED})
def add(request: Any, given: Form[AdditionIn], files: File[list[UploadedFile]] = None) -> Any:  # type: ignore[assignment]
    """Add words and files to one's own report."""

    def added(alert: Alert) -> Any:
        def keep() -> Any:
            add_by_receipt(
                given.receipt, given.text, _offered(files), erase=given.erase, form=given.form,
                holders=pages.holders(request, given.form),
            )  # fmt: skip
            return Status(201, {"state": stage_of(alert)})

        return _within_limits(request, files, keep)

    return _with_code(request, given.receipt, added)


def _offered(files: list[UploadedFile] | None) -> list[Offered]:
    return [Offered(file=f) for f in files or ()]


def _within_limits(request: Any, files: list[UploadedFile] | None, keep: Callable[[], Any]) -> Any:
    megabytes = round(sum(f.size or 0 for f in files or ()) / _MB)
    if wait := rates.spend(request, "send") or rates.spend(request, "megabytes", megabytes):
        return Status(429, {"wait": wait})
    return _tried(keep)


def _with_code(request: Any, receipt: str, act: Callable[[Alert], Any]) -> Any:
    if wait := rates.wait(request, "code"):
        return Status(429, {"wait": wait})

    def look() -> Any:
        alert = by_receipt(receipt)
        if alert is None:
            rates.spend(request, "code")
            raise Http404
        return act(alert)

    return _tried(look)


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except pages.AWAY as fault:
        pages.noted(fault)
        return Status(503, {"wait": _SOON})
