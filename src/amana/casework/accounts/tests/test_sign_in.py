from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from amana.casework.accounts.services import deactivate
from amana.casework.audit.models import Entry

from .conftest import PASSWORD


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": user.username, "password": password}, **extra)


def code_of(user):
    secret = Authenticator.objects.get(user=user, type="totp").wrap().instance.data["secret"]
    from allauth.mfa.utils import decrypt

    return totp.format_hotp_value(totp.hotp_value(decrypt(secret), max(totp.yield_hotp_counters_from_time())))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("page", ["account_login", "recovery-use", "account_inactive"])
def test_pages_before_sign_in_are_shown_in_both_languages(client, db, page, language):
    client.cookies["amana_language"] = language
    page = client.get(reverse(page))
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert "allauth" not in page.text.replace("data-allauth-onload", "").replace('"allauth.webauthn', "")


def test_name_and_password_let_a_person_in(client, with_password, actions):
    user = with_password("recorder")
    response = sign_in(client, user)
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert client.get(reverse("account")).status_code == 200
    assert actions() == ["accounts.signed-in"]
    client.post(reverse("account_logout"))
    assert actions() == ["accounts.signed-in", "accounts.signed-out"]
    assert client.get(reverse("account")).status_code == 302


def test_after_sign_in_one_is_where_one_wanted_to_be_but_never_elsewhere(client, with_password):
    user = with_password("recorder")
    data = {"login": user.username, "password": PASSWORD}
    assert client.post("/sign-in/?next=/account/", data).url == "/account/"
    client.post(reverse("account_logout"))
    assert client.post("/sign-in/?next=https://example.org/", data).url == reverse("home")


def test_pages_come_in_the_persons_language_where_none_was_chosen(client, with_password):
    user = with_password("recorder")
    assert sign_in(client, user).cookies["amana_language"].value == "en"
    client.cookies["amana_language"] = "ar"
    client.post(reverse("account_logout"))
    assert "amana_language" not in sign_in(client, user).cookies


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(client, with_password):
    user = with_password("recorder")
    wrong = sign_in(client, user, "something else")
    unknown = client.post("/sign-in/", {"login": "nobody-of-this-name", "password": PASSWORD})
    text = "This name and this password do not belong together."
    assert text in wrong.text
    assert text in unknown.text
    entries = Entry.objects.filter(action="accounts.sign-in-failed").order_by("index")
    assert list(entries.values_list("object_id", flat=True)) == [str(user.pk), "unknown"]


def test_a_closed_account_is_told_so_only_with_its_password(client, with_password, person):
    user = with_password("recorder")
    deactivate(person("administrator"), user, "left")
    assert sign_in(client, user).url == reverse("account_inactive")
    assert "do not belong together" in sign_in(client, user, "something else").text


# Lock-out


def test_five_failures_lock_a_name_and_say_so(client, with_password):
    user, other = with_password("recorder"), with_password("recorder")
    for _ in range(5):
        assert "do not belong together" in sign_in(client, user, "wrong").text
    for password in ("wrong", PASSWORD):
        refused = sign_in(client, user, password)
        assert refused.status_code == 200
        assert "for ten minutes" in refused.text
    assert (
        "for ten minutes"
        in client.post(
            "/sign-in/", {"login": user.username.upper(), "password": PASSWORD}, headers={"host": "127.0.0.1"}
        ).text
    )
    assert sign_in(client, other).status_code == 302
    locked = Entry.objects.filter(action="accounts.locked-out")
    assert [e.object_id for e in locked] == [str(user.pk)]  # once, however often they go on


def test_a_lock_ends(client, with_password):
    user = with_password("recorder")
    for _ in range(6):
        sign_in(client, user, "wrong")
    cache.clear()  # as ten minutes do
    assert sign_in(client, user).status_code == 302


def test_twenty_failures_lock_an_address(client, with_password):
    user = with_password("recorder")
    for n in range(20):
        client.post("/sign-in/", {"login": f"guess{n}", "password": "wrong"})
    assert "for ten minutes" in sign_in(client, user).text
    assert sign_in(client, user, REMOTE_ADDR="10.9.8.7").status_code == 302


def test_a_right_password_does_not_count_as_a_failure(client, with_password):
    user = with_password("recorder")
    for _ in range(7):
        assert sign_in(client, user).status_code == 302
        client.post(reverse("account_logout"))


# Second factor


def test_who_has_an_app_is_asked_for_its_code(client, with_password, actions):
    user = with_password("duty_officer")
    TOTP.activate(user, totp.generate_totp_secret())
    assert sign_in(client, user).url == reverse("mfa_authenticate")
    assert client.get(reverse("account")).status_code == 302  # not in yet
    for language in ("en", "ar"):
        client.cookies["amana_language"] = language
        assert f'<html lang="{language}"' in client.get(reverse("mfa_authenticate")).text
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert "accounts.second-factor-failed" in actions()
    code = code_of(user)
    arabic = code[:3].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) + " " + code[3:]
    assert client.post(reverse("mfa_authenticate"), {"code": arabic}).url == reverse("home")
    assert client.get(reverse("account")).status_code == 200


def test_wrong_second_factors_are_locked_out_too(client, with_password):
    user = with_password("duty_officer")
    TOTP.activate(user, totp.generate_totp_secret())
    sign_in(client, user)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "for ten minutes" in client.post(reverse("mfa_authenticate"), {"code": code_of(user)}).text


def test_a_recovery_code_opens_once(client, with_password):
    user = with_password("recorder")
    TOTP.activate(user, totp.generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    sign_in(client, user)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).url == reverse("home")
    client.post(reverse("account_logout"))
    sign_in(client, user)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_the_secret_of_the_app_is_sealed_in_the_database(with_password):
    secret = totp.generate_totp_secret()
    TOTP.activate(with_password("recorder"), secret)
    assert secret not in str(Authenticator.objects.get().data)


NONSENSE = [
    "", "x", "[]", "1", "null", "{}", '{"id": 1}', '{"response": {"userHandle": 5}}', '{"response": []}',
    '{"rawId": "AA", "id": "AA", "type": "public-key", "response": {}}',
]  # fmt: skip


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_instead_of_a_passkey_is_refused(client, db, sent):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": sent})
    assert response.status_code in (200, 302)


def test_what_is_not_used_has_no_address(client, db):
    for name in ("account_signup", "account_email", "account_reset_password", "account_set_password",
                 "account_confirm_login_code", "mfa_trust", "mfa_signup_webauthn"):  # fmt: skip
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in (
        "signup/",
        "email/",
        "password/reset/",
        "accounts/signup/",
        "sign-in/signup/",
        "account/email/",
    ):
        assert client.get(f"/{path}").status_code == 404


def test_a_code_sets_the_password_and_wrong_ones_lock(client, person, with_password):
    from amana.casework.accounts.credentials import new_first_code

    user = person("recorder")
    code = new_first_code(person("administrator"), user)
    url = reverse("recovery-use")
    sent = {"username": user.username, "code": code, "password": PASSWORD, "again": PASSWORD}
    assert "The two passwords differ." in client.post(url, {**sent, "again": "other"}).text
    for _ in range(7):  # a right code with a weak password is no guess
        assert client.post(url, {**sent, "password": "short", "again": "short"}).status_code == 200
    assert client.post(url, sent).url == reverse("account_login")
    assert sign_in(client, user).status_code == 302
    for _ in range(5):
        assert "for ten minutes" not in client.post(url, {**sent, "code": "X"}).text
    assert "for ten minutes" in client.post(url, {**sent, "code": "X"}).text
