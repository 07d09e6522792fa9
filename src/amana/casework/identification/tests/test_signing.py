"""Every rule of independence, by person."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.accounts.independence import Signature as Given
from amana.casework.audit.models import Entry
from amana.casework.identification import rules
from amana.casework.identification.models import Candidate, Signature
from amana.casework.identification.services import (
    exclude,
    propose,
    sign_comparison,
    sign_on_paper,
    take_back_exclusion,
    withdraw_signature,
)
from amana.casework.laboratory.services import withdraw_profile
from amana.problems import InputProblems

SCAN = "ab" * 32
State = Candidate.State


@pytest.fixture
def pair(compared):
    return compared.candidate("a", "A-son")


def refused(code, act, *args, **kwargs):
    with pytest.raises(InputProblems) as found:
        act(*args, **kwargs)
    assert [p.code for p in found.value.problems] == [code]


def state(pair):
    pair.refresh_from_db()
    return pair.state


def test_two_specialists_make_it_reviewed_and_the_secretary_proposes(compared, pair):
    p = compared.people
    sign_comparison(p["second"], pair, "agrees", seen=pair.conclusion_id)
    assert state(pair) == State.COMPARED
    sign_comparison(p["third"], pair, "agrees")
    assert state(pair) == State.REVIEWED
    propose(p["secretary"], pair)
    assert state(pair) == State.PROPOSED
    assert Entry.objects.filter(action="identification.comparison.signed").count() == 2
    assert Entry.objects.filter(action="identification.candidate.proposed").count() == 1


def test_who_asked_for_the_run_may_sign_beside_one_who_did_not(compared, pair):
    p = compared.people
    sign_comparison(p["geneticist"], pair, "agrees")
    sign_comparison(p["second"], pair, "agrees")
    assert state(pair) == State.REVIEWED


def test_two_who_both_prepared_it_do_not_make_two():
    signed, new = [Given("x")], Given("y")
    assert [p.code for p in rules.against_signing(signed, new, {"x", "y"})] == ["independence.all-prepared"]
    assert rules.against_signing(signed, new, {"x"}) == []
    assert rules.state_after([Given("x"), Given("y")], [], {"x", "y"}) == State.COMPARED


def test_nobody_signs_twice(compared, pair):
    p = compared.people
    sign_comparison(p["second"], pair, "agrees")
    refused("independence.signed-twice", sign_comparison, p["second"], pair, "agrees")
    refused(
        "independence.signed-twice", sign_on_paper, p["secretary"], pair, "agrees", paper_sha256=SCAN,
        specialist=p["second"],
    )  # fmt: skip
    assert Signature.objects.count() == 1


def test_a_name_on_paper_does_not_make_a_second_person_of_somebody(compared, pair):
    p = compared.people
    sign_comparison(p["second"], pair, "agrees")
    refused(
        "independence.signed-twice", sign_on_paper, p["secretary"], pair, "agrees", paper_sha256=SCAN,
        external_name=str(p["second"]).upper(), external_post="elsewhere",
    )  # fmt: skip


def test_the_same_name_on_two_papers_counts_once(compared, pair):
    p = compared.people
    paper = {"paper_sha256": SCAN, "external_name": "Dr Somebody Elsewhere", "external_post": "Institute"}
    sign_on_paper(p["secretary"], pair, "agrees", **paper)
    again = {**paper, "external_name": "dr  somebody elsewhere"}
    refused("independence.signed-twice", sign_on_paper, p["secretary"], pair, "agrees", **again)
    assert state(pair) == State.COMPARED


def test_a_specialist_elsewhere_signs_on_paper_and_both_names_stand(compared, pair):
    p = compared.people
    sign_comparison(p["second"], pair, "agrees")
    made = sign_on_paper(
        p["secretary"], pair, "agrees", paper_sha256=SCAN.upper(), specialist=p["stranger"], words="Seen."
    )
    assert (made.person, made.entered_by, made.how, made.paper_sha256) == (
        p["stranger"], p["secretary"], "paper", SCAN,
    )  # fmt: skip
    assert state(pair) == State.REVIEWED


def test_who_enters_a_paper_is_not_its_signer(compared, pair):
    p = compared.people
    refused(
        "independence.paper-entered-by-signer", sign_on_paper, p["second"], pair, "agrees",
        paper_sha256=SCAN, specialist=p["second"],
    )  # fmt: skip
    refused(
        "independence.paper-entered-by-signer", sign_on_paper, p["second"], pair, "agrees",
        paper_sha256=SCAN, external_name=str(p["second"]), external_post="here",
    )  # fmt: skip


def test_who_entered_a_paper_does_not_sign_beside_it(compared, pair):
    p = compared.people
    sign_on_paper(p["second"], pair, "agrees", paper_sha256=SCAN, specialist=p["stranger"])
    refused("independence.paper-entered-by-signer", sign_comparison, p["second"], pair, "agrees")
    sign_comparison(p["third"], pair, "agrees")
    assert state(pair) == State.REVIEWED


def test_a_paper_needs_a_scan_and_one_specialist(compared, pair):
    p = compared.people
    with pytest.raises(InputProblems) as found:
        sign_on_paper(p["secretary"], pair, "agrees", paper_sha256="no digest")
    assert [(x.code, x.field) for x in found.value.problems] == [
        ("candidate.needs-scan", "paper_sha256"),
        ("record.needs", "external_name"),
        ("record.needs", "external_post"),
    ]
    refused(
        "candidate.account-or-name", sign_on_paper, p["secretary"], pair, "agrees", paper_sha256=SCAN,
        specialist=p["stranger"], external_name="Another", external_post="x",
    )  # fmt: skip
    refused(
        "candidate.not-a-specialist", sign_on_paper, p["secretary"], pair, "agrees", paper_sha256=SCAN,
        specialist=p["board"],
    )  # fmt: skip


def test_a_disagreement_is_recorded_with_reasons_and_stops(compared, pair):
    p = compared.people
    refused("candidate.disagreement-needs-words", sign_comparison, p["second"], pair, "disagrees")
    no = sign_comparison(p["second"], pair, "disagrees", "The bag was opened before.")
    for who in ("geneticist", "third"):
        sign_comparison(p[who], pair, "agrees")
    assert state(pair) == State.COMPARED
    refused("candidate.not-reviewed", propose, p["secretary"], pair)
    withdraw_signature(p["second"], no, "cleared up: it was another bag")
    assert state(pair) == State.REVIEWED
    no.refresh_from_db()
    assert no.withdrawn_at is not None


def test_only_ones_own_signature_is_withdrawn_with_a_reason_and_before_the_board(compared, pair):
    p = compared.people
    first = sign_comparison(p["second"], pair, "agrees")
    refused("record.needs-reason", withdraw_signature, p["second"], first, " ")
    with pytest.raises(PermissionDenied):
        withdraw_signature(p["third"], first, "not mine")
    sign_comparison(p["third"], pair, "agrees")
    propose(p["secretary"], pair)
    refused("candidate.not-open", withdraw_signature, p["second"], first, "too late")


def test_one_signs_what_one_has_seen(compared, pair):
    p = compared.people
    seen = pair.conclusion_id
    compared.run(lr_threshold=1e15)
    refused("candidate.changed-meanwhile", sign_comparison, p["second"], pair, "agrees", seen=seen)


@pytest.mark.parametrize("who", ["secretary", "board", "analyst", "stranger"])
def test_only_specialists_who_see_it_sign(compared, pair, who):
    with pytest.raises(PermissionDenied):
        sign_comparison(compared.people[who], pair, "agrees")
    assert not Signature.objects.exists()


@pytest.mark.parametrize("who", ["board", "stranger", "recorder"])
def test_not_everybody_enters_papers(compared, pair, who):
    with pytest.raises(PermissionDenied):
        sign_on_paper(
            compared.people[who], pair, "agrees", paper_sha256=SCAN, external_name="X", external_post="Y"
        )


def test_a_proposal_waits_for_signatures_laboratory_and_fresh_inputs(compared):
    p = compared.people
    doubtful = compared.candidate("e", "D-daughter")
    for who in ("second", "third"):
        sign_comparison(p[who], doubtful, "agrees")
    withdraw_profile(p["geneticist"], compared.profiles["b"], "typed again")
    with pytest.raises(InputProblems) as found:
        propose(p["secretary"], doubtful)
    assert [x.code for x in found.value.problems] == [
        "candidate.laboratory-not-finished",
        "candidate.inputs-changed",
    ]
    with pytest.raises(PermissionDenied):
        propose(p["second"], doubtful)


def test_an_exclusion_has_a_ground_and_a_reason_and_can_be_taken_back(compared, pair):
    p = compared.people
    sign_comparison(p["second"], pair, "agrees")
    with pytest.raises(InputProblems) as found:
        exclude(p["third"], pair, "whatever", " ")
    assert [x.code for x in found.value.problems] == ["record.needs", "record.needs-reason"]
    exclude(p["third"], pair, "dental", "A crown where the person had none.")
    assert (state(pair), pair.ground, pair.reason) == (
        "excluded", "dental", "A crown where the person had none.",
    )  # fmt: skip
    refused("candidate.not-open", sign_comparison, p["geneticist"], pair, "agrees")
    take_back_exclusion(p["third"], pair, "The chart was another person's.")
    assert (state(pair), pair.reason) == (State.COMPARED, "")
    refused("candidate.not-excluded", take_back_exclusion, p["third"], pair, "again")
    with pytest.raises(PermissionDenied):
        exclude(p["secretary"], pair, "dna", "no")
