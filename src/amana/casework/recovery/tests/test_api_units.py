"""What belongs to a unit, through the programming interface."""

from __future__ import annotations

import io
import json

import pytest

from amana.casework.common.ids import new_id
from amana.casework.files.receiving import receive
from amana.casework.files.tests.made import picture
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.recovery.models import Association, Effect, Hint, Photo, Unit
from amana.casework.recovery.services import record_unit
from amana.casework.recovery.services.belongings import add_photos
from amana.casework.recovery.services.describing import describe_unit

API = "/api/v1"
HUGE = 10**400


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


@pytest.fixture
def unit(by):
    incident = opened(by)
    return lifted(by, incident, site_of(by, incident, spots=1), count=1)[0]


@pytest.fixture
def call(sign_in):
    def act(user, method, path, data=None):
        body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
        return getattr(sign_in(user), method)(f"{API}{path}", **body)

    return act


def codes(response):
    assert response.status_code == 422, response.content
    return [p["code"] for p in response.json()["problems"]]


def test_how_a_unit_lay_is_said_and_corrected_with_a_reason(by, unit, call):
    url = f"/units/{unit.number}/details"
    said = {"depth_cm": 40, "posture": "prone", "condition": {"head": ["burned"]}, "seen": 0}
    found = call(by, "patch", url, said).json()
    assert (found["depth_cm"], found["posture"], found["revision"]) == (40, "prone", 1)
    assert call(by, "get", url).json() == found
    assert codes(call(by, "patch", url, {"depth_cm": 50})) == ["record.needs-reason"]
    assert codes(call(by, "patch", url, {"depth_cm": 50, "reason": "x", "seen": 0})) == [
        "recovery.changed-meanwhile"
    ]
    found = call(by, "patch", url, {"depth_cm": None, "reason": "was another", "seen": 1}).json()
    assert (found["depth_cm"], found["posture"]) == (None, "prone")


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91, "longitude": 1}, {"latitude": 1}, {"depth_cm": HUGE}, {"depth_cm": -1},
        {"orientation_deg": 400}, {"posture": "flying"}, {"limbs": "a\0b"}, {"limbs": "x" * 201},
        {"limbs": 3},
        {"condition": {"wing": ["burned"]}}, {"condition": {"head": ["happy"]}},
        {"condition": {"head": "burned"}},
        {"condition": {"a\0": ["burned"]}}, {"condition": []}, {"seen": "first"}, {"condition": {"head": []}},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(by, unit, call, wrong):
    assert call(by, "patch", f"/units/{unit.number}/details", {"reason": "x", **wrong}).status_code == 422
    assert Unit.objects.get(pk=unit.pk).revision == 0


def test_nan_and_a_number_past_every_column_are_refused(by, unit, sign_in):
    for text in ('{"depth_cm": NaN}', '{"depth_cm": 1e999}', '{"seen": 1e400}', "{", "\0"):
        response = sign_in(by).patch(f"{API}/units/{unit.number}/details", text, "application/json")
        assert response.status_code in (400, 422), text


def test_the_form_takes_answers_and_seals_those_that_name_people(by, unit, call):
    url = f"/units/{unit.number}/form"
    given = {"answers": {"sex": "male", "clothing": "blue", "possible_identity": "Somebody Invented"}}
    found = call(by, "post", url, given)
    assert found.status_code == 200
    assert found.json()["form"] == {"sex": "male", "clothing": "blue"}
    assert Hint.objects.get().unit == unit
    assert "Invented" not in found.content.decode()


@pytest.mark.parametrize(
    "answers",
    [
        {"no such": 1}, {"sex": "green"}, {"sex": 3}, {"height_cm": HUGE}, {"height_cm": -1},
        {"clothing": "a\0b"},
        {"injuries": {"head": "x\0"}}, {"injuries": {"wing": "x"}}, {"injuries": ["head"]}, {"burnt": "yes"},
        {"a\0b": "x"}, {"clothing": "x" * 2001}, {"clothing": {"a": [1, {"b": 2}]}}, {"photographs": [[1]]},
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_are_refused(by, unit, call, answers):
    assert call(by, "post", f"/units/{unit.number}/form", {"answers": answers}).status_code == 422
    assert Unit.objects.get(pk=unit.pk).form == {}


def test_anybody_may_doubt_but_not_everybody_judges(by, person, unit, call):
    url = f"/units/{unit.number}/nature"
    assert call(by, "post", url, {"nature": "not_sure"}).json()["nature"] == "not_sure"
    assert codes(call(by, "post", url, {"nature": "animal", "reason": "hoof"})) == [
        "recovery.nature-is-judged"
    ]
    judge = person("anthropologist")
    assert call(judge, "post", url, {"nature": "animal", "reason": "hoof"}).json()["nature"] == "animal"
    assert call(judge, "post", url, {"nature": "stone"}).status_code == 422


def test_effects_are_recorded_and_taken_back(by, unit, call):
    url = f"/units/{unit.number}/effects"
    found = call(by, "post", url, [{"code": "24.0101", "words": "shirt"}, {"code": "24.0101", "pieces": 2}])
    assert found.status_code == 201
    one, other = found.json()
    assert [e["number"] for e in call(by, "get", url).json()] == [one["number"], other["number"]]
    back = f"/effects/{one['number']}/withdraw"
    assert codes(call(by, "post", back, {"reason": " "})) == ["record.needs-reason"]
    assert call(by, "post", back, {"reason": "typed twice"}).json()["state"] == "withdrawn"
    assert call(by, "post", "/effects/SCD-9900-999-X/withdraw", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        [], [{}], [{"code": "24.9999"}], [{"code": "x" * 500}], [{"code": "24.0101", "pieces": 0}],
        [{"code": "24.0101", "pieces": -3}], [{"code": "24.0101", "pieces": 10**30}],
        [{"code": "24.0101", "words": "a\0b"}], [{"code": "24.0101", "region": "wing"}], {"code": "24.0101"},
        [{"code": "24.0101", "words": "x" * 301}], [{"code": "24.0101"}] * 501, [{"code": "a\0"}],
    ],
)  # fmt: skip
def test_effects_that_cannot_be_are_refused_whole(by, unit, call, wrong):
    assert call(by, "post", f"/units/{unit.number}/effects", wrong).status_code == 422
    assert not Effect.objects.exists()


def test_units_are_associated_and_that_is_undone(by, unit, call):
    other = record_unit(by, unit.incident, kind="bone")
    url = f"/units/{unit.number}/associations"
    given = {"other": other.number, "kind": "fits", "why": "the break"}
    made = call(by, "post", url, given)
    assert (made.status_code, made.json()["other"]) == (201, other.number)
    assert codes(call(by, "post", url, given)) == ["recovery.associated-already"]
    assert codes(call(by, "post", url, {**given, "other": unit.number})) == [
        "recovery.associated-with-itself"
    ]
    for number in ("nothing", "a\nb", "x" * 5000):
        assert codes(call(by, "post", url, {**given, "other": number})) == ["recovery.no-such-unit"]
    assert call(by, "post", url, {**given, "kind": "friends"}).status_code == 422
    assert call(by, "get", f"/units/{other.number}/associations").json() == [made.json()]
    undo = f"/associations/{made.json()['id']}/undo"
    assert codes(call(by, "post", undo, {"reason": ""})) == ["record.needs-reason"]
    assert call(by, "post", undo, {"reason": "another bone"}).json()["undone_why"] == "another bone"
    assert Association.objects.get().undone_at is not None
    assert call(by, "post", f"/associations/{new_id()}/undo", {"reason": "x"}).status_code == 404
    assert call(by, "post", "/associations/none/undo", {"reason": "x"}).status_code == 422


def test_photographs_are_listed_without_their_content(by, person, unit, call):
    url = f"/units/{unit.number}/photos"
    assert call(by, "get", url).json() == []
    shot = io.BytesIO()
    picture().save(shot, "JPEG")
    shot.seek(0)
    add_photos(
        by, [receive(shot, name="a.jpg")], kind="close", photographer="Somebody", unit=unit, scale=True
    )
    photo = Photo.objects.get()
    (found,) = call(by, "get", url).json()
    assert (found["id"], found["sha256"], found["media_type"]) == (
        str(photo.pk),
        photo.file.sha256,
        "image/jpeg",
    )
    assert (found["kind"], found["scale"], found["withdrawn_at"]) == ("close", True, None)
    assert not {"file", "name", "claims", "content", "url"} & found.keys()


def test_labels_are_a_pdf_and_a_reprint_counts(by, unit, call):
    for n in (1, 2):
        found = call(by, "post", "/labels", {"units": [unit.number], "layout": "roll62"})
        assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
        assert found.content.startswith(b"%PDF")
        assert Unit.objects.get(pk=unit.pk).prints == n
    assert codes(call(by, "post", "/labels", {"units": []})) == ["documents.no-labels"]
    wrong = {"units": [unit.number, "nothing", "a\nb"]}
    assert codes(call(by, "post", "/labels", wrong)) == ["recovery.no-such-unit"] * 2
    assert codes(call(by, "post", "/labels", {"units": [str(n) for n in range(501)]})) == [
        "recovery.too-many-labels"
    ]
    assert call(by, "post", "/labels", {"units": [unit.number], "layout": "a0"}).status_code == 422
    assert Unit.objects.get(pk=unit.pk).prints == 2


def test_where_it_lay_is_for_who_sees_sites(by, person, unit, call, monkeypatch):
    describe_unit(by, unit, latitude=34.7, longitude=36.7, form={"recovered_place": "well", "sex": "male"})
    url = f"/units/{unit.number}/details"
    assert call(by, "get", url).json()["latitude"] == 34.7
    found = call(person("odontologist"), "get", url).json()
    assert (found["latitude"], found["longitude"], found["form"]) == (None, None, {"sex": "male"})


def test_rights_are_those_of_the_unit(by, person, unit, call):
    base = f"/units/{unit.number}"
    for path in ("details", "effects", "photos", "associations"):
        assert call(person("recorder", "PAR"), "get", f"{base}/{path}").status_code == 404
        assert call(person("hotline_operator"), "get", f"{base}/{path}").status_code == 403
        assert call(person("custodian"), "get", f"{base}/{path}").status_code == 200
    for path, data in (
        ("form", {"answers": {}}), ("nature", {"nature": "human"}), ("effects", [{"code": "24.0101"}]),
        ("associations", {"other": "x", "kind": "fits", "why": "x"}),
    ):  # fmt: skip
        assert call(person("custodian"), "post", f"{base}/{path}", data).status_code == 403
        assert call(person("recorder", "PAR"), "post", f"{base}/{path}", data).status_code == 404
    assert (
        call(person("recorder", "FMD"), "post", f"{base}/effects", [{"code": "24.0101"}]).status_code == 403
    )
    assert call(person("recorder", "FMD"), "post", "/labels", {"units": [unit.number]}).status_code == 403
