"""How allauth fits this house: no sign-up, no e-mail, secrets sealed with the master keys."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from amana.casework.audit.keyring import keyring


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of one-time codes are of no use to somebody who has the database alone."""

    def encrypt(self, text: str) -> str:
        """Seal with the master keys."""
        return keyring().masters.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open."""
        return keyring().masters.decrypt(encrypted_text.encode()).decode()
