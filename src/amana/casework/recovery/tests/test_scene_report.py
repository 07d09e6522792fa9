"""The scene report: what was recorded is in it, what was not is said to be missing."""

from __future__ import annotations

import subprocess

import pytest
from django.utils import translation

from amana.casework.audit.models import Entry
from amana.casework.recovery import documents
from amana.casework.recovery.services import NewMember, recall_mission, record_step, record_unit
from amana.casework.recovery.tests.going import allow, at_work, examine, field_of, over, planned
from amana.casework.sites.services import hazard


@pytest.fixture
def field(person):
    return field_of(person)


@pytest.fixture
def recorder(person):
    return person("recorder")


def words_of(content, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    found = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True)
    return found.stdout.decode()


def test_it_gathers_what_was_recorded(field, recorder):
    examine(field, "cleared")
    allow(field)
    mission = at_work(field, exhumes=True, members=[NewMember("driver", name="Somebody")])
    spot = field.site.spots.order_by("label").first()
    people = [{"who": "Officer", "office": "Police", "arrived": "23:30", "left": "01:15"}]
    record_step(
        recorder, mission, "arrival",
        values={"arrived": "2026-03-01T23:00+03:00", "state_found": "nothing seen", "people": people},
    )  # fmt: skip
    record_step(recorder, mission, "conditions", values={"weather": "rain"})
    record_step(recorder, mission, "surface", none=True)
    record_step(recorder, mission, "search", values={"how": "lines", "area": "terrace", "found": "a shoe"})
    bottom = record_unit(recorder, field.incident, kind="body", spot=spot, mission=mission)
    record_unit(recorder, field.incident, kind="bone", spot=spot, mission=mission, over=[bottom])
    with translation.override("en"):
        report = documents.scene_report(field.leader, mission)
    assert report.number == mission.number
    assert "77/2026" in report.authority
    assert [a.name for a in report.team] == ["A team_leader", "Somebody"]
    (officer,) = report.present
    assert officer.left > officer.arrived  # past midnight
    assert "rain" in report.weather
    assert report.hazard.allowed
    assert not report.hazard.lifted_before
    states = {s.name: s.state for s in report.steps}
    assert states["Finds on the surface"] == "done"
    assert states["Weather, light and ground"] == "not_done"
    assert states["Way in and cordon"] is None
    assert states["Outline and layers of the grave · spot " + spot.label] is None
    units = {u.number: u for u in report.units}
    assert len(units) == 2
    top = next(u for u in report.units if u.kind == "bone")
    assert (top.over, top.under) == ([bottom.number], [])
    assert units[bottom.number].under == [top.number]
    assert [a.area for a in report.areas] == ["terrace"]


def test_what_was_lifted_against_the_rules_is_said(field, recorder):
    mission = recall_mission(field.duty, at_work(field), "shots")
    hazard.reopen_hazard(field.leader, field.site, "a wire")
    record_unit(recorder, field.incident, kind="bone", mission=mission)
    report = documents.scene_report(field.leader, mission)
    assert report.hazard.lifted_before
    assert not documents.scene_report(field.leader, planned(field)).hazard.allowed


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_is_downloaded_in_both_languages_and_logged(field, recorder, person, sign_in, language, tmp_path):
    mission = over(field)
    record_step(recorder, mission, "left", values={"what": "A grave beyond the wall", "why": ["danger"]})
    before = Entry.objects.count()
    url = f"{mission.get_absolute_url()}report/{language}.pdf"
    response = sign_in(field.leader).get(url)
    assert response["Content-Type"] == "application/pdf"
    assert mission.number in response["Content-Disposition"]
    entry = Entry.objects.get(index__gte=before, action="recovery.scene-report.given")
    assert (entry.object_id, entry.actor) == (str(mission.pk), str(field.leader.pk))
    words = words_of(response.content, tmp_path)
    assert mission.number in words
    assert "beyond" in words
    missing = "What is missing" if language == "en" else "ما ينقص"
    assert missing in words or language == "ar"
    assert sign_in(person("odontologist")).get(url).status_code == 403
    assert sign_in(person("team_leader", "PAR")).get(url).status_code == 404
    assert sign_in(field.leader).get(url.replace(language, "fr")).status_code == 404
