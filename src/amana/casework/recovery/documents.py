"""The scene report of a mission: everything that was recorded, gathered for the page that is printed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from amana import __version__
from amana.casework.accounts.demo import is_demo
from amana.casework.accounts.models import today
from amana.casework.accounts.roles import roles
from amana.casework.audit.writing import writing
from amana.casework.recovery import showing_missions
from amana.casework.recovery.details import CONDITIONS, regions
from amana.casework.recovery.models import Effect, Lying, Mission, Photo, Unit
from amana.casework.recovery.queries_missions import members
from amana.casework.recovery.scene_record import DONE, NONE, OPTIONAL, PART, Place, SceneRecord, record_of
from amana.casework.sites.models import Authorisation, Clearance, Site, Spot, Tally, Waiver
from amana.casework.sites.rules import hazard_at, irregular
from amana.geography import WIDE, PlanSpot, draw_plan
from amana.geography.coordinates import format_position
from amana.problems import Language
from amana.reporting import field as printed

_STATES: dict[str, Any] = {DONE: "done", NONE: "done", PART: "not_done", OPTIONAL: "not_needed"}
_ISOLATES = dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069))
_DRAWN: dict[str, Any] = {"ash": "ash_sample"}
_MOST_DRAWN = 80
"""Of more spots no plan is drawn: their labels would not find room."""


def give_scene_report(by: Any, mission: Mission, language: str) -> bytes:
    """The report as PDF, in one language.  That it was given to somebody is an entry of the log."""
    with translation.override(language):
        gathered = scene_report(by, mission)
        imprint = printed.Imprint(__version__, timezone.localtime(), str(by), is_demo())
        content = printed.scene_report_pdf(gathered, cast(Language, language), imprint=imprint)
    with writing(by, "recovery.scene-report.given", may="recovery.view", on=mission) as log:
        log.note("recovery.mission", mission.pk, {"report": "scene", "language": language})
    return content


def scene_report(by: Any, mission: Mission) -> printed.SceneReport:
    """What the report says, in the language that is active, with times where the reader is."""
    record = record_of(mission)
    site = mission.site
    spots = list(Spot.objects.filter(site=site).select_related("site").order_by("label"))
    units = _units(by, mission)
    return printed.SceneReport(
        number=mission.number,
        incident=str(site.incident),
        site_number=site.number,
        site=str(site),
        place=site.pcode,
        coordinates=_coordinates(spots),
        deposition=site.get_deposition_display() if site.deposition else "",
        office=str(mission.office),
        authority=_authority(mission),
        purpose=mission.plan,
        began=_local(mission.started_at),
        ended=_local(mission.ended_at),
        weather=_answers(record, "conditions", "weather", "light", "ground", "temperature"),
        datum=_answers(record, "datum", "datum", "position", "error_m"),
        methods=_answers(record, "datum", "method", "north", "grid_m"),
        hazard=_hazard(mission),
        team=_team(mission),
        present=_present(mission, record),
        steps=[_step(p) for p in record.places],
        plan=_plan(spots, units),
        units=_recovered(units),
        photos=_photos(mission),
        areas=_areas(record),
        counts=_counts(mission),
        signers=[
            printed.Signer(roles()["team_leader"].label, str(mission.leader)),
            printed.Signer(roles()["recorder"].label),
        ],
    )


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)


def _coordinates(spots: list[Spot]) -> str:
    if not spots:
        return ""
    latitude = sum(s.latitude for s in spots) / len(spots)
    longitude = sum(s.longitude for s in spots) / len(spots)
    return format_position(latitude, longitude, "decimal")


def _authority(mission: Mission) -> str:
    words = mission.released_on.split()
    if "authorisation" not in words:
        return ""
    found = Authorisation.objects.filter(pk=words[words.index("authorisation") + 1]).first()
    return f"{found.authority} {found.reference}" if found else ""


def _answers(record: SceneRecord, key: str, *questions: str) -> str:
    """Some answers of a step of the whole mission, without their questions where words say it all."""
    place = record.place(key)
    return "" if place is None else _summed(place, questions)


def _summed(place: Place, questions: tuple[str, ...] | None = None) -> str:
    """Answers of a step in one text.  Without isolates: the report sets its own, and writes others out."""
    if place.row is None:
        return ""
    shown = []
    for question in place.step.questions:
        if question.key not in place.row.values or (questions is not None and question.key not in questions):
            continue
        value, kind = showing_missions.answer_shown(question, place.row.values[question.key])
        if kind == "time":
            value = f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        text = "; ".join(str(value).translate(_ISOLATES).splitlines())
        label = showing_missions.label_of(question.label)
        if questions is not None and question.kind not in ("number", "yesno"):
            shown.append(text)
        else:
            shown.append(f"{label} {text}" if label.endswith(("?", "؟")) else f"{label}: {text}")
    return " · ".join(shown)


def _hazard(mission: Mission) -> printed.Hazard:
    site = mission.site
    moment = mission.started_at or mission.released_at or timezone.now()
    found = (
        Clearance.objects.filter(site=site, at__lte=moment).exclude(organisation="").order_by("-at").first()
    )
    words = mission.released_on.split()
    waiver = None
    if words[:1] == ["waiver"]:
        waiver = Waiver.objects.filter(pk=words[1]).select_related("by", "agreed_by").first()
    examined = datetime.combine(found.done_on, datetime.min.time()) if found and found.done_on else None
    return printed.Hazard(
        state=str(Site.Hazard(hazard_at(site, moment)).label),
        allowed="hazard" not in irregular(site, mission, moment),
        examined_by=found.organisation if found else "",
        examined_at=timezone.make_aware(examined) if examined else None,
        waived_by=[str(waiver.by), str(waiver.agreed_by)] if waiver else [],
        lifted_before=Unit.objects.filter(
            mission=mission, irregularity__kinds__icontains='"hazard"'
        ).exists(),
        remarks=found.note if found else "",
    )


def _team(mission: Mission) -> list[printed.Attendance]:
    arrived, left = _local(mission.started_at), _local(mission.ended_at)
    office = str(mission.office)
    leader = printed.Attendance(str(mission.leader), _("team leader"), office, arrived, left)
    rest = [
        printed.Attendance(
            str(m), m.task, office if m.user_id else "", arrived, _local(m.left_at) if m.left_at else left
        )
        for m in members(mission)
    ]
    return [leader, *rest]


def _present(mission: Mission, record: SceneRecord) -> list[printed.Attendance]:
    place = record.place("arrival")
    if place is None or place.row is None:
        return []
    day = mission.started_at
    if place.row.values.get("arrived"):
        day = datetime.fromisoformat(place.row.values["arrived"].replace("Z", "+00:00"))
    base = timezone.localtime(day) if day else None

    def at(hour: str) -> datetime | None:
        if not hour or base is None:
            return None
        return base.replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0, microsecond=0)

    found = []
    for person in place.row.values.get("people", []):
        came, went = at(person.get("arrived", "")), at(person.get("left", ""))
        if came and went and went < came:
            went += timedelta(days=1)  # past midnight
        found.append(printed.Attendance(person["who"], "", person.get("office", ""), came, went))
    return found


def _step(place: Place) -> printed.Step:
    name = showing_missions.label_of(place.step.title)
    if place.spot is not None:
        name = _("%(step)s · spot %(label)s") % {"step": name, "label": place.spot.label}
    remarks = _summed(place)
    if place.state == NONE:
        remarks = showing_missions.label_of(place.step.none)
    elif place.lacking:
        lacking = _(", ").join(showing_missions.label_of(q.label) for q in place.lacking)
        remarks = f"{remarks} · {_('Missing: %(what)s') % {'what': lacking}}"
    row = place.row
    return printed.Step(
        name, _STATES.get(place.state), _local(row.at) if row else None, str(row.by) if row else "", remarks
    )


def _plan(spots: list[Spot], units: list[Unit]) -> printed.ScenePlan | None:
    if not 0 < len(spots) <= _MOST_DRAWN:
        return None
    lifted: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for unit in units:
        if unit.spot_id:
            lifted[unit.spot_id][unit.kind] += 1
    drawn = [
        PlanSpot(
            str(s.pk), s.latitude, s.longitude, s.uncertainty_m, s.label,
            {_DRAWN.get(k, k): n for k, n in lifted.get(s.pk, {}).items()},
        )
        for s in spots
    ]  # fmt: skip
    return printed.ScenePlan(draw_plan(drawn, language=showing_missions.language(), width=WIDE))


def _units(by: Any, mission: Mission) -> list[Unit]:
    rows = Unit.objects.visible_to(by).filter(mission=mission, parent=None)
    return list(rows.exclude(state=Unit.State.WITHDRAWN).select_related("spot").order_by("number"))


def _recovered(units: list[Unit]) -> list[printed.RecoveredUnit]:
    keys = {u.pk: u.number for u in units}
    over: dict[Any, list[str]] = defaultdict(list)
    under: dict[Any, list[str]] = defaultdict(list)
    for top, top_number, bottom, bottom_number in Lying.objects.filter(over__in=keys).values_list(
        "over", "over__number", "under", "under__number"
    ):
        over[top].append(bottom_number)
        if bottom in keys:
            under[bottom].append(top_number)
    for top_number, bottom in (
        Lying.objects.filter(under__in=keys).exclude(over__in=keys).values_list("over__number", "under")
    ):
        under[bottom].append(top_number)
    effects: dict[Any, list[str]] = defaultdict(list)
    for unit, number in (
        Effect.objects.filter(unit__in=keys, associated=True)
        .exclude(state=Effect.State.WITHDRAWN)
        .order_by("number")
        .values_list("unit", "number")
    ):
        effects[unit].append(number)
    photos: dict[Any, int] = defaultdict(int)
    for unit in Photo.objects.filter(unit__in=keys, withdrawn_at=None).values_list("unit", flat=True):
        photos[unit] += 1
    return [_one(u, over, under, effects, photos) for u in units]


def _one(u: Unit, over: Any, under: Any, effects: Any, photos: Any) -> printed.RecoveredUnit:
    known = u.pk in over or u.pk in under
    bound = _(", ").join(x for x in (u.ligatures, u.blindfold) if x)
    return printed.RecoveredUnit(
        u.number, u.get_kind_display(), u.spot.label if u.spot else "", _position(u),
        u.get_posture_display() if u.posture else "",
        "" if u.orientation_deg is None else f"{u.orientation_deg:g}°",
        None if u.depth_cm is None else u.depth_cm / 100,
        over.get(u.pk, []) if known else None, under.get(u.pk, []) if known else None,
        effects.get(u.pk, []), _condition(u), bound, _local(u.recovered_at), photos.get(u.pk, 0),
    )  # fmt: skip


def _position(unit: Unit) -> str:
    if unit.latitude is not None and unit.longitude is not None:
        return format_position(unit.latitude, unit.longitude, "decimal")
    if unit.spot is not None:
        return format_position(unit.spot.latitude, unit.spot.longitude, "decimal")
    return ""


def _condition(unit: Unit) -> str:
    language = cast(Language, showing_missions.language())
    known = regions(language)
    said = []
    for region, words in sorted((unit.condition or {}).items()):
        told = _(", ").join(CONDITIONS[w][language] for w in words if w in CONDITIONS)
        said.append(f"{known.get(region, region)}: {told}")
    return " · ".join(said)


def _photos(mission: Mission) -> list[printed.ScenePhoto]:
    rows = Photo.objects.filter(withdrawn_at=None).filter(mission=mission)
    rows = rows | Photo.objects.filter(withdrawn_at=None, unit__mission=mission)
    return [
        printed.ScenePhoto(
            p.get_kind_display(), p.file.sha256, _shows(p), p.scale,
            "" if p.direction_deg is None else f"{p.direction_deg:g}°", p.photographer,
            _local(p.taken_at or p.at),
        )
        for p in rows.select_related("file", "unit", "spot").order_by("taken_at", "at", "pk").distinct()
    ]  # fmt: skip


def _shows(photo: Photo) -> str:
    if photo.unit is not None:
        return photo.unit.number
    return photo.spot.label if photo.spot is not None else ""


def _areas(record: SceneRecord) -> list[printed.SearchedArea]:
    place = record.place("search")
    if place is None or place.row is None:
        return []
    values, row = place.row.values, place.row
    how = place.step.question("how")
    assert how is not None
    return [
        printed.SearchedArea(
            values.get("area", ""),
            how.words_of(values["how"], showing_missions.language()) if "how" in values else "",
            str(row.by), _local(row.at), values.get("found", ""),
        )
    ]  # fmt: skip


def _counts(mission: Mission) -> list[printed.SceneCount]:
    """Counts of the site's own that were made while the mission was there."""
    if mission.started_at is None:
        return []
    first = timezone.localdate(mission.started_at)
    last = timezone.localdate(mission.ended_at) if mission.ended_at else today()
    rows = Tally.objects.filter(site=mission.site, counted_on__range=(first, last)).select_related(
        "by", "spot"
    )
    return [
        printed.SceneCount(
            t.get_counted_display(), t.get_basis_display(), t.low, t.high, t.words, t.vague, _local(t.at),
            str(t.by),
        )
        for t in rows.order_by("counted_on", "at", "pk")
    ]  # fmt: skip
