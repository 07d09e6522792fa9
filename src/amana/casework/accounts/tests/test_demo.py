from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from amana.casework.accounts import demo
from amana.casework.accounts.models import Marker, User
from amana.casework.audit.writing import SYSTEM, writing

PAGE = "/sign-in/demo/"


@pytest.fixture
def marked(db):
    demo.mark_as_demo()


@pytest.fixture
def in_demo(marked, settings):
    settings.DEMO = True


def here(**extra):
    return Client(headers={"host": "localhost:8000"}, REMOTE_ADDR="127.0.0.1", **extra)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_anybody_of_the_demo_is_one_click_away(in_demo, person, language, actions):
    user = person("administrator")
    client = here()
    client.cookies["amana_language"] = language
    page = client.get(PAGE)
    assert str(user.name_en if language == "en" else user.name_ar) in page.text
    assert client.post(PAGE, {"username": user.username}).url == reverse("home")
    assert client.get(reverse("people")).status_code == 200  # privileged, and needs no second factor here
    assert actions() == ["accounts.marked-as-demo", "accounts.signed-in"]


def test_the_door_is_closed_without_the_setting(marked, person, settings):
    settings.DEMO = False
    assert here().get(PAGE).status_code == 404


def test_the_door_is_closed_without_the_mark(db, person, settings):
    settings.DEMO = True
    user = person("administrator")
    assert here().get(PAGE).status_code == 404
    assert here().post(PAGE, {"username": user.username}).status_code == 404


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.168.1.5", {"host": "localhost"}),
        ("", {"host": "localhost"}),
        ("127.0.0.1", {"host": "amana.example"}),
        ("127.0.0.1", {"host": "localhost.evil.example"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "x-real-ip": "10.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=10.0.0.1"}),
    ],
)
def test_the_door_is_closed_to_other_machines(in_demo, settings, address, headers):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers=headers, REMOTE_ADDR=address)
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_the_door_is_open_under_every_name_of_this_machine(in_demo, host):
    assert Client(headers={"host": host}, REMOTE_ADDR="::1").get(PAGE).status_code == 200


def test_a_demo_session_is_worth_nothing_once_the_demo_is_over(in_demo, person, settings):
    client = here()
    client.post(PAGE, {"username": person("administrator").username})
    settings.DEMO = False
    assert client.get(reverse("people")).url == reverse("mfa_index")


def test_a_closed_account_is_nobody_of_the_demo(in_demo, person):
    user = person("recorder", is_active=False)
    assert user.username not in here().get(PAGE).text
    assert here().post(PAGE, {"username": user.username}).status_code == 404


def test_real_work_never_becomes_a_demo(person, refused):
    person("recorder")
    assert refused(demo.mark_as_demo) == ["accounts.not-an-empty-database"]
    assert not Marker.objects.exists()


def test_one_question_a_request_and_none_in_real_work(db, client, settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/sign-in/").status_code == 200
    settings.DEMO = True
    with django_assert_num_queries(1):
        assert client.get("/sign-in/").status_code == 200


def test_the_answer_is_not_kept_beyond_the_request(db, settings, client):
    settings.DEMO = True
    assert "demonstration" not in client.get("/sign-in/").text.lower()
    assert not User.objects.exists()
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(Marker(name="demo", value="x"))
    assert "demonstration" in client.get("/sign-in/").text.lower()
