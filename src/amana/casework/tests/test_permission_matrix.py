"""Every address × every role × own or another office, against the table."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from amana.casework.accounts.roles import roles
from amana.casework.tests import matrix
from amana.casework.tests.examples import identified_demo
from amana.casework.tests.field_values import field_values

REFUSED, ABSENT, FAULT = 403, 404, 500
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OPEN_ANYWAY = ("account_", "mfa_", "recovery-use", "demo-sign-in", "set-language", "health")


@pytest.fixture
def records(db, monkeypatch):
    loaded, run = identified_demo(monkeypatch)
    return loaded, run, run.office.candidates.first()


@pytest.fixture
def values(records):
    """What stands in the addresses, and whose it is."""
    loaded, run, candidate = records
    unit, relative = loaded.units["AQ-3-01"], next(iter(loaded.relatives.values()))
    sample = next(iter(loaded.samples.values()))
    profile = sample.profiles.get()
    person = loaded.people["recorder"]
    incident = {
        "number": loaded.incident.number, "code": loaded.incident.sources.first().code, "key": "",
    }  # fmt: skip
    fact = {**incident, "code": loaded.incident.facts.first().code}
    one = str(person.pk)
    found = {
        "incidents/": ("SCD", incident),
        "incidents/<str:number>/facts/": ("SCD", fact),
        "sites/": (
            "SCD", {"number": loaded.site.number, "key": str(loaded.site.spots.first().pk), "form": "csv"},
        ),
        "units/": ("SCD", {"number": unit.number}),
        "missing/": ("NCM", {"number": next(iter(loaded.missing.values())).number}),
        "families/": ("NCM", {"number": next(iter(loaded.families.values())).number}),
        "relatives/": ("NCM", {"number": relative.number, "consent": str(relative.consents.first().pk)}),
        "samples/": ("LAB", {"barcode": sample.barcode, "key": str(profile.pk)}),
        "frequencies/": ("LAB", {"key": str(next(iter(loaded.frequencies.values())).pk)}),
        "runs/": ("LAB", {"number": run.number, "name": "en/incident.pdf"}),
        "candidates/": ("LAB", {"number": candidate.number, "pk": one}),
        "people/": ("SCD", {"pk": one}),
        "people/roles/": ("SCD", {"pk": str(person.holdings.first().pk)}),
        "people/recoveries/": ("SCD", {"pk": one}),
        "offices/": ("SCD", {"code": "SCD"}),
        "offices/sharing/": ("SCD", {"pk": str(loaded.offices["SCD"].gives.first().pk)}),
        "jobs/": ("LAB", {"job_id": str(run.job_id)}),
        "protected/": (
            "NCM", {"object_type": "families.relative", "object_id": str(relative.pk), "field": "phone"},
        ),
        "account/": (None, {"pk": one}),
        "account/second-factor/keys/": (None, {"pk": "1"}),
        "tokens/": (None, {"token_id": one}),
        "numbers/": ("SCD", {"key": one}),
        "log/": (None, {"index": "1", "pk": "1", "job_id": str(run.job_id)}),
        "erase/": ("NCM", {"object_type": "families.relative", "number": relative.number}),
    }  # fmt: skip
    return found | field_values(loaded)


@pytest.fixture
def people(person):
    """A browser for each role in each office that owns something, and in one that sees nothing."""
    made: dict[tuple[str, str], Client] = {}

    def somebody(role: str, office: str) -> Client:
        if (role, office) not in made:
            browser = Client(raise_request_exception=False)
            browser.force_login(person(role, office), backend=BACKEND)
            made[role, office] = browser
        return made[role, office]

    return somebody


@pytest.fixture
def offices(records):
    """The demo's offices instead of those of other tests."""
    return records[0].offices


def sent(address) -> dict[str, object]:
    """What goes with a request."""
    if address.method == "GET":
        return {}
    body = address.body if address.body is not None else {}
    if address.as_form:
        for value in body.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return {"data": encode_multipart(BOUNDARY, body), "content_type": MULTIPART_CONTENT}
    return {"data": json.dumps(body), "content_type": "application/json"}


def sign(client, address) -> str:
    cookies = client.cookies.copy()
    cache.clear()  # the limits of what one sender may ask
    undone = transaction.atomic()
    undone._from_testcase = True  # as the tests' own: services insist on a transaction of their own
    with undone:  # whatever a request does is undone
        response = client.generic(address.method, address.url, **sent(address))
        if response.status_code == 405:  # a page that only takes what is sent
            response = client.post(address.url, {})
        transaction.set_rollback(True)
    client.cookies = cookies
    assert response.status_code < FAULT, f"{address.label}: {response.status_code}"
    if response.status_code == 302 and "/sign-in/" in response["Location"]:
        return "-"
    return {REFUSED: "-", ABSENT: "0"}.get(response.status_code, "+")


@pytest.mark.filterwarnings("ignore:No directory")
def test_every_address_lets_in_exactly_whom_the_table_says(values, people, monkeypatch):
    monkeypatch.setattr("amana.casework.accounts.middleware.is_mfa_enabled", lambda user: True)
    table = matrix.expected()
    seen, wrong = set(), []
    for address in matrix.addresses(values):
        seen.add(address.label)
        permission = table.get(address.label, ("?",))[0]
        own = other = ""
        for role in roles():
            own += sign(people(role, address.owner or "SCD"), address)
            other += sign(people(role, "PAR"), address) if own[-1] != "-" else "-"
        found = (permission, own, other)
        if table.get(address.label) != found:
            wrong.append(matrix.line(address.label, *found))
    wrong += [f"{label}: no such address any more" for label in sorted(set(table) - seen)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_table_follows_from_the_roles():
    for label, (permission, own, _) in matrix.expected().items():
        if permission in (matrix.EVERYBODY, matrix.SIGNED_IN):
            continue
        let_in = {name for name, mark in zip(roles(), own, strict=True) if mark != "-"}
        assert let_in <= {r.name for r in roles().values() if permission in r.may}, label


def test_nobody_of_another_office_gets_to_a_record():
    for label, (permission, own, other) in matrix.expected().items():
        is_of_a_record = "0" in other
        assert not is_of_a_record or "+" not in other, (label, permission, own)
