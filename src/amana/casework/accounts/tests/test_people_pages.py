from __future__ import annotations

import re

import pytest
from django.urls import reverse

from amana.casework.accounts.credentials import ask_recovery
from amana.casework.accounts.models import Holding, Recovery, User, today

from .conftest import PASSWORD
from .test_tokens import make

CODE = re.compile(r'<bdi class="id">((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</bdi>')


def page_of(user):
    return reverse("person", args=[user.pk])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_people_of_the_office_are_listed_and_no_others(person, sign_in, language):
    here, elsewhere = person("recorder", "SCD"), person("recorder", "FMD")
    client = sign_in(person("administrator"))
    client.cookies["amana_language"] = language
    page = client.get(reverse("people"))
    assert here.username in page.text
    assert elsewhere.username not in page.text
    assert {"en": "Recorder", "ar": "مدوّن الموقع"}[language] in page.text


@pytest.mark.parametrize(
    "name", ["people", "people-csv", "person-new", "recoveries", "offices", "office-new"]
)
def test_others_may_not_open_them(person, sign_in, name):
    client = sign_in(person("board_chair+recorder+auditor"))
    assert client.get(reverse(name)).status_code == 403


def test_the_list_is_filtered(person, sign_in):
    recorder, leader = person("recorder"), person("team_leader")
    client = sign_in(person("administrator"))
    url = reverse("people")
    shown = client.get(url, {"role": "recorder"}).text
    assert page_of(recorder) in shown
    assert page_of(leader) not in shown
    assert page_of(leader) in client.get(url, {"words": leader.username[:14]}).text
    assert page_of(leader) not in client.get(url, {"state": "closed"}).text
    assert recorder.username in client.get(reverse("people-csv")).text


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    person, sign_in, django_assert_max_num_queries
):
    client = sign_in(person("administrator"))
    client.get(reverse("people"))
    with django_assert_max_num_queries(14) as few:
        client.get(reverse("people"))
    for _ in range(20):
        person("recorder+team_leader")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("people"))


def test_a_person_is_added_and_begins_with_a_code(person, sign_in, client):
    admin = sign_in(person("administrator"))
    names = {"username": "new.one", "name_en": "Invented One", "name_ar": "شخص مخترع", "language": "ar"}
    made = admin.post(reverse("person-new"), names)
    user = User.objects.get(username="new.one")
    assert made.url == page_of(user)
    page = admin.get(made.url).text
    assert "Make a first-time code and hand it over." in page
    assert "Give a role: without one, this person sees nothing." in page
    shown = admin.post(reverse("person-code", args=[user.pk]))
    (code,) = CODE.findall(shown.text)
    assert CODE.search(admin.get(page_of(user)).text) is None
    assert "Set a password with the code that was handed over." in admin.get(page_of(user)).text
    admin.logout()
    sent = {"username": "new.one", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert client.post(reverse("recovery-use"), sent).status_code == 302
    assert User.objects.get(username="new.one").check_password(PASSWORD)


def test_what_was_typed_stays_when_it_is_refused(person, sign_in):
    other = person("recorder")
    sent = {"username": other.username, "name_en": "Kept", "name_ar": "محفوظ", "language": "en"}
    page = sign_in(person("administrator")).post(reverse("person-new"), sent)
    assert page.status_code == 200
    assert 'value="Kept"' in page.text
    assert 'id="id_username_error"' in page.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_roles_are_given_and_ended_from_the_page(person, sign_in, language):
    user = person("")
    client = sign_in(person("administrator"))
    client.cookies["amana_language"] = language
    url = reverse("person-roles", args=[user.pk])
    assert client.get(url).status_code == 200
    sent = {"roles": ["recorder", "small_registry"], "start": "", "end": ""}
    assert client.post(url, sent).url == page_of(user)
    assert Holding.objects.filter(user=user).count() == 3
    again = client.post(url, {"roles": ["recorder"]})
    assert again.status_code == 200
    assert "errorlist" in again.text
    holding = Holding.objects.get(user=user, role="recorder")
    assert reverse("holding-end", args=[holding.pk]) in client.get(page_of(user)).text
    end = reverse("holding-end", args=[holding.pk])
    assert client.post(end, {"reason": ""}).status_code == 200
    assert client.post(end, {"reason": "other work"}).url == page_of(user)
    assert Holding.objects.get(pk=holding.pk).is_over(today())


@pytest.mark.parametrize("name", ["person", "person-change", "person-roles", "person-deactivate",
                                  "person-reactivate", "person-code"])  # fmt: skip
def test_a_person_of_another_office_does_not_exist(person, sign_in, name):
    user = person("recorder", "FMD")
    client = sign_in(person("administrator", "SCD"))
    url = reverse(name, args=[user.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reason": "x", "roles": ["recorder"]}).status_code == 404
    assert client.get(reverse("holding-end", args=[user.holdings.get().pk])).status_code == 404


def test_an_account_is_closed_and_opened_from_the_page(person, sign_in):
    user = person("recorder")
    client = sign_in(person("administrator"))
    assert client.post(reverse("person-deactivate", args=[user.pk]), {"reason": "left"}).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert "Nobody can sign in with this account." in client.get(page_of(user)).text
    assert client.post(reverse("person-reactivate", args=[user.pk]), {"reason": "back"}).status_code == 302
    assert User.objects.get(pk=user.pk).is_active


def test_names_are_corrected_from_the_page(person, sign_in):
    user = person("recorder")
    sent = {"name_en": "Corrected", "name_ar": "مصحّح", "reason": "misspelt"}
    client = sign_in(person("administrator"))
    assert client.post(reverse("person-change", args=[user.pk]), sent).status_code == 302
    assert User.objects.get(pk=user.pk).name_en == "Corrected"


def test_an_administrator_sees_and_ends_tokens_of_the_office(person, sign_in):
    user = person("recorder")
    token, _ = make(user)
    client = sign_in(person("administrator"))
    url = reverse("account-token-revoke", args=[token.pk])
    assert url in client.get(page_of(user)).text
    assert client.post(url).url == page_of(user)


# Recovery


def test_two_administrators_recover_an_account_from_the_pages(person, with_password, sign_in, client):
    user = with_password("recorder")
    a, b = person("administrator"), person("administrator")
    asking = sign_in(a)
    sent = {"username": user.username.upper(), "reason": "phone lost"}
    assert asking.post(reverse("recoveries"), sent).status_code == 302
    recovery = Recovery.objects.get()
    url = reverse("recovery-agree", args=[recovery.pk])
    assert "You asked; another must agree." in asking.get(reverse("recoveries")).text
    assert asking.post(url).url == reverse("recoveries")
    agreeing = sign_in(b)
    assert url in agreeing.get(reverse("recoveries")).text
    assert url in agreeing.get(page_of(user)).text
    assert "1 person waits" in agreeing.get(reverse("people")).text
    assert "phone lost" in agreeing.get(reverse("recoveries")).text
    (code,) = CODE.findall(agreeing.post(url).text)
    assert CODE.search(agreeing.get(reverse("recoveries")).text) is None
    agreeing.logout()
    sent = {
        "username": user.username,
        "code": code,
        "password": "x" * 5 + PASSWORD,
        "again": "x" * 5 + PASSWORD,
    }
    assert client.post(reverse("recovery-use"), sent).url == reverse("account_login")


def test_nobody_learns_who_works_in_another_office(person, sign_in):
    elsewhere = person("recorder", "FMD")
    person("administrator", "FMD")
    person("administrator", "FMD")
    client = sign_in(person("administrator", "PAR"))
    url = reverse("recoveries")
    known = client.post(url, {"username": elsewhere.username, "reason": "x"}).text
    unknown = client.post(url, {"username": "nobody.at.all", "reason": "x"}).text
    text = "There is nobody of this name whom you may help."
    assert text in known
    assert text in unknown


def test_a_recovery_that_one_may_not_help_with_does_not_show(person, with_password, sign_in):
    user = with_password("recorder", "SCD")
    recovery = ask_recovery(person("administrator", "SCD"), user, "lost")
    client = sign_in(person("administrator", "PAR"))
    assert user.username not in client.get(reverse("recoveries")).text
    assert client.post(reverse("recovery-agree", args=[recovery.pk])).url == reverse("recoveries")
    assert Recovery.objects.get().agreed_at is None


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["person", "person-change", "person-roles", "person-deactivate",
                                  "person-reactivate", "person-code"])  # fmt: skip
def test_pages_about_a_person_are_shown_in_both_languages(person, sign_in, name, language):
    user = person("recorder+duty_officer")
    client = sign_in(person("administrator"))
    client.cookies["amana_language"] = language
    page = client.get(reverse(name, args=[user.pk]))
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
