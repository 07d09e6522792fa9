"""How allauth fits this house: no sign-up, no e-mail, secrets sealed with a key from the key folder."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amana.casework.audit.keyring import keyring
from amana.casework.audit.writing import SYSTEM, writing

LOCKED_FOR = 600
"""Seconds of a lock-out (``ACCOUNT_RATE_LIMITS``)."""
_LOCKED = _(
    "Too many failed attempts. To protect the account, nobody can sign in with this name, or from this "
    "address, for ten minutes. If it was not you who tried, tell the person who manages accounts in your "
    "office."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _LOCKED,
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
        "username_password_mismatch": _("This name and this password do not belong together."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or its time is over. Type the newest one."),
        "account_inactive": _("This account is closed."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up."""
        return False

    def send_mail(self, *_: Any, **__: Any) -> None:
        """Nothing is sent: this house has no e-mail."""

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        """One count for a name, under whichever name of the host it is tried."""
        return f"sign-in:{str(credentials.get('username', '')).strip().lower()}"

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Refuse while locked out, and have the log say so once for each lock-out."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note_lock_out(request, str(credentials.get("username", "")).strip())
            raise

    def _note_lock_out(self, request: Any, username: str) -> None:
        from amana.casework.accounts.codes import digest
        from amana.casework.accounts.models import User

        address = self.get_client_ip(request)
        if not cache.add(f"amana-locked-{digest(f'{username.lower()} {address}')}", 1, LOCKED_FOR):
            return
        user = User.objects.filter(username__iexact=username[:60]).first()
        with writing(SYSTEM, "accounts.locked-out") as log:
            log.note("accounts.user", user.pk if user else "unknown", {"address": address})

    def post_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        """Show pages in the person's own language where none was chosen in this browser."""
        response = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            set_language_cookie(response, user.language)
        return response


def set_language_cookie(response: Any, language: str) -> None:
    """Until the browser is closed: the next person at this machine may read another language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, httponly=True, samesite="Lax", secure=settings.BEHIND_TLS
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of one-time codes are of no use to somebody who has the database alone."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one first."),
        "cannot_generate_recovery_codes": _("Recovery codes come after a second factor. Set one up first."),
    }

    def encrypt(self, text: str) -> str:
        """Seal with the key of second factors."""
        return keyring().box("second-factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open."""
        return keyring().box("second-factor").decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """A privileged person keeps one."""
        from allauth.mfa.models import Authenticator

        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        last = not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return not (last and authenticator.user.is_privileged)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new key is called until its owner says otherwise."""
        from allauth.mfa.models import Authenticator
        from django.utils.translation import gettext

        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return "Amana"
