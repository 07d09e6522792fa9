"""Describing a unit by forms: how it lay, the one-page form, effects, photographs, labels, its code."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.recovery.models import Association, Effect, Hint, Photo, Unit


@pytest.fixture
def by(person):
    return person("recorder+duty_officer")


@pytest.fixture
def units(by):
    incident = opened(by)
    return lifted(by, incident, site_of(by, incident, spots=1), count=2)


def url(unit, part=""):
    return f"{unit.get_absolute_url()}{part}"


def sent(client, address, **fields):
    answer = client.post(address, fields)
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>([^<]+)', answer.content.decode())
    return answer


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 80, 70)).save(out, "JPEG")
    return SimpleUploadedFile("bag.jpg", out.getvalue())


def test_how_it_lay_is_said_and_corrected_only_with_a_reason(by, units, sign_in):
    unit, _ = units
    client = sign_in(by)
    page = url(unit, "describe/")
    said = {"posture": "prone", "ligatures": "wrists, blue rope", "position": "34.84160 36.45380",
            "region-head": ["burned", "damaged"], "seen": 0}  # fmt: skip
    sent(client, page, **said)
    now = Unit.objects.get(pk=unit.pk)
    assert (now.posture, now.latitude, now.condition) == ("prone", 34.8416, {"head": ["burned", "damaged"]})
    shown = client.get(url(unit)).content.decode()
    assert "wrists, blue rope" in shown
    changed = {**said, "posture": "supine", "seen": now.revision}
    assert client.post(page, changed).status_code == 400
    sent(client, page, **changed, reason="seen on the photograph")
    stale = client.post(page, {**changed, "posture": "left", "reason": "x", "seen": 0})
    assert stale.status_code == 400
    assert Unit.objects.get(pk=unit.pk).posture == "supine"


def test_a_position_that_is_none_is_said_and_what_was_typed_stays(by, units, sign_in):
    unit, _ = units
    answer = sign_in(by).post(url(unit, "describe/"), {"position": "behind the wall", "limbs": "crossed"})
    assert answer.status_code == 400
    assert 'value="crossed"' in answer.content.decode()
    assert Unit.objects.get(pk=unit.pk).limbs == ""


def test_the_one_page_form_seals_what_names_a_person(by, units, sign_in, person):
    unit, _ = units
    client = sign_in(by)
    answers = {
        "q-sex": "male", "q-clothing": "blue jacket", "q-injuries": "head: a hole", "seen": 0,
        "q-reported_on": "2024-12-31", "q-possible_identity": "Somebody Invented",
    }  # fmt: skip
    sent(client, url(unit, "form/"), **answers)
    now = Unit.objects.get(pk=unit.pk)
    assert now.form == {
        "sex": "male",
        "clothing": "blue jacket",
        "injuries": {"head": "a hole"},
        "reported_on": "2024-12-31",
    }
    page = client.get(url(unit)).content.decode()
    assert "blue jacket" in page
    assert "Somebody Invented" not in page
    assert client.post(url(unit, "form/"), {"q-injuries": "wing: x", "seen": now.revision}).status_code == 400
    hint = Hint.objects.get()
    assert "Somebody" not in hint.answers
    opening = url(unit, f"hints/{hint.pk}/")
    assert client.get(opening).status_code == 403
    secretary = sign_in(person("secretary"))
    assert "Somebody Invented" not in secretary.get(opening).content.decode()
    assert "Somebody Invented" in secretary.post(opening, {"reason": "for the board"}).content.decode()
    assert Entry.objects.filter(action="protected.opened").count() == 1


def test_one_body_is_recorded_with_its_form_on_one_page(by, units, sign_in):
    unit, _ = units
    page = f"/incidents/{unit.incident.number}/units/quick/"
    client = sign_in(by)
    assert "q-clothing" in client.get(page).content.decode()
    sent(client, page, kind="body", **{"q-clothing": "grey coat", "q-burnt": "no"})
    made = Unit.objects.order_by("number").last()
    assert (made.form["clothing"], made.form["burnt"]) == ("grey coat", False)
    assert client.post(page, {"q-clothing": "x"}).status_code == 400
    assert Unit.objects.count() == 3


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_form_is_printed_filled_and_empty(by, units, sign_in, language):
    unit, _ = units
    client = sign_in(by)
    sent(client, url(unit, "form/"), **{"q-sex": "male", "q-recovered_on": "2024-12-30", "seen": 0})
    for address in (url(unit, f"form/{language}.pdf"), f"/form/{language}.pdf"):
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf", address
        assert answer.content.startswith(b"%PDF")


def test_effects_are_added_and_withdrawn_with_a_reason(by, units, sign_in):
    unit, _ = units
    client = sign_in(by)
    page = client.get(url(unit, "effects/add/")).content.decode()
    code = re.search(r'<option value="(\d\d\.[^"]+)"', page)[1]
    sent(client, url(unit, "effects/add/"), code=code, pieces=2, colour="blue", associated="on")
    effect = Effect.objects.get()
    assert (effect.pieces, effect.colour) == (2, "blue")
    assert effect.number in client.get(url(unit)).content.decode()
    assert client.post(url(unit, "effects/add/"), {"code": "99.99", "pieces": 1}).status_code == 400
    away = url(unit, f"effects/{effect.pk}/withdraw/")
    assert client.post(away, {"reason": ""}).status_code == 400
    sent(client, away, reason="entered twice")
    assert Effect.objects.get().state == "withdrawn"


def test_a_photograph_is_kept_blurred_and_its_opening_is_on_record(by, units, sign_in, person):
    unit, _ = units
    client = sign_in(by)
    sent(client, url(unit, "photos/add/"), photos=picture(), kind="close", photographer="A recorder")
    one = Photo.objects.get()
    page = client.get(url(unit)).content.decode()
    assert f"photos/{one.pk}/" in page
    assert "as=shown" not in page
    address = url(unit, f"photos/{one.pk}/")
    client.post(address, {"what": "shown", "next": url(unit)})
    assert Entry.objects.filter(action="files.file.opened").exists()
    assert client.post(url(unit, "photos/add/"), {"kind": "close", "photographer": "x"}).status_code == 400
    sent(client, url(unit, f"photos/{one.pk}/withdraw/"), reason="of another bag")
    assert sign_in(person("recorder", "PAR")).get(address).status_code == 404


def test_units_are_said_to_belong_together_and_that_is_taken_back(by, units, sign_in):
    one, other = units
    client = sign_in(by)
    sent(client, url(one, "associations/add/"), other=other.number, kind="beside", why="an arm apart")
    found = Association.objects.get()
    assert other.number in client.get(url(one)).content.decode()
    again = {"other": one.number, "kind": "beside", "why": "itself"}
    assert client.post(url(one, "associations/add/"), again).status_code == 400
    sent(client, url(one, f"associations/{found.pk}/undo/"), reason="measured again")
    assert "an arm apart" not in client.get(url(one)).content.decode().split('id="associations"')[1][:1500]


def test_anybody_who_records_may_doubt_and_an_anthropologist_settles(by, units, sign_in, person):
    unit, _ = units
    page = url(unit, "nature/")
    sent(sign_in(by), page, nature="not_sure", seen=0)
    refused = sign_in(by).post(page, {"nature": "animal", "reason": "a hoof", "seen": 1})
    assert refused.status_code == 400
    sent(sign_in(person("anthropologist")), page, nature="animal", reason="a hoof", seen=1)
    assert Unit.objects.get(pk=unit.pk).nature == "animal"
    assert sign_in(person("geneticist")).get(page).status_code == 403


def test_labels_are_printed_and_a_reprint_counts(by, units, sign_in):
    unit, _ = units
    client = sign_in(by)
    for layout, language in (("a4", "ar"), ("roll62", "en"), ("tag", "ar")):
        answer = client.post(url(unit, "labels/"), {"layout": layout, "language": language})
        assert answer.content.startswith(b"%PDF"), layout
    assert Unit.objects.get(pk=unit.pk).prints == 3
    assert "reprint" in client.get(url(unit)).content.decode()


def test_the_code_on_a_label_opens_its_unit_and_tells_nothing_of_others(by, units, sign_in, person):
    unit, _ = units
    client = sign_in(by)
    assert client.get(f"/u/{unit.number}/")["Location"] == unit.get_absolute_url()
    wrong = unit.number[:-1] + ("A" if unit.number[-1] != "A" else "C")
    assert client.get(f"/u/{wrong}/").status_code == 404
    partner = sign_in(person("recorder", "PAR"))
    unseen = partner.get(f"/u/{unit.number}/").content.decode()
    unknown = partner.get("/u/ZZZ-01-001-0/").status_code
    assert (unknown, unit.incident.name_en in unseen) == (404, False)
