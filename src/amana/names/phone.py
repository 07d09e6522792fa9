"""Telephone numbers as an equality index compares them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class _Plan(NamedTuple):
    code: str
    trunk: str
    least: int  # digits of the shortest number that can be dialled from abroad


# Syria and where most who fled live near it.  Country codes, trunk prefixes and least lengths of land and
# mobile numbers as in libphonenumber 9.0.43; the tests hold numbers that it wrote.
PLANS = {
    "SY": _Plan("963", "0", 8),
    "TR": _Plan("90", "0", 10),
    "LB": _Plan("961", "0", 7),
    "JO": _Plan("962", "0", 8),
    "IQ": _Plan("964", "0", 8),
    "EG": _Plan("20", "0", 8),
}
_EXTENSION = re.compile(r"(?<=\d)\s*(?:ext|x|#|تحويل|داخلي).*$", re.DOTALL | re.IGNORECASE)
_PLUS = re.compile(r"^\D*\+|\+\D*$")


def fold_phone(text: str, country: str = "SY") -> str:
    """Digits of a number in international form without ``+``: ``963944123456`` for ``0944 123 456``.

    Read as international: a ``+`` before or (as text copied from right-to-left pages has it) behind the
    digits, ``00`` at the front, or the country's own code followed by a number of full length.  Else the
    trunk prefix is dropped and the code of ``country`` put before.  Extensions are left out, and of
    several numbers separated by comma, semicolon, slash or line all but the first.

    Good enough for an index of equal numbers, and no more: nothing is validated, and old numbers that have
    since become longer are not brought up to date.  A text without digits gives ``""``.

    Parameters
    ----------
    country
        ISO 3166 code, one of :data:`PLANS`; where numbers without a country code are from.

    Raises
    ------
    KeyError
        For a country without a plan.
    """
    code, trunk, least = PLANS[country]
    shown = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    shown = _first(shown, least)
    digits = _digits(shown)
    if _PLUS.search(shown) or digits.startswith("00"):
        return _without_trunk(digits.removeprefix("00"), code, trunk)
    if digits.startswith(code) and len(digits) - len(code) >= least:
        return _without_trunk(digits, code, trunk)
    national = digits.removeprefix(trunk)
    return code + national if national else ""


def _first(text: str, least: int) -> str:
    """The first number of several; ``011/2345678`` is one, because ``011`` is too short to be a number."""
    found = ""
    for part in re.split(r"[,;/،؛\n]", text):
        found += _EXTENSION.sub("", part)
        if len(_digits(found)) >= least:
            break
    return found


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.category(c) == "Nd")


def _without_trunk(digits: str, code: str, trunk: str) -> str:
    """``+963 (0) 944 …`` is written often: the trunk prefix after the country's own code goes."""
    if digits.startswith(code + trunk):
        return code + digits[len(code) + len(trunk) :]
    return digits
