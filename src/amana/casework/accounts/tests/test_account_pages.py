from __future__ import annotations

import pytest
from django.urls import reverse

from amana.casework.accounts.models import Token, User
from amana.casework.accounts.queries import owner_of_token
from amana.casework.audit.models import Entry

from .test_tokens import make

PAGE = "/account/"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_my_account_shows_roles_with_periods(person, sign_in, language):
    client = sign_in(person("recorder+duty_officer"))
    client.cookies["amana_language"] = language
    page = client.get(PAGE)
    assert page.status_code == 200
    assert {"en": "Duty officer", "ar": "الضابط المناوب"}[language] in page.text
    assert f'<html lang="{language}"' in page.text


def test_somebody_without_a_role_is_told_who_gives_one(person, sign_in):
    assert "The administrator of your office gives roles." in sign_in(person("")).get(PAGE).text


def test_how_one_reads_is_saved(person, sign_in):
    user = person("recorder")
    client = sign_in(user)
    response = client.post(PAGE, {"language": "ar", "digits": "arabic", "time_zone": "Europe/Berlin"})
    assert response.cookies["amana_language"].value == "ar"
    user = User.objects.get(pk=user.pk)
    assert (user.language, user.digits, user.time_zone) == ("ar", "arabic", "Europe/Berlin")
    assert '<html lang="ar"' in client.get(PAGE).text


def test_an_unknown_time_zone_is_refused_beside_its_field(person, sign_in):
    page = sign_in(person("recorder")).post(
        PAGE, {"language": "en", "digits": "western", "time_zone": "Mars/Olympus"}
    )
    assert 'id="id_time_zone_error"' in page.text


def test_a_token_is_made_and_its_secret_shown_once(person, sign_in):
    user = person("recorder")
    client = sign_in(user)
    url = reverse("account-token-new")
    page = client.post(url, {"kind": "device", "label": "tablet 4", "days": "90"})
    secret = page.text.split('dir="ltr">amana_')[1].split("<")[0]
    assert owner_of_token(f"amana_{secret}") == user
    assert page["Cache-Control"] == "no-store"
    assert secret not in client.get(PAGE).text
    assert "tablet 4" in client.get(PAGE).text


def test_a_token_without_a_label_is_refused_and_what_was_typed_stays(person, sign_in):
    page = sign_in(person("recorder")).post(
        reverse("account-token-new"), {"kind": "api", "label": "", "days": "30"}
    )
    assert page.status_code == 200
    assert '<option value="api" selected>' in page.text
    assert not Token.objects.exists()


def test_a_token_is_revoked_after_a_question(person, sign_in):
    user = person("recorder")
    token, secret = make(user)
    client = sign_in(user)
    url = reverse("account-token-revoke", args=[token.pk])
    assert "tablet 4" in client.get(url).text
    assert owner_of_token(secret)
    assert client.post(url).url == PAGE
    assert owner_of_token(secret) is None


def test_a_token_of_somebody_else_does_not_exist(person, sign_in):
    token, secret = make(person("recorder"))
    url = reverse("account-token-revoke", args=[token.pk])
    for other in (person("team_leader"), person("administrator", "FMD")):
        client = sign_in(other)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert owner_of_token(secret)
    assert sign_in(person("administrator", "SCD")).post(url).status_code == 302
    assert owner_of_token(secret) is None


def test_an_account_without_a_password_changes_none(person, sign_in):
    assert sign_in(person("recorder")).get(reverse("account_change_password")).url == PAGE


def test_the_page_asks_the_database_as_often_for_many_tokens_as_for_one(
    person, sign_in, django_assert_max_num_queries
):
    user = person("recorder")
    make(user)
    client = sign_in(user)
    client.get(PAGE)
    with django_assert_max_num_queries(12) as one:
        client.get(PAGE)
    for n in range(20):
        make(user, label=f"tablet {n}")
    with django_assert_max_num_queries(len(one)):
        client.get(PAGE)


def test_pages_of_an_account_need_a_sign_in(client, db):
    for name in ("account", "account-token-new", "account_change_password", "usersessions_list", "mfa_index"):
        assert client.get(reverse(name)).url.startswith(reverse("account_login")), name
    assert not Entry.objects.filter(action__startswith="accounts.").exists()
