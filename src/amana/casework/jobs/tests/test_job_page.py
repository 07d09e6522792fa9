from __future__ import annotations

import pytest
from django.urls import reverse

from amana.casework.jobs import services
from amana.casework.jobs.models import Job
from amana.casework.jobs.tests.conftest import refuse


@pytest.fixture
def job(person, trial):
    return services.start(person("recorder"), "trial", "T-1", thing="T-1")


def test_a_running_job_says_how_far_it_is_and_asks_for_itself_again(sign_in, job):
    Job.objects.filter(pk=job.pk).update(state="running", step="count", done=3, total=4)
    page = sign_in(job.asked_by).get(reverse("job", args=[job.pk])).content.decode()
    assert "Trial of T-1" in page
    assert "3 of 4 counted" in page
    assert f'hx-get="{reverse("job-part", args=[job.pk])}"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_part_is_the_moving_piece_alone(sign_in, job):
    part = sign_in(job.asked_by).get(reverse("job-part", args=[job.pk])).content.decode()
    assert part.startswith('<section class="card progress"')
    assert "<html" not in part


def test_a_finished_job_leads_to_what_it_made_and_asks_no_more(sign_in, job):
    services.run(str(job.pk))
    page = sign_in(job.asked_by).get(reverse("job", args=[job.pk])).content.decode()
    assert 'href="/made/"' in page
    assert "hx-get" not in page
    assert "http-equiv" not in page


def test_a_failed_job_says_what_to_do_in_the_readers_language(sign_in, trial, job, client):
    trial["act"] = refuse
    services.run(str(job.pk))
    client = sign_in(job.asked_by)
    assert (
        "The case has no family. Add at least one family."
        in client.get(reverse("job", args=[job.pk])).content.decode()
    )
    client.cookies["amana_language"] = "ar"
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert 'dir="rtl"' in page
    assert "The case has no family" not in page


def test_a_job_is_seen_by_who_asked_and_by_who_may_see_its_target(sign_in, person, trial, job):
    other = person("recorder")
    client = sign_in(other)
    for name in ("job", "job-part"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    assert client.get(f"/api/v1/jobs/{job.pk}").status_code == 404
    trial["sees"] = lambda user, job: user == other
    assert client.get(reverse("job", args=[job.pk])).status_code == 200
    assert client.get(f"/api/v1/jobs/{job.pk}").json()["title"] == "Trial of T-1"


def test_nobody_sees_jobs_without_signing_in(client, job):
    for name, args in (("job", [job.pk]), ("job-part", [job.pk]), ("jobs", [])):
        assert client.get(reverse(name, args=args)).status_code == 302


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_shows_what_was_asked_for_with_a_fixed_number_of_queries(
    sign_in, person, trial, rows, django_assert_max_num_queries
):
    by = person("recorder")
    for n in range(rows):
        services.start(by, "trial", f"T-{n}", thing=f"T-{n}")
    services.start(person("recorder"), "trial", "X", thing="not mine")
    client = sign_in(by)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("jobs")).content.decode()
    assert page.count("Trial of T-") == rows
    assert "not mine" not in page


def test_an_empty_list_says_what_will_stand_there(sign_in, person):
    assert "You have asked for no work" in sign_in(person("recorder")).get(reverse("jobs")).content.decode()


def test_no_such_job(sign_in, person):
    client = sign_in(person("recorder"))
    assert client.get("/api/v1/jobs/not-a-job").status_code == 422
    assert client.get("/api/v1/jobs/00000000-0000-7000-8000-000000000000").status_code == 404
