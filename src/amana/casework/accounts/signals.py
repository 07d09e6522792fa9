"""Sign-ins, sign-outs, failures and second factors as entries of the log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed as changed_password
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from amana.casework.accounts.sessions import begin, end_sessions
from amana.casework.audit.writing import SYSTEM, writing


@receiver(user_logged_in)
def signed_in(request: Any, user: Any, **_: Any) -> None:
    """Somebody signed in."""
    begin(request)
    with writing(user.acting(None), "accounts.signed-in") as log:
        log.note("accounts.user", user.pk)


@receiver(user_logged_out)
def signed_out(user: Any, **_: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        with writing(user.acting(None), "accounts.signed-out") as log:
            log.note("accounts.user", user.pk)


@receiver(user_login_failed)
def sign_in_failed(credentials: Any, **_: Any) -> None:
    """Somebody failed to sign in.  The name that was typed is not kept where no such account exists."""
    from amana.casework.accounts.models import User

    name = str(credentials.get("username", ""))[:60]
    user = User.objects.filter(username__iexact=name).first()
    with writing(SYSTEM, "accounts.sign-in-failed") as log:
        log.note("accounts.user", user.pk if user else "unknown")


@receiver(changed_password)
def password_changed(request: Any, user: Any, **_: Any) -> None:
    """Somebody changed their password; their other sessions are over."""
    with writing(user.acting(None), "accounts.password-changed") as log:
        log.note("accounts.user", user.pk)
    end_sessions(user, keep=request.session.session_key)


@receiver(mfa.authentication_failed)
def second_factor_failed(user: Any, authenticator: Any, **_: Any) -> None:
    """A wrong code after a right password."""
    with writing(SYSTEM, "accounts.second-factor-failed") as log:
        log.note("accounts.user", user.pk, {"type": authenticator.type})


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_removed)
@receiver(mfa.authenticator_reset)
def second_factor_changed(signal: Any, request: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """A second factor was added, removed or renewed.

    With the first one every other session ends: they were opened with a password alone.
    """
    what = {mfa.authenticator_added: "added", mfa.authenticator_removed: "removed"}.get(signal, "reset")
    with writing(user.acting(None), f"accounts.second-factor-{what}") as log:
        log.note("accounts.user", user.pk, {"type": authenticator.type})
    if signal is not mfa.authenticator_added or authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    others = Authenticator.objects.filter(user_id=user.pk).exclude(pk=authenticator.pk)
    if not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        end_sessions(user, keep=request.session.session_key)
