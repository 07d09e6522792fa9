from __future__ import annotations

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from amana.casework.audit.models import Entry
from amana.casework.audit.writing import writing
from amana.casework.jobs import services
from amana.casework.jobs.models import Job
from amana.casework.jobs.tests.conftest import refuse


def test_a_job_and_its_place_in_the_queue_stand_or_fall_with_what_asks_for_it(person, trial):
    by = person("recorder")

    def ask_and_fail() -> None:
        with writing(by, "tests.asked"):
            services.start(by, "trial", "T-1", thing="T-1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()
    job = services.start(by, "trial", "T-1", thing="T-1")
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(job.pk)]
    assert Entry.objects.filter(action="jobs.job.asked", object_id=str(job.pk)).count() == 1


def test_a_kind_that_does_not_exist_is_not_asked_for(person):
    with pytest.raises(KeyError):
        services.start(person("recorder"), "no-such-kind", "T-1")


def test_a_job_runs_once_and_only_once(person, trial):
    times = []
    trial["act"] = times.append
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    for _ in range(3):
        services.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, len(times)) == ("done", 1, 1)
    assert job.finished_at is not None


def test_the_result_of_a_second_run_of_a_finished_job_is_not_written(person, trial):
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")

    def act(work):
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, finished_at=timezone.now())
        with work.result("tests.made") as log:
            log.note("trial", "T-1")

    trial["act"] = act
    services.run(str(job.pk))
    assert not Entry.objects.filter(action="tests.made").exists()
    job.refresh_from_db()
    assert job.state == "done"


def test_faults_of_the_data_are_kept_as_codes(person, trial):
    trial["act"] = refuse
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    services.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.problem == [{"code": "case.no-family", "params": {"n": 1}, "field": None}]
    assert [p.code for p in trial["failed"][0][1]] == ["case.no-family"]


def test_a_fault_of_the_program_leaves_nothing_of_what_people_typed(person, trial, caplog):
    def act(work):
        raise ValueError("the name of somebody")

    trial["act"] = act
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    services.run(str(job.pk))
    job.refresh_from_db()
    assert job.problem[0] == {"code": "job.unexpected", "params": {"kind": "ValueError"}, "field": None}
    assert "test_services.py" in caplog.text
    assert "somebody" not in caplog.text.replace('raise ValueError("the name of somebody")', "")
    assert not DBTaskResult.objects.exclude(traceback="").exists()


def test_progress_is_written_at_a_new_step_and_otherwise_about_once_a_second(
    person, trial, monkeypatch, django_assert_num_queries
):
    now = [100.0]
    monkeypatch.setattr(services.time, "monotonic", lambda: now[0])
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    progress = services.Progress(job)
    with django_assert_num_queries(1):
        for done in range(50):
            progress.step("count", done, 100)
    now[0] += 1.1
    with django_assert_num_queries(2):
        progress.step("count", 60, 100)
        progress.step("count", 100, 100)
    job.refresh_from_db()
    assert (job.step, job.done, job.total) == ("count", 100, 100)


def test_a_job_whose_worker_was_killed_is_found_again(person, trial):
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    # As a worker leaves it that dies in the middle.
    DBTaskResult.objects.update(status="RUNNING")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1)
    assert services.find_again() == 1
    assert DBTaskResult.objects.ready().count() == 1
    assert services.find_again() == 0
    services.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_that_waits_is_not_put_into_the_queue_twice(person, trial):
    services.start(person("recorder"), "trial", "T-1", thing="T-1")
    assert services.find_again() == 0
    assert DBTaskResult.objects.count() == 1


def test_after_three_attempts_a_job_is_given_up(person, trial):
    trial["act"] = lambda work: pytest.fail("it must not start a fourth time")
    job = services.start(person("recorder"), "trial", "T-1", thing="T-1")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=3)
    services.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.problem[0]["code"] == "job.gave-up"
    assert len(trial["failed"]) == 1
