from __future__ import annotations

import pytest

from amana.casework.incidents.tests.field import SCRIPT, opened, site_of
from amana.casework.recovery.models import Irregularity, Surrender, Unit
from amana.casework.recovery.services import (
    NewSurrender,
    NewUnit,
    answer_irregularity,
    record_unit,
    record_units,
    take_surrender,
    take_surrenders,
)


@pytest.fixture
def recorder(person):
    return person("recorder")


@pytest.fixture
def duty(person):
    return person("duty_officer")


@pytest.fixture
def incident(duty):
    return opened(duty)


def text_of(response):
    return response.content.decode()


def test_a_hand_over_is_taken_in_without_fear(recorder, incident, sign_in):
    client = sign_in(recorder)
    url = f"/incidents/{incident.number}/surrenders/take/"
    page = text_of(client.get(url))
    for words in ("Nobody is accused, and no name is needed.", "The answers decide, never the person."):
        assert words in page
    response = client.post(
        url, {"capacity": "farmer", "described": "on", "account": "Under the tree.", "person": ""}
    )
    handed = Surrender.objects.get()
    assert response["Location"] == handed.get_absolute_url()
    assert handed.grade == "C"
    page = text_of(client.get(handed.get_absolute_url()))
    assert "C: place described in words" in page
    assert "Under the tree." not in page
    assert "elimination sample" in page
    assert f"/units/record/?surrender={handed.number}" in page


def test_what_is_handed_over_is_recorded_from_its_page(recorder, incident, sign_in):
    handed = take_surrender(recorder, incident, capacity="family")
    client = sign_in(recorder)
    client.post(f"/incidents/{incident.number}/units/record/?surrender={handed.number}", {"kind": "bag"})
    unit = Unit.objects.get()
    assert unit.surrender == handed
    assert unit.irregularity.kinds == ["surrendered", "no_position"]
    assert unit.number in text_of(client.get(handed.get_absolute_url()))
    assert client.get(f"/incidents/{incident.number}/units/record/?surrender=SCD-1").status_code == 404


def test_sealed_texts_are_opened_for_a_reason_by_who_may(recorder, duty, incident, sign_in):
    handed = take_surrender(recorder, incident, capacity="family", person="Somebody", account="My brother.")
    page = text_of(sign_in(recorder).get(handed.get_absolute_url()))
    assert "Your role may not open it." in page
    client = sign_in(duty)
    assert "Open and log" in text_of(client.get(handed.get_absolute_url()))
    opened_page = client.post(
        f"/protected/recovery.surrender/{handed.pk}/account/", {"reason": "to find the place"}
    )
    assert "My brother." in text_of(opened_page)


def test_answers_are_corrected_by_a_form(recorder, duty, incident, sign_in):
    handed = take_surrender(recorder, incident, capacity="family")
    spot = site_of(duty, incident, spots=1).spots.get()
    client = sign_in(recorder)
    url = f"{handed.get_absolute_url()}change/"
    sent = {"capacity": "family", "shown": "on", "spot": str(spot.pk), "reason": "went there", "seen": "0"}
    assert client.post(url, {**sent, "seen": "7"}).status_code == 400
    assert client.post(url, sent).status_code == 302
    handed.refresh_from_db()
    assert (handed.grade, handed.spot) == ("B", spot)
    mixed = client.post(url, {**sent, "mixed": "on", "seen": "1"})
    assert mixed.status_code == 302
    assert "Nothing is put together on the ground of having come together." in text_of(
        client.get(handed.get_absolute_url())
    )


def test_the_list_filters_and_exports_nothing_sealed(recorder, incident, person, sign_in):
    take_surrenders(
        recorder, incident,
        [NewSurrender("family", person="Somebody", shown=True), NewSurrender("rescuer", mixed=True)],
    )  # fmt: skip
    one, two = Surrender.objects.order_by("number")
    client = sign_in(recorder)

    def shown(query):
        page = text_of(client.get(f"/surrenders/?{query}"))
        assert "gAAAA" not in page
        return [s for s in (one, two) if s.number in page]

    assert shown("") == [one, two]
    assert shown("grade=B") == [one]
    assert shown("mixed=yes") == [two]
    assert shown("capacity=family") == [one]
    assert shown(f"number={two.number[-5:]}") == [two]
    csv = text_of(client.get("/surrenders.csv"))
    assert one.number in csv
    assert "gAAAA" not in csv
    assert sign_in(person("recorder", "PAR")).get(one.get_absolute_url()).status_code == 404
    assert sign_in(person("hotline_operator")).get("/surrenders/").status_code == 403
    other = person("recorder", "FMD")
    assert "/change/" not in text_of(sign_in(other).get(one.get_absolute_url()))
    assert sign_in(other).get(f"{one.get_absolute_url()}change/").status_code == 403


def test_a_duty_officer_answers_what_another_recorded(recorder, duty, incident, sign_in):
    unit = record_unit(recorder, incident, kind="bone", description=SCRIPT)
    found = unit.irregularity
    url = found.get_absolute_url()
    page = text_of(sign_in(recorder).get(url))
    assert "no released mission" in page
    assert "Record the answer" not in page
    client = sign_in(duty)
    assert "Answer what was lifted outside the rules" in text_of(client.get("/"))
    assert client.post(url, {"answer": " "}).status_code == 400
    assert client.post(url, {"answer": "Spoke with them."}).status_code == 302
    found.refresh_from_db()
    assert found.answered_by == duty
    assert "Spoke with them." in text_of(client.get(url))
    assert "outside the rules" not in text_of(client.get("/"))


def test_who_recorded_is_told_that_another_answers(person, sign_in):
    both = person("duty_officer+recorder")
    found = record_unit(both, opened(both), kind="bone").irregularity
    client = sign_in(both)
    page = text_of(client.get(found.get_absolute_url()))
    assert "another person answers" in page
    client.post(found.get_absolute_url(), {"answer": "mine"})
    assert Irregularity.objects.get().answered_at is None


def test_irregularities_filter_by_answer_and_kind_and_export(recorder, duty, incident, person, sign_in):
    site = site_of(duty, incident, spots=1)
    one = record_unit(recorder, incident, kind="bone").irregularity
    two = record_unit(recorder, incident, kind="bone", spot=site.spots.get()).irregularity
    answer_irregularity(duty, two, "Seen.")
    client = sign_in(recorder)

    def shown(query):
        page = text_of(client.get(f"/irregularities/?{query}"))
        return [i for i in (one, two) if i.get_absolute_url() in page]

    assert shown("") == [one, two]
    assert shown("answered=no") == [one]
    assert shown("answered=yes") == [two]
    assert shown("kind=no_position") == [one]
    assert shown("kind=hazard") == [one, two]
    assert "no released mission" in text_of(client.get("/irregularities.csv"))
    assert sign_in(person("recorder", "PAR")).get(one.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(
    recorder, duty, incident, sign_in, rows, django_assert_max_num_queries
):
    handed = take_surrenders(recorder, incident, [NewSurrender("family")] * rows)
    units = [record_units(recorder, incident, [NewUnit(kind="bag", surrender=h)])[0] for h in handed]
    record_units(recorder, incident, [NewUnit(kind="bag", surrender=handed[0])] * rows)
    client = sign_in(duty)
    for url, most in (
        ("/surrenders/", 12), ("/irregularities/", 12), (handed[0].get_absolute_url(), 22),
        (units[0].irregularity.get_absolute_url(), 20), ("/", 40),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
