"""Sign-ins, sign-outs, failures and second factors as entries of the log."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from amana.casework.audit.writing import SYSTEM, writing


@receiver(user_logged_in)
def signed_in(user: Any, **_: Any) -> None:
    """Somebody signed in."""
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

    user = User.objects.filter(username=str(credentials.get("username", ""))[:60]).first()
    with writing(SYSTEM, "accounts.sign-in-failed") as log:
        log.note("accounts.user", user.pk if user else "unknown")


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_removed)
@receiver(mfa.authenticator_reset)
def second_factor_changed(signal: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """A second factor was added, removed or renewed."""
    what = {mfa.authenticator_added: "added", mfa.authenticator_removed: "removed"}.get(signal, "reset")
    with writing(user.acting(None), f"accounts.second-factor-{what}") as log:
        log.note("accounts.user", user.pk, {"type": authenticator.type})
