from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import Holding, User, today
from amana.casework.accounts.roles import bundles, roles
from amana.casework.accounts.services import COMMAND_LINE, deactivate, end_role, give_roles

DAY = datetime.timedelta(days=1)


def names(user):
    return [r.name for r in User.objects.get(pk=user.pk).roles]


def test_a_role_is_held_from_its_first_to_its_last_day(person):
    user = person("")
    (holding,) = give_roles(person("administrator"), user, ["recorder"], end=today() + DAY)
    assert names(user) == ["recorder"]
    assert holding.is_current(today() + DAY)
    assert not holding.is_current(today() + 2 * DAY)
    assert not holding.is_current(today() - DAY)


def test_a_bundle_gives_its_roles_and_passes_over_those_held(person, actions):
    user = person("recorder")
    given = give_roles(person("administrator"), user, ["small_search_office"])
    assert {h.role for h in given} == set(bundles()["small_search_office"].roles) - {"recorder"}
    assert actions() == ["accounts.holding.given"] * len(given)


def test_a_role_is_not_held_twice_on_one_day(person, refused):
    by, user = person("administrator"), person("")
    give_roles(by, user, ["recorder"], start=today() + DAY, end=today() + 3 * DAY)
    overlapping = [(0, 1), (1, 3), (2, 2), (3, None), (0, None)]
    for first, last in overlapping:
        end = None if last is None else today() + last * DAY
        assert refused(give_roles, by, user, ["recorder"], start=today() + first * DAY, end=end) == [
            "accounts.role-held-already"
        ], (first, last)
    give_roles(by, user, ["recorder"], start=today(), end=today())
    give_roles(by, user, ["recorder"], start=today() + 4 * DAY)
    assert Holding.objects.filter(user=user).count() == 3


def test_a_bundle_that_is_held_whole_is_refused(person, refused):
    by, user = person("administrator"), person("")
    give_roles(by, user, ["small_registry"])
    assert refused(give_roles, by, user, ["small_registry"]) == ["accounts.role-held-already"]


def test_every_fault_is_said_at_once(person, refused):
    codes = refused(
        give_roles, person("administrator"), person(""), ["king"], start=today() - DAY, end=today() - 2 * DAY
    )
    assert codes == [
        "accounts.no-such-role", "accounts.starts-in-the-past", "accounts.ends-before-start",
    ]  # fmt: skip
    assert refused(give_roles, person("administrator"), person(""), []) == ["accounts.needs-role"]


def test_no_role_is_given_in_another_office(person):
    with pytest.raises(PermissionDenied):
        give_roles(person("administrator", "FMD"), person("", "SCD"), ["recorder"])


def test_others_give_none(person):
    with pytest.raises(PermissionDenied):
        give_roles(person("board_chair"), person(""), ["recorder"])


def test_an_account_that_is_closed_gets_no_role(person, refused):
    by, user = person("administrator"), person("")
    deactivate(by, user, "left")
    assert refused(give_roles, by, user, ["recorder"]) == ["accounts.person-inactive"]


def test_nobody_gives_themselves_a_role(person, refused):
    by = person("administrator")
    person("administrator")
    assert refused(give_roles, by, by, ["geneticist"]) == ["accounts.role-to-oneself"]


def test_but_the_only_administrator_of_an_office_and_the_log_says_so(person, actions):
    by = person("administrator")
    person("administrator", "FMD")
    give_roles(by, by, ["recorder"])
    assert names(by) == ["recorder", "administrator"]
    assert actions() == ["accounts.holding.given-to-oneself"]


def test_a_role_ends_at_once(person, actions):
    by, user = person("administrator"), person("recorder")
    end_role(by, user.holdings.get(), "other work")
    assert names(user) == []
    assert actions() == ["accounts.holding.ended"]
    give_roles(by, user, ["recorder"])
    assert names(user) == ["recorder"]


def test_a_role_ends_after_a_last_day(person):
    by, user = person("administrator"), person("recorder")
    holding = end_role(by, user.holdings.get(), "other work", last_day=today() + DAY)
    assert names(user) == ["recorder"]
    assert not holding.is_current(today() + 2 * DAY)


def test_what_is_over_is_not_ended_again_nor_made_longer(person, refused):
    by, user = person("administrator"), person("recorder")
    holding = user.holdings.get()
    assert refused(end_role, by, holding, "", last_day=today()) == ["record.needs-reason"]
    assert refused(end_role, by, holding, "x", last_day=today() - DAY) == ["accounts.last-day-past"]
    end_role(by, holding, "x", last_day=today() + DAY)
    assert refused(end_role, by, holding, "x", last_day=today() + 2 * DAY) == ["accounts.last-day-later"]
    end_role(by, holding, "x")
    assert refused(end_role, by, holding, "x") == ["accounts.role-over"]


def test_a_role_of_another_office_is_not_ended(person):
    with pytest.raises(PermissionDenied):
        end_role(person("administrator", "FMD"), person("recorder", "SCD").holdings.get(), "not mine")


def test_an_office_keeps_an_administrator(person, refused):
    by = person("administrator")
    assert refused(end_role, by, by.holdings.get(), "tired") == ["accounts.last-administrator"]
    assert refused(deactivate, COMMAND_LINE, by, "left") == ["accounts.last-administrator"]
    other = person("administrator")
    end_role(by, by.holdings.get(), "handed over")
    assert names(by) == []
    assert names(other) == ["administrator"]


def test_every_bundle_is_of_roles_that_exist():
    for bundle in bundles().values():
        assert set(bundle.roles) <= set(roles())


def test_a_role_begins_and_ends_with_the_day_of_the_place_whatever_the_persons_own_zone(person):
    by, user = person("administrator"), person("")
    give_roles(by, user, ["recorder"], start=today() + DAY)
    with timezone.override("Pacific/Kiritimati"):  # where it is tomorrow for most of the day
        assert names(user) == []
    give_roles(by, user, ["team_leader"], end=today())
    with timezone.override("Pacific/Pago_Pago"):
        assert names(user) == ["team_leader"]
