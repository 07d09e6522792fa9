"""The state of a site: changed by a person, by a mission that starts, or by two people who found nothing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Dismissal, Site, Stage
from amana.casework.sites.services.common import answered, changed_meanwhile, locked, move
from amana.problems import InputProblem

State = Site.State


def change_state(by: Any, site: Site, after: str, reason: str, *, seen: str | None = None) -> Site:
    """Take a site one step further, as :data:`~amana.casework.sites.rules.STEPS` says.

    Parameters
    ----------
    reason
        What shows it, or how: always needed.
    seen
        The state that the person had before them.

    Raises
    ------
    InputProblems
        For a step that there is not, what it needs and is not there, or a state that changed meanwhile.
    """
    step = rules.step(seen or site.state, after)
    if step is None or not step.may:
        refuse([InputProblem("sites.no-such-step", field="after")])
    assert step is not None
    with writing(by, "sites.site.state-changed", may=step.may, on=site, reason=reason.strip()) as log:
        site = locked(site)
        problems = changed_meanwhile(step.before, site)
        if not problems:
            stage = Stage(site=site, before=site.state, after=after, reason=reason.strip(), by=by)
            problems = [*reason_given(reason), *rules.missing(site, step.needs)]
            problems += [p for p in faults(stage) if p.code != "record.needs"]
        refuse(problems)
        move(log, by, site, after, reason.strip())
        follow_authorisation(log, by, site)
    return site


def follow_authorisation(log: Log, by: Any, site: Site) -> None:
    """A secured site that has an authorisation is authorised."""
    found = rules.standing_authorisation(site) if site.state == State.SECURED else None
    if found is not None:
        move(log, by, site, State.AUTHORISED, f"{found.authority} {found.reference}")


def mission_started(by: Any, site: Site, mission: Any) -> bool:
    """Put a site into work because a mission began there; called by the service that starts it.

    A site without an authorisation keeps its state: a mission may look at it, and what is lifted there
    nevertheless is recorded as irregular.

    Returns
    -------
    bool
        Whether the site is in work now.
    """
    with writing(by, "sites.site.work-begun") as log:
        site = locked(site)
        step = rules.step(site.state, State.IN_WORK)
        if step is not None and rules.standing_authorisation(site) is not None:
            move(log, by, site, State.IN_WORK, str(mission.number))
    return site.state == State.IN_WORK


def ask_dismissal(by: Any, site: Site, reason: str, *, seen: str | None = None) -> Dismissal:
    """Say that no remains are at a site.  It stays as it is until another person has looked as well.

    Raises
    ------
    InputProblems
        Without a reason; where units were lifted; in a state from which it cannot be; where one waits.
    """
    with writing(by, "sites.dismissal.asked", may=rules.RECORD, on=site) as log:
        site = locked(site)
        asked = Dismissal(site=site, by=by, reason=reason.strip())
        problems = changed_meanwhile(seen, site)
        problems += [*_dismissable(site), *faults(asked)]
        if site.dismissals.filter(looked_at=None).exists():
            problems.append(InputProblem("sites.dismissal-waits"))
        refuse(problems)
        log.save(asked)
    return asked


def look_again(by: Any, dismissal: Dismissal, *, agrees: bool, words: str) -> Dismissal:
    """The second look: agree that there are no remains, or keep the site.

    Raises
    ------
    InputProblems
        Without words on what it showed; by the person who asked; where it was answered already.
    """
    with writing(
        by, "sites.dismissal.answered", may=rules.CLOSE, on=dismissal.site, reason=words.strip()
    ) as log:
        site = locked(dismissal.site)
        dismissal = Dismissal.objects.select_for_update().get(pk=dismissal.pk)
        problems = []
        if dismissal.by_id == by.pk:
            problems.append(InputProblem("sites.second-person"))
        problems += answered(dismissal.looked_at)
        if agrees and not problems:
            problems += _dismissable(site)
        dismissal.looked_by, dismissal.looked_at = by, timezone.now()
        dismissal.agreed, dismissal.second_words = agrees, words.strip()
        if not words.strip():
            problems.append(InputProblem("record.needs", field="second_words"))
        refuse([*problems, *faults(dismissal)])
        log.save(dismissal)
        if agrees:
            move(log, by, site, State.DISMISSED, dismissal.reason)
    return dismissal


def _dismissable(site: Site) -> list[InputProblem]:
    step = rules.step(site.state, State.DISMISSED)
    if step is None:
        return [InputProblem("sites.no-such-step", field="after")]
    return rules.missing(site, step.needs)
