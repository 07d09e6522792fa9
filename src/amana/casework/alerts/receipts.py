"""Receipt codes: how one is made, told, read back and kept.

A code is twenty digits in groups of four.  Digits are the same on every keyboard, are told over a telephone
in every language, and joined by hyphens they stand in one order inside Arabic text (Unicode Standard
Annex 9, rule W4); letters are none of this.  10^20 is 66 bits.  The database holds an HMAC of the digits,
under a key that is not in the database.
"""

from __future__ import annotations

import secrets
import unicodedata

from amana.casework.audit.keyring import InvalidToken, keyring

DIGITS, GROUP = 20, 4
SHOWN_FOR = 15 * 60
"""Seconds for which the address of a receipt page shows its code."""
_LONGEST = 200


def new_form() -> str:
    """A token for one form that is filled in once."""
    return secrets.token_urlsafe(16)


def code_for(form: str, content: str) -> str:
    """The code for what one form brought: the same form with the same content has the same code.

    A report that was sent twice by an impatient finger is one report, and its sender has its one code.  Who
    goes back, changes the form and sends it again has made another report.

    Parameters
    ----------
    form
        The form's token; where empty, the code is of no form.
    content
        Digest of everything that was given.
    """
    made = keyring().token("receipt-of-form", f"{form or new_form()}\0{content}")
    return f"{int(made, 16) % 10**DIGITS:0{DIGITS}d}"


def written(code: str) -> str:
    """The code as it is shown: ``0123-4567-8901-2345-6789``."""
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def digits_of(typed: str) -> str:
    """The digits of what somebody typed, in Western, Arabic or Persian digits and with any signs between."""
    values = (unicodedata.decimal(c, None) for c in typed[:_LONGEST])
    return "".join(str(v) for v in values if v is not None)


def receipt_of(code: str) -> str:
    """What the database holds of a code."""
    return keyring().token("receipt", digits_of(code))


def in_address(code: str) -> str:
    """The code for the address of the receipt page: after a quarter of an hour it is of use to nobody."""
    return keyring().box("receipts").encrypt(digits_of(code).encode()).decode().rstrip("=")


def from_address(sealed: str) -> str | None:
    """The digits that an address holds; None where its time is over, or it is none of ours."""
    try:
        padded = f"{sealed}{'=' * (-len(sealed) % 4)}".encode("ascii")
        return keyring().box("receipts").decrypt(padded, ttl=SHOWN_FOR).decode()
    except (InvalidToken, UnicodeEncodeError):
        return None
