from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from amana.casework.accounts.services import give_roles

from .conftest import PASSWORD
from .test_sign_in import NONSENSE, sign_in


def confirm(client):
    """Say who is there, as is asked before a second factor is changed."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def activate_app(client):
    """Set up the app as a person does, from its page."""
    from allauth.mfa.totp.internal import auth as totp

    page = reverse("mfa_activate_totp")
    confirm(client)
    assert client.get(page).status_code == 200
    secret = client.session[totp.SECRET_SESSION_KEY]
    # The newest that is taken: the oldest would be refused when half a minute ends on the way.
    counter = max(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return client.post(page, {"code": code})


@pytest.fixture
def privileged(client, with_password):
    user = with_password("administrator")
    sign_in(client, user)
    return user


@pytest.mark.parametrize("name", ["account", "people", "offices", "recoveries", "account-token-new", "home"])
def test_a_privileged_role_opens_nothing_before_a_second_factor(client, privileged, name):
    assert client.get(reverse(name)).url == reverse("mfa_index")


def test_nor_through_the_programming_interface(client, privileged):
    assert client.get("/api/v1/me").status_code == 403
    assert client.post("/api/v1/tokens/00000000-0000-0000-0000-000000000000/revoke").status_code == 403


def test_nor_by_sending_a_form(client, privileged, actions):
    response = client.post(
        reverse("person-new"), {"username": "other", "name_en": "x", "name_ar": "x", "language": "en"}
    )
    assert response.url == reverse("mfa_index")
    assert actions() == ["accounts.signed-in"]


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout",
                                  "usersessions_list", "recovery-use", "health"])  # fmt: skip
def test_but_a_second_factor_can_be_made(client, privileged, name):
    page = client.get(reverse(name))
    assert page.status_code in (200, 302, 503)
    assert getattr(page, "url", "") != reverse("mfa_index")


def test_with_a_second_factor_everything_opens(client, privileged):
    assert activate_app(client).url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("people")).status_code == 200
    assert client.get("/api/v1/me").status_code == 200


def test_a_role_given_while_signed_in_asks_for_a_second_factor_at_once(client, with_password, person):
    user = with_password("recorder")
    sign_in(client, user)
    assert client.get(reverse("account")).status_code == 200
    give_roles(person("administrator"), user, ["duty_officer"])
    assert client.get(reverse("account")).url == reverse("mfa_index")


def test_a_session_opened_with_a_password_alone_ends_when_the_first_factor_is_made(
    with_password, actions, django_capture_on_commit_callbacks
):
    user = with_password("recorder")
    thief, owner = Client(), Client()
    sign_in(thief, user)
    sign_in(owner, user)
    assert UserSession.objects.filter(user=user).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        activate_app(owner)
    assert thief.get(reverse("account")).url.startswith(reverse("account_login"))
    assert owner.get(reverse("account")).status_code == 200
    assert actions().count("accounts.second-factor-added") == 2  # the app and its recovery codes


def test_a_second_one_leaves_other_sessions_alone(with_password):
    user = with_password("recorder")
    Authenticator.objects.create(user=user, type="webauthn", data={})
    one, two = Client(), Client()
    for c in (one, two):
        c.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=one.session.session_key)
    from allauth.mfa.signals import authenticator_added

    new = Authenticator.objects.create(user=user, type="totp", data={})
    request = type("Request", (), {"session": two.session})
    authenticator_added.send(sender=Authenticator, request=request, user=user, authenticator=new)
    assert one.get(reverse("account")).status_code == 200


def test_the_last_factor_of_a_privileged_person_stays(client, privileged):
    activate_app(client)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "Your role needs a second factor" in page.text
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=privileged, type="totp").exists()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["mfa_index", "mfa_add_webauthn", "mfa_list_webauthn",
                                  "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
                                  "mfa_deactivate_totp", "usersessions_list", "account_change_password",
                                  "account_reauthenticate", "mfa_reauthenticate"])  # fmt: skip
def test_its_pages_are_shown_in_both_languages(client, with_password, name, language):
    sign_in(client, with_password("recorder"))
    activate_app(client)
    client.cookies["amana_language"] = language
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert "csrfmiddlewaretoken" in page.text


def test_recovery_codes_are_saved_as_a_file(client, with_password):
    sign_in(client, with_password("recorder"))
    activate_app(client)
    saved = client.get(reverse("mfa_download_recovery_codes"))
    assert len(saved.text.split()) == 10
    assert "attachment" in saved["Content-Disposition"]


def test_changing_it_asks_who_is_there(client, with_password):
    sign_in(client, with_password("recorder"))
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    assert client.post(page.url, {"password": "wrong"}).status_code == 200
    assert client.post(page.url, {"password": PASSWORD}).url == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_instead_of_a_key_is_refused(client, with_password, sent):
    sign_in(client, with_password("recorder"))
    confirm(client)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"credential": sent, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_code_for_the_app_is_a_picture_and_words(client, with_password, language):
    sign_in(client, with_password("recorder"))
    confirm(client)
    client.cookies["amana_language"] = language
    page = client.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert client.session["mfa.totp.secret"] in page.text
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
