"""Pages of the laboratory: barcodes, and nothing that says whose they are."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amana.casework.audit.models import Entry
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.laboratory.services import NewSample, add_samples


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


@pytest.fixture
def remains(demo):
    return demo.samples[next(k for k in demo.samples if k.startswith("SYN-B"))]


@pytest.fixture
def living(demo):
    return demo.samples[next(k for k in demo.samples if k.startswith("SYN-R"))]


def send(client, name, /, *args, **said):
    return client.post(reverse(name, args=args), said)


@pytest.fixture
def forbidden(demo, simulated):
    """Everything that could tell an analyst whose a sample is."""
    names = {
        word
        for p in simulated.people.values()
        for word in (
            p.name_ar,
            p.name_en,
            f"{p.given[1]} {p.family_name[1]}",
            f"{p.given[0]} {p.family_name[0]}",
        )
    }
    numbers = {
        r.number
        for group in (demo.units, demo.missing, demo.relatives, demo.families)
        for r in group.values()
    }
    return (
        names | numbers | set(demo.units) | set(demo.missing) | set(demo.relatives) | {demo.incident.number}
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_analyst_sees_barcodes_and_never_whose_they_are(demo, page, forbidden, language):
    opened = [
        page("laboratory_analyst", name, language=language)
        for name in ("samples", "samples-csv", "frequencies")
    ]
    opened += [
        page("laboratory_analyst", "sample", s.barcode, language=language) for s in demo.samples.values()
    ]
    opened.append(page("laboratory_analyst", "samples", language=language, page=2))
    for response in opened:
        assert response.status_code == 200
        shown = text(response)
        assert not [word for word in forbidden if word in shown]
    assert all(s.barcode in text(opened[1]) for s in demo.samples.values())


def test_an_analyst_learns_no_number_by_asking(demo, page):
    unit = next(iter(demo.units.values()))
    for words in (unit.number, unit.field_label, next(iter(demo.missing.values())).number):
        shown = text(page("laboratory_analyst", "samples", words=words))
        assert not any(s.barcode in shown for s in demo.samples.values())


def test_what_a_sample_is_of_is_shown_by_another_right(demo, page, remains, living):
    unit, relative = remains.unit.number, living.relative.number
    assert unit in text(page("geneticist", "sample", remains.barcode))
    assert relative in text(page("geneticist", "sample", living.barcode))
    assert unit in text(page("forensic_physician", "sample", remains.barcode))
    assert relative not in text(page("forensic_physician", "sample", living.barcode))
    assert relative in text(page("sample_collector", "sample", living.barcode))
    assert unit not in text(page("sample_collector", "sample", remains.barcode))


def test_genotypes_are_for_the_laboratory(demo, page, remains, simulated):
    calls = next(v.profile for v in simulated.case.victims if v.id == remains.unit.field_label).calls
    assert "SE33" in calls
    for role in ("laboratory_analyst", "geneticist"):
        shown = text(page(role, "sample", remains.barcode))
        assert "SE33" in shown
        assert "Sex by amelogenin" in shown
    for role in ("forensic_physician", "sample_collector"):
        shown = text(page(role, "sample", remains.barcode))
        assert "SE33" not in shown
        assert "Sex by amelogenin" not in shown
        assert "Markers with a result" not in shown


def test_genotypes_of_the_living_are_opened_for_a_reason(demo, page, sign_in, living):
    profile = living.profiles.get()
    assert "SE33" not in text(page("geneticist", "sample", living.barcode))
    client = sign_in(demo.people["geneticist"])
    refused = send(client, "profile-open", living.barcode, profile.pk, reason=" ")
    assert refused.status_code == 422
    assert "SE33" not in text(refused)
    assert not Entry.objects.filter(action="protected.opened").exists()
    opened = send(client, "profile-open", living.barcode, profile.pk, reason="second reading")
    assert "SE33" in text(opened)
    assert Entry.objects.get(action="protected.opened").object_id == str(profile.pk)
    assert "SE33" not in text(client.get(reverse("profile-open", args=[living.barcode, profile.pk])))
    for role in ("forensic_physician", "sample_collector", "interviewer"):
        client = sign_in(demo.people[role])
        assert send(client, "profile-open", living.barcode, profile.pk, reason="curious").status_code == 403


@pytest.mark.parametrize("role", ["recorder", "interviewer", "secretary", "partner", "prosecutor"])
def test_who_has_no_business_in_the_laboratory_is_refused(demo, page, remains, role):
    for name, args in (("samples", ()), ("samples-csv", ()), ("sample", (remains.barcode,)),
                       ("frequencies", ()), ("sample-add", ()), ("frequencies-add", ())):  # fmt: skip
        assert page(role, name, *args).status_code == 403


def test_what_nobody_sees_does_not_exist(demo, page, remains, living):
    assert page("geneticist", "sample", "LAB-95-999-0").status_code == 404
    assert page("geneticist", "sample", "x%00").status_code == 404
    key = living.profiles.get().pk
    assert page("geneticist", "profile-withdraw", remains.barcode, key).status_code == 404
    assert page("geneticist", "frequency-table", key).status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_times(demo, page, remains, django_assert_max_num_queries):
    page("geneticist", "samples")
    with django_assert_max_num_queries(20):
        page("geneticist", "samples", words=remains.barcode)
    with django_assert_max_num_queries(20):
        page("geneticist", "samples")
    with django_assert_max_num_queries(30):
        page("geneticist", "sample", remains.barcode)


def test_a_table_says_where_it_comes_from(demo, page):
    row = demo.frequencies["Levant (pooled)"]
    shown = text(page("geneticist", "frequency-table", row.pk))
    for said in (row.name, row.licence, "pop.STR", "Penta D"):
        assert said in shown
    assert reverse("frequency-table", args=[row.pk]) in text(page("geneticist", "frequencies"))


# --- forms ------------------------------------------------------------------------------------------


def test_a_sample_goes_its_way_through_the_forms(demo, sign_in):
    unit = next(iter(demo.units.values()))
    before = Sample.objects.count()
    said = {"material": "molar", "laboratory": str(demo.offices["LAB"].pk)}
    client = sign_in(demo.people["forensic_physician"])
    assert send(client, "sample-add", **said).status_code == 400
    response = send(client, "sample-add", **said, unit="SCD-01-999-0")
    assert response.status_code == 400
    assert "SCD-01-999-0" in text(response)
    assert send(client, "sample-add", **said, unit=unit.number).status_code == 302
    sample = Sample.objects.order_by("barcode").last()
    assert Sample.objects.count() == before + 1
    client = sign_in(demo.people["laboratory_analyst"])
    assert send(client, "sample-receive", sample.barcode).status_code == 302
    bad = send(client, "profile-add", sample.barcode, calls="TH01 6 9.3\nTH02 7", dropout="0")
    assert bad.status_code == 400
    assert "TH01 6 9.3" in text(bad)
    calls = "TH01 6 9.3\nPenta D 9 ?\nD3S1358, 15, 17\nAMEL X Y\n\n"
    assert send(client, "profile-add", sample.barcode, calls=calls, dropout="0.05").status_code == 302
    profile = Profile.objects.get(sample=sample)
    assert profile.calls == '{"D3S1358":["15","17"],"Penta D":["9",null],"TH01":["6","9.3"]}'
    assert (profile.sex, profile.dropout) == ("M", 0.05)
    client = sign_in(demo.people["geneticist"])
    assert send(client, "profile-sign", sample.barcode, profile.pk).status_code == 302
    assert "signed" in text(client.get(sample.get_absolute_url()))
    assert send(client, "profile-withdraw", sample.barcode, profile.pk, reason=" ").status_code == 400
    assert send(client, "profile-withdraw", sample.barcode, profile.pk, reason="mixed up").status_code == 302
    client = sign_in(demo.people["laboratory_analyst"])
    assert send(client, "sample-fail", sample.barcode, reason="no DNA left").status_code == 302
    sample.refresh_from_db()
    assert sample.state == "failed"


def test_acts_are_sent_by_post_and_by_right(demo, page, sign_in, remains):
    profile = remains.profiles.get()
    assert page("geneticist", "profile-sign", remains.barcode, profile.pk).status_code == 405
    assert page("laboratory_analyst", "sample-receive", remains.barcode).status_code == 405
    client = sign_in(demo.people["forensic_physician"])
    for name, args in (("profile-sign", [remains.barcode, profile.pk]),
                       ("profile-withdraw", [remains.barcode, profile.pk]),
                       ("profile-add", [remains.barcode])):  # fmt: skip
        assert send(client, name, *args, reason="x").status_code == 403
    assert send(client, "sample-fail", remains.barcode, reason="x").status_code == 403


def test_a_second_receipt_is_told_and_not_done(demo, sign_in, remains):
    client = sign_in(demo.people["laboratory_analyst"])
    response = client.post(reverse("sample-receive", args=[remains.barcode]), follow=True)
    assert response.status_code == 200
    assert "message error" in text(response)


def test_a_table_is_added_from_a_file(demo, sign_in):
    client = sign_in(demo.people["laboratory_analyst"])
    said = {"name": "New", "source": "Somebody, 2020"}
    good = SimpleUploadedFile("t.csv", b"allele,TH01,FGA\n6,0.4,\n9.3,0.6,\n21,,0.5\n24,,0.5\n")
    assert send(client, "frequencies-add", **said, file=good).status_code == 302
    assert Frequencies.objects.get(name="New").table["TH01"] == {"6": 0.4, "9.3": 0.6}
    bad = SimpleUploadedFile("t.csv", b"allele,TH01\n6,0.4\n9.3,x\n")
    response = send(client, "frequencies-add", **said, file=bad)
    assert response.status_code == 400
    assert "Somebody, 2020" in text(response)
    assert send(client, "frequencies-add", **said, file=SimpleUploadedFile("t", b"\x00")).status_code == 400
    assert Frequencies.objects.filter(name="New").count() == 1


def test_an_empty_laboratory_says_what_happens_first(person, sign_in):
    client = sign_in(person("laboratory_analyst", "LAB"))
    assert "No sample yet." in text(client.get(reverse("samples")))
    assert "No frequency table yet." in text(client.get(reverse("frequencies")))


def test_a_sample_on_its_way_shows_who_must_receive_it(demo, page):
    unit = next(iter(demo.units.values()))
    (sample,) = add_samples(
        demo.people["forensic_physician"], [NewSample("molar", unit=unit)], laboratory=demo.offices["LAB"]
    )
    shown = text(page("laboratory_analyst", "sample", sample.barcode))
    assert "Receive the sample" in shown
    assert "Laboratory analyst" in shown
    assert "Nothing was read in this sample yet." in shown
