from __future__ import annotations

import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.codes import digest_of_code, new_code
from amana.casework.accounts.credentials import (
    agree_recovery,
    ask_recovery,
    enter_with_code,
    make_token,
    new_first_code,
)
from amana.casework.accounts.models import FirstCode, Recovery, Token, User
from amana.casework.accounts.queries import open_recoveries, recovery_helpers
from amana.casework.accounts.services import deactivate

from .conftest import PASSWORD
from .test_tokens import save, soon

WHY = "phone lost, came in person"


def recovered(by, other, user):
    return agree_recovery(other, ask_recovery(by, user, WHY))


def test_a_code_is_read_however_it_is_written():
    assert len({new_code() for _ in range(50)}) == 50
    assert digest_of_code("0123-ABCD-EFGH-JKMN") == digest_of_code(" o١2٣ abcdefgh jkmn ")
    assert digest_of_code("0123-ABCD-EFGH-JKMN") != digest_of_code("0123-ABCD-EFGH-JKMM")


# The first time


def test_a_first_code_sets_a_password_once(person, actions, refused):
    user = person("recorder")
    code = new_first_code(person("administrator"), user)
    assert enter_with_code(user.username, code, PASSWORD).check_password(PASSWORD)
    assert refused(enter_with_code, user.username, code, PASSWORD) == ["accounts.code-refused"]
    assert "accounts.first-code.used" in actions()
    assert actions()[-1] == "accounts.code-refused"


def test_a_new_first_code_voids_the_one_before(person, refused):
    user, by = person("recorder"), person("administrator")
    old, new = new_first_code(by, user), new_first_code(by, user)
    assert refused(enter_with_code, user.username, old, PASSWORD) == ["accounts.code-refused"]
    enter_with_code(user.username, new, PASSWORD)


def test_a_first_code_is_over_after_a_week(person, refused):
    user = person("recorder")
    code = new_first_code(person("administrator"), user)
    record = FirstCode.objects.get()
    assert datetime.timedelta(days=6) < record.expires_at - timezone.now() <= datetime.timedelta(days=7)
    record.expires_at = timezone.now()
    save(record)
    assert refused(enter_with_code, user.username, code, PASSWORD) == ["accounts.code-refused"]


def test_one_administrator_alone_does_not_get_past_a_password(person, with_password, refused):
    assert refused(new_first_code, person("administrator"), with_password("recorder")) == [
        "accounts.has-a-password"
    ]


def test_no_first_code_for_another_office(person):
    with pytest.raises(PermissionDenied):
        new_first_code(person("administrator", "FMD"), person("recorder", "SCD"))


def test_a_weak_password_is_refused_and_the_code_stays(person, refused):
    user = person("recorder")
    code = new_first_code(person("administrator"), user)
    assert refused(enter_with_code, user.username, code, "short") == ["accounts.weak-password"]
    enter_with_code(user.username, code, PASSWORD)


def test_unknown_names_wrong_codes_and_closed_accounts_are_refused_alike(person, refused):
    user, by = person("recorder"), person("administrator")
    code = new_first_code(by, user)
    assert refused(enter_with_code, "nobody", code, PASSWORD) == ["accounts.code-refused"]
    assert refused(enter_with_code, user.username, new_code(), PASSWORD) == ["accounts.code-refused"]
    assert refused(enter_with_code, user.username, "", PASSWORD) == ["accounts.code-refused"]
    deactivate(by, user, "left")
    assert refused(enter_with_code, user.username, code, PASSWORD) == ["accounts.code-refused"]


# A lost second factor


def test_two_administrators_let_somebody_in_again(person, with_password, client, actions, refused):
    user = with_password("duty_officer")
    a, b = person("administrator"), person("administrator")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    make_token(user, kind="device", label="lost phone", expires_at=soon())
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=client.session.session_key)
    code = recovered(a, b, user)
    assert Authenticator.objects.filter(user=user).exists()  # until the code is used

    enter_with_code(user.username, code.lower().replace("-", " "), "eight quiet olive trees")

    assert User.objects.get(pk=user.pk).check_password("eight quiet olive trees")
    assert not Authenticator.objects.filter(user=user).exists()
    assert not UserSession.objects.filter(user=user).exists()
    assert client.get("/account/").status_code == 302
    assert Token.objects.get(user=user).revoked_at is not None
    assert [a for a in actions() if "token.made" not in a and "signed-in" not in a] == [
        "accounts.recovery.asked", "accounts.recovery.agreed", "accounts.recovery.used",
        "accounts.recovery.used", "accounts.second-factor-removed", "accounts.token.revoked",
    ]  # fmt: skip
    assert refused(enter_with_code, user.username, code, PASSWORD) == ["accounts.code-refused"]


def test_the_code_is_kept_as_a_digest(person, with_password):
    code = recovered(person("administrator"), person("administrator"), with_password("recorder"))
    assert code not in str(Recovery.objects.values().get())


def test_who_asked_does_not_agree(person, with_password):
    a = person("administrator")
    person("administrator")
    recovery = ask_recovery(a, with_password("recorder"), WHY)
    with pytest.raises(PermissionDenied):
        agree_recovery(a, recovery)
    assert Recovery.objects.get().agreed_at is None


def test_nobody_asks_or_agrees_for_themselves(person):
    a, b, c = (person("administrator") for _ in range(3))
    with pytest.raises(PermissionDenied):
        ask_recovery(a, a, WHY)
    with pytest.raises(PermissionDenied):
        agree_recovery(a, ask_recovery(b, a, WHY))
    assert agree_recovery(c, Recovery.objects.get())


def test_only_administrators_ask_and_agree(person, with_password):
    user = with_password("recorder")
    with pytest.raises(PermissionDenied):
        ask_recovery(person("board_chair"), user, WHY)
    recovery = ask_recovery(person("administrator"), user, WHY)
    with pytest.raises(PermissionDenied):
        agree_recovery(person("team_leader"), recovery)


def test_an_office_with_two_other_administrators_helps_itself(person, offices, with_password):
    user = with_password("recorder", "SCD")
    recovery = ask_recovery(person("administrator", "SCD"), user, WHY)
    person("administrator", "SCD")
    for office in ("NCM", "FMD", "PAR"):
        stranger = person("administrator", office)
        assert open_recoveries(stranger) == []
        with pytest.raises(PermissionDenied):
            agree_recovery(stranger, recovery)
    assert recovery_helpers(user) == {offices["SCD"].pk}


def test_an_office_with_one_is_helped_by_a_commission_or_an_office_that_shares(person, with_password):
    user = with_password("recorder", "SCD")
    recovery = ask_recovery(person("administrator", "SCD"), user, WHY)
    with pytest.raises(PermissionDenied):
        agree_recovery(person("administrator", "PAR"), recovery)  # shares nothing with it
    helper = person("administrator", "FMD")
    assert [r.pk for r in open_recoveries(helper)] == [recovery.pk]
    assert agree_recovery(helper, recovery)


def test_the_only_administrator_is_helped_by_two_from_elsewhere(person, with_password):
    only = with_password("administrator", "LAB")
    a, b = person("administrator", "NCM"), person("administrator", "SCD")
    assert recovered(a, b, only)


def test_a_request_is_open_for_three_days_and_the_code_for_an_hour(person, with_password, refused):
    user = with_password("recorder")
    a, b = person("administrator"), person("administrator")
    recovery = ask_recovery(a, user, WHY)
    assert refused(ask_recovery, b, user, WHY) == ["accounts.recovery-waits"]
    recovery.asked_at -= datetime.timedelta(days=3, minutes=1)
    save(recovery)
    assert refused(agree_recovery, b, recovery) == ["accounts.recovery-over"]
    code = recovered(a, b, user)
    again = Recovery.objects.get(used_at=None, agreed_by=b)
    assert refused(agree_recovery, b, again) == ["accounts.recovery-over"]
    again.agreed_at -= datetime.timedelta(hours=1, seconds=1)
    save(again)
    assert refused(enter_with_code, user.username, code, PASSWORD) == ["accounts.code-refused"]


def test_asking_needs_a_reason_and_an_open_account(person, with_password, refused):
    a, user = person("administrator"), with_password("recorder")
    assert refused(ask_recovery, a, user, " ") == ["record.needs-reason"]
    deactivate(a, user, "left")
    assert refused(ask_recovery, a, user, WHY) == ["accounts.person-inactive"]
