from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.credentials import make_token, revoke_token
from amana.casework.accounts.models import Token
from amana.casework.accounts.queries import owner_of_token
from amana.casework.accounts.services import deactivate
from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing


def soon():
    return timezone.now() + datetime.timedelta(days=1)


def make(user, **fields):
    return make_token(user, **{"kind": "device", "label": "tablet 4", "expires_at": soon(), **fields})


def save(record):
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(record)


def test_a_token_lets_its_owner_in_and_its_secret_is_kept_nowhere(person):
    user = person("recorder")
    token, secret = make(user)
    assert owner_of_token(secret) == user
    assert token.digest not in secret
    assert not Entry.objects.filter(values__contains=secret).exists()
    assert secret not in [str(v) for t in Token.objects.values() for v in t.values()]


@pytest.mark.parametrize("wrong", ["", "amana_", "amana_" + "x" * 43, "\x00", "كلمة"])
def test_another_secret_lets_nobody_in(person, wrong):
    make(person("recorder"))
    assert owner_of_token(wrong) is None


def test_the_digest_is_no_secret_itself(person):
    token, _ = make(person("recorder"))
    assert owner_of_token(token.digest) is None


def test_a_revoked_token_lets_nobody_in(person, actions):
    user = person("recorder")
    token, secret = make(user)
    revoke_token(user, token)
    revoke_token(user, token)
    assert owner_of_token(secret) is None
    assert actions() == ["accounts.token.made", "accounts.token.revoked"]


def test_a_token_that_is_over_lets_nobody_in(person):
    token, secret = make(person("recorder"))
    token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
    save(token)
    assert owner_of_token(secret) is None


def test_a_closed_account_has_no_tokens_left(person):
    user = person("recorder")
    _, secret = make(user)
    deactivate(person("administrator"), user, "left")
    assert owner_of_token(secret) is None


def test_a_privileged_person_without_a_second_factor_acts_through_no_token(person, monkeypatch):
    user = person("duty_officer")
    _, secret = make(user)
    assert owner_of_token(secret) is None
    monkeypatch.setattr("allauth.mfa.utils.is_mfa_enabled", lambda user: True)
    assert owner_of_token(secret) == user


def test_an_administrator_revokes_tokens_of_the_office_only(person):
    token, secret = make(person("recorder", "SCD"))
    for stranger in (person("administrator", "FMD"), person("recorder", "SCD")):
        with pytest.raises(PermissionDenied):
            revoke_token(stranger, token)
    assert owner_of_token(secret)
    revoke_token(person("administrator", "SCD"), token)
    assert owner_of_token(secret) is None


def test_a_token_has_a_label_and_lives_a_year_at_most(person, refused):
    user = person("recorder")
    long = timezone.now() + datetime.timedelta(days=400)
    assert refused(make, user, kind="car", label=" ", expires_at=long) == [
        "accounts.token-kind", "record.needs", "accounts.token-life",
    ]  # fmt: skip
    assert refused(make, user, expires_at=timezone.now()) == ["accounts.token-life"]
