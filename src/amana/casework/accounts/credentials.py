"""Writing what lets a person in: first-time codes, tokens, and the way back after a lost second factor."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import password_validation
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from amana.casework.accounts import codes
from amana.casework.accounts.models import MANAGE, FirstCode, Recovery, Token, User
from amana.casework.accounts.queries import may_help
from amana.casework.accounts.services import permission, revoke_all_tokens
from amana.casework.accounts.sessions import end_sessions
from amana.casework.audit.writing import SYSTEM, Actor, Log, writing
from amana.problems import InputProblem, InputProblems

LONGEST = datetime.timedelta(days=366)
"""How long a token may live."""


# The first time


def new_first_code(by: Any, user: User) -> str:
    """A code with which a person who never had a password sets one; earlier codes are void.

    It is shown to the administrator once, who hands it over.

    Raises
    ------
    InputProblems
        For somebody who has a password: a way past it takes two (:func:`ask_recovery`).
    """
    with writing(by, "accounts.first-code.made", may=permission(by), on=user) as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise InputProblems([InputProblem("accounts.person-inactive")])
        if user.has_usable_password():
            raise InputProblems([InputProblem("accounts.has-a-password")])
        code = codes.new_code()
        log.save(
            FirstCode(
                user=user,
                made_by=None if isinstance(by, Actor) else by,
                expires_at=timezone.now() + codes.FIRST_CODE_LIVES,
                digest=codes.digest_of_code(code),
            )
        )
    return code


def set_first_password(by: Actor, user: User, password: str) -> User:
    """The password of the first administrator, typed at the machine itself.

    Raises
    ------
    InputProblems
        For a weak password, or somebody who has one.
    """
    _refuse_weak(password, user)
    with writing(by, "accounts.user.password-set") as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.has_usable_password():
            raise InputProblems([InputProblem("accounts.has-a-password")])
        user.set_password(password)
        log.save(user)
    return user


# Tokens


def make_token(by: User, *, kind: str, label: str, expires_at: datetime.datetime) -> tuple[Token, str]:
    """A token for a device or a program of one's own, and its secret, which is shown this once.

    Raises
    ------
    InputProblems
        Without a label, or for a life that is over or longer than a year.
    """
    now = timezone.now()
    problems = []
    if kind not in Token.Kind.values:
        problems.append(InputProblem("accounts.token-kind", field="kind"))
    if not label.strip():
        problems.append(InputProblem("record.needs", field="label"))
    if not now < expires_at <= now + LONGEST:
        problems.append(InputProblem("accounts.token-life", field="expires_at"))
    if problems:
        raise InputProblems(problems)
    secret = codes.new_secret()
    with writing(by, "accounts.token.made") as log:
        token = Token(
            user=by, kind=kind, label=label.strip(), digest=codes.digest(secret), expires_at=expires_at
        )
        log.save(token)
    return token, secret


def revoke_token(by: User, token: Token) -> Token:
    """End a token now: one's own, or as an administrator one of somebody of the office."""
    may = None if by.pk == token.user_id else MANAGE
    with writing(by, "accounts.token.revoked", may=may, on=token) as log:
        token = Token.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            log.save(token)
    return token


# A lost second factor


def ask_recovery(by: User, user: User, reason: str) -> Recovery:
    """The first administrator asks; a second one must agree within three days.

    Raises
    ------
    PermissionDenied
        For oneself, and for people of an office that one may not help (``queries.recovery_helpers``).
    InputProblems
        Without a reason, for somebody who is shut out, or while a request waits.
    """
    if not may_help(by, user):
        raise PermissionDenied(MANAGE)
    if not reason.strip():
        raise InputProblems([InputProblem("record.needs-reason", field="reason")])
    with writing(by, "accounts.recovery.asked", may=MANAGE) as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise InputProblems([InputProblem("accounts.person-inactive", field="username")])
        after = timezone.now() - codes.RECOVERY_WAITS
        if Recovery.objects.filter(user=user, agreed_at=None, asked_at__gt=after).exists():
            raise InputProblems([InputProblem("accounts.recovery-waits", field="username")])
        recovery = Recovery(user=user, reason=reason.strip(), asked_by=by)
        log.save(recovery)
    return recovery


def agree_recovery(by: User, recovery: Recovery) -> str:
    """The second administrator agrees, having made sure who asks, and is shown the code once.

    The code is valid for an hour and is told to the person, not sent.

    Raises
    ------
    PermissionDenied
        For the one who asked, for the person, and for whoever may not help them.
    InputProblems
        For a request that is too old or was agreed to.
    """
    with writing(by, "accounts.recovery.agreed", may=MANAGE) as log:
        recovery = Recovery.objects.select_for_update(of=("self",)).select_related("user").get(pk=recovery.pk)
        if by.pk == recovery.asked_by_id or not may_help(by, recovery.user):
            raise PermissionDenied(MANAGE)
        if recovery.agreed_at is not None or recovery.asked_at < timezone.now() - codes.RECOVERY_WAITS:
            raise InputProblems([InputProblem("accounts.recovery-over")])
        code = codes.new_code()
        recovery.agreed_by, recovery.agreed_at = by, timezone.now()
        recovery.code_digest = codes.digest_of_code(code)
        log.save(recovery)
    return code


def enter_with_code(username: str, code: str, password: str) -> User:
    """A person sets a password with a first-time code, or after a recovery.

    After a recovery their second factors are gone, their sessions have ended and their tokens are revoked.
    The caller limits how often this is tried.

    Raises
    ------
    InputProblems
        One and the same for an unknown name, a wrong code and one that is over; and for a weak password.
    """
    user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    given = codes.digest_of_code(code)
    found = None if user is None else _valid_code(user, given)
    if user is None or found is None:
        with writing(SYSTEM, "accounts.code-refused") as log:
            log.note("accounts.user", user.pk if user else "unknown")
        raise InputProblems([InputProblem("accounts.code-refused", field="code")])
    _refuse_weak(password, user)
    recovering = isinstance(found, Recovery)
    action = "accounts.recovery.used" if recovering else "accounts.first-code.used"
    with writing(user.acting(None), action) as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        record = _valid_code(user, given, lock=True)
        if record is None:  # somebody else used it in this moment
            raise InputProblems([InputProblem("accounts.code-refused", field="code")])
        record.used_at = timezone.now()
        log.save(record)
        user.set_password(password)
        log.save(user)
        if recovering:
            _take_everything(log, user)
    return user


def _valid_code(user: User, given: str, *, lock: bool = False) -> FirstCode | Recovery | None:
    """The record whose code this is, if it still counts."""
    now = timezone.now()
    first = FirstCode.objects.filter(user=user)
    agreed = Recovery.objects.filter(user=user, used_at=None, agreed_at__gt=now - codes.RECOVERY_CODE_LIVES)
    if lock:
        first, agreed = first.select_for_update(), agreed.select_for_update()
    newest = first.order_by("-made_at", "-pk").first()
    candidates: list[tuple[str, Any]] = [(r.code_digest, r) for r in agreed]
    fresh = newest is not None and newest.used_at is None and newest.expires_at > now
    if fresh and not user.has_usable_password():
        candidates.append((newest.digest, newest))
    return next((record for kept, record in candidates if codes.same(kept, given)), None)


def _take_everything(log: Log, user: User) -> None:
    """Whoever holds the lost phone or an open browser is out."""
    for authenticator in Authenticator.objects.filter(user_id=user.pk):
        log.note(
            "accounts.user", user.pk, {"type": authenticator.type}, action="accounts.second-factor-removed"
        )
        authenticator.delete()
    revoke_all_tokens(log, user)
    end_sessions(user)


def _refuse_weak(password: str, user: User) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as weak:
        params = {"why": " ".join(weak.messages)}
        raise InputProblems(
            [InputProblem("accounts.weak-password", field="password", params=params)]
        ) from None
