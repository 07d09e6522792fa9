from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry
from amana.casework.families.services import withdraw_consent
from amana.casework.identification.files import Files
from amana.casework.identification.inputs import changes_since
from amana.casework.identification.models import Candidate, Conclusion, Run
from amana.casework.identification.services import ask_run, record_result, sign_comparison
from amana.casework.jobs.models import Job
from amana.casework.laboratory.services import withdraw_profile
from amana.kinship.joint import identify
from amana.problems import InputProblems


def codes(found):
    return [(p.code, p.field) for p in found.value.problems]


def test_settings_and_job_are_fixed_together_before_anything_is_computed(tiny):
    run = ask_run(tiny.people["geneticist"], tiny.incident, {**tiny.settings, "theta": 0.01})
    assert run.number.startswith("LAB-96-001-")
    assert run.settings["theta"] == 0.01
    assert run.settings["lr_threshold"] == 10_000
    assert run.settings["frequencies"] == [str(tiny.table.pk)]
    assert run.state == Run.State.ASKED
    assert Job.objects.get().target == run.number
    assert Entry.objects.filter(action="identification.run.asked", object_id=str(run.pk)).exists()
    assert not Conclusion.objects.exists()


def test_every_setting_out_of_range_is_said_at_once(tiny):
    wrong = {
        "on_list": 2, "theta": 1, "lr_threshold": 0.5, "posterior_threshold": "much", "frequencies": [],
        "mutation": {"model": "stepwise", "rate_male": 5, "rate_female": 0.1, "range": 0.1, "rate2": 0},
    }  # fmt: skip
    with pytest.raises(InputProblems) as found:
        ask_run(tiny.people["geneticist"], tiny.incident, wrong)
    assert ("run.not-a-number", "posterior_threshold") in codes(found)
    assert ("run.no-frequencies", "frequencies") in codes(found)
    assert ("mutation.rate-range", "rate_male") in codes(found)
    with pytest.raises(InputProblems) as found:
        ask_run(tiny.people["geneticist"], tiny.incident, {**tiny.settings, "on_list": 2, "theta": 1})
    assert codes(found) == [("identify.prior-range", "on_list"), ("fst.range", "theta")]
    assert not Run.objects.exists()
    assert not Job.objects.exists()


def test_a_closed_list_has_a_name(tiny):
    with pytest.raises(InputProblems) as found:
        ask_run(tiny.people["geneticist"], tiny.incident, {**tiny.settings, "prior": "manifest"})
    assert codes(found) == [("identify.manifest-unnamed", "manifest")]


def test_a_table_that_is_not_seen_cannot_be_chosen(tiny):
    other = "0190ffff-0000-7000-8000-000000000000"
    with pytest.raises(InputProblems) as found:
        ask_run(tiny.people["geneticist"], tiny.incident, {**tiny.settings, "frequencies": [other]})
    assert codes(found) == [("run.unknown-frequencies", "frequencies")]


def test_a_second_run_waits_for_the_first(tiny):
    ask_run(tiny.people["geneticist"], tiny.incident, tiny.settings)
    with pytest.raises(InputProblems) as found:
        ask_run(tiny.people["second"], tiny.incident, tiny.settings)
    assert codes(found) == [("run.already-waits", None)]


@pytest.mark.parametrize("who", ["secretary", "board", "analyst", "stranger"])
def test_only_a_geneticist_who_sees_the_incident_asks(tiny, who):
    with pytest.raises((PermissionDenied, InputProblems)):
        ask_run(tiny.people[who], tiny.incident, tiny.settings)
    assert not Run.objects.exists()


def test_every_unit_has_a_conclusion_and_what_is_supported_becomes_a_candidate(compared):
    t = compared
    assert t.first.state == Run.State.DONE
    levels = {c.unit_id: c.level for c in Conclusion.objects.all()}
    assert len(levels) == 5
    assert levels[t.units["a"].pk] == Conclusion.Level.REACHES
    pairs = {
        (c.unit.field_label, c.missing.number) for c in Candidate.objects.select_related("unit", "missing")
    }
    number = {name: m.number for name, m in t.missing.items()}
    assert ("a", number["A-son"]) in pairs
    # Two brothers whom DNA cannot tell apart: each unit with each of them.
    for unit in "cd":
        for son in ("C-son-1", "C-son-2"):
            assert (unit, number[son]) in pairs
    assert t.candidate("a", "A-son").number.startswith("LAB-97-")


def test_what_names_markers_or_doubts_a_pedigree_is_kept_apart(compared):
    conclusion = compared.candidate("e", "D-daughter").conclusion
    assert conclusion.level == Conclusion.Level.SUPPORTS  # held back by the doubt
    for text in (str(conclusion.detail), str(compared.first.summary | {"laboratory": None})):
        assert "D3S1358" not in text
        assert "inconsistent" not in text
        assert compared.relatives["D-brother"].number not in text.replace(str(conclusion.detail["typed"]), "")
    assert conclusion.laboratory["quality"]["consistent"] is False
    assert {f["code"] for f in conclusion.laboratory["findings"]} >= {"support.family-inconsistent"}


def test_a_finished_run_is_not_written_twice(compared):
    case, inputs = compared.case(compared.first)
    before = Entry.objects.count()
    record_result(compared.first, case, identify(case), inputs, files=Files())
    assert Entry.objects.count() == before


def test_the_same_again_leaves_signatures_standing(compared):
    t = compared
    pair = t.candidate("a", "A-son")
    sign_comparison(t.people["second"], pair, "agrees")
    t.run()
    pair.refresh_from_db()
    assert (pair.state, pair.conclusion.run_id, pair.reopened) == ("compared", t.first.pk, {})


def test_another_result_opens_the_comparison_again_and_says_why(compared):
    t = compared
    pair = t.candidate("a", "A-son")
    sign_comparison(t.people["second"], pair, "agrees")
    again = t.run(lr_threshold=1e15)
    pair.refresh_from_db()
    assert pair.state == Candidate.State.GENERATED
    assert pair.conclusion.run_id == again.pk
    assert (pair.reopened["why"], pair.reopened["from"], pair.reopened["run"]) == (
        "level", "compared", again.number,
    )  # fmt: skip
    assert pair.signatures.count() == 1  # on record, under what was signed
    assert Entry.objects.filter(action="identification.candidate.reopened").exists()


def test_a_run_knows_that_what_it_was_computed_from_has_changed(compared):
    t = compared
    assert changes_since(t.first) == {}
    profile = t.profiles["a"]
    withdraw_profile(t.people["geneticist"], profile, "typed from the wrong bag")
    barcode = profile.sample.barcode
    assert changes_since(t.first) == {"gone": [f"profile {barcode}"]}
    mother = next(c for c in t.consents if c.relative_id == t.relatives["B-mother"].pk)
    withdraw_consent(t.people["interviewer"], mother, "she asked for it")
    assert t.profiles["B-mother"].sample.barcode in str(changes_since(t.first)["gone"])


def test_another_office_sees_a_run_only_where_it_is_shared(compared):
    t = compared
    for who, sees in (("geneticist", 1), ("secretary", 1), ("stranger", 0), ("recorder", 0)):
        assert Run.objects.visible_to(t.people[who]).count() == sees, who
        assert (Candidate.objects.visible_to(t.people[who]).count() > 0) == bool(sees), who
