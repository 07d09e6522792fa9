"""Pages by role, in both languages: what each sees, and what nobody else may."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from amana.casework.identification.models import Candidate, Run
from amana.casework.identification.services import ask_run, exclude, propose, sign_comparison
from amana.casework.identification.tests.tiny import MARKERS

LANGUAGES = ("en", "ar")


@pytest.fixture
def page(sign_in):
    """The text of a page for somebody."""

    def read(who, url, language="en", status=200):
        client = sign_in(who)
        client.cookies["amana_language"] = language
        answer = client.get(url)
        assert answer.status_code == status, (url, answer.status_code)
        return answer.content.decode()

    return read


def forbidden(tiny):
    """What only the laboratory reads."""
    return [*(m for m in MARKERS), tiny.relatives["D-brother"].number]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["secretary", "board"])
def test_pages_for_who_decides_name_no_marker_and_no_suspect(compared, page, who, language):
    t = compared
    user = t.people[who]
    urls = [t.first.get_absolute_url(), reverse("candidates"), reverse("runs"), "/"]
    urls += [c.get_absolute_url() for c in Candidate.objects.all()]
    for url in urls:
        text = re.sub(r'id="family".*?</section>', "", page(user, url, language), flags=re.S)
        # Inputs are named by their barcodes and families alone.
        for word in forbidden(t):
            assert word not in text, (url, word)
        assert "by-marker" not in text
        assert 'id="laboratory"' not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_laboratory_sees_markers_and_doubts_and_no_names(compared, page, language):
    t = compared
    pair = t.candidate("e", "D-daughter")
    text = page(t.people["geneticist"], pair.get_absolute_url(), language)
    assert 'id="by-marker"' in text
    assert 'id="laboratory"' in text
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text
    run = page(t.people["geneticist"], t.first.get_absolute_url(), language)
    assert t.relatives["D-brother"].number in run
    for name in ("Invented Person", "شخص مختلق"):
        assert name not in text
        assert name not in run


def test_names_are_for_who_may_read_them(compared, page):
    t = compared
    url = t.candidate("a", "A-son").get_absolute_url()
    assert "Invented Person 1" in page(t.people["secretary"], url)
    assert "Invented Person" not in page(t.people["geneticist"], url)


def test_the_answer_stands_with_its_rival_and_never_says_who_somebody_is(compared, page):
    t = compared
    pair = t.candidate("a", "A-son")
    text = page(t.people["secretary"], pair.get_absolute_url())
    assert "Does unit" in text
    assert "times more probable" in text
    assert "than under the best other explanation" in text
    assert "full sibling" in text
    assert "not an identification" in text
    for wrong in ("is identified", "was identified", "identity of"):
        assert wrong not in text


def test_two_brothers_are_said_to_be_inseparable_and_what_would_help(compared, page):
    t = compared
    text = page(t.people["geneticist"], t.candidate("c", "C-son-2").get_absolute_url())
    assert "in some order" in text
    assert "could be told apart by a sample of a spouse or child" in text
    assert "is not computed yet" in text
    assert "The order within the group is not known" in text


def test_the_reader_is_told_what_is_missing_before_the_board(compared, page):
    t = compared
    doubtful = page(t.people["secretary"], t.candidate("e", "D-daughter").get_absolute_url())
    steps = re.search(r'id="before".*?</section>', doubtful, re.S)[0]
    assert steps.count("state-waiting") == 4  # two signatures, the laboratory, the board
    clear = page(t.people["secretary"], t.candidate("a", "A-son").get_absolute_url())
    assert re.search(r'id="before".*?</section>', clear, re.S)[0].count("state-waiting") == 3


def test_each_person_is_offered_what_they_may_do(compared, page):
    t = compared
    pair = t.candidate("a", "A-son")

    def offered(who):
        text = page(t.people[who], pair.get_absolute_url())
        return {
            a
            for a in ("sign", "paper", "propose", "exclude", "open")
            if f"{pair.get_absolute_url()}{a}/" in text
        }

    assert offered("second") == {"sign", "paper", "exclude"}
    assert offered("secretary") == {"paper"}
    assert offered("board") == set()
    for who in ("second", "third"):
        sign_comparison(t.people[who], pair, "agrees")
    assert offered("second") == {"paper", "exclude"}
    assert offered("secretary") == {"paper", "propose"}
    exclude(t.people["third"], pair, "dna", "typed again")
    assert offered("second") == {"open"}


def test_signing_from_the_page_and_a_form_that_keeps_what_was_typed(compared, sign_in):
    t = compared
    pair = t.candidate("a", "A-son")
    client = sign_in(t.people["second"])
    url = reverse("candidate-sign", args=[pair.number])
    bad = client.post(url, {"seen": str(pair.conclusion_id), "finding": "disagrees", "words": " "})
    assert 'id="faults"' in bad.content.decode()
    assert 'value="disagrees"' in bad.content.decode()
    good = client.post(url, {"seen": str(pair.conclusion_id), "finding": "agrees", "words": "Looked at all."})
    assert good.status_code == 302
    text = client.get(pair.get_absolute_url()).content.decode()
    assert "Looked at all." in text
    assert "signed by one specialist" in text


def test_a_paper_is_entered_from_the_page_with_the_digest_of_its_scan(compared, sign_in):
    import hashlib

    from django.core.files.uploadedfile import SimpleUploadedFile

    t = compared
    pair = t.candidate("a", "A-son")
    client = sign_in(t.people["secretary"])
    sent = {
        "seen": str(pair.conclusion_id), "finding": "agrees", "specialist": t.people["stranger"].username,
        "scan": SimpleUploadedFile("paper.pdf", b"%PDF scan"),
    }  # fmt: skip
    assert client.post(reverse("candidate-paper", args=[pair.number]), sent).status_code == 302
    assert pair.signatures.get().paper_sha256 == hashlib.sha256(b"%PDF scan").hexdigest()
    text = client.get(pair.get_absolute_url()).content.decode()
    assert str(t.people["stranger"]) in text
    assert str(t.people["secretary"]) in text


@pytest.mark.parametrize(
    "name", ["candidate-exclude", "candidate-sign", "candidate-propose", "candidate-open"]
)
def test_acts_are_closed_to_who_may_not(compared, page, name):
    url = reverse(name, args=[compared.candidate("a", "A-son").number])
    page(compared.people["board"], url, status=403)


def test_what_is_not_shared_does_not_exist(compared, page):
    t = compared
    pair = t.candidate("a", "A-son")
    for name, number in (
        ("run", t.first.number), ("candidate", pair.number), ("candidate-sign", pair.number),
        ("candidate-exclude", pair.number), ("run-new", t.incident.number),
    ):  # fmt: skip
        page(t.people["stranger"], reverse(name, args=[number]), status=404)


def test_a_run_that_waits_shows_its_progress_and_a_failed_one_what_to_do(tiny, page):
    run = ask_run(tiny.people["geneticist"], tiny.incident, tiny.settings)
    text = page(tiny.people["secretary"], run.get_absolute_url())
    assert f"job-{run.job_id}" in text
    from amana.casework.jobs.services import give_up
    from amana.problems import InputProblem

    give_up(run.job, [InputProblem("case.no-family")])
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    text = page(tiny.people["geneticist"], run.get_absolute_url())
    assert "Add at least one family" in text
    assert reverse("run-new", args=[tiny.incident.number]) in text
    assert "It did not succeed" in page(tiny.people["geneticist"], "/")


def test_asking_from_the_page(tiny, sign_in):
    url = reverse("run-new", args=[tiny.incident.number])
    assert url not in sign_in(tiny.people["secretary"]).get(reverse("runs")).content.decode()
    client = sign_in(tiny.people["geneticist"])
    assert url in client.get(reverse("runs")).content.decode()
    form = client.get(url).content.decode()
    assert "Even" in form
    sent = {
        "prior": "open", "on_list": "0.5", "theta": "0", "lr_threshold": "0", "posterior_threshold": "0.9999",
        "main_table": str(tiny.table.pk), "mutation_model": "none",
    }  # fmt: skip
    bad = client.post(url, sent).content.decode()
    assert "Write a number above 1" in bad
    assert client.post(url, {**sent, "lr_threshold": "10000"}).status_code == 302
    assert Run.objects.get().settings["mutation"] == {"model": "none"}


def test_home_gathers_what_waits(compared, page, client):
    t = compared
    assert "comparisons wait for a specialist" in page(t.people["second"], "/")
    assert "Nothing is waiting for you" in page(t.people["board"], "/")
    pair = t.candidate("a", "A-son")
    for who in ("second", "third"):
        sign_comparison(t.people[who], pair, "agrees")
    text = page(t.people["secretary"], "/")
    assert pair.get_absolute_url() in text
    propose(t.people["secretary"], pair)
    assert "Nothing is waiting for you" in page(t.people["secretary"], "/")


def test_home_leads_a_stranger_to_where_one_signs_in(client, db):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("url", ["home", "candidates", "runs", "run", "candidate"])
def test_queries_do_not_grow(compared, sign_in, url, django_assert_max_num_queries):
    t = compared
    pair = t.candidate("c", "C-son-1")
    address = {"run": t.first.get_absolute_url(), "candidate": pair.get_absolute_url()}.get(url) or reverse(
        url
    )
    client = sign_in(t.people["geneticist"])
    with django_assert_max_num_queries(32):
        client.get(address)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_of_candidates_takes_the_same_queries_for_many(
    compared, sign_in, rows, django_assert_max_num_queries
):
    from amana.casework.audit.writing import SYSTEM, writing

    t = compared
    pair = t.candidate("a", "A-son")
    with writing(SYSTEM, "tests.prepared") as log:
        for n in range(rows):
            missing = t.missing["B-daughter"]
            other = Candidate(
                office=pair.office,
                number=f"X-{n}",
                unit=t.units["a"],
                missing=missing,
                conclusion=pair.conclusion,
            )
            if n == 0:
                log.save(other)
    client = sign_in(t.people["second"])
    with django_assert_max_num_queries(12):
        client.get(reverse("candidates"))


def test_the_list_filters_and_is_saved_as_csv(compared, sign_in):
    t = compared
    client = sign_in(t.people["second"])
    pair = t.candidate("a", "A-son")
    text = client.get(reverse("candidates"), {"words": pair.unit.number}).content.decode()
    assert pair.number in text
    assert t.candidate("c", "C-son-1").number not in text
    assert pair.number not in client.get(reverse("candidates"), {"state": "proposed"}).content.decode()
    sign_comparison(t.people["second"], pair, "agrees")
    assert pair.number not in client.get(reverse("candidates"), {"waiting": "sign"}).content.decode()
    saved = client.get(reverse("candidates-csv")).content.decode()
    assert pair.number in saved
    assert "<bdi" not in saved


def test_a_reopened_comparison_says_why(compared, page):
    t = compared
    pair = t.candidate("a", "A-son")
    sign_comparison(t.people["second"], pair, "agrees")
    t.run(lr_threshold=1e15)
    text = page(t.people["second"], pair.get_absolute_url())
    assert "Opened again by a new comparison" in text
    assert "What DNA supports has changed its level" in text
    assert "counts no more" in text
