"""The public form without any script: light, in both languages, nothing typed is lost, one report a form."""

from __future__ import annotations

import gzip
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amana.casework.alerts.models import Alert
from amana.casework.alerts.tests.photos import photo
from amana.casework.audit.protection import unsealed
from amana.casework.tests.look import STATIC

LANGUAGES = ("en", "ar")
HEAVIEST = 60_000
"""Bytes of the form with everything that it loads, not compressed."""
FILES = ("report.css", "report.js", "upload.js", "amana.svg")


@pytest.fixture(autouse=True)
def office(person, gazetteer):
    return person("hotline_operator").office


@pytest.fixture
def stranger():
    """A browser that keeps nothing and sends no token of ours but the form's own."""
    return Client(enforce_csrf_checks=True)


def typed(page: str) -> dict[str, list[str]]:
    """What a form holds, as a browser without script would send it again."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = known.get("type", "text")
        if "name" not in known or kind == "file" or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        found.setdefault(known["name"], []).append(known.get("value", ""))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s?(.*?)</textarea>', page, flags=re.S):
        found.setdefault(name, []).append(text.strip())
    return found


def send(client, **said):
    said = {"do": "send", "form": "a-form", "language": "en", **said}
    return client.post("/report/", said)


def code_in(response, client) -> str:
    assert response.status_code == 303, response.content.decode()[:2000]
    page = client.get(response["Location"]).content.decode()
    return re.search(r"(\d{4}-){4}\d{4}", page).group()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_page_is_light(stranger, language):
    page = stranger.get("/report/", {"language": language}).content
    loaded = re.findall(rb'(?:src|href)="/static/amana/([\w.]+)"', page)
    assert sorted(loaded) == sorted(f.encode() for f in FILES)
    weight = len(page) + sum((STATIC / f).stat().st_size for f in FILES)
    assert weight < HEAVIEST, weight
    assert b"font-face" not in (STATIC / "report.css").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_begins_with_what_keeps_people_safe(stranger, language):
    page = stranger.get("/report/", {"language": language}).content.decode()
    first = page[: page.index("<form")]
    wanted = {
        "en": ("Do not touch", "Do not move", "Keep away", "mines", "Nobody may take money", "stay unknown"),
        "ar": ("لا تلمس", "لا تحرّك", "ابتعد", "ألغام", "لا يحق لأحد أن يأخذ مالاً", "مجهول"),
    }
    assert [w for w in wanted[language] if w not in first] == []
    assert f'lang="{language}"' in page


def test_nothing_outside_is_asked_for_and_no_script_or_style_stands_in_the_page(stranger):
    response = stranger.get("/report/")
    page = response.content.decode()
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    assert not re.search(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=", page)
    assert response["Permissions-Policy"] == "camera=(), geolocation=(self), microphone=()"
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in response["Content-Security-Policy"]
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_only_the_form_may_ask_where_the_telephone_is(stranger):
    for name in ("report-code", "report-added", "account_login"):
        assert "geolocation=()" in stranger.get(reverse(name))["Permissions-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_with_everything_is_sent_by_a_plain_form(stranger, language):
    page = typed(stranger.get("/report/", {"language": language}).content.decode())
    page |= {
        "do": "send", "account": "عظام عند البئر", "counted": "bodies", "count_words": "أربع أو خمس جثث",
        "position": "34.84155, 36.45384", "place_words": "خلف المدرسة", "seen_on": "2025-02-03",
        "when_words": "صباحاً", "dangers": ["mines", "wires"], "digging": "yes", "touched": "no",
        "wish": "contact", "reporter": "فلان", "phone": "0944123456", "contact": "مساءً",
        "files": [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", photo(colour=90))],
    }  # fmt: skip
    response = stranger.post("/report/", page)
    assert re.fullmatch(r"(\d{4}-){4}\d{4}", code_in(response, stranger))
    alert = Alert.objects.get()
    assert unsealed(alert, "account") == "عظام عند البئر"
    assert unsealed(alert, "phone") == "0944123456"
    assert (alert.language, alert.counted, alert.low, alert.high) == (language, "bodies", 4, 5)
    assert (str(alert.seen_on), alert.dangers, alert.digging) == ("2025-02-03", ["mines", "wires"], "yes")
    assert (alert.placed, alert.attachments.count(), alert.anonymous) == ("coordinates", 2, False)


def test_who_stays_unknown_leaves_no_name_even_if_one_was_typed(stranger):
    send(stranger, account="bones", wish="anonymous", reporter="Somebody", phone="0944123456", contact="x")
    alert = Alert.objects.get()
    assert (alert.anonymous, alert.reporter, alert.phone, alert.contact) == (True, "", "", "")
    page = typed(stranger.get("/report/").content.decode())
    assert page["wish"] == ["anonymous"]


def test_the_receipt_page_shows_the_code_and_nothing_else_of_the_report(stranger):
    response = send(
        stranger, account="SECRET ACCOUNT", place_words="SECRET PLACE", wish="contact", phone="0944123456"
    )
    address = response["Location"]
    shown = stranger.get(address)
    page = shown.content.decode()
    alert = Alert.objects.get()
    for told in ("SECRET", "0944123456", alert.number, alert.office.code, str(alert.pk)):
        assert told not in page
        assert told not in address
    assert code_in(response, stranger).replace("-", "") not in address
    assert shown["Cache-Control"] == "no-store"
    assert stranger.get("/report/received/none/").status_code == 410


def test_sent_twice_is_one_report_with_one_code(stranger):
    first = code_in(send(stranger, account="bones"), stranger)
    assert code_in(send(stranger, account="bones"), stranger) == first
    assert Alert.objects.count() == 1
    assert code_in(send(stranger, account="bones", form="another"), stranger) != first


def test_every_form_has_a_token_of_its_own(stranger):
    tokens = {typed(stranger.get("/report/").content.decode())["form"][0] for _ in range(3)}
    assert len(tokens) == 3


def test_nothing_of_a_report_needs_a_cookie_and_none_is_kept_longer_than_the_browser(stranger):
    response = stranger.get("/report/")
    assert set(response.cookies) <= {"csrftoken"}
    assert response.cookies["csrftoken"]["max-age"] == ""
    assert not send(Client(enforce_csrf_checks=True), account="bones").cookies


# What has to be asked again


def test_a_report_of_nothing_is_asked_again_with_the_fault_beside_its_field(stranger):
    response = send(stranger, phone="0944", wish="contact")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#at-account"' in page
    assert typed(page)["phone"] == ["0944"]
    assert not Alert.objects.exists()


def test_coordinates_that_cannot_be_read_are_told_and_can_be_sent_as_words(stranger):
    response = send(stranger, account="bones", position="near the well")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Send it as I wrote it" in page
    again = typed(page)
    assert (again["account"], again["position"]) == (["bones"], ["near the well"])
    assert stranger.post("/report/", {**again, "do": "send", "as_written": "on"}).status_code == 303
    assert unsealed(Alert.objects.get(), "place_words") == "near the well"


@pytest.mark.parametrize(
    ("given", "day", "words"),
    [
        ("2025-02-03", "2025-02-03", ""),
        ("3/2/2025", "2025-02-03", ""),
        ("٣/٢/٢٠٢٥", "2025-02-03", ""),
        ("yesterday", "None", "yesterday"),
        ("2025-02-31", "None", "2025-02-31"),
        ("0000-00-00", "None", "0000-00-00"),
    ],
)
def test_a_day_that_is_none_stays_as_words(stranger, given, day, words):
    send(stranger, account="bones", seen_on=given)
    alert = Alert.objects.get()
    assert (str(alert.seen_on), unsealed(alert, "when_words")) == (day, words)


def test_a_day_to_come_is_asked_again(stranger):
    assert send(stranger, account="bones", seen_on="2999-01-01").status_code == 422


def test_files_that_are_here_are_not_sent_twice(stranger):
    response = stranger.post(
        "/report/", {"do": "send", "form": "f", "position": "x", "account": "bones",
                     "files": [SimpleUploadedFile("a.jpg", photo())]},
    )  # fmt: skip
    page = typed(response.content.decode())
    assert len(page["files-sent"]) == 1
    assert stranger.post("/report/", {**page, "position": "", "do": "send"}).status_code == 303
    assert Alert.objects.get().attachments.count() == 1
    # Sent again, the upload is gone; the report is the same one.
    assert stranger.post("/report/", {**page, "position": "", "do": "send"}).status_code == 303
    assert Alert.objects.count() == 1


def test_an_upload_of_another_form_is_not_there(stranger):
    page = typed(
        stranger.post(
            "/report/", {"do": "place", "form": "mine", "files": [SimpleUploadedFile("a.jpg", photo())]}
        ).content.decode()
    )
    response = Client().post("/report/", {**page, "form": "another", "do": "send", "account": "bones"})
    assert response.status_code == 422
    assert not Alert.objects.exists()


def test_a_bad_file_is_named_and_the_good_one_stays(stranger):
    files = [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", b"MZ a program")]
    response = send(stranger, account="bones", files=files)
    page = response.content.decode()
    assert response.status_code == 422
    assert "File 2" in page
    assert len(typed(page)["files-sent"]) == 1
    assert typed(page)["account"] == ["bones"]


# Buttons that send nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_changed_with_everything_kept(stranger, language):
    other = {"en": "ar", "ar": "en"}[language]
    said = {"account": "عظام", "dangers": ["mines"], "digging": "yes", "wish": "contact", "phone": "0944"}
    response = stranger.post("/report/", {**said, "form": "f", "language": language, "do": other})
    page = response.content.decode()
    assert response.status_code == 200
    assert f'lang="{other}"' in page.split("<head>")[0]
    again = typed(page)
    assert again["language"] == [other]
    assert {k: again[k] for k in ("account", "dangers", "digging", "wish", "phone", "form")} == {
        "account": ["عظام"], "dangers": ["mines"], "digging": ["yes"], "wish": ["contact"], "phone": ["0944"],
        "form": ["f"],
    }  # fmt: skip
    assert 'id="faults"' not in page
    assert not Alert.objects.exists()


def test_the_first_button_of_the_form_looks_for_a_place_so_that_a_stray_key_sends_nothing(stranger):
    page = stranger.get("/report/").content.decode()
    first = re.search(r"<button\b[^>]*form=\"report\"[^>]*>", page).group()
    assert 'value="place"' in first


# Places


@pytest.mark.parametrize("name", ["القبو", "Qabu"])
def test_a_shared_name_must_be_chosen_and_a_stranger_may_not_know_which(stranger, name):
    response = send(stranger, account="bones", place_name=name)
    page = response.content.decode()
    assert response.status_code == 422
    assert "C2680" in page
    assert "C3572" in page
    again = typed(page)
    assert again["place_for"] == [name]
    assert stranger.post("/report/", {**again, "do": "send", "pcode": "C2680"}).status_code == 303
    unsure = {**again, "do": "send", "pcode": "-", "form": "other"}
    assert stranger.post("/report/", unsure).status_code == 303
    chosen, not_known = Alert.objects.order_by("number")
    assert (chosen.pcode, chosen.placed, not_known.pcode) == ("C2680", "place", "")
    assert unsealed(not_known, "place_words") == name


def test_a_choice_made_for_another_name_does_not_count(stranger):
    send(stranger, account="bones", place_name="المسيفرة", place_for="القبو", pcode="C2680")
    assert Alert.objects.get().pcode == "C6044"


def test_a_name_of_one_place_needs_no_choice_and_a_name_of_none_stays_as_words(stranger):
    send(stranger, account="bones", place_name="المسيفرة")
    send(stranger, account="bones", place_name="Nowhereville", form="b")
    one, none = Alert.objects.order_by("number")
    assert (one.pcode, unsealed(one, "place_words")) == ("C6044", "المسيفرة")
    assert (none.pcode, unsealed(none, "place_words")) == ("", "Nowhereville")


def test_places_are_looked_for_without_sending_anything(stranger):
    response = stranger.post(
        "/report/", {"do": "place", "form": "f", "place_name": "القبو", "account": "bones"}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "C2680" in page
    assert "C3572" in page
    assert 'id="faults"' not in page
    assert typed(page)["account"] == ["bones"]
    part = stranger.get("/report/places/", {"words": "القبو"}).content.decode()
    assert part.count('type="radio"') == page.count('name="pcode"')
    assert not Alert.objects.exists()


def test_nothing_tells_whether_a_place_or_a_name_is_known(stranger, office):
    def cost(form: str, **said):
        with CaptureQueriesContext(connection) as asked:
            response = send(stranger, form=form, wish="contact", **said)
        page = stranger.get(response["Location"]).content
        return len(asked), response.status_code, len(page), gzip.compress(page)[:10]

    known = {
        "account": "bones of Somebody",
        "place_name": "المسيفرة",
        "reporter": "Somebody",
        "phone": "0944123456",
    }
    cost("warm", **known)
    again = cost("again", **known)
    new = cost("new", **{**known, "account": "other words", "reporter": "Nobody", "phone": "0999888777"})
    assert again == new


# Photos that say where they were taken


def test_what_a_photo_says_of_its_place_is_offered_and_taken_only_when_it_is_chosen(stranger):
    gps = SimpleUploadedFile("a.jpg", photo(gps=(34.8, 36.4)))
    page = stranger.post(
        "/report/", {"do": "place", "form": "f", "account": "x", "files": [gps]}
    ).content.decode()
    assert "34.800000, 36.400000" in page
    again = typed(page)
    assert "photo_place" not in again
    assert stranger.post("/report/", {**again, "do": "send", "photo_place": "on"}).status_code == 303
    assert Alert.objects.get().placed == "photo"


def test_the_script_is_told_what_a_photo_says_to_whom_it_belongs(stranger):
    gps = SimpleUploadedFile("a.jpg", photo(gps=(34.8, 36.4)))
    page = typed(stranger.post("/report/", {"do": "place", "form": "f", "files": [gps]}).content.decode())
    asked = {"upload": page["files-sent"][0], "form": "f"}
    assert stranger.post("/report/photo/", asked).json() == {"position": "34.800000, 36.400000"}
    assert Client().post("/report/photo/", {**asked, "form": "g"}).json() == {"position": ""}


def test_a_position_that_a_telephone_gave_counts_as_its_own_only_while_nobody_changed_it(stranger):
    given = {"position": "34.841550, 36.453840", "placed": "device", "placed_as": "34.841550, 36.453840",
             "accuracy": "12"}  # fmt: skip
    send(stranger, account="bones", **given)
    send(stranger, account="bones", **{**given, "position": "34.9, 36.5"}, form="b")
    one, other = Alert.objects.order_by("number")
    assert (one.placed, one.uncertainty_m) == ("device", 12)
    assert other.placed == "coordinates"


# Where nobody reads


def test_without_an_office_the_page_says_so_and_takes_nothing(stranger, settings):
    settings.ALERT_OFFICE = "NOBODY"
    page = stranger.get("/report/").content.decode()
    assert "Reports cannot be taken here" in page
    assert "<form" not in page
    assert "Do not touch" in page
    response = send(stranger, account="bones")
    assert response.status_code == 422
    assert typed(response.content.decode())["account"] == ["bones"]
    assert not Alert.objects.exists()


def test_the_sign_in_page_leads_here(stranger):
    assert 'href="/report/"' in stranger.get(reverse("account_login")).content.decode()
