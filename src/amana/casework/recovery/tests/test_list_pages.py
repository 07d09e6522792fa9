"""Pages and programming interface of old lists."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import SCRIPT, opened
from amana.casework.recovery.models import Batch, Unit
from amana.casework.recovery.services import import_list
from amana.interchange.units_table import read_units, units_csv, units_workbook

ROWS = [{"kind": "bone", "old_number": "B-7"}, {"kind": "bag", "old_number": "=cmd|' /C calc'!A0"}]
WRONG = [{"kind": "bone"}, {"kind": "box"}, {"kind": "bone", "depth_cm": "deep"}]


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


@pytest.fixture
def incident(by):
    return opened(by)


def file_of(rows, name="old.csv"):
    make = units_workbook if name.endswith("xlsx") else units_csv
    return SimpleUploadedFile(name, make("en", rows))


def text_of(response):
    return response.content.decode()


def address(incident):
    return f"/incidents/{incident.number}/units/import/"


def choose(client, incident, rows, **fields):
    given = {"file": file_of(rows, fields.pop("name", "old.csv")), "about": "Book of the village", **fields}
    return client.post(address(incident), given)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_given_in_both_languages_and_forms(by, sign_in, language, form):
    found = sign_in(by).get(f"/lists/template/{language}.{form}")
    assert found.status_code == 200
    assert f"units-{language}.{form}" in found["Content-Disposition"]
    row = {"kind": "bone"}
    assert read_units((units_csv if form == "csv" else units_workbook)(language, [row]), "t").rows
    if form == "csv":
        assert found.content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("path", ["fr.csv", "en.exe", "en.ods"])
def test_no_other_template(by, sign_in, path):
    assert sign_in(by).get(f"/lists/template/{path}").status_code == 404


def test_a_list_is_looked_at_then_recorded(by, sign_in, incident):
    client = sign_in(by)
    page = choose(client, incident, ROWS)
    assert page.status_code == 200
    assert not Unit.objects.exists()
    text = text_of(page)
    assert "B-7" in text
    assert page["Cache-Control"] == "no-store"
    sent = {k: page.context[k] for k in ("content", "name", "about")}
    done = client.post(address(incident), sent)
    batch = Batch.objects.get()
    assert (done.status_code, done["Location"]) == (302, batch.get_absolute_url())
    assert (batch.file_name, batch.about, batch.rows) == ("old.csv", "Book of the village", 2)
    assert Unit.objects.filter(batch=batch).count() == 2
    page = text_of(client.get(batch.get_absolute_url()))
    assert "Book of the village" in page
    assert all(u.number in page for u in batch.units.all())
    # Sent twice, it is refused with the same page.
    again = client.post(address(incident), sent)
    assert again.status_code == 400
    assert batch.number in text_of(again)
    assert Unit.objects.count() == 2


def test_every_problem_stands_on_the_page_and_nothing_can_be_saved(by, sign_in, incident):
    page = choose(sign_in(by), incident, WRONG, name="old.xlsx")
    text = text_of(page)
    assert (page.status_code, page.context["problem_count"], page.context["content"]) == (400, 2, "")
    assert [(p["row"], p["field"]) for p in page.context["problems"]] == [(3, "kind"), (4, "depth in cm")]
    assert 'name="content"' not in text
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 200, b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"\xff\xfe",
        b"kind", b"kind\n" + b"bone\n" * 5001, b"name\nx", b'kind\n"', b"kind,kind\nbone,bone",
        SCRIPT.encode(),
        b"\xed\xa0\x80",
        b"kind;old number\nbone;" + b"x" * 50, b"x" * (3 * 2**20 + 1),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_answered_with_what_is_wrong(by, sign_in, incident, data):
    client = sign_in(by)
    page = client.post(address(incident), {"file": SimpleUploadedFile("a.csv", data), "about": "x"})
    assert page.status_code == 400
    assert SCRIPT not in text_of(page)
    sent = {"content": base64.b64encode(data).decode(), "name": "a\0.csv", "about": "x"}
    if len(data) < 3 * 2**20:
        assert client.post(address(incident), sent).status_code in (302, 400)
    for path in ("lists/look", "lists"):
        given = {"file": SimpleUploadedFile("a.csv", data), "about": "x"}
        found = client.post(f"/api/v1/incidents/{incident.number}/{path}", given)
        assert found.status_code in (200, 422), found.content[:300]
        assert found.json()["problems"]
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"content": "%%%"}, {"content": ""}, {"content": "a2luZApib25l", "about": "x" * 999},
        {"content": "a2luZApib25l", "about": ""}, {"content": "a2luZApib25l", "about": "a\0", "name": "\0"},
    ],
)  # fmt: skip
def test_a_confirmation_that_was_tampered_with_saves_nothing(by, sign_in, incident, sent):
    assert sign_in(by).post(address(incident), sent).status_code in (302, 400)
    assert not Unit.objects.exists()


def test_words_of_a_list_are_never_run(by, sign_in, incident):
    client = sign_in(by)
    rows = [{"kind": "bone", "old_number": "=1+1", "description": SCRIPT}]
    page = choose(client, incident, rows)
    assert SCRIPT not in text_of(page)
    client.post(address(incident), {k: page.context[k] for k in ("content", "name", "about")})
    assert Unit.objects.get().field_label == "=1+1"
    assert "'=1+1" in client.get("/units.csv").content.decode("utf-8-sig")
    import_list(by, incident, units_csv("en", ROWS), "x.csv", "=cmd")
    assert "'=cmd" in client.get("/lists.csv").content.decode("utf-8-sig")
    assert Entry.objects.filter(action="list.exported").count() == 2


def test_a_list_is_withdrawn_with_a_reason(by, sign_in, incident):
    batch = import_list(by, incident, units_csv("en", ROWS), "x.csv", "a book")
    client = sign_in(by)
    url = f"/lists/{batch.number}/withdraw/"
    assert f'href="{url}"' in text_of(client.get(batch.get_absolute_url()))
    assert client.post(url, {"reason": " "}).status_code == 400
    done = client.post(url, {"reason": "wrong book"})
    assert (done.status_code, done["Location"]) == (302, batch.get_absolute_url())
    page = text_of(client.get(batch.get_absolute_url()))
    assert "wrong book" in page
    assert f'href="{url}"' not in page
    again = client.post(url, {"reason": "once more"})
    assert again.status_code == 400
    assert batch.number in text_of(again)


def test_the_file_is_opened_by_those_who_enter_lists(by, person, sign_in, incident):
    data = units_csv("en", ROWS)
    batch = import_list(by, incident, data, "x.csv", "a book")
    url = f"/lists/{batch.number}/file/"
    client = sign_in(by)
    assert f'href="{url}"' in text_of(client.get(batch.get_absolute_url()))
    assert client.get(url).status_code == 200
    opened = client.post(url, {"what": "original"}, follow=True)
    assert b"".join(opened.streaming_content) == data
    custodian = sign_in(person("custodian"))
    assert f'href="{url}"' not in text_of(custodian.get(batch.get_absolute_url()))
    assert custodian.get(url).status_code == 403
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404


def test_who_may(by, person, sign_in, incident):
    batch = import_list(by, incident, units_csv("en", ROWS), "x.csv", "a book")
    page, withdraw = batch.get_absolute_url(), f"/lists/{batch.number}/withdraw/"
    custodian, foreign, other = person("custodian"), person("recorder", "PAR"), person("recorder", "FMD")
    expected = {
        custodian: (200, 200, 403, 403, 403), foreign: (200, 404, 404, 404, 200),
        other: (200, 200, 404, 200, 200),
    }  # fmt: skip
    for user, codes in expected.items():
        client = sign_in(user)
        urls = ("/lists/", page, withdraw, address(incident), "/lists/template/en.csv")
        assert tuple(client.get(u).status_code for u in urls) == codes, user
    assert batch.number not in text_of(sign_in(foreign).get("/lists/"))
    assert sign_in(person("hotline_operator")).get("/lists/").status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(by, sign_in, rows, django_assert_max_num_queries):
    for n in range(rows):
        import_list(by, opened(by), units_csv("en", [{"kind": "bone", "old_number": str(n)}]), "x", "a book")
    client = sign_in(by)
    with django_assert_max_num_queries(12):
        client.get("/lists/")


# --- for programs ----------------------------------------------------------------------------------


def test_programs_look_record_and_withdraw(by, sign_in, incident):
    client = sign_in(by)
    base = f"/api/v1/incidents/{incident.number}/lists"
    found = client.post(f"{base}/look", {"file": file_of(WRONG)}).json()
    assert [(p["row"], p["field"], p["code"]) for p in found["problems"]] == [
        (3, "kind", "units.kind"), (4, "depth in cm", "units.depth")
    ]  # fmt: skip
    refused = client.post(base, {"file": file_of(WRONG), "about": "a book"})
    assert (refused.status_code, refused.json()["problems"]) == (422, found["problems"])
    assert client.post(base, {"file": file_of(ROWS)}).status_code == 422
    assert client.post(base, {"about": "x"}).status_code == 422
    assert not Unit.objects.exists()
    assert client.post(f"{base}/look", {"file": file_of(ROWS)}).json() == {
        "rows": 2, "problems": [], "warnings": []
    }  # fmt: skip
    made = client.post(base, {"file": file_of(ROWS, "old.xlsx"), "about": "a book"})
    assert made.status_code == 201
    number = made.json()["number"]
    assert len(client.get(f"/api/v1/lists/{number}").json()["units"]) == 2
    assert client.get("/api/v1/lists", {"incident": incident.number}).json()["count"] == 1
    assert client.get("/api/v1/lists?incident=%00").json()["count"] == 0
    back = f"/api/v1/lists/{number}/withdraw"
    assert client.post(back, {"reason": ""}, "application/json").status_code == 422
    done = client.post(back, {"reason": "typed twice"}, "application/json").json()
    assert done["withdrawn_why"] == "typed twice"


def test_programs_have_the_rights_of_the_pages(by, person, sign_in, incident):
    batch = import_list(by, incident, units_csv("en", ROWS), "x.csv", "a book")
    base = f"/api/v1/incidents/{incident.number}/lists"
    foreign = sign_in(person("recorder", "PAR"))
    assert foreign.get(f"/api/v1/lists/{batch.number}").status_code == 404
    assert foreign.post(f"{base}/look", {"file": file_of(ROWS)}).status_code == 404
    custodian = sign_in(person("custodian"))
    assert custodian.get(f"/api/v1/lists/{batch.number}").status_code == 200
    assert custodian.post(base, {"file": file_of(ROWS), "about": "x"}).status_code == 403
    other = sign_in(person("recorder", "FMD"))
    back = f"/api/v1/lists/{batch.number}/withdraw"
    assert other.post(back, {"reason": "x"}, "application/json").status_code == 403
