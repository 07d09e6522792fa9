"""Protected text is shown to those who may, for a reason, on record, and nowhere else."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from amana.casework.audit.export import export_log
from amana.casework.audit.models import Entry, Subject
from amana.casework.audit.protection import new_subject, open_text, seal
from amana.casework.audit.queries import history_of
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.missing.models import MissingPerson
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db
STORY = "SAW-A-GREEN-DOOR"


@pytest.fixture
def listed(offices: Any) -> MissingPerson:
    with writing(SYSTEM, "missing.person.reported") as log:
        subject = new_subject(log, Subject.Kind.MISSING)
        made = MissingPerson(
            office=offices["NCM"], subject=subject, number="NCM-92-001-X", name_en="Zahrabad Nonesuch",
            circumstances=seal(subject, STORY), search="zahrabad",
        )  # fmt: skip
        log.save(made)
    return made


def address(listed: MissingPerson, field: str = "circumstances") -> str:
    return reverse("open-protected", args=["missing.person", listed.pk, field])


def test_opening_is_on_record_before_the_text_is_returned(person: Any, listed: MissingPerson) -> None:
    liaison = person("family_liaison", "NCM")
    assert open_text(liaison, listed, "circumstances", "a call from the mother") == STORY
    entry = Entry.objects.latest("index")
    assert (entry.action, entry.actor, entry.object_id) == (
        "protected.opened", str(liaison.pk), str(listed.pk),
    )  # fmt: skip
    assert entry.sealed  # the reason may name people
    assert history_of(listed, liaison)[0]["reason"] == "a call from the mother"


def test_without_right_or_reason_nothing_is_opened(person: Any, listed: MissingPerson) -> None:
    size = Entry.objects.count()
    with pytest.raises(PermissionDenied):
        open_text(person("secretary", "NCM"), listed, "circumstances", "curious")
    with pytest.raises(PermissionDenied):
        open_text(person("family_liaison", "PAR"), listed, "circumstances", "curious")
    with pytest.raises(InputProblems):
        open_text(person("family_liaison", "NCM"), listed, "circumstances", "  ")
    assert not Entry.objects.filter(index__gte=size, action="protected.opened").exists()


def test_the_page_asks_for_the_reason_and_shows_the_text_once(
    person: Any, listed: MissingPerson, sign_in: Any
) -> None:
    client = sign_in(person("family_liaison", "NCM"))
    page = client.get(address(listed))
    assert STORY not in page.content.decode()
    assert client.post(address(listed), {"reason": " "}).status_code == 422
    page = client.post(address(listed), {"reason": "to prepare the visit"})
    assert STORY in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert STORY not in client.get(address(listed)).content.decode()


@pytest.mark.parametrize(
    ("role", "office"), [("secretary", "NCM"), ("recorder", "SCD"), ("family_liaison", "PAR")]
)
def test_who_may_not_open_it_does_not_learn_that_it_is_there(
    person: Any, listed: MissingPerson, sign_in: Any, role: str, office: str
) -> None:
    client = sign_in(person(role, office))
    assert client.get(address(listed)).status_code == 404
    assert client.post(address(listed), {"reason": "x"}).status_code == 404


def test_other_columns_and_kinds_have_no_such_page(person: Any, listed: MissingPerson, sign_in: Any) -> None:
    client = sign_in(person("family_liaison", "NCM"))
    assert client.get(address(listed, "name_en")).status_code == 404
    assert client.get(f"/protected/accounts.user/{listed.pk}/password/").status_code == 404
    assert client.get(f"/protected/no.such/{listed.pk}/x/").status_code == 404


def test_it_is_in_no_history_export_or_search(person: Any, listed: MissingPerson) -> None:
    with writing(SYSTEM, "missing.person.changed") as log:
        listed.circumstances = seal(listed.subject, STORY + " AGAIN")
        log.save(listed)
    reader = person("family_liaison", "NCM")
    history = history_of(listed, reader)
    assert history[0]["changes"][0]["before"] == "protected text"
    assert STORY not in str(history)
    assert not MissingPerson.objects.filter(search__icontains=STORY).exists()
    assert STORY not in listed.circumstances
    out = io.BytesIO()
    officer = person("data_protection_officer", "NCM")
    export_log(out, officer, with_sealed=True, reason="court")
    assert STORY.encode() not in out.getvalue()


def test_names_are_in_the_history_only_for_those_who_may_see_them(person: Any, listed: MissingPerson) -> None:
    with writing(SYSTEM, "missing.person.changed", reason="Zahrabad called") as log:
        listed.name_en = "Zahrabad the Second"
        log.save(listed)
    assert "Zahrabad" in str(history_of(listed, person("secretary", "NCM")))
    without = history_of(listed, person("geneticist", "NCM"))
    assert len(without) == 2
    assert "Zahrabad" not in str(without)


def test_a_page_that_breaks_tells_nothing_of_it(
    person: Any, listed: MissingPerson, sign_in: Any, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    liaison = person("family_liaison", "NCM")
    sign_in(liaison)
    client = Client(raise_request_exception=False)
    client.force_login(liaison, backend="allauth.account.auth_backends.AuthenticationBackend")

    def broken(request: Any, template: str, context: Any, **_: Any) -> Any:
        raise RuntimeError("the page broke")

    monkeypatch.setattr("amana.casework.audit.views_protected.render", broken)
    # Not written out on the line of the call, which a traceback quotes.
    sent = {"reason": "REASON-WITH-A-NAME"}
    with caplog.at_level(logging.DEBUG):
        page = client.post(address(listed), sent)
    assert page.status_code == 500
    told = page.content.decode() + caplog.text + "".join(capsys.readouterr())
    for secret in (STORY, "REASON-WITH-A-NAME"):
        assert secret not in told
