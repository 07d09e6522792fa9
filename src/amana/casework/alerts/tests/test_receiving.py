"""A report is kept whole, sealed, once, and on record."""

from __future__ import annotations

import datetime
import threading
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.casework.alerts import receipts
from amana.casework.alerts.models import Addition, Alert, Attachment
from amana.casework.alerts.queries_public import CODE_LIVES, Stage, by_receipt, receiving_office, stage_of
from amana.casework.alerts.said import SEALED
from amana.casework.alerts.services.receiving import add, add_by_receipt, receive
from amana.casework.alerts.tests.photos import photo
from amana.casework.audit.models import Entry, Lookup, Subject
from amana.casework.audit.protection import erase_subject, found_by, open_text, unsealed
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files.models import StoredFile
from amana.casework.files.receiving import Offered
from amana.names import fold_phone
from amana.problems import InputProblems

pytestmark = pytest.mark.usefixtures("gazetteer")
WORDS = {
    "account": "عظام وثياب عند البئر", "place_words": "behind the school",
    "count_words": "four or five bodies",
    "when_words": "since the winter", "reporter": "Somebody", "phone": "0944 123 456", "contact": "evenings",
}  # fmt: skip


@pytest.fixture
def operator(person):
    return person("hotline_operator")


@pytest.fixture
def duty(person):
    return person("duty_officer")


def faults(work, *args, **kwargs) -> list[tuple[str, str | None]]:
    with pytest.raises(InputProblems) as caught:
        work(*args, **kwargs)
    return [(p.code, p.field) for p in caught.value.problems]


def offered(*contents: bytes) -> list[Offered]:
    return [Offered(file=SimpleUploadedFile(f"{i}.jpg", c)) for i, c in enumerate(contents)]


def test_everything_that_was_said_is_kept_and_what_could_name_somebody_is_sealed(operator):
    alert, code = receive(
        **WORDS, position="34.84155, 36.45384", dangers=["mines", "craters"], digging="yes", touched="no",
        seen_on=datetime.date(2025, 2, 3), anonymous=False, language="ar", files=offered(photo()),
    )  # fmt: skip
    alert = Alert.objects.get(pk=alert.pk)
    assert (alert.office, alert.state, alert.channel) == (operator.office, "received", "web")
    assert (alert.low, alert.high, alert.counted) == (4, 5, "bodies")
    assert (alert.latitude, alert.longitude, alert.placed) == (34.84155, 36.45384, "coordinates")
    assert alert.uncertainty_m == 10
    assert (alert.dangers, alert.digging, alert.touched) == (["mines", "craters"], "yes", "no")
    assert not alert.anonymous
    assert {name: unsealed(alert, name) for name in SEALED} == WORDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM alerts_alert")
        row = repr(cursor.fetchall())
    assert not [w for w in WORDS.values() if w in row]
    assert code not in row
    assert receipts.digits_of(code) not in row
    file = alert.attachments.get().file
    assert (file.kind, file.subject_id) == ("image", alert.subject_id)
    assert set(
        Entry.objects.filter(subject=str(alert.subject_id)).values_list("action", "office", "actor")
    ) == {("alerts.alert.received", "SCD", "public"), ("files.file.added", "SCD", "public")}
    assert by_receipt(code) == alert


def test_the_phone_is_found_again_and_never_held(operator):
    alert, _ = receive(account="bones", phone="0944 123 456", anonymous=False)
    assert found_by("phone", fold_phone("+963 944 123456")) == [("alerts.alert", str(alert.pk))]


def test_an_operator_writes_for_their_own_office_and_role(operator, person):
    alert, _ = receive(by=operator, channel="phone", account="bones")
    entry = Entry.objects.get(object_id=str(alert.pk))
    assert (alert.entered_by, entry.actor) == (operator, str(operator.pk))
    with pytest.raises(PermissionDenied):
        receive(by=person("recorder"), channel="phone", account="bones")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [("alerts.nothing-said", "account")]),
        ({"account": " \n"}, [("alerts.nothing-said", "account")]),
        ({"account": "a\0b"}, [("record.unreadable-text", "account")]),
        ({"account": "a\ud800b"}, [("record.unreadable-text", "account")]),
        ({"account": "x" * 20_001}, [("record.too-long", "account")]),
        ({"account": "x", "counted": "trucks"}, [("record.unknown-word", "counted")]),
        ({"account": "x", "digging": "perhaps"}, [("record.unknown-word", "digging")]),
        ({"account": "x", "dangers": ["mines", "bears"]}, [("record.unknown-word", "dangers")]),
        ({"account": "x", "seen_on": datetime.date(2999, 1, 1)}, [("alerts.day-to-come", "seen_on")]),
        ({"account": "x", "seen_on": datetime.date(2, 1, 1)}, [("alerts.day-too-early", "seen_on")]),
        ({"account": "x", "pcode": "C9999999"}, [("alerts.no-such-place", "pcode")]),
        ({"account": "x", "pcode": "C1\0"}, [("record.unreadable-text", "pcode"),
        ("alerts.no-such-place", "pcode")]),
        ({"account": "x", "latitude": float("nan"), "longitude": 1}, [("coordinates.not-on-earth",
        "position")]),
        ({"account": "x", "latitude": 91, "longitude": 1}, [("coordinates.not-on-earth", "position")]),
        ({"account": "x", "latitude": 10**400, "longitude": 1}, [("coordinates.not-on-earth", "position")]),
        ({"account": "x", "latitude": 30}, [("coordinates.not-on-earth", "position")]),
        ({"account": "x", "language": "fr"}, [("record.unknown-word", "language")]),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_before_anything_is_written(operator, said, expected):
    before = Entry.objects.count()
    assert sorted(faults(receive, **said)) == sorted(expected)
    assert Entry.objects.count() == before
    assert not Subject.objects.filter(kind="reporter").exists()


def test_all_faults_come_together(operator):
    found = faults(receive, account="", position="nowhere", digging="x")
    assert {field for _, field in found} == {"account", "position", "digging"}


@pytest.mark.parametrize(
    ("words", "interval", "counted"),
    [
        ("20 to 25", (20, 25), "not_stated"),
        ("dozens of bodies", (None, None), "bodies"),
        ("at least three graves", (3, None), "graves"),
        ("-5", None, None),
        ("9" * 400, (None, None), "not_stated"),
        ("حوالي أربع جثث", (None, None), "bodies"),
    ],
)
def test_the_count_stays_in_words_and_its_interval_is_read(operator, words, interval, counted):
    alert, _ = receive(account="x", count_words=words)
    assert unsealed(alert, "count_words") == words
    if interval:
        assert ((alert.low, alert.high), alert.counted) == (interval, counted)


def test_what_is_counted_is_what_the_reporter_chose_not_what_the_words_say(operator):
    alert, _ = receive(account="x", counted="not_stated", count_words="five bodies")
    assert (alert.counted, alert.low) == ("not_stated", 5)


def test_a_named_place_gives_its_middle_and_coordinates_come_before_it(operator):
    named, _ = receive(account="x", pcode="c2680")
    assert (named.pcode, named.placed) == ("C2680", "place")
    assert named.uncertainty_m == 2000
    both, _ = receive(
        account="x", pcode="C2680", position="34.8420, 36.4539", placed="device", uncertainty_m="7.5"
    )
    assert (both.pcode, both.placed, both.latitude) == ("C2680", "device", 34.842)
    assert both.uncertainty_m > 7.5  # four decimals tell no seven metres apart


@pytest.mark.parametrize("metres", ["nan", "-5", "x", "inf", None, 10**400])
def test_an_accuracy_that_makes_no_sense_says_nothing(operator, metres):
    alert, _ = receive(account="x", position="34.841551, 36.453841", placed="device", uncertainty_m=metres)
    assert alert.uncertainty_m == 10


def test_a_photo_alone_is_a_report_and_its_place_is_taken_only_where_somebody_said_so(operator):
    said_nothing, _ = receive(files=offered(photo(gps=(34.8, 36.4))))
    assert said_nothing.placed == ""
    agreed, _ = receive(files=offered(photo(gps=(34.8, 36.4))), photo_place=True, form="a")
    assert (agreed.placed, round(agreed.latitude, 4), round(agreed.longitude, 4)) == ("photo", 34.8, 36.4)
    better, _ = receive(files=offered(photo(gps=(34.8, 36.4))), photo_place=True, position="34.5, 36.5")
    assert (better.placed, better.latitude) == ("coordinates", 34.5)


def test_a_bad_file_keeps_the_report_from_being_half_there(operator):
    assert faults(receive, account="x", files=offered(photo(), b"MZ program")) == [
        ("files.wrong-type", "files")
    ]
    assert not Alert.objects.exists()
    assert faults(receive, account="x", files=offered(*[photo()] * 13)) == [
        ("files.too-many-at-once", "files")
    ]


# The same form twice


def test_a_form_that_is_sent_twice_is_one_report_with_one_code(operator):
    one, code = receive(form="form", account="bones", files=offered(photo()))
    two, again = receive(form="form", account="bones", files=offered(photo()))
    assert (one.pk, code) == (two.pk, again)
    assert (Alert.objects.count(), Attachment.objects.count(), StoredFile.objects.count()) == (1, 1, 1)


def test_other_words_or_another_form_are_another_report(operator):
    codes = {
        receive(form=form, account=account, files=offered(*files))[1]
        for form, account, files in [
            ("a", "bones", ()), ("b", "bones", ()), ("a", "bones!", ()), ("a", "bones", (photo(),)),
            ("", "bones", ()),
            ("", "bones", ()),
        ]
    }  # fmt: skip
    assert len(codes) == Alert.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_fingers_at_once_make_one_report(operator):
    found, faults_ = [], []

    def send() -> None:
        try:
            found.append(receive(form="form", account="bones")[1])
        except Exception as error:
            faults_.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not faults_
    assert (len(set(found)), Alert.objects.count()) == (1, 1)


# Codes


def test_a_code_is_twenty_digits_that_stand_in_order_and_are_read_in_any_script(operator):
    _, code = receive(account="bones")
    assert len(code.split("-")) == 5
    digits = receipts.digits_of(code)
    assert len(digits) == 20
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    persian = digits.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for typed in (digits, f" {code} ", arabic, persian, " ".join(arabic), f"\u200f{code}"):
        assert by_receipt(typed) is not None


def test_codes_are_spread_over_all_that_there_are():
    made = [receipts.code_for("", "") for _ in range(300)]
    assert len(set(made)) == 300
    assert all(len(c) == 20 and c.isascii() and c.isdecimal() for c in made)
    assert {c[i] for c in made for i in range(20)} == set("0123456789")


@pytest.mark.parametrize("typed", ["", "1", "0" * 20, "9" * 4000, "a\0b", "\ud800", "٣" * 20, "²" * 20])
def test_any_other_text_is_no_code(operator, typed):
    receive(account="bones")
    assert by_receipt(typed) is None


def test_an_erased_and_an_expired_code_are_as_one_that_never_was(operator, duty, person):
    erased, code_of_erased = receive(
        account="bones", phone="0944123456", anonymous=False, files=offered(photo())
    )
    add_by_receipt(code_of_erased, "more")
    closed, code_of_closed = receive(account="bones")
    officer = person("data_protection_officer")
    with writing(SYSTEM, "tests.prepared") as log:
        closed.state, closed.closed_at = "closed", closed.since - CODE_LIVES
        log.save(closed)
    erase_subject(officer, erased.subject, "withdrawn-consent", "asked for it")
    costs = []
    for code in (code_of_erased, code_of_closed, "1" * 20):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert by_receipt(code) is None
        costs.append(len(asked))
        assert add_by_receipt(code, "more") is None
    assert len(set(costs)) == 1
    erased = Alert.objects.get(pk=erased.pk)
    assert [getattr(erased, f) for f in SEALED] == [""] * len(SEALED)
    assert (erased.receipt, erased.search) == (None, "")
    assert [a.text for a in Addition.objects.all()] == [""]
    assert StoredFile.objects.get().sealed_key == ""
    assert not Lookup.objects.filter(subject=erased.subject).exists()


def test_two_erased_alerts_stand_beside_each_other(operator, person):
    officer = person("data_protection_officer")
    for form in ("a", "b"):
        alert, _ = receive(account="bones", form=form)
        erase_subject(officer, alert.subject, "withdrawn-consent", "asked for it")
    assert Alert.objects.filter(receipt=None).count() == 2


def test_an_expired_form_token_is_no_key_to_a_code(operator):
    _, code = receive(form="form", account="bones")
    assert receipts.written(receipts.code_for("form", "")) != code


def test_an_address_shows_its_code_for_a_quarter_of_an_hour(monkeypatch):
    sealed = receipts.in_address("12345678901234567890")
    assert "1234567890" not in sealed
    assert receipts.from_address(sealed) == "12345678901234567890"
    assert receipts.from_address(sealed[:-4]) is None
    assert receipts.from_address("عنوان") is None
    later = time.time() + receipts.SHOWN_FOR + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert receipts.from_address(sealed) is None


def test_the_code_is_found_by_an_index(operator):
    _, code = receive(account="bones")
    with CaptureQueriesContext(connection) as asked:
        by_receipt(code)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "SCAN" not in plan


# States


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("received", Stage.RECEIVED), ("acknowledged", Stage.LOOKED_AT), ("triaged", Stage.LOOKED_AT),
        ("assigned", Stage.LOOKED_AT), ("doubted", Stage.LOOKED_AT), ("referred", Stage.PASSED_ON),
        ("unfounded", Stage.CLOSED), ("closed", Stage.CLOSED),
    ],
)  # fmt: skip
def test_a_reporter_is_told_one_of_four_words(state, stage):
    assert stage_of(Alert(state=state)) == stage


def test_every_state_has_a_word():
    assert {stage_of(Alert(state=s)) for s in Alert.State} == set(Stage)


def test_a_merged_report_goes_where_its_find_goes():
    assert stage_of(Alert(state="received", merged_into=Alert(state="closed"))) == Stage.CLOSED


# Additions


def test_words_and_files_are_added_once_and_sealed(operator):
    alert, code = receive(account="bones")
    one = add_by_receipt(code, "They dig now", offered(photo()), form="f")
    two = add_by_receipt(code, "They dig now", offered(photo()), form="f")
    assert one == two
    assert unsealed(Addition.objects.get(), "text") == "They dig now"
    assert (one.subject_id, one.by) == (alert.subject_id, None)
    assert Attachment.objects.get().addition == one
    other = add_by_receipt(code, "They dig now", form="g")
    assert other != one


def test_nothing_cannot_be_added(operator):
    _, code = receive(account="bones")
    assert faults(add_by_receipt, code, "  ") == [("alerts.nothing-said", "account")]


def test_a_wish_to_be_erased_is_told_and_erases_nothing(operator, duty):
    alert, code = receive(account="bones")
    addition = add_by_receipt(code, "I am afraid", erase=True)
    assert open_text(duty, addition, "text", "to read it").endswith("I am afraid")
    assert "erased" in unsealed(addition, "text")
    assert unsealed(Alert.objects.get(pk=alert.pk), "account") == "bones"


def test_what_is_added_takes_a_doubt_back(operator):
    alert, code = receive(account="bones")
    with writing(SYSTEM, "tests.prepared") as log:
        alert.state = "doubted"
        log.save(alert)
    add_by_receipt(code, "They dig now")
    assert Alert.objects.get(pk=alert.pk).state == "triaged"


def test_an_operator_adds_what_a_caller_tells(operator, person):
    alert, _ = receive(account="bones")
    assert add(operator, alert, "Called again").by == operator
    with pytest.raises(PermissionDenied):
        add(person("hotline_operator", "PAR"), alert, "Called again")


# Who receives


def test_the_first_office_where_somebody_reads(person, offices, settings):
    assert receiving_office() is None
    assert faults(receive, account="bones") == [("alerts.no-office", None)]
    person("recorder", "FMD")
    assert receiving_office() is None
    person("duty_officer", "NCM")
    person("hotline_operator", "SCD")
    assert receiving_office().code == "NCM"
    settings.ALERT_OFFICE = "SCD"
    assert receiving_office().code == "SCD"
    settings.ALERT_OFFICE = "NOBODY"
    assert receiving_office() is None


def test_an_operator_who_has_left_receives_nothing(person, settings):
    gone = person("duty_officer", "SCD")
    with writing(SYSTEM, "tests.prepared") as log:
        gone.is_active = False
        log.save(gone)
    assert receiving_office() is None
