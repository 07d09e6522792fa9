"""Pages of missing persons, by role, in both languages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from amana.casework.missing.models import MissingPerson
from amana.casework.missing.services import change_state, report_people, report_person


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def page(demo, sign_in):
    """Opens a page as somebody of the demo."""

    def opened(role, name, *args, language="en", **query):
        client = sign_in(demo.people[role])
        client.cookies["amana_language"] = language
        return client.get(reverse(name, args=args), query)

    return opened


NAMES = ("Samer", "سامر", "Hiba al-Tajribi", "هبة التجريبي")
SEEN_BY = ("interviewer", "family_liaison", "secretary", "board_member", "board_chair", "prosecutor")


@pytest.mark.parametrize("role", SEEN_BY)
def test_who_works_with_names_sees_them(demo, page, role):
    shown = text(page(role, "missing"))
    assert "Samer al-Tajribi" in shown
    assert demo.missing["SYN-F05-M1"].number in shown
    assert "Samer al-Tajribi" in text(page(role, "missing-person", demo.missing["SYN-F05-M1"].number))
    assert "سامر التجريبي" in text(page(role, "missing", language="ar"))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_geneticist_sees_numbers_and_no_name(demo, page, language):
    number = demo.missing["SYN-F05-M1"].number
    shown = [
        page("geneticist", "missing", language=language),
        page("geneticist", "missing-csv", language=language),
        page("geneticist", "missing-person", number, language=language),
        page("geneticist", "missing", language=language, sort="name"),
    ]
    for response in shown:
        assert response.status_code == 200
        assert number in text(response)
        for name in NAMES:
            assert name not in text(response)


def test_a_geneticist_does_not_find_by_name(demo, page):
    for words in ("Samer", "سامر", "هبة"):
        shown = text(page("geneticist", "missing", words=words))
        assert not any(p.number in shown for p in demo.missing.values())
    number = demo.missing["SYN-F05-M1"].number
    assert number in text(page("geneticist", "missing", words=number))


@pytest.mark.parametrize(
    "role", ["recorder", "laboratory_analyst", "partner", "auditor", "information_officer"]
)
def test_who_has_no_business_with_the_missing_is_refused(demo, page, role):
    for name, args in (("missing", ()), ("missing-csv", ()), ("missing-report", ()),
                       ("missing-person", (demo.missing["SYN-F05-M1"].number,))):  # fmt: skip
        assert page(role, name, *args).status_code == 403


def test_signed_out_one_is_asked_to_sign_in(demo, client):
    response = client.get(reverse("missing"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_person_of_an_office_that_shares_nothing_does_not_exist(demo, person_of_partner, sign_in):
    client = sign_in(person_of_partner)
    for number in (demo.missing["SYN-F05-M1"].number, "NCM-92-999-0", "x%00"):
        for name in ("missing-person", "missing-change", "missing-state"):
            assert client.get(reverse(name, args=[number])).status_code == 404
    assert "No missing person yet." in text(client.get(reverse("missing")))


@pytest.fixture
def person_of_partner(demo):
    from amana.casework.accounts.services import add_person, give_roles
    from amana.casework.audit.writing import SYSTEM

    made = add_person(
        SYSTEM,
        demo.offices["PAR"],
        username="partner-clerk",
        name_en="A clerk",
        name_ar="كاتب",
        language="en",
    )
    give_roles(SYSTEM, made, ["interviewer"])
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"words": "سامر"}, {"SYN-F05-M1"}),
        ({"words": "samer tajribi"}, {"SYN-F05-M1"}),
        ({"words": "syn-f12"}, {f"SYN-F12-M{n}" for n in range(1, 5)}),
        ({"words": "syn-f12", "sex": "F"}, {"SYN-F12-M2", "SYN-F12-M4"}),
        ({"state": "active"}, set()),
    ],
)
def test_the_list_filters(demo, page, query, found):
    shown = text(page("interviewer", "missing", **query))
    assert {key for key, p in demo.missing.items() if f">{p.number}</bdi>" in shown} == found


def test_the_csv_has_no_protected_text_and_starts_as_spreadsheets_want(demo, page):
    shown = text(page("interviewer", "missing-csv"))
    assert shown.startswith("\ufeff")
    assert "سامر" not in shown  # the reader's language has a name
    assert "Samer al-Tajribi" in shown
    assert "demonstration" not in shown
    assert len(shown.strip().splitlines()) == len(demo.missing) + 1


def test_circumstances_are_closed_and_asked_for_with_a_reason(demo, page):
    person = demo.missing["SYN-F05-M1"]
    shown = text(page("family_liaison", "missing-person", person.number))
    assert reverse("open-protected", args=["missing.person", person.pk, "circumstances"]) in shown
    for role in ("family_liaison", "interviewer", "geneticist"):
        shown = text(page(role, "missing-person", person.number))
        assert "for demonstration." not in shown
        assert person.circumstances not in shown


def test_the_page_shows_the_family_to_who_sees_families_only(demo, page):
    number = demo.missing["SYN-F05-M1"].number
    family = demo.families["SYN-F05"].number
    assert f'data-person="{number}"' in text(page("geneticist", "missing-person", number))
    shown = text(page("prosecutor", "missing-person", number))
    assert family not in shown
    assert "data-person" not in shown
    assert not any(r.number in shown for r in demo.relatives.values())


def test_the_page_says_what_is_missing_and_who_must_act(demo, page):
    typed = text(page("interviewer", "missing-person", demo.missing["SYN-F05-M1"].number))
    assert "Neither a parent nor a child" not in typed  # the mother gave a sample
    sibling = text(page("interviewer", "missing-person", demo.missing["SYN-F02-M1"].number))
    assert "Neither a parent nor a child of the person is typed." in sibling
    assert "Only one relative is typed" in sibling
    assert "Ante-mortem interviewer" in sibling
    lone = report_person(demo.people["interviewer"], name_en="Lone")
    shown = text(page("interviewer", "missing-person", lone.number))
    for gap in ("The sex is not recorded.", "The year of birth is not recorded.", "in no family tree"):
        assert gap in shown


def test_found_alive_is_said_on_every_page_that_shows_the_person(demo, page):
    person = demo.missing["SYN-F05-M1"]
    change_state(demo.people["family_liaison"], person, "located_alive", "telephoned")
    for role in ("interviewer", "geneticist", "secretary"):
        assert "Found alive." in text(page(role, "missing-person", person.number))
    assert "found alive" in text(page("geneticist", "family", demo.families["SYN-F05"].number))
    assert "Tell every office" in text(page("family_liaison", "missing-person", person.number))


def test_pages_ask_the_database_a_bounded_number_of_times(demo, page, django_assert_max_num_queries):
    clerk = demo.people["interviewer"]
    number = demo.missing["SYN-F05-M1"].number
    page("interviewer", "missing")
    with django_assert_max_num_queries(20):
        page("interviewer", "missing", words="SYN-F06-M1")
    report_people(clerk, [{"name_en": f"Person {n}"} for n in range(20)])
    with django_assert_max_num_queries(20):
        page("interviewer", "missing")
    with django_assert_max_num_queries(40):
        page("secretary", "missing-person", number)


# --- forms ------------------------------------------------------------------------------------------


def send(client, name, /, *args, **said):
    return client.post(reverse(name, args=args), said)


def test_a_person_is_recorded_from_the_form(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    response = send(client, "missing-report", name_ar="زيد المثال", sex="M", born="١٩٩٠", circumstances="x")
    made = MissingPerson.objects.get(name_ar="زيد المثال")
    assert response.status_code == 302
    assert response["Location"] == made.get_absolute_url()
    assert made.born == "1990"
    assert made.circumstances not in ("", "x")


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    before = MissingPerson.objects.count()
    response = send(client, "missing-report", name_ar="زيد المثال", born="86", mother_en="Typed before")
    assert response.status_code == 400
    assert "Typed before" in text(response)
    assert 'href="#id_born"' in text(response)
    assert MissingPerson.objects.count() == before


def test_the_form_asks_before_it_records_somebody_twice(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    known = demo.missing["SYN-F05-M1"]
    said = {"name_ar": known.name_ar, "mother_ar": known.mother_ar}
    response = send(client, "missing-report", **said)
    assert response.status_code == 400
    assert known.number in text(response)
    assert 'type="checkbox" name="another"' in text(response)
    assert 'type="checkbox" name="another"' not in text(client.get(reverse("missing-report")))
    assert send(client, "missing-report", **said, another="on").status_code == 302


def test_a_correction_and_a_new_state_go_through_their_forms(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    person = demo.missing["SYN-F05-M1"]
    said = {"name_ar": person.name_ar, "name_en": "Changed", "born": "1995"}
    assert send(client, "missing-change", person.number, **said).status_code == 400
    assert send(client, "missing-change", person.number, **said, reason="a slip").status_code == 302
    assert send(client, "missing-state", person.number, state="identified", reason="x").status_code == 400
    assert send(client, "missing-state", person.number, state="closed_duplicate", reason="x",
                duplicate_of="NCM-92-999-0").status_code == 400  # fmt: skip
    assert send(client, "missing-state", person.number, state="verified", reason="asked").status_code == 302
    person.refresh_from_db()
    assert (person.name_en, person.state) == ("Changed", "verified")
    shown = text(client.get(person.get_absolute_url()))
    assert "a slip" in shown
    assert "asked" in shown


def test_who_only_reads_is_offered_no_change_and_refused_one(demo, page, sign_in):
    number = demo.missing["SYN-F05-M1"].number
    for role in ("secretary", "geneticist", "prosecutor"):
        shown = text(page(role, "missing-person", number))
        assert reverse("missing-change", args=[number]) not in shown
        client = sign_in(demo.people[role])
        for name in ("missing-change", "missing-state"):
            assert client.get(reverse(name, args=[number])).status_code == 403
            assert client.post(reverse(name, args=[number]), {"reason": "x"}).status_code == 403
