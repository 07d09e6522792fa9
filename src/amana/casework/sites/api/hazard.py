"""Explosive hazard, waivers, authorisations, and whether a mission may be released."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate

from amana.casework.common.faults import in_words
from amana.casework.common.reading import Moment
from amana.casework.files.serving import given_out
from amana.casework.sites import queries, rules, services
from amana.casework.sites.api.common import PartOut, named, paper, part_for, site_for
from amana.casework.sites.models import Authorisation, Clearance, Waiver

router = Router()


class ReleaseOut(Schema):
    """Whether a mission may be released now, and on what ground; or what stands against it."""

    allowed: bool
    ground: str
    until: datetime | None
    problems: list[dict[str, str]]


class ClearanceOut(PartOut):
    """What was asked or found; the newest is the site's hazard."""

    result: str
    organisation: str
    method: str
    area: str
    done_on: date | None
    reference: str
    note: str
    document: UUID | None

    @staticmethod
    def resolve_document(clearance: Clearance) -> UUID | None:
        """Identifier of the report."""
        return clearance.document_id


class ClearanceIn(Schema):
    """What an examination found.  `seen` is the identifier of the newest clearance that the caller knows."""

    result: Literal["cleared", "restricted", "not_clearable"]
    organisation: str
    method: str
    done_on: date
    reference: str
    area: str = ""
    note: str = ""
    seen: str | None = None


class RequestIn(Schema):
    """A request for an examination."""

    area: str = ""
    note: str = ""
    seen: str | None = None


class WarningIn(Schema):
    """New signs of danger."""

    note: str


class WaiverOut(PartOut):
    """A waiver of two people."""

    clearance: UUID
    reason: str
    measures: str
    until: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    revoked_by: str | None
    revoked_at: datetime | None
    revoked_why: str
    holds: bool

    @staticmethod
    def resolve_clearance(waiver: Waiver) -> UUID:
        """The partial clearance that it stands on."""
        return waiver.clearance_id

    @staticmethod
    def resolve_agreed_by(waiver: Waiver) -> str | None:
        """The second person."""
        return named(waiver.agreed_by)

    @staticmethod
    def resolve_revoked_by(waiver: Waiver) -> str | None:
        """Who ended it; nobody where it ended with its clearance."""
        return named(waiver.revoked_by)


class WaiverIn(Schema):
    """What the first of two people asks for."""

    reason: str
    measures: str
    until: Moment
    seen: str | None = None


class Why(Schema):
    """A reason."""

    why: str


class AuthorisationOut(PartOut):
    """A decision that allows work."""

    authority: str
    reference: str
    given_on: date
    until: date | None
    scope: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str
    document: UUID | None

    @staticmethod
    def resolve_withdrawn_by(authorisation: Authorisation) -> str | None:
        """Who recorded the withdrawal."""
        return named(authorisation.withdrawn_by)

    @staticmethod
    def resolve_document(authorisation: Authorisation) -> UUID | None:
        """Identifier of the decision."""
        return authorisation.document_id


class AuthorisationIn(Schema):
    """A new one."""

    authority: str
    reference: str
    given_on: date
    until: date | None = None
    scope: str


@router.get("/sites/{number}/release", response=ReleaseOut)
def release(request: Any, number: str) -> Any:
    """Whether a mission may be released to the site now."""
    _, found = site_for(request, number, "sites.view")
    answer = rules.may_release(found)
    if isinstance(answer, rules.Release):
        return {"allowed": True, "ground": answer.ground, "until": answer.until, "problems": []}
    problems = [{"code": p.code, "text": in_words(p)} for p in answer]
    return {"allowed": False, "ground": "", "until": None, "problems": problems}


@router.get("/sites/{number}/clearances", response=list[ClearanceOut])
@paginate
def clearances(request: Any, number: str) -> Any:
    """Everything that was asked or found, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Clearance, found)


@router.post("/sites/{number}/clearances", response={201: ClearanceOut})
def record_clearance(request: Any, number: str, given: ClearanceIn) -> Any:
    """Record what an examination found."""
    user, found = site_for(request, number, rules.CLEAR)
    return Status(201, services.record_clearance(user, found, **given.dict()))


@router.post("/sites/{number}/clearances/request", response={201: ClearanceOut})
def request_clearance(request: Any, number: str, given: RequestIn) -> Any:
    """Ask for an examination."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.request_clearance(user, found, **given.dict()))


@router.post("/sites/{number}/clearances/warn", response={201: ClearanceOut})
def warn(request: Any, number: str, given: WarningIn) -> Any:
    """New signs of danger, from everybody who records sites and sees this one."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.reopen_hazard(user, found, given.note))


@router.post("/sites/{number}/clearances/{key}/paper", response={201: ClearanceOut})
def add_report(request: Any, number: str, key: UUID, file: File[UploadedFile]) -> Any:
    """Add the report, where there is none yet."""
    user, found = site_for(request, number, rules.CLEAR)
    record = part_for(user, Clearance, found, key)
    services.attach_document(user, record, paper(file))
    return Status(201, part_for(user, Clearance, found, key))


@router.get("/sites/{number}/papers/{key}")
def open_paper(request: Any, number: str, key: UUID) -> HttpResponse:
    """The report of a clearance or the decision that allowed work; each call is an entry of the log."""
    user, found = site_for(request, number, "sites.view")
    stored = queries.paper_of(user, found, key)
    if stored is None:
        raise Http404
    return given_out(request, stored, may="sites.view", on=found)


@router.get("/sites/{number}/waivers", response=list[WaiverOut])
@paginate
def waivers(request: Any, number: str) -> Any:
    """All waivers, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Waiver, found).select_related("agreed_by", "revoked_by")


@router.post("/sites/{number}/waivers", response={201: WaiverOut})
def ask_waiver(request: Any, number: str, given: WaiverIn) -> Any:
    """Ask for a waiver; it holds when another person agrees."""
    user, found = site_for(request, number, rules.WAIVE)
    return Status(201, services.ask_waiver(user, found, **given.dict()))


@router.post("/sites/{number}/waivers/{key}/agree", response=WaiverOut)
def agree_waiver(request: Any, number: str, key: UUID) -> Any:
    """Agree to a waiver that somebody else asked for."""
    user, found = site_for(request, number, rules.WAIVE)
    return services.agree_waiver(user, part_for(user, Waiver, found, key))


@router.post("/sites/{number}/waivers/{key}/revoke", response=WaiverOut)
def revoke_waiver(request: Any, number: str, key: UUID, given: Why) -> Any:
    """End a waiver, or refuse one that waits."""
    user, found = site_for(request, number, rules.WAIVE)
    return services.revoke_waiver(user, part_for(user, Waiver, found, key), given.why)


@router.get("/sites/{number}/authorisations", response=list[AuthorisationOut])
@paginate
def authorisations(request: Any, number: str) -> Any:
    """All decisions, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Authorisation, found).select_related("withdrawn_by")


@router.post("/sites/{number}/authorisations", response={201: AuthorisationOut})
def record_authorisation(request: Any, number: str, given: AuthorisationIn) -> Any:
    """Record a decision that allows work."""
    user, found = site_for(request, number, rules.AUTHORISE)
    return Status(201, services.record_authorisation(user, found, **given.dict()))


@router.post("/sites/{number}/authorisations/{key}/paper", response={201: AuthorisationOut})
def add_decision(request: Any, number: str, key: UUID, file: File[UploadedFile]) -> Any:
    """Add the decision, where there is none yet."""
    user, found = site_for(request, number, rules.AUTHORISE)
    record = part_for(user, Authorisation, found, key)
    services.attach_document(user, record, paper(file))
    return Status(201, part_for(user, Authorisation, found, key))


@router.post("/sites/{number}/authorisations/{key}/withdraw", response=AuthorisationOut)
def withdraw_authorisation(request: Any, number: str, key: UUID, given: Why) -> Any:
    """The decision no longer holds."""
    user, found = site_for(request, number, rules.AUTHORISE)
    return services.withdraw_authorisation(user, part_for(user, Authorisation, found, key), given.why)
