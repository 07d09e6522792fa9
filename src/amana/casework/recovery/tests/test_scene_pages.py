"""The scene record on screen, without any script."""

from __future__ import annotations

import re

import pytest

from amana.casework.recovery.models import SceneStep
from amana.casework.recovery.scene import steps
from amana.casework.recovery.services import Filled, record_step, record_steps, record_unit
from amana.casework.recovery.tests.going import at_work, field_of


@pytest.fixture
def field(person):
    return field_of(person)


@pytest.fixture
def recorder(person):
    return person("recorder")


def text_of(response):
    return response.content.decode()


def test_every_step_opens_and_takes_an_answer_of_every_kind(field, recorder, sign_in):
    mission = at_work(field, exhumes=False)
    spot = field.site.spots.first()
    client = sign_in(recorder)
    answers = {
        "text": "words", "number": "٣٫٥", "yesno": "yes", "time": "2026-03-01T10:00",
        "position": "34.73, 36.71",
    }  # fmt: skip
    for key, step in steps().items():
        url = f"{mission.get_absolute_url()}scene/{key}/" + (f"{spot.pk}/" if step.per_spot else "")
        page = text_of(client.get(url))
        assert "<script>" not in page
        sent = {"seen": "", "save": "1"}
        for question in step.asked:
            if question.kind == "people":
                sent |= {f"q-{question.key}-0-who": "Officer", f"q-{question.key}-0-arrived": "08:05"}
            elif question.kind == "choice":
                sent[f"q-{question.key}"] = question.choices[0].key
            elif question.kind == "choices":
                sent[f"q-{question.key}"] = [c.key for c in question.choices[:2]]
            else:
                sent[f"q-{question.key}"] = answers[question.kind]
        response = client.post(url, sent)
        assert response.status_code == 302, (key, re.findall(r"<li>.*?</li>", text_of(response))[:3])
        row = SceneStep.objects.get(mission=mission, step=key)
        assert set(row.values) == {q.key for q in step.asked}
        # Opened again, the form holds what was said.
        page = text_of(client.get(url))
        assert f'value="{row.pk}"' in page
        assert "What kind of change" in page
    page = text_of(client.get(f"{mission.get_absolute_url()}scene/"))
    assert "Nothing that the scene record asks for is missing." in page
    assert page.count("missing") < 5


def test_none_is_one_touch(field, recorder, sign_in):
    mission = at_work(field)
    client = sign_in(recorder)
    url = f"{mission.get_absolute_url()}scene/surface/"
    assert "Searched, and there was nothing on the surface" in text_of(client.get(url))
    response = client.post(url, {"seen": "", "none": "1"})
    assert response["Location"].endswith("/scene/#step-surface")
    assert SceneStep.objects.get(step="surface").none
    assert "looked for, none there" in text_of(client.get(f"{mission.get_absolute_url()}scene/"))
    # Words typed just now are not thrown away by a touch on "none".
    other = f"{mission.get_absolute_url()}scene/loose/"
    response = client.post(other, {"seen": "", "none": "1", "q-what": "a shoe"})
    assert response.status_code == 400
    assert "a shoe" in text_of(response)
    assert 'name="none"' not in text_of(client.get(f"{mission.get_absolute_url()}scene/closing/"))


def test_what_is_missing_is_named(field, recorder, sign_in):
    mission = at_work(field)
    record_step(recorder, mission, "approach", values={"path": "From the road."})
    page = text_of(sign_in(recorder).get(f"{mission.get_absolute_url()}scene/"))
    assert "Is this way marked on the ground?" in page
    assert "How is the scene closed off?" in page
    assert "Which way do people go in and out?" not in page


def test_save_and_go_on_leads_to_the_next_that_is_missing(field, recorder, sign_in):
    mission = at_work(field)
    url = f"{mission.get_absolute_url()}scene/"
    record_step(recorder, mission, "approach", values={"path": "x", "marked": True, "cordon": "tape"})
    response = sign_in(recorder).post(
        f"{url}arrival/",
        {"seen": "", "next": "1", "q-arrived": "2026-03-01T10:00", "q-state_found": "nothing seen"},
    )
    assert response["Location"] == f"{url}danger/"


def test_a_spot_with_a_unit_has_its_steps(field, recorder, sign_in):
    mission = at_work(field)
    one, two, _ = field.site.spots.order_by("label")
    client = sign_in(recorder)
    url = f"{mission.get_absolute_url()}scene/"
    assert "None was begun yet." in text_of(client.get(url))
    record_unit(recorder, field.incident, kind="bone", spot=one, mission=mission)
    page = text_of(client.get(url))
    assert f"{url}bindings/{one.pk}/" in page
    assert f"{url}bindings/{two.pk}/" not in page
    # Where no grave is opened, its outline is not asked for.
    assert "not asked for" in page
    assert client.get(f"{url}bindings/").status_code == 404
    assert client.get(f"{url}surface/{one.pk}/").status_code == 404
    assert client.get(f"{url}magic/").status_code == 404


def test_a_correction_is_told_apart_and_the_history_stays(field, recorder, sign_in):
    mission = at_work(field)
    row = record_step(recorder, mission, "conditions", values={"weather": "rain"})
    client = sign_in(recorder)
    url = f"{mission.get_absolute_url()}scene/conditions/"
    sent = {"q-weather": "fog", "seen": str(row.pk), "save": "1"}
    assert client.post(url, sent).status_code == 400
    assert client.post(url, {**sent, "change": "corrected"}).status_code == 400
    assert client.post(url, {**sent, "change": "corrected", "reason": "it was fog"}).status_code == 302
    page = text_of(client.get(url))
    for words in ("it was fog", "rain", "fog", "correction"):
        assert words in page


def test_two_who_fill_in_one_step_at_once_see_each_other(field, recorder, person, sign_in):
    mission = at_work(field)
    record_step(person("recorder"), mission, "surface", none=True)
    url = f"{mission.get_absolute_url()}scene/surface/"
    response = sign_in(recorder).post(
        url, {"q-what": "a shoe", "q-flagged": "yes", "seen": "", "save": "1", "change": "added"}
    )
    assert response.status_code == 400
    page = text_of(response)
    assert "Somebody filled in this step after you opened it." in page
    assert "a shoe" in page
    assert SceneStep.objects.count() == 1


def test_who_only_reads_sees_the_answers_and_no_form(field, recorder, person, sign_in):
    mission = at_work(field)
    record_step(recorder, mission, "conditions", values={"weather": "fog"})
    url = f"{mission.get_absolute_url()}scene/conditions/"
    for reader in (person("custodian"), person("recorder", "FMD")):
        page = text_of(sign_in(reader).get(url))
        assert "fog" in page
        assert "Save and go on" not in page
        sign_in(reader).post(url, {"q-weather": "rain", "seen": "", "save": "1"})
    assert SceneStep.objects.count() == 1
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(field, recorder, sign_in, rows, django_assert_max_num_queries):
    mission = at_work(field)
    record_steps(
        recorder, mission,
        [Filled("surface", {"what": str(i)}, change="added" if i else "") for i in range(rows)],
    )  # fmt: skip
    client = sign_in(recorder)
    with django_assert_max_num_queries(14):
        client.get(f"{mission.get_absolute_url()}scene/surface/")


def test_the_steps_are_whole_in_arabic(field, recorder, sign_in):
    mission = at_work(field)
    client = sign_in(recorder)
    client.cookies["amana_language"] = "ar"
    page = text_of(client.get(f"{mission.get_absolute_url()}scene/arrival/"))
    assert "متى وصل الفريق؟" in page
    assert "When did the team arrive?" not in page
