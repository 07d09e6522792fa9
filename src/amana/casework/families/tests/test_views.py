"""Pages of families and relatives, by role, in both languages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from amana.casework.audit.models import Entry
from amana.casework.families.models import Consent, Family, Relative
from amana.casework.families.services import make_families


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


def send(client, name, /, *args, **said):
    return client.post(reverse(name, args=args), said)


def members_of(demo, key):
    return [r for k, r in demo.relatives.items() if k.startswith(f"{key}-")]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("role", ["interviewer", "secretary", "geneticist"])
def test_no_page_of_a_family_names_a_relative(demo, simulated, page, role, language):
    family = demo.families["SYN-F05"]
    relative = members_of(demo, "SYN-F05")[0]
    names = {
        name
        for key, p in simulated.people.items()
        if key in demo.relatives
        for name in (p.name_ar, p.name_en)
    }
    for name, args in (("families", ()), ("families-csv", ()), ("family", (family.number,)),
                       ("relative", (relative.number,))):  # fmt: skip
        response = page(role, name, *args, language=language)
        assert response.status_code == 200
        assert not any(n in text(response) for n in names)
        assert "0900 000" not in text(response)


def test_the_tree_shows_everybody_once_and_cousins_as_related(demo, page):
    shown = text(page("interviewer", "family", demo.families["SYN-F05"].number))
    assert shown.count("data-person=") == 14
    assert "related partners" in shown
    for relative in members_of(demo, "SYN-F05"):
        assert f'data-person="{relative.number}"' in shown
        assert reverse("relative", args=[relative.number]) in shown
    assert "Samer al-Tajribi" in shown
    assert "Samer" not in text(page("geneticist", "family", demo.families["SYN-F05"].number))


def test_the_tree_says_the_same_in_words(demo, page):
    shown = text(page("interviewer", "family", demo.families["SYN-F05"].number))
    assert "A family tree of 14 persons." in shown
    assert "The same as a table" in shown
    assert shown.index("<td><bdi>connects the others</bdi></td>") > 0


def test_a_family_without_a_usable_reference_says_so(demo, page):
    liaison = demo.people["family_liaison"]
    from amana.casework.families.services import withdraw_consent

    for relative in members_of(demo, "SYN-F02"):
        withdraw_consent(
            liaison, Consent.objects.get(relative=relative, recipient="laboratory"), "their wish"
        )
    shown = text(page("secretary", "family", demo.families["SYN-F02"].number))
    assert "none of the missing has a usable reference" in shown
    assert "cannot be compared yet" in shown
    assert "Ask for consent to the laboratory" in shown


def test_barcodes_do_not_stand_on_pages_of_families(demo, page):
    barcodes = [s.barcode for s in demo.samples.values()]
    for role in ("interviewer", "secretary", "geneticist"):
        for name, args in (("families", ()), ("family", (demo.families["SYN-F05"].number,)),
                           ("relative", (members_of(demo, "SYN-F05")[0].number,))):  # fmt: skip
            shown = text(page(role, name, *args))
            assert not any(b in shown for b in barcodes)


def test_genetic_doubts_do_not_stand_on_pages_of_families(demo, page, simulated):
    (family, person), *_ = simulated.features.inconsistent.items()
    for role in ("interviewer", "secretary", "geneticist"):
        shown = text(page(role, "family", demo.families[family].number)).lower()
        for word in ("inconsistent", "impossible", "doubt", "does not fit"):
            assert word not in shown
    assert person in demo.relatives


@pytest.mark.parametrize("role", ["recorder", "laboratory_analyst", "prosecutor", "partner"])
def test_who_has_no_business_with_families_is_refused(demo, page, role):
    family, relative = demo.families["SYN-F05"].number, members_of(demo, "SYN-F05")[0].number
    opened = [page(role, name) for name in ("families", "families-csv", "relative-find", "family-add")]
    opened += [page(role, "family", family), page(role, "relative", relative)]
    assert {response.status_code for response in opened} == {403}


def test_what_nobody_sees_does_not_exist(demo, page):
    for number in ("NCM-93-999-0", "x%00"):
        for name in ("family", "relative", "member-add", "consent-add"):
            assert page("interviewer", name, number).status_code == 404


def test_the_list_filters_counts_and_says_what_to_do_when_empty(demo, page, sign_in):
    shown = text(page("interviewer", "families"))
    assert "12 families" in shown
    (empty,) = make_families(demo.people["interviewer"], ["SYN-EMPTY"])
    shown = text(page("interviewer", "families", lacking="nobody"))
    assert "1 family" in shown
    assert empty.number in shown
    assert "SYN-F07" in text(page("interviewer", "families", words="syn-f07"))
    shown = text(page("interviewer", "family", empty.number))
    assert "Nobody stands in the tree yet." in shown


def test_pages_ask_the_database_a_bounded_number_of_times(demo, page, django_assert_max_num_queries):
    page("interviewer", "families")
    with django_assert_max_num_queries(20):
        page("interviewer", "families", words="SYN-F01")
    make_families(demo.people["interviewer"], [f"X{n}" for n in range(20)])
    with django_assert_max_num_queries(20):
        page("interviewer", "families")
    for key in ("SYN-F06", "SYN-F05"):  # four relatives, and six
        with django_assert_max_num_queries(35):
            page("interviewer", "family", demo.families[key].number)


# --- forms ------------------------------------------------------------------------------------------


def test_a_family_is_made_and_grows_from_forms(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    assert send(client, "family-add", reference="NEW").status_code == 302
    family = Family.objects.get(reference="NEW")
    assert send(client, "member-add", family.number, label="father", sex="M").status_code == 302
    response = send(client, "member-add", family.number, label="son", sex="M", father="father",
                    missing="NCM-92-999-0")  # fmt: skip
    assert response.status_code == 400
    assert "NCM-92-999-0" in text(response)
    assert send(client, "member-add", family.number, label="son", sex="M", father="father").status_code == 302
    response = send(client, "member-add", family.number, label="son", sex="M")
    assert response.status_code == 400
    assert family.members.count() == 2


def test_a_relative_is_recorded_and_found_again(demo, sign_in):
    client = sign_in(demo.people["interviewer"])
    response = send(client, "relative-add", name="Invented Person", phone="0944 555 666")
    relative = Relative.objects.order_by("number").last()
    assert response["Location"] == reverse("relative", args=[relative.number])
    found = send(client, "relative-find", phone="+963 944 555 666")
    assert relative.number in text(found)
    assert "No relative that you may see" in text(send(client, "relative-find", phone="0911 111 111"))
    assert send(client, "relative-find").status_code == 400
    assert Entry.objects.filter(action="families.relative.looked-up").count() == 2


def test_consent_is_recorded_and_withdrawn_from_forms(demo, sign_in):
    client = sign_in(demo.people["family_liaison"])
    relative = members_of(demo, "SYN-F01")[0]
    send(client, "consent-add", relative.number, recipients=["court"], given_on="2025-03-01")
    assert Consent.objects.filter(relative=relative, recipient="court", withdrawn_at=None).exists()
    assert send(client, "consent-withdraw", relative.number, "court", reason=" ").status_code == 400
    assert send(client, "consent-withdraw", relative.number, "court", reason="their wish").status_code == 302
    assert send(client, "consent-withdraw", relative.number, "court", reason="again").status_code == 404
    shown = text(client.get(reverse("relative", args=[relative.number])))
    assert "withdrawn" in shown


def test_who_only_reads_is_offered_no_form(demo, page, sign_in):
    family, relative = demo.families["SYN-F01"], members_of(demo, "SYN-F01")[0]
    for role in ("secretary", "geneticist", "sample_collector"):
        assert reverse("member-add", args=[family.number]) not in text(page(role, "family", family.number))
        client = sign_in(demo.people[role])
        for name, args in (("member-add", [family.number]), ("consent-add", [relative.number]),
                           ("consent-withdraw", [relative.number, "laboratory"])):  # fmt: skip
            assert client.post(reverse(name, args=args), {"reason": "x"}).status_code == 403
