"""Who allowed the work, and who went in."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from amana.casework.audit.writing import writing
from amana.casework.files.receiving import Received
from amana.casework.incidents.checks import faults, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Access, Authorisation, Clearance, Site
from amana.casework.sites.services.common import answered, kept, locked, move, needed, not_in_future, stripped
from amana.casework.sites.services.states import follow_authorisation
from amana.casework.sites.signals import authorisation_fell
from amana.problems import InputProblem

State = Site.State


def record_authorisation(
    by: Any, site: Site, *, document: Received | None = None, **fields: Any
) -> Authorisation:
    """A decision that allows work: ``authority``, ``reference``, ``given_on``, ``until``, ``scope``.

    A site that is secured, covered or watched is authorised by it.
    """
    with writing(by, "sites.authorisation.recorded", may=rules.AUTHORISE, on=site) as log:
        site = locked(site)
        made = Authorisation(site=site, by=by, **stripped(fields))
        problems = [*faults(made), *not_in_future("given_on", made.given_on)]
        if made.until and made.given_on and made.until < made.given_on:
            problems.append(InputProblem("sites.ends-before-begin", field="until"))
        known = Authorisation.objects.filter(
            site=site, authority=made.authority, reference=made.reference, withdrawn_at=None
        )
        if known.exists():
            problems.append(InputProblem("sites.authorisation-known", field="reference"))
        refuse(problems)
        made.document = kept(log, by, site, document)
        log.save(made)
        if made.holds_on(rules.today()) and site.state in (State.COVERED, State.MONITORED):
            move(log, by, site, State.AUTHORISED, f"{made.authority} {made.reference}")
        follow_authorisation(log, by, site)
    return made


def withdraw_authorisation(by: Any, authorisation: Authorisation, why: str) -> Authorisation:
    """The decision no longer holds.  Without another one, work at the site must stop."""
    site = authorisation.site
    with writing(
        by, "sites.authorisation.withdrawn", may=rules.AUTHORISE, on=site, reason=why.strip()
    ) as log:
        site = locked(site)
        authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
        problems = answered(authorisation.withdrawn_at)
        authorisation.withdrawn_by, authorisation.withdrawn_at = by, timezone.now()
        authorisation.withdrawn_why = why.strip()
        refuse([*problems, *needed(authorisation, "withdrawn_why"), *faults(authorisation)])
        log.save(authorisation)
        if rules.standing_authorisation(site) is None:
            if site.state in (State.AUTHORISED, State.IN_WORK):
                move(log, by, site, State.SECURED, why.strip())
            authorisation_fell.send(sender=Site, site=site, log=log, why="authorisation")
    return authorisation


def attach_document(by: Any, record: Clearance | Authorisation, document: Received) -> None:
    """Add the paper that came after the record; one that is there is not replaced."""
    may = rules.CLEAR if isinstance(record, Clearance) else rules.AUTHORISE
    with writing(by, f"{record.log_name()}.document-added", may=may, on=record.site) as log:
        record = type(record).objects.select_for_update().get(pk=record.pk)
        refuse([InputProblem("sites.has-document", field="document")] if record.document_id else [])
        record.document = kept(log, by, record.site, document)
        log.save(record)


def record_entry(
    by: Any,
    site: Site,
    *,
    organisation: str,
    purpose: str,
    people: int = 1,
    entered_at: datetime.datetime | None = None,
    left_at: datetime.datetime | None = None,
) -> Access:
    """Somebody went in.  What was recorded of the hazard at that moment is kept with it, for good."""
    with writing(by, "sites.access.entered", may=rules.RECORD, on=site) as log:
        site = locked(site)
        entered = entered_at or timezone.now()
        refuse(not_in_future("entered_at", entered))
        made = Access(
            site=site, by=by, organisation=organisation.strip(), purpose=purpose.strip(), people=people,
            entered_at=entered, left_at=left_at, hazard=rules.hazard_at(site, entered),
        )  # fmt: skip
        problems = [*faults(made), *_left_faults(made)]
        if isinstance(people, int) and people < 1:
            problems.append(InputProblem("sites.nobody-entered", field="people"))
        refuse(problems)
        log.save(made)
    return made


def record_exit(by: Any, access: Access, left_at: datetime.datetime | None = None) -> Access:
    """They came out."""
    with writing(by, "sites.access.left", may=rules.RECORD, on=access.site) as log:
        access = Access.objects.select_for_update().get(pk=access.pk)
        problems = answered(access.left_at)
        access.left_at = left_at or timezone.now()
        refuse([*problems, *_left_faults(access)])
        log.save(access)
    return access


def _left_faults(access: Access) -> list[InputProblem]:
    if access.left_at is None:
        return []
    if access.left_at < access.entered_at:
        return [InputProblem("sites.ends-before-begin", field="left_at")]
    return not_in_future("left_at", access.left_at)
