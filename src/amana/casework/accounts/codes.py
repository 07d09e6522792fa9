"""Codes and secrets that let somebody in: how they are made, written and kept."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets

# Crockford's letters: nothing that is misheard or misread, so that a code can be read out.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL٠١٢٣٤٥٦٧٨٩", "0110123456789")
_LENGTH, _GROUP = 16, 4

FIRST_CODE_LIVES = datetime.timedelta(days=7)
RECOVERY_WAITS = datetime.timedelta(days=3)
"""How long a second administrator may take to agree."""
RECOVERY_CODE_LIVES = datetime.timedelta(hours=1)


def new_code() -> str:
    """A code of 80 bits in groups, to be told by one person to another."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


def new_secret() -> str:
    """A secret of 256 bits for a device or a program; the beginning tells a scanner of files what it is."""
    return f"amana_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is kept of a secret.  Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def digest_of_code(typed: str) -> str:
    """Digest of a code, however its groups and letters were written."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return digest(letters.translate(_ALIKE))


def same(kept: str, given: str) -> bool:
    """Whether two digests are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(kept, given)
