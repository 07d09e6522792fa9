"""How an alert comes: from the public form, an operator, a program, or a list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from amana.casework.accounts.models import Office, User
from amana.casework.alerts import receipts, rules
from amana.casework.alerts.models import Addition, Alert, Attachment
from amana.casework.alerts.queries_public import by_receipt, receiving_office
from amana.casework.alerts.said import FIELDS, Said, read
from amana.casework.alerts.services.acts import names_of
from amana.casework.alerts.services.judging import news
from amana.casework.audit.keyring import SubjectKey, keyring
from amana.casework.audit.models import Lookup, Subject
from amana.casework.audit.protection import new_subject, remember, seal
from amana.casework.audit.writing import Actor, Log, writing
from amana.casework.common.ids import new_id
from amana.casework.files.limits import LARGEST_FROM_ANYBODY
from amana.casework.files.receiving import Offered, Received, finished, receive_all
from amana.casework.files.services import store
from amana.casework.incidents.checks import refuse
from amana.casework.numbers.services import ALERT, take
from amana.casework.places.queries import place_of
from amana.problems import InputProblem, InputProblems

MAY = "alerts.record"
PHONE = "phone"
"""Purpose under which a reporter's telephone number is remembered, so that a second call is recognised."""
ACCEPTED = ("image", "video", "sound", "pdf")
"""Kinds of files that can come with a report."""
MOST_FILES, LARGEST_FILE = 12, LARGEST_FROM_ANYBODY
"""Files of one report, and bytes of one file."""
PHOTO_M = 50.0
"""Metres of uncertainty of a position that a photo claims."""
ERASURE_ASKED = "Asks for this report to be erased. / يطلب محو هذا البلاغ."


def receive(
    *,
    by: User | None = None,
    channel: str = Alert.Channel.WEB,
    files: Sequence[Offered | Received] = (),
    holders: Sequence[str] = ("",),
    form: str = "",
    office: Office | None = None,
    photo_place: bool = False,
    **said: Any,
) -> tuple[Alert, str]:
    """Keep one report, on the disk when this returns, with the receipt code that is told once.

    Parameters
    ----------
    by
        Who writes it down; None for a reporter without an account, whose office is the receiving one.
    files
        Photos and videos as a form offers them, or already taken in.
    holders
        Whose uploads they may be (:func:`amana.casework.files.uploads.holder_of`); what is taken in here is
        the first one's.
    form
        Token of the form (:func:`.receipts.new_form`): the same form with the same content makes one alert,
        however often it is sent.
    office
        Where not the receiving one or that of `by`.
    photo_place
        Whether the reporter says that the photos were taken there: where nothing better was given, the
        position that the first of them claims is the alert's.
    said
        Any of :data:`~amana.casework.alerts.said.FIELDS`.

    Raises
    ------
    InputProblems
        With everything that is wrong; ``alerts.no-office`` where nobody would read it.
    """
    office = office or (by.office if by is not None else receiving_office())
    if office is None:
        raise InputProblems([InputProblem("alerts.no-office")])
    ready = read(said, with_files=bool(files))
    refuse(ready.problems)
    here = _here(files, holders)
    code = receipts.code_for(form, _digest(ready, files, here))
    receipt = receipts.receipt_of(code)
    try:
        if (earlier := _earlier(receipt)) is None:
            everything = _all(files, here, holders)
            if photo_place:
                _take_position(ready, everything)
            alert = _received(by, office, channel, ready, everything, receipt)
            return alert, receipts.written(code)
    except (IntegrityError, InputProblems):
        # The same form, a moment ahead: it has the number, and perhaps the uploads.
        if (earlier := _earlier(receipt)) is None:
            raise
    for one in here.values():
        one.discard()
    return earlier, receipts.written(code)


def _take_position(said: Said, files: Sequence[Received]) -> None:
    """The position that a photo claims, before the middle of a place and after coordinates."""
    if said.values.get("placed", Alert.Placed.PLACE) != Alert.Placed.PLACE:
        return
    for claims in (f.claims for f in files):
        if claims.lat is not None and claims.lon is not None:
            said.values |= {
                "latitude": claims.lat, "longitude": claims.lon, "uncertainty_m": PHOTO_M,
                "placed": Alert.Placed.PHOTO,
            }  # fmt: skip
            return


def _here(files: Sequence[Offered | Received], holders: Sequence[str]) -> dict[int, Received]:
    """What came in the form itself, taken in before any transaction; by its place among the files."""
    found = {i: f for i, f in enumerate(files) if isinstance(f, Received)}
    new = {i: f for i, f in enumerate(files) if isinstance(f, Offered) and not f.token}
    if len(files) > MOST_FILES:
        params = {"most": MOST_FILES}
        raise InputProblems([InputProblem("files.too-many-at-once", field="files", params=params)])
    taken = receive_all(new.values(), holder=holders[0], accept=ACCEPTED, largest=LARGEST_FILE)
    return found | dict(zip(new, taken, strict=True))


def _all(
    files: Sequence[Offered | Received], here: Mapping[int, Received], holders: Sequence[str]
) -> list[Received]:
    """What came in the form, and the uploads that it names."""
    return [here[i] if i in here else upload(f.token, holders) for i, f in enumerate(files)]  # type: ignore[union-attr]


def upload(token: str, holders: Sequence[str]) -> Received:
    """A finished upload of one of these.

    Raises
    ------
    InputProblems
        Those of :func:`amana.casework.files.receiving.finished`.
    """
    for last, holder in enumerate(holders, 1):
        try:
            return finished(token, holder=holder, accept=ACCEPTED, largest=LARGEST_FILE)
        except InputProblems as found:
            if last == len(holders) or found.problems[0].code != "files.upload-gone":
                raise
    raise InputProblems([InputProblem("files.upload-gone", field="files")])


def _digest(said: Said, files: Sequence[Offered | Received], here: Mapping[int, Received]) -> str:
    """Of everything that was given.  An upload has one name for good; a file is known by its hash."""
    parts = [said.digest(), *(here[i].sha256 if i in here else f.token for i, f in enumerate(files))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _earlier(receipt: str) -> Alert | None:
    return Alert.objects.filter(receipt=receipt).select_related("office", "subject").first()


def _actor(by: Any, office: Office) -> Any:
    """Who the log says acts."""
    return Actor("public", "reporter", office.code) if by is None else by


def _may(by: Any) -> str | None:
    return MAY if isinstance(by, User) else None


def _received(
    by: User | None, office: Office, channel: str, said: Said, files: Sequence[Received], receipt: str
) -> Alert:
    with writing(_actor(by, office), "alerts.alert.received", may=_may(by)) as log:
        subject = new_subject(log, Subject.Kind.REPORTER)
        (number,) = take(log, office, ALERT)
        alert = _alert(said, keyring().of(subject.pk), subject, office=office, number=number, channel=channel)
        alert.receipt, alert.entered_by = receipt, by
        log.save(alert)
        remember(subject, alert, PHONE, [said.phone])
        _attach(log, alert, files, by)
    return alert


def _alert(
    said: Said, key: SubjectKey, subject: Subject, names: Callable[[str], str] = names_of, **known: Any
) -> Alert:
    """The row, with its texts sealed."""
    texts = {name: key.seal.encrypt(text.encode()).decode() for name, text in said.texts.items()}
    alert = Alert(subject=subject, **known, **said.values, **texts)
    alert.since = alert.received_at
    alert.due_at = rules.due(alert, alert.received_at)
    alert.search = rules.searchable(alert, names(alert.pcode))
    return alert


def _attach(
    log: Log, alert: Alert, files: Iterable[Received], by: User | None, addition: Addition | None = None
) -> None:
    """Keep files under the reporter's key, and link them."""
    kept = [
        store(
            log, one, office=alert.office, subject=alert.subject, by=by, accept=ACCEPTED, largest=LARGEST_FILE
        )
        for one in files
    ]  # fmt: skip
    rows = [Attachment(alert=alert, file=file, addition=addition) for file in kept]
    log.save_new(rows, "alerts.attachment.added")


def receive_many(
    by: Any,
    rows: Sequence[Mapping[str, Any]],
    *,
    channel: str = Alert.Channel.PHONE,
    office: Office | None = None,
) -> list[Alert]:
    """Keep many reports of an office, all or none, with the entries that single ones have.

    Parameters
    ----------
    by
        A person, or an :class:`Actor` for what the program does; then `office` says whose they are.
    rows
        Each with any of the fields, and ``channel`` and ``received_at`` where they differ.  They have no
        receipt codes: nobody waits for one.

    Raises
    ------
    InputProblems
        With the faults of every row, counted from 1.
    """
    office = office or by.office
    find, names = cache(place_of), cache(names_of)
    ready = [
        read({k: v for k, v in row.items() if k in FIELDS}, row=i, find=find) for i, row in enumerate(rows, 1)
    ]
    refuse(p for said in ready for p in said.problems)
    with writing(by, "alerts.alert.received", may=_may(by)) as log:
        subjects = [Subject(kind=Subject.Kind.REPORTER) for _ in ready]
        log.save_new(subjects, "audit.subject.added")
        keys = keyring().of_all(s.pk for s in subjects)
        numbers = take(log, office, ALERT, len(ready)) if ready else []
        alerts = [
            _alert(
                said, keys[str(subject.pk)], subject, names, office=office, number=number,
                channel=row.get("channel", channel), received_at=row.get("received_at") or timezone.now(),
                entered_by=by if isinstance(by, User) else None,
            )
            for said, subject, number, row in zip(ready, subjects, numbers, rows, strict=True)
        ]  # fmt: skip
        log.save_new(alerts)
        _remember_many(alerts, ready)
    return alerts


def _remember_many(alerts: Sequence[Alert], said: Sequence[Said]) -> None:
    """:func:`remember` for new records: nothing is there that would have to go."""
    Lookup.objects.bulk_create(
        [
            Lookup(
                token=keyring().token(PHONE, one.phone), purpose=PHONE, object_type=alert.log_name(),
                object_id=str(alert.pk), subject_id=alert.subject_id,
            )
            for alert, one in zip(alerts, said, strict=True)
            if one.phone
        ],
        batch_size=500,
    )  # fmt: skip


# What comes later


def add_by_receipt(
    code: str,
    text: str,
    files: Sequence[Offered | Received] = (),
    *,
    holders: Sequence[str] = ("",),
    form: str = "",
    erase: bool = False,
) -> Addition | None:
    """Add to one's own report; None where the code is of none, and then nothing is kept.

    Parameters
    ----------
    form
        Token of the form: sent twice, it adds once.
    erase
        Whether the reporter asks for the report to be erased.  That is for people to decide: what was
        reported may be evidence.

    Raises
    ------
    InputProblems
        Where nothing was added, or with what is wrong with the files.
    """
    alert = by_receipt(code)
    if alert is None:
        return None
    words = "\n\n".join(w for w in (ERASURE_ASKED if erase else "", text.strip()) if w)
    return add(None, alert, words, files, holders=holders, form=form)


def add(
    by: User | None,
    alert: Alert,
    text: str,
    files: Sequence[Offered | Received] = (),
    *,
    holders: Sequence[str] = ("",),
    form: str = "",
) -> Addition:
    """Add words and files to an alert: what a reporter brings with the code, or tells an operator.

    Raises
    ------
    InputProblems
        Where nothing was added, with what is wrong with the files, or after an erasure.
    """
    said = read({"account": text}, with_files=bool(files))
    refuse(said.problems)
    here = _here(files, holders)
    key = _key_of_addition(alert, form, _digest(said, files, here)) if form else new_id()
    try:
        if (earlier := _earlier_addition(key)) is None:
            return _added(by, alert, key, said.texts.get("account", ""), _all(files, here, holders))
    except (IntegrityError, InputProblems):
        if (earlier := _earlier_addition(key)) is None:
            raise
    for one in here.values():
        one.discard()
    return earlier


def _added(by: User | None, alert: Alert, key: UUID, text: str, files: Sequence[Received]) -> Addition:
    on = alert if by is not None else None
    with writing(_actor(by, alert.office), "alerts.addition.added", may=_may(by), on=on) as log:
        # The person first, as an erasure does; then the alert, and the one that it stands in.
        subject = Subject.objects.select_for_update().get(pk=alert.subject_id)
        if subject.erased_at is not None:
            raise InputProblems([InputProblem("protected.erased")])
        named = {alert.pk, alert.merged_into_id} - {None}
        rows = Alert.objects.select_for_update(of=("self",)).select_related("office", "subject")
        held = {a.pk: a for a in rows.filter(pk__in=named).order_by("pk")}
        now = held[alert.pk]
        addition = Addition(id=key, alert=now, subject=subject, by=by, text=seal(subject, text))
        log.save(addition)
        _attach(log, now, files, by, addition)
        news(log, held.get(now.merged_into_id, now))
    return addition


def _earlier_addition(key: UUID) -> Addition | None:
    return Addition.objects.filter(pk=key).first()


def _key_of_addition(alert: Alert, form: str, content: str) -> UUID:
    """The same form with the same content has the same key (a UUID of version 8, RFC 9562 section 5.8)."""
    made = int(keyring().token("addition-of-form", f"{alert.pk}\0{form}\0{content}")[:32], 16)
    return UUID(int=(made & ~(0xF << 76) & ~(0x3 << 62)) | 0x8 << 76 | 0x2 << 62)
