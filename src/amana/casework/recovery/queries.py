"""Reading recovery units, what lay on what, and what was taken of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from amana.casework.incidents.models import Incident
from amana.casework.laboratory.models import Sample
from amana.casework.numbers.queries import numbered
from amana.casework.recovery.models import Association, Effect, Hint, Lying, Photo, Unit
from amana.numbering import parse
from amana.problems import InputProblem, InputProblems


class Taken(NamedTuple):
    """A sample of a unit; without its barcode for who does not see the laboratory's records."""

    state: Any
    material: str
    taken_on: Any
    barcode: str


def units(user: Any) -> Any:
    """Units that the person sees."""
    # Incident and office are not joined: a database may begin with the few of them, and then sort every unit.
    rows = Unit.objects.visible_to(user).select_related("spot__site")
    return rows.prefetch_related("incident", "office")


def unit(user: Any, number: str) -> Unit:
    """One of them, by its number in any form that people write; 404 if there is none."""
    found: Unit = numbered(units(user).select_related("parent"), number)
    return found


def typed(user: Any, text: str) -> tuple[Unit | None, InputProblem | None]:
    """The unit whose number was typed; or what is wrong with the number, if it looks like one."""
    try:
        number = str(parse(text))
    except InputProblems as found:
        problem = found.problems[0]
        return None, None if problem.code == "numbering.bad-format" else problem
    return units(user).filter(number=number).first(), None


def per_spot(user: Any, **where: Any) -> dict[Any, dict[str, int]]:
    """How many units of each kind were lifted at each spot; what was split later lay there as one."""
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = (
        Unit.objects.visible_to(user)
        .filter(parent=None, spot__isnull=False, **where)
        .exclude(state=Unit.State.WITHDRAWN)
        .order_by()
        .values_list("spot", "kind")
        .annotate(n=Count("pk"))
    )
    for spot, kind, n in rows:
        found[spot][kind] = n
    return dict(found)


def lying(user: Any, unit: Unit) -> tuple[list[Unit], list[Unit]]:
    """Units that this one lay on, and units that lay on this one, as far as the person sees them."""
    pairs = Lying.objects.filter(Q(over=unit) | Q(under=unit)).values_list("over", "under")
    below = {u for o, u in pairs if o == unit.pk}
    above = {o for o, u in pairs if u == unit.pk}
    found = Unit.objects.visible_to(user).filter(pk__in=below | above).order_by("number")
    rows = list(found)
    return [u for u in rows if u.pk in below], [u for u in rows if u.pk in above]


def parts(user: Any, unit: Unit) -> list[Unit]:
    """Units that were separated from this one."""
    return list(Unit.objects.visible_to(user).filter(parent=unit).order_by("number"))


def samples(user: Any, unit: Unit) -> list[Taken]:
    """Samples of a unit that the person sees.

    That a sample was taken, and how far it has come, is part of the unit's own record; the laboratory's
    record under the barcode is shown with the right to see that.
    """
    open_to = set(Sample.objects.visible_to(user).filter(unit=unit).values_list("pk", flat=True))
    return [
        Taken(s, s.material, s.taken_on, s.barcode if s.pk in open_to else "")
        for s in Sample.objects.filter(unit=unit).order_by("barcode")
    ]


def effects(unit: Unit) -> list[Effect]:
    """Clothing and effects of a unit that the person sees, in the order of their numbers."""
    return list(Effect.objects.filter(unit=unit).order_by("number"))


def photos(user: Any, unit: Unit) -> list[Photo]:
    """Its photographs, without those that were withdrawn."""
    rows = Photo.objects.visible_to(user).filter(unit=unit, withdrawn_at=None)
    return list(rows.select_related("file").order_by("taken_at", "at"))


def associations(user: Any, unit: Unit) -> list[tuple[Association, Unit]]:
    """What it is said to belong to, each with the other unit, as far as the person sees it."""
    rows = list(Association.objects.filter(Q(one=unit) | Q(other=unit), undone_at=None).order_by("at"))
    keys = {r.other_id if r.one_id == unit.pk else r.one_id for r in rows}
    seen = {u.pk: u for u in Unit.objects.visible_to(user).filter(pk__in=keys)}
    found = [(r, seen.get(r.other_id if r.one_id == unit.pk else r.one_id)) for r in rows]
    return [(r, other) for r, other in found if other is not None]


def hints(user: Any, unit: Unit) -> list[Hint]:
    """Sealed notes on who it may be, for who may open them; the newest first."""
    if "protected.hint" not in user.granted:
        return []
    return list(Hint.objects.filter(unit=unit).select_related("by", "subject").order_by("-at"))


def waiting_for_sample(user: Any, incident: Incident) -> int:
    """How many units of an incident have no sample."""
    rows = Unit.objects.visible_to(user).filter(incident=incident).exclude(state=Unit.State.WITHDRAWN)
    return int(rows.filter(~Exists(Sample._base_manager.filter(unit=OuterRef("pk")))).count())
