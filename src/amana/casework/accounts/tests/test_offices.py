from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.accounts.models import Office, Sharing
from amana.casework.accounts.queries import offices_seen
from amana.casework.accounts.services import add_office, change_office, end_sharing, share


def test_an_administrator_adds_an_office(person, actions):
    office = add_office(person("administrator"), code=" hms ", kind="forensic", name_en="Homs", name_ar="حمص")
    assert office.code == "HMS"
    assert actions() == ["accounts.office.added"]


def test_others_add_none(person):
    with pytest.raises(PermissionDenied):
        add_office(person("duty_officer"), code="HMS", kind="forensic", name_en="Homs", name_ar="حمص")


def test_every_fault_of_an_office_is_said_at_once(person, refused):
    codes = refused(
        add_office, person("administrator"), code="H1", kind="ministry", name_en=" ", name_ar="حمص"
    )
    assert sorted(codes) == ["accounts.office-code", "accounts.office-kind", "record.needs"]


def test_a_code_is_used_once(person, refused):
    by = person("administrator")
    assert refused(add_office, by, code="FMD", kind="forensic", name_en="x", name_ar="x") == [
        "accounts.office-code-taken"
    ]


def test_an_office_is_changed_by_its_own_administrator_with_a_reason(person, offices, refused):
    by = person("administrator")
    new = {"kind": "civil_defence", "name_en": "Civil defence", "name_ar": "الدفاع المدني"}
    assert refused(change_office, by, offices["SCD"], " ", **new) == ["record.needs-reason"]
    assert change_office(by, offices["SCD"], "misspelt", **new).name_en == "Civil defence"
    with pytest.raises(PermissionDenied):
        change_office(by, offices["FMD"], "misspelt", **new)


def test_the_giver_shares_and_ends_it(person, offices, actions, refused):
    by, reader = person("administrator"), person("partner", "PAR")
    assert offices["SCD"].pk not in offices_seen(reader, "incidents")
    sharing = share(by, receiver=offices["PAR"], scope="incidents", ground="agreement 7")
    assert offices["SCD"].pk in offices_seen(type(reader).objects.get(pk=reader.pk), "incidents")
    assert refused(share, by, receiver=offices["PAR"], scope="incidents", ground="agreement 8") == [
        "accounts.shared-already"
    ]
    end_sharing(by, sharing, "agreement ended")
    assert offices["SCD"].pk not in offices_seen(type(reader).objects.get(pk=reader.pk), "incidents")
    assert refused(end_sharing, by, sharing, "again") == ["accounts.sharing-over"]
    assert actions() == ["accounts.sharing.given", "accounts.sharing.ended"]


def test_the_receiver_cannot_end_what_it_receives(person, offices):
    given = Sharing.objects.get(giver=offices["SCD"], receiver=offices["FMD"])
    with pytest.raises(PermissionDenied):
        end_sharing(person("administrator", "FMD"), given, "not ours")


def test_sharing_needs_a_ground_and_another_office(person, offices, refused):
    by = person("administrator")
    assert refused(share, by, receiver=offices["SCD"], scope="everything", ground="") == [
        "record.needs", "accounts.sharing-scope", "accounts.sharing-with-oneself",
    ]  # fmt: skip


def test_only_administrators_see_other_offices(person, offices):
    assert Office.objects.visible_to(person("administrator")).count() == 5
    assert list(Office.objects.visible_to(person("recorder"))) == [offices["SCD"]]
