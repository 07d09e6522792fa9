"""Reading runs, conclusions and candidates: each from what the person may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from amana.casework.identification.models import Candidate, Conclusion, Run, Signature
from amana.casework.incidents.models import Incident
from amana.casework.missing.models import MissingPerson
from amana.casework.recovery.models import Unit

GENETICS = "laboratory.genetics"


def runs(user: Any) -> QuerySet[Run]:
    """Runs that the person sees."""
    found: QuerySet[Run] = Run.objects.visible_to(user)
    return found.select_related("incident", "office", "asked_by", "job")


def latest_run(user: Any, incident: Incident) -> Run | None:
    """The newest run of an incident, finished or not."""
    return runs(user).filter(incident=incident).order_by("-asked_at").first()


def conclusions(user: Any) -> QuerySet[Conclusion]:
    """Conclusions that the person sees, without what the laboratory alone reads."""
    found: QuerySet[Conclusion] = Conclusion.objects.visible_to(user)
    return found.select_related("run__office", "unit").defer("laboratory")


def conclusions_of(user: Any, unit: Unit) -> list[Conclusion]:
    """What each run said of a unit, newest first."""
    return list(conclusions(user).filter(unit=unit).order_by("-run__asked_at"))


def laboratory_part(user: Any, conclusion: Conclusion) -> dict[str, Any]:
    """What the laboratory alone reads of a conclusion; empty for everybody else."""
    return conclusion.laboratory if user.has_perm(GENETICS, conclusion) else {}


def candidates(user: Any) -> QuerySet[Candidate]:
    """Candidates that the person sees."""
    found: QuerySet[Candidate] = Candidate.objects.visible_to(user)
    return found.select_related(
        "unit", "missing", "office", "conclusion__run__asked_by", "conclusion__unit"
    ).defer("conclusion__laboratory")


def candidates_of(user: Any, unit: Unit) -> list[Candidate]:
    """Candidates of a unit."""
    return list(candidates(user).filter(unit=unit).order_by("number"))


def candidates_of_missing(user: Any, person: MissingPerson) -> list[Candidate]:
    """Candidates for a missing person."""
    return list(candidates(user).filter(missing=person).order_by("number"))


def signatures(candidate: Candidate) -> list[Signature]:
    """Every signature under a candidate, also those of earlier runs and those taken back."""
    return list(candidate.signatures.select_related("person__office", "entered_by").order_by("signed_at"))


def to_sign(user: Any) -> QuerySet[Candidate]:
    """Comparisons that this specialist can still sign: open, and not signed by them under this conclusion."""
    if "identification.sign" not in user.granted:
        return candidates(user).none()
    here = Signature.objects.filter(
        candidate=OuterRef("pk"), conclusion=OuterRef("conclusion"), withdrawn_at=None
    )
    stopped = here.filter(finding=Signature.Finding.DISAGREES)
    return (
        candidates(user)
        .filter(state__in=(Candidate.State.GENERATED, Candidate.State.COMPARED))
        .exclude(Exists(here.filter(person=user)))
        .exclude(Exists(stopped))
    )


def to_propose(user: Any) -> QuerySet[Candidate]:
    """Comparisons that this secretary can put before the board."""
    if "identification.propose" not in user.granted:
        return candidates(user).none()
    return candidates(user).filter(state=Candidate.State.REVIEWED)


def visible_unit(user: Any, candidate: Candidate) -> Unit | None:
    """The candidate's unit with where it lay, if the person sees it."""
    related = ("spot__site", "incident")
    return Unit.objects.visible_to(user).select_related(*related).filter(pk=candidate.unit_id).first()


def visible_person(user: Any, candidate: Candidate) -> MissingPerson | None:
    """The candidate's missing person, if the person sees them."""
    return MissingPerson.objects.visible_to(user).filter(pk=candidate.missing_id).first()


def with_candidates(rows: QuerySet[Conclusion], user: Any) -> QuerySet[Conclusion]:
    """Conclusions with the visible candidates of their unit."""
    own = Candidate.objects.visible_to(user).select_related("missing").order_by("number")
    return rows.prefetch_related(Prefetch("unit__candidates", queryset=own, to_attr="seen_candidates"))
