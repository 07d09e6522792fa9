"""The job from asking to reports, and that it says what the command line says of the same case."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.identification.files import folder
from amana.casework.identification.models import Conclusion, Run
from amana.casework.identification.services import ask_run
from amana.casework.jobs import services as jobs
from amana.casework.missing.services import change_state
from amana.cli.entry import main
from amana.interchange.case_folder_writer import write_case_folder


@pytest.fixture
def done(tiny, monkeypatch):
    """A run that the job has done, and the steps it told of."""
    seen = []
    real = jobs.Progress.step
    monkeypatch.setattr(jobs.Progress, "step", lambda self, *a: (seen.append(a), real(self, *a)))
    tiny.first = ask_run(tiny.people["geneticist"], tiny.incident, tiny.settings)
    jobs.run(str(tiny.first.job_id))
    tiny.first.refresh_from_db()
    tiny.seen = seen
    return tiny


def test_the_job_records_what_the_command_line_says_of_the_same_case(done, tmp_path, capsys, sign_in):
    run = done.first
    assert (run.state, run.job.state) == (Run.State.DONE, "done"), run.job.problem
    case, inputs = done.case(run)
    assert run.inputs == inputs
    write_case_folder(case, tmp_path / "case")
    assert main(["identify", str(tmp_path / "case"), "--json", "--laboratory"]) == 0
    told = json.loads(capsys.readouterr().out)
    kept = json.loads((folder() / f"{run.number}.json").read_text(encoding="utf-8"))
    assert kept["pairwise"]["rows"] == told["pairwise"]["rows"]
    for ours, theirs in zip(kept["pairwise"]["lr"], told["pairwise"]["lr"], strict=True):
        assert [x is None for x in ours] == [x is None for x in theirs]
        # The folder holds frequencies and matrices with fifteen digits.
        assert [x or 0 for x in ours] == pytest.approx([x or 0 for x in theirs], rel=1e-9)
    assert set(kept["support"]) == {u.number for u in done.units.values()}
    for unit, said in kept["support"].items():
        other = told["support"][unit]
        record = Conclusion.objects.get(run=run, unit__number=unit)
        for key in ("level", "missing", "group", "verbal"):
            assert said[key] == other[key] == (record.detail | {"level": record.level})[key]
        for key in ("posterior", "log10_glr", "log10_lr_pair_alone"):
            assert said[key] == pytest.approx(other[key], rel=1e-9)
        assert record.posterior == said["posterior"]
    names = [step for step, *_ in done.seen]
    assert list(dict.fromkeys(names)) == [
        "read", "families", "references", "pairs", "assignments", "remains", "reports", "record",
    ]  # fmt: skip
    opened = Entry.objects.get(action="identification.profiles.opened")
    assert all(p.sample.barcode in opened.values for p in done.profiles.values())
    _reports(done, sign_in)


def _reports(t, sign_in):
    """Each report as it was recorded, to who may take it, on record."""
    run = t.first
    assert {r["language"] for r in run.reports} == {"en", "ar"}
    annex = next(r for r in run.reports if r["kind"] == "annex")
    plain = next(r for r in run.reports if r["kind"] == "unit")
    assert not (folder() / annex["path"]).exists()  # sealed
    assert b"%PDF" not in (folder() / (annex["path"] + ".sealed")).read_bytes()

    def get(who, report):
        url = reverse("run-report", args=[run.number, report["path"].partition("/")[2]])
        return sign_in(t.people[who]).get(url)

    for who, report, status in (
        ("geneticist", annex, 200), ("geneticist", plain, 200), ("secretary", plain, 200),
        ("secretary", annex, 404), ("recorder", plain, 403), ("analyst", annex, 403),
        ("stranger", plain, 404),
    ):  # fmt: skip
        answer = get(who, report)
        assert answer.status_code == status, (who, report["path"])
        assert status != 200 or answer.content.startswith(b"%PDF")
    assert Entry.objects.filter(action="identification.report.given").count() == 3
    secretary = sign_in(t.people["secretary"]).get(run.get_absolute_url()).content.decode()
    assert "incident.pdf" in secretary
    assert "laboratory-annex" not in secretary
    path = folder() / plain["path"]
    path.write_bytes(path.read_bytes() + b" ")
    client = sign_in(t.people["secretary"])
    answer = client.get(
        reverse("run-report", args=[run.number, plain["path"].partition("/")[2]]), follow=True
    )
    assert answer.redirect_chain
    assert b"%PDF" not in answer.content


def test_a_right_that_ended_meanwhile_fails_the_job_in_words(tiny):
    run = ask_run(tiny.people["geneticist"], tiny.incident, tiny.settings)
    run.asked_by.is_active = False
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(run.asked_by)
    jobs.run(str(run.job_id))
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert run.job.problem[0]["code"] == "run.right-ended"


def test_a_case_without_families_fails_in_words(tiny):
    for person in tiny.missing.values():
        change_state(tiny.people["interviewer"], person, "located_alive", "found in another town")
    run = ask_run(tiny.people["geneticist"], tiny.incident, tiny.settings)
    jobs.run(str(run.job_id))
    run.refresh_from_db()
    assert {p["code"] for p in run.job.problem} >= {"case.no-family"}
