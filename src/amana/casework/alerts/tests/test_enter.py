"""Telephone and walk-in: the same questions, the sentences to say, the code to read out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.casework.alerts.forms import EnterForm
from amana.casework.alerts.models import Alert, Attachment
from amana.casework.alerts.receipts import receipt_of
from amana.casework.alerts.reporting_form import ReportForm
from amana.casework.alerts.tests.photos import photo
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import unsealed
from amana.casework.places.models import Place

CALL = {
    "channel": "phone", "language": "ar", "form": "one-form", "account": "Three skulls beside a well.",
    "count_words": "three", "place_words": "north of the school", "position": "34.7101, 36.7102",
    "dangers": ["mines"], "digging": "yes", "wish": "contact", "phone": "0933 123 456", "do": "send",
}  # fmt: skip


@pytest.fixture
def operator(person):
    return person("hotline_operator")


@pytest.fixture
def desk(operator, sign_in):
    return sign_in(operator)


def test_every_question_of_the_public_form_is_asked(desk):
    page = desk.get("/alerts/enter/").content.decode()
    for name, field in ReportForm().fields.items():
        if not field.widget.is_hidden and name not in ("pcode", "as_written"):
            assert f'name="{name}"' in page, name
    asked = [f.name for part in EnterForm().asked() for f in part["fields"]]
    assert asked.index("account") < asked.index("place_name") < asked.index("phone")


def test_what_to_say_stands_there_in_both_languages_and_safety_first(desk):
    page = desk.get("/alerts/enter/").content.decode()
    assert page.index("Please do not touch anything") < page.index("Please tell me what you saw")
    assert page.count('lang="ar"') > 10
    assert page.count('lang="en"') > 10
    desk.cookies["amana_language"] = "ar"
    assert 'dir="rtl"' in desk.get("/alerts/enter/").content.decode()


def test_a_call_is_kept_and_its_code_read_out(desk, operator):
    response = desk.post("/alerts/enter/", CALL)
    alert = Alert.objects.get()
    assert (alert.channel, alert.entered_by, alert.office) == ("phone", operator, operator.office)
    assert (alert.low, alert.latitude, alert.digging, alert.state) == (3, 34.7101, "yes", "received")
    assert unsealed(alert, "phone") == "0933 123 456"
    page = desk.get(response["Location"])
    code = page.context["code"]
    assert len(code) == 24
    assert code.count("-") == 4
    assert alert.receipt == receipt_of(code)
    assert "Thank you for calling." in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert not Entry.objects.filter(values__contains="0933").exists()


def test_with_a_sentence_it_is_acknowledged_at_once(desk):
    desk.post("/alerts/enter/", {**CALL, "summary": "Skulls beside a well."})
    assert Alert.objects.get().state == "acknowledged"
    response = desk.post("/alerts/enter/", {**CALL, "form": "two", "summary": "Call 0933123456"})
    assert response.status_code == 422
    assert "a long number" in response.content.decode()
    assert Alert.objects.count() == 1


def test_sent_twice_it_is_one(desk):
    urls = [desk.post("/alerts/enter/", {**CALL, "summary": "Skulls."})["Location"] for _ in range(2)]
    assert Alert.objects.count() == 1
    codes = {desk.get(url).context["code"] for url in urls}
    assert len(codes) == 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(desk):
    response = desk.post("/alerts/enter/", {**CALL, "account": "", "position": "somewhere there"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "north of the school" in page
    assert not Alert.objects.exists()
    response = desk.post("/alerts/enter/", {**CALL, "channel": "web"})
    assert response.status_code == 422


def test_a_place_that_several_share_is_chosen(desk):
    for code in ("SY04010010", "SY04020020"):
        Place.objects.create(
            pcode=code, kind="community", name_en="Qabu", name_ar="القبو", search="\n قبو \n", source="tests"
        )
    page = desk.post("/alerts/enter/", {**CALL, "do": "place", "place_name": "القبو"}).content.decode()
    assert 'value="SY04020020"' in page
    assert "Three skulls" in page
    response = desk.post("/alerts/enter/", {**CALL, "place_name": "القبو"})
    assert response.status_code == 422
    desk.post("/alerts/enter/", {**CALL, "place_name": "القبو", "place_for": "القبو", "pcode": "SY04020020"})
    assert Alert.objects.get().pcode == "SY04020020"


def test_photos_of_a_walk_in_stay_through_a_fault(desk):
    sent = {**CALL, "channel": "walk_in", "files": [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")]}
    desk.get("/alerts/enter/")  # uploads are held by the cookie that comes with the page
    response = desk.post("/alerts/enter/", {**sent, "position": "somewhere there"})
    assert response.status_code == 422
    token = response.content.decode().split('name="files-sent" value="')[1].split('"')[0]
    assert desk.post("/alerts/enter/", {**CALL, "files-sent": token}).status_code == 302
    assert Attachment.objects.count() == 1


def test_the_code_is_shown_for_a_while_only(desk, operator):
    desk.post("/alerts/enter/", CALL)
    alert = Alert.objects.get()
    response = desk.get(f"{alert.get_absolute_url()}entered/nonsense/")
    assert response["Location"] == alert.get_absolute_url()


def test_only_who_may_record(person, sign_in):
    for role in ("team_leader", "recorder"):
        assert sign_in(person(role)).get("/alerts/enter/").status_code == 403
        assert sign_in(person(role)).post("/alerts/enter/", CALL).status_code == 403
