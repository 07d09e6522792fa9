from __future__ import annotations

import time

from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from amana.casework.accounts import sessions

from .conftest import PASSWORD
from .test_sign_in import sign_in

_now = time.time


def later(monkeypatch, seconds):
    monkeypatch.setattr("amana.casework.accounts.sessions.time.time", lambda: _now() + seconds)


def test_a_session_ends_after_two_hours_without_use(client, with_password, monkeypatch):
    sign_in(client, with_password("recorder"))
    later(monkeypatch, sessions.IDLE - 60)
    assert client.get(reverse("account")).status_code == 200
    later(monkeypatch, 2 * sessions.IDLE - 120)
    assert client.get(reverse("account")).status_code == 200
    later(monkeypatch, 3 * sessions.IDLE)
    ended = client.get(reverse("account"))
    assert ended.url == f"{reverse('account_login')}?next={reverse('account')}"
    assert "Your session had ended" in client.get(ended.url).text


def test_a_session_ends_after_twelve_hours_however_busy(client, with_password, monkeypatch):
    sign_in(client, with_password("recorder"))
    for hour in range(1, 12):
        later(monkeypatch, hour * 3600)
        assert client.get(reverse("account")).status_code == 200
    later(monkeypatch, sessions.WHOLE)
    assert client.get(reverse("account")).status_code == 302


def test_a_form_sent_too_late_is_not_acted_upon(client, with_password, monkeypatch, actions):
    sign_in(client, with_password("recorder"))
    later(monkeypatch, sessions.IDLE)
    client.post(reverse("account"), {"language": "en", "digits": "arabic", "time_zone": "UTC"})
    assert "accounts.user.preferences-set" not in actions()


def test_pages_are_read_without_a_write(client, with_password, django_assert_max_num_queries):
    sign_in(client, with_password("recorder"))
    client.get(reverse("account"))
    with django_assert_max_num_queries(10) as queries:
        assert client.get(reverse("account")).status_code == 200
    assert not [q for q in queries.captured_queries if q["sql"].split()[0] in ("UPDATE", "INSERT")]


def test_the_others_are_ended_from_the_list(with_password):
    user = with_password("recorder")
    here, there = Client(headers={"user-agent": "Firefox on Windows"}), Client()
    sign_in(here, user)
    sign_in(there, user)
    page = here.get(reverse("usersessions_list"))
    assert "Firefox on Windows" in page.text
    assert "unknown browser" in page.text
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    assert UserSession.objects.filter(user=user).count() == 1


def test_a_changed_password_ends_the_others(with_password, actions):
    user = with_password("recorder")
    here, there = Client(), Client()
    sign_in(here, user)
    sign_in(there, user)
    new = "nine quiet olive trees"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert actions()[-2:] == ["accounts.user.saved", "accounts.password-changed"]
    assert UserSession.objects.filter(user=user).count() == 1
