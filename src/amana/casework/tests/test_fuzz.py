"""Whatever a program sends to any operation, well-formed or not, no answer is a fault of ours."""

from __future__ import annotations

import datetime
import traceback
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup

from amana.casework.accounts.credentials import make_token
from amana.casework.accounts.models import Holding, Token
from amana.casework.accounts.roles import roles
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.demo import load_demo
from amana.casework.identification.tests import tiny
from amana.casework.numbers.services import lease
from amana.casework.recovery.effects import codes
from amana.casework.recovery.scene import steps
from amana.casework.tests import matrix
from amana.casework.tests.field_values import field_values
from amana.casework.tests.undoing import undone
from amana.simulation import al_qabou_demo

pytestmark = [pytest.mark.sqlite, pytest.mark.filterwarnings("ignore:No directory")]

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 2}
"""For each operation, so much that fits the document and so much that does not."""
EDGES: dict[str, list[Any]] = {
    "integer": [0, 1, 2**31, 2**63 - 1],
    "number": [0, -1e18, 1e18],
    "date": ["0001-01-01", "2025-01-15", "9999-12-31"],
    "date-time": ["0001-01-01T00:00:00+14:00", "2025-01-15T12:00:00Z", "9999-12-31T23:59:59-14:00"],
}


@pytest.fixture
def one_connection(db):
    """Requests leave the connection of the test open, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def loaded(one_connection, monkeypatch, settings):
    """The demo, and nobody kept out by a second factor or a limit."""
    monkeypatch.setattr("allauth.mfa.utils.is_mfa_enabled", lambda user: True)
    settings.REPORT_LIMITS = dict.fromkeys(("send", "look", "code", "megabytes"), (10**6, 3600))
    return load_demo(al_qabou_demo())


@pytest.fixture
def offices(loaded):
    """The demo's offices instead of those of other tests."""
    return loaded.offices


@pytest.fixture
def run(person):
    """A comparison that is done: of a small case, because the demo's own takes most of a minute."""
    return tiny.make(person).run()


@pytest.fixture
def tokens(loaded, person):
    """Office to the secret of somebody there who holds every role."""
    made = {}
    for code in loaded.offices:
        user = person("recorder", code)
        with writing(SYSTEM, "tests.prepared") as log:
            log.save_new([Holding(user=user, role=role) for role in roles() if role != "recorder"])
        made[code] = make_token(user, kind=Token.Kind.API, label="tests", expires_at=tomorrow())[1]
    return made


def test_no_operation_fails_whatever_is_sent(loaded, run, tokens):
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application())
    in_addresses, in_bodies = addressed(loaded, run), at_the_edge(schema.raw_schema) | named(loaded)
    owners: dict[str, str] = {}

    @schema.hook
    def flatmap_path_parameters(context, path_parameters):
        owner, real = matrix._filled(context.operation.path.removeprefix("/api/v1/"), in_addresses)
        owners[context.operation.label] = owner or "SCD"
        ways = [real, path_parameters]
        if context.operation.path.startswith("/api/v1/alerts/{number}"):  # one in each state
            ways += [{**real, "number": alert.number} for alert in loaded.field.alerts.values()]
        return st.sampled_from(ways)

    @schema.hook
    def flatmap_query(context, query):
        return filled(query, in_bodies)

    @schema.hook
    def flatmap_body(context, body):
        return filled(body, in_bodies)

    faults: list[str] = []
    answers: dict[str, set[int]] = defaultdict(set)
    for operation in (found.ok() for found in schema.get_all_operations()):
        for case in cases(operation):
            status, fault = ask(case, tokens[owners.get(operation.label, "SCD")])
            answers[operation.label].add(status)
            if fault:
                faults.append(f"{operation.label}: {case.as_curl_command()}\n{fault}")
    assert not faults, f"{len(faults)} faults\n\n" + "\n\n".join(faults)
    described = {
        f"{method.upper()} {path}" for path, found in schema.raw_schema["paths"].items() for method in found
    }
    assert set(answers) == described
    # A method that is not taken: another operation stands before it and has its address.
    assert [label for label, seen in answers.items() if seen == {405}] == []
    reached = [label for label, seen in answers.items() if seen & set(range(200, 300))]
    assert len(reached) > len(described) // 2, "most of what was sent got past nothing"


def cases(operation: Any) -> Iterator[Any]:
    """The same cases at every run."""
    made: list[Any] = []
    for mode, examples in EXAMPLES.items():

        @settings(
            max_examples=examples, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(generation_mode=mode))
        def collect(case):
            made.append(case)

        collect()
    yield from made


def ask(case: Any, secret: str) -> tuple[int, str]:
    """Status of the answer, and what went wrong in the program; whatever it does is undone."""
    raised: list[str] = []

    def keep(**_: Any) -> None:
        raised.append(traceback.format_exc())

    got_request_exception.connect(keep)
    try:
        with undone():
            response = case.call(headers={"Authorization": f"Bearer {secret}"})
    finally:
        got_request_exception.disconnect(keep)
    try:
        case.validate_response(response, checks=[not_a_server_error])
    except FailureGroup as failed:
        return response.status_code, "".join(raised) or str(failed)
    return response.status_code, ""


def tomorrow() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=1)


def device_of(person: Any) -> Token:
    return make_token(person, kind=Token.Kind.DEVICE, label="tablet", expires_at=tomorrow())[0]


def addressed(loaded: Any, run: Any) -> dict[str, tuple[str | None, dict[str, str]]]:
    """First parts of addresses to the office that owns the record and what stands in them."""
    incident, unit = loaded.incident, next(iter(loaded.units.values()))
    sample, relative = next(iter(loaded.samples.values())), next(iter(loaded.relatives.values()))
    block = lease(loaded.people["recorder"], device_of(loaded.people["recorder"]), 1, 10)
    found: dict[str, tuple[str | None, dict[str, str]]] = {
        "incidents/": ("SCD", {"number": incident.number}),
        "sites/": (
            "SCD", {"number": loaded.site.number, "key": str(loaded.site.spots.first().pk), "form": "csv"},
        ),
        "units/": ("SCD", {"number": unit.number}),
        "missing/": ("NCM", {"number": next(iter(loaded.missing.values())).number}),
        "families/": ("NCM", {"number": next(iter(loaded.families.values())).number}),
        "relatives/": ("NCM", {"number": relative.number}),
        "samples/": ("LAB", {"barcode": sample.barcode, "key": str(sample.profiles.get().pk)}),
        "frequencies/": ("LAB", {"key": str(next(iter(loaded.frequencies.values())).pk)}),
        "runs/": ("LAB", {"number": run.number}),
        "candidates/": ("LAB", {"number": run.office.candidates.first().number}),
        "jobs/": ("LAB", {"job_id": str(run.job_id)}),
        "tokens/": ("SCD", {"token_id": str(Token.objects.get(kind="api", user__office__code="SCD").pk)}),
        "numbers/": ("SCD", {"key": str(block.pk)}),
    }  # fmt: skip
    return found | field_values(loaded)


def named(loaded: Any) -> dict[str, list[Any]]:
    """Names of fields and filters to values that mean something here."""
    made = loaded.field
    people = [loaded.people[r] for r in ("recorder", "team_leader", "custodian")]
    keys, units = [str(p.pk) for p in people], [u.number for u in list(loaded.units.values())[:3]]
    things, offices_ = [i.number for i in made.items[:3]], list(loaded.offices)
    spots = list(loaded.site.spots.all()[:2])
    revisions = {made.mission.revision, *(alert.revision for alert in made.alerts.values())}
    real: dict[str, list[Any]] = {
        "incident": [loaded.incident.number], "site": [loaded.site.number],
        "spot": [str(spots[0].pk), spots[0].label], "unit": units, "other": units, "units": [units],
        "things": [things, things[:1]], "codes": [things], "number": [*things, *units],
        "store": [s.number for s in made.stores.values()], "within": [made.stores["room"].number],
        "office": offices_, "to_office": offices_, "from_office": offices_, "laboratory": ["LAB"],
        "to": [people[0].username, "FMD"], "to_person": [people[2].username],
        "holder": [people[2].username], "giver": [people[0].username], "receiver": [people[2].username],
        "leader": keys, "user": keys, "head": [made.alerts["first"].number], "receipt": [made.receipt],
        "relative": [next(iter(loaded.relatives.values())).number], "pcode": ["C2680", "SY01"],
        "place": ["C2680"], "frequencies": [[next(iter(loaded.frequencies))]], "seen": sorted(revisions),
        "head_seen": [1, 2], "step": list(steps()), "code": list(codes())[:3], "words": ["قبو", "x"],
        "position": ["34.84, 36.45"], "purpose": ["x"], "reason": ["x"], "why": ["x"], "page": [1],
        "device": [str(Token.objects.get(kind="device").pk)],
    }  # fmt: skip
    return real


def at_the_edge(document: dict[str, Any]) -> dict[str, list[Any]]:
    """Names of fields for times, days and numbers to the first and the last that can be written in them."""
    found = {}
    for shape in document["components"]["schemas"].values():
        for name, kind in shape.get("properties", {}).items():
            for written, values in EDGES.items():
                if f"'{written}'" in str(kind):
                    found[name] = values
    return found


@st.composite
def filled(draw: Any, found: Any, real: dict[str, list[Any]]) -> Any:
    """What was made, with real values in most of the places that can hold one."""
    if isinstance(found, list):
        return [draw(filled(one, real)) for one in found]
    if not isinstance(found, dict):
        return found
    made = {}
    for name, one in found.items():
        known = name in real and draw(st.sampled_from((True, True, False)))
        made[name] = draw(st.sampled_from(real[name]) if known else filled(one, real))
    return made
