from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied

from amana.casework.accounts.credentials import make_token
from amana.casework.accounts.models import User
from amana.casework.accounts.services import (
    add_person,
    change_person,
    deactivate,
    reactivate,
    set_preferences,
)
from amana.casework.audit.models import Entry

from .test_tokens import soon

NAMES = {"name_en": "Invented One", "name_ar": "شخص مخترع"}


def test_a_person_is_added_to_the_administrators_office(person, offices, actions):
    by = person("administrator")
    added = add_person(by, offices["SCD"], username=" New.One ", **NAMES)
    assert (added.username, added.office, added.roles) == ("new.one", offices["SCD"], ())
    assert not added.has_usable_password()
    assert actions() == ["accounts.user.added"]


def test_nobody_is_added_to_another_office(person, offices):
    with pytest.raises(PermissionDenied):
        add_person(person("administrator"), offices["FMD"], username="new", **NAMES)


@pytest.mark.parametrize("name", ["a", "with space", "اسم", "-dash", "x" * 61])
def test_a_sign_in_name_is_of_small_letters(person, offices, refused, name):
    assert refused(add_person, person("administrator"), offices["SCD"], username=name, **NAMES) == [
        "accounts.username"
    ]


def test_a_sign_in_name_is_given_once_in_any_case(person, offices, refused):
    by = person("administrator")
    add_person(by, offices["SCD"], username="first", **NAMES)
    assert refused(add_person, by, offices["SCD"], username="FIRST", **NAMES) == ["accounts.username-taken"]


def test_names_are_corrected_with_a_reason(person, refused):
    by, other = person("administrator"), person("recorder")
    assert refused(change_person, by, other, "", **NAMES) == ["record.needs-reason"]
    assert change_person(by, other, "misspelt", **NAMES).name_en == "Invented One"


def test_a_closed_account_lets_nobody_in(person, actions, refused):
    by, other = person("administrator"), person("recorder")
    token, _ = make_token(other, kind="device", label="tablet", expires_at=soon())
    deactivate(by, other, "left")
    other = User.objects.get(pk=other.pk)
    assert not other.is_active
    assert other.granted == frozenset()
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert actions()[1:] == ["accounts.user.deactivated", "accounts.token.revoked"]
    assert refused(deactivate, by, other, "again") == ["accounts.inactive-already"]


def test_an_account_is_opened_again(person, refused):
    by, other = person("administrator"), person("recorder")
    assert refused(reactivate, by, other, "not closed") == ["accounts.active-already"]
    deactivate(by, other, "left")
    assert reactivate(by, other, "came back").is_active


def test_nobody_closes_their_own_account(person, refused):
    by = person("administrator")
    person("administrator")
    assert refused(deactivate, by, by, "tired") == ["accounts.not-yourself"]


def test_an_administrator_of_another_office_closes_nothing(person):
    with pytest.raises(PermissionDenied):
        deactivate(person("administrator", "FMD"), person("recorder", "SCD"), "not mine")


def test_the_log_holds_no_hash_of_a_password(with_password):
    user = with_password("recorder")
    entry = Entry.objects.filter(object_id=str(user.pk)).order_by("-index").first()
    assert user.password not in entry.values
    assert "password" in entry.values


def test_everybody_sets_how_they_read(person, refused):
    user = person("recorder")
    assert refused(set_preferences, user, language="fr", digits="roman", time_zone="Mars/Olympus") == [
        "accounts.language", "accounts.digits", "accounts.time-zone",
    ]  # fmt: skip
    changed = set_preferences(user, language="en", digits="arabic", time_zone="Europe/Berlin")
    assert (changed.digits, changed.zone.key) == ("arabic", "Europe/Berlin")


def test_administrators_see_their_office_and_others_themselves(person):
    admin, recorder, elsewhere = person("administrator"), person("recorder"), person("recorder", "FMD")
    assert set(User.objects.visible_to(admin)) == {admin, recorder}
    assert set(User.objects.visible_to(elsewhere)) == {elsewhere}


def test_a_person_without_a_password_cannot_sign_in(person, rf):
    user = person("recorder")
    assert authenticate(rf.post("/"), username=user.username, password="") is None
