from __future__ import annotations

import pytest
from django.urls import reverse

from amana.casework.accounts.models import Office, Sharing


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", ["SCD", "FMD", "PAR"])
def test_an_office_shows_what_is_shared(person, sign_in, code, language):
    client = sign_in(person("administrator"))
    client.cookies["amana_language"] = language
    assert code in client.get(reverse("offices")).text
    page = client.get(reverse("office", args=[code]))
    assert page.status_code == 200
    assert ("agreement for tests" in page.text) == (code != "PAR")


def test_sharings_between_two_other_offices_are_not_shown(person, sign_in, offices):
    page = sign_in(person("administrator", "PAR")).get(reverse("office", args=["NCM"]))
    assert "agreement for tests" not in page.text


def test_an_office_is_added(person, sign_in):
    sent = {"code": "hms", "kind": "forensic", "name_en": "Homs", "name_ar": "حمص"}
    client = sign_in(person("administrator"))
    assert client.post(reverse("office-new"), sent).url == reverse("office", args=["HMS"])
    assert "amana user add" in client.get(reverse("office", args=["HMS"])).text
    refused = client.post(reverse("office-new"), sent)
    assert refused.status_code == 200
    assert 'value="hms"' in refused.text


def test_only_the_own_office_is_corrected(person, sign_in):
    client = sign_in(person("administrator"))
    sent = {"kind": "civil_defence", "name_en": "Rescue", "name_ar": "إنقاذ", "reason": "misspelt"}
    assert client.post(reverse("office-change", args=["SCD"]), sent).status_code == 302
    assert Office.objects.get(code="SCD").name_en == "Rescue"
    assert client.get(reverse("office-change", args=["FMD"])).status_code == 404
    assert client.post(reverse("office-change", args=["FMD"]), sent).status_code == 404


def test_sharing_is_given_and_ended_by_the_giver(person, sign_in, offices):
    client = sign_in(person("administrator"))
    url = reverse("sharing-new", args=["SCD"])
    sent = {"receiver": str(offices["PAR"].pk), "scope": "incidents", "ground": "agreement 7"}
    assert client.post(url, {**sent, "ground": ""}).status_code == 200
    assert client.post(url, sent).url == reverse("office", args=["SCD"])
    sharing = Sharing.objects.get(receiver=offices["PAR"])
    end = reverse("sharing-end", args=[sharing.pk])
    assert end in client.get(reverse("office", args=["SCD"])).text
    assert client.post(end, {"reason": "over"}).status_code == 302
    assert not Sharing.objects.get(pk=sharing.pk).is_current


def test_nobody_shares_or_ends_for_another_office(person, sign_in, offices):
    given = Sharing.objects.get(giver=offices["SCD"], receiver=offices["FMD"])
    client = sign_in(person("administrator", "FMD"))
    assert client.get(reverse("sharing-new", args=["SCD"])).status_code == 404
    assert client.post(reverse("sharing-end", args=[given.pk]), {"reason": "x"}).status_code == 404
    assert reverse("sharing-end", args=[given.pk]) not in client.get(reverse("office", args=["SCD"])).text
    assert Sharing.objects.get(pk=given.pk).is_current


def test_no_office_has_no_page(person, sign_in):
    client = sign_in(person("administrator"))
    for code in ("XYZ", "%00", "..", "%D8%B3"):
        assert client.get(f"/offices/{code}/").status_code == 404
