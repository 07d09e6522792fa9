"""Writing offices, people, the roles they hold, and what offices share.

``by`` is an administrator, or an :class:`~amana.casework.audit.writing.Actor` for the command line, which
works for whoever runs the machine.  What lets a person in (codes, tokens, recovery) is in ``credentials``.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import MANAGE, Holding, Office, Sharing, Token, User, today
from amana.casework.accounts.queries import administrators
from amana.casework.accounts.roles import bundles, roles
from amana.casework.accounts.sessions import end_sessions
from amana.casework.audit.writing import Actor, Log, writing
from amana.problems import InputProblem, InputProblems

COMMAND_LINE = Actor("command-line", "system", "system")

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
# As numbers of records want it (amana.numbering).
_OFFICE_CODE = re.compile(r"[A-Z]{2,5}")


def permission(by: Any) -> str | None:
    """What `by` needs: the command line needs nothing."""
    return None if isinstance(by, Actor) else MANAGE


# Offices


def add_office(by: Any, *, code: str, kind: str, name_en: str, name_ar: str) -> Office:
    """A new office, without people yet.

    Raises
    ------
    InputProblems
        For a code that is taken or cannot stand in numbers, an unknown kind, or a name that is missing.
    """
    code = code.strip().upper()
    problems = _needed(name_en=name_en, name_ar=name_ar)
    if not _OFFICE_CODE.fullmatch(code):
        problems.append(InputProblem("accounts.office-code", field="code", params={"code": code}))
    elif Office.objects.filter(code=code).exists():
        problems.append(InputProblem("accounts.office-code-taken", field="code", params={"code": code}))
    if kind not in Office.Kind.values:
        problems.append(InputProblem("accounts.office-kind", field="kind", params={"kind": kind}))
    _refuse(problems)
    with writing(by, "accounts.office.added", may=permission(by)) as log:
        office = Office(code=code, kind=kind, name_en=name_en.strip(), name_ar=name_ar.strip())
        log.save(office)
    return office


def change_office(by: Any, office: Office, reason: str, *, kind: str, name_en: str, name_ar: str) -> Office:
    """Correct an office's names or kind; its code stays, since numbers begin with it."""
    problems = _needed(name_en=name_en, name_ar=name_ar) + _reason(reason)
    if kind not in Office.Kind.values:
        problems.append(InputProblem("accounts.office-kind", field="kind", params={"kind": kind}))
    _refuse(problems)
    with writing(by, "accounts.office.changed", may=permission(by), on=office, reason=reason.strip()) as log:
        office = Office.objects.select_for_update().get(pk=office.pk)
        office.kind, office.name_en, office.name_ar = kind, name_en.strip(), name_ar.strip()
        log.save(office)
    return office


def share(by: User, *, receiver: Office, scope: str, ground: str) -> Sharing:
    """Let another office see the records of one kind of the administrator's own office.

    Raises
    ------
    InputProblems
        Without a ground, with oneself, or where it is shared already.
    """
    problems = _needed(ground=ground)
    if scope not in Sharing.Scope.values:
        problems.append(InputProblem("accounts.sharing-scope", field="scope", params={"scope": scope}))
    if receiver.pk == by.office_id:
        problems.append(InputProblem("accounts.sharing-with-oneself", field="receiver"))
    _refuse(problems)
    with writing(by, "accounts.sharing.given", may=MANAGE, on=by.office) as log:
        Office.objects.select_for_update().get(pk=by.office_id)  # two who share at once wait for each other
        given = Sharing.objects.filter(giver=by.office_id, receiver=receiver, scope=scope)
        if any(s.is_current for s in given):
            _refuse([InputProblem("accounts.shared-already", field="scope")])
        sharing = Sharing(giver_id=by.office_id, receiver=receiver, scope=scope, ground=ground.strip())
        log.save(sharing)
    return sharing


def end_sharing(by: User, sharing: Sharing, reason: str) -> Sharing:
    """End it now.  What the other office has seen or copied until now, it has."""
    _refuse(_reason(reason))
    with writing(by, "accounts.sharing.ended", may=MANAGE, on=sharing, reason=reason.strip()) as log:
        sharing = Sharing.objects.select_for_update().get(pk=sharing.pk)
        if not sharing.is_current:
            _refuse([InputProblem("accounts.sharing-over")])
        sharing.until = timezone.now()
        log.save(sharing)
    return sharing


# People


def add_person(
    by: Any, office: Office, *, username: str, name_en: str, name_ar: str, language: str = "ar"
) -> User:
    """A new person, who cannot sign in yet: ``credentials.new_first_code`` makes what they begin with.

    Raises
    ------
    InputProblems
        For a sign-in name that is taken or not of small letters and digits, or a name that is missing.
    """
    username = username.strip().lower()
    problems = _needed(name_en=name_en, name_ar=name_ar)
    if not _USERNAME.fullmatch(username):
        problems.append(InputProblem("accounts.username", field="username", params={"given": username}))
    elif User.objects.filter(username__iexact=username).exists():
        params = {"given": username}
        problems.append(InputProblem("accounts.username-taken", field="username", params=params))
    _refuse(problems)
    with writing(by, "accounts.user.added", may=permission(by), on=office) as log:
        user = User(
            username=username, name_en=name_en.strip(), name_ar=name_ar.strip(), office=office,
            language=language if language in ("en", "ar") else "ar",
        )  # fmt: skip
        user.set_unusable_password()
        log.save(user)
    return user


def change_person(by: Any, user: User, reason: str, *, name_en: str, name_ar: str) -> User:
    """Correct a person's names; the sign-in name stays, since the log speaks of one person."""
    _refuse(_needed(name_en=name_en, name_ar=name_ar) + _reason(reason))
    with writing(by, "accounts.user.changed", may=permission(by), on=user, reason=reason.strip()) as log:
        user = _locked(user)
        user.name_en, user.name_ar = name_en.strip(), name_ar.strip()
        log.save(user)
    return user


def deactivate(by: Any, user: User, reason: str) -> User:
    """Nobody signs in with this account any more: its sessions end, its tokens are revoked.

    Raises
    ------
    InputProblems
        Without a reason, for oneself, for somebody who is shut out already, and for the last administrator
        of an office, who would leave nobody to open it again.
    """
    _refuse(_reason(reason))
    with writing(by, "accounts.user.deactivated", may=permission(by), on=user, reason=reason.strip()) as log:
        user = _locked(user)
        if not isinstance(by, Actor) and by.pk == user.pk:
            _refuse([InputProblem("accounts.not-yourself")])
        if not user.is_active:
            _refuse([InputProblem("accounts.inactive-already")])
        _keep_an_administrator(user)
        user.is_active = False
        log.save(user)
        revoke_all_tokens(log, user)
        end_sessions(user)
    return user


def reactivate(by: Any, user: User, reason: str) -> User:
    """Let a person sign in again, with the password and second factor they had; tokens stay revoked."""
    _refuse(_reason(reason))
    with writing(by, "accounts.user.reactivated", may=permission(by), on=user, reason=reason.strip()) as log:
        user = _locked(user)
        if user.is_active:
            _refuse([InputProblem("accounts.active-already")])
        user.is_active = True
        log.save(user)
    return user


def set_preferences(by: User, *, language: str, digits: str, time_zone: str) -> User:
    """How a person reads: language, digits, time zone."""
    problems = []
    if language not in ("en", "ar"):
        problems.append(InputProblem("accounts.language", field="language"))
    if digits not in User.Digits.values:
        problems.append(InputProblem("accounts.digits", field="digits"))
    if time_zone not in zoneinfo.available_timezones():
        params = {"given": time_zone}
        problems.append(InputProblem("accounts.time-zone", field="time_zone", params=params))
    _refuse(problems)
    with writing(by, "accounts.user.preferences-set") as log:
        user = _locked(by)
        user.language, user.digits, user.time_zone = language, digits, time_zone
        log.save(user)
    return user


# Roles


def give_roles(
    by: Any,
    user: User,
    names: Sequence[str],
    *,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
) -> list[Holding]:
    """Give a person of one's office roles, or bundles of roles, for a period.

    Roles of a bundle that are held in that period already are passed over.  Nobody gives themselves a role,
    but for the only administrator of an office, whose entry in the log then says so.

    Parameters
    ----------
    names
        Names of roles or of bundles.
    start, end
        First and last day; from today, without end.
    """
    start = start or today()
    problems = [
        InputProblem("accounts.no-such-role", field="roles", params={"role": n})
        for n in names
        if n not in roles() and n not in bundles()
    ]
    if not names:
        problems.append(InputProblem("accounts.needs-role", field="roles"))
    if start < today():
        problems.append(InputProblem("accounts.starts-in-the-past", field="start"))
    if end is not None and end < start:
        problems.append(InputProblem("accounts.ends-before-start", field="end"))
    to_oneself = not isinstance(by, Actor) and by.pk == user.pk
    if to_oneself and [a.pk for a in administrators(user.office_id)] != [user.pk]:
        problems.append(InputProblem("accounts.role-to-oneself", field="roles"))
    _refuse(problems)
    action = "accounts.holding.given-to-oneself" if to_oneself else "accounts.holding.given"
    with writing(by, action, may=permission(by), on=user) as log:
        user = _locked(user)
        if not user.is_active:
            _refuse([InputProblem("accounts.person-inactive")])
        busy = {h.role for h in user.holdings.all() if h.meets(start, end)}
        alone = [n for n in names if n in roles()]
        bundled = [r for n in names if n in bundles() for r in bundles()[n].roles]
        held = [n for n in alone if n in busy]
        wanted = dict.fromkeys([*alone, *(r for r in bundled if r not in busy)])
        if held or not wanted:
            _refuse(
                [
                    InputProblem(
                        "accounts.role-held-already", field="roles", params={"role": roles()[n].label}
                    )
                    for n in held or bundled[:1]
                ]
            )
        holdings = [Holding(user=user, role=r, start=start, end=end) for r in wanted]
        log.save_new(holdings)
    return holdings


def end_role(by: Any, holding: Holding, reason: str, *, last_day: datetime.date | None = None) -> Holding:
    """End a role now, or after a last day.

    Raises
    ------
    InputProblems
        Without a reason, for a role that is over, for a last day in the past or after the one agreed, and
        for the last administrator of an office.
    """
    _refuse(_reason(reason))
    with writing(by, "accounts.holding.ended", may=permission(by), on=holding, reason=reason.strip()) as log:
        user = _locked(holding.user)
        holding = Holding.objects.select_for_update().select_related("user").get(pk=holding.pk)
        if holding.is_over(today()):
            _refuse([InputProblem("accounts.role-over")])
        if last_day is not None:
            if last_day < max(today(), holding.start):
                _refuse([InputProblem("accounts.last-day-past", field="last_day")])
            if holding.end is not None and last_day > holding.end:
                _refuse([InputProblem("accounts.last-day-later", field="last_day")])
        if MANAGE in roles()[holding.role].may:
            _keep_an_administrator(user)
        if last_day is None:
            holding.ended_at = timezone.now()
        else:
            holding.end = last_day
        log.save(holding)
    return holding


# What they share


def revoke_all_tokens(log: Log, user: User) -> None:
    """Inside a writing: no device and no program acts for this person any more."""
    tokens = list(Token.objects.select_for_update().filter(user=user, revoked_at=None))
    for token in tokens:
        token.revoked_at = timezone.now()
    log.save_changed(tokens, ["revoked_at"], "accounts.token.revoked")


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("office").get(pk=user.pk)  # type: ignore[no-any-return]


def _keep_an_administrator(user: User) -> None:
    managing = [a.pk for a in administrators(user.office_id)]
    if managing == [user.pk]:
        _refuse([InputProblem("accounts.last-administrator")])


def _needed(**texts: str) -> list[InputProblem]:
    return [InputProblem("record.needs", field=f) for f, text in texts.items() if not text.strip()]


def _reason(reason: str) -> list[InputProblem]:
    return [] if reason.strip() else [InputProblem("record.needs-reason", field="reason")]


def _refuse(problems: list[InputProblem]) -> None:
    if problems:
        raise InputProblems(problems)
