"""How much one address may send without an account.  Generous: a whole village may stand behind one address.

No address is kept.  What is counted under is an HMAC of it, with a random salt that stands nowhere but in the
cache and is forgotten after a day: from then on nobody can tell which address a count was of.  Counts expire
with their window.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied

from amana.problems import InputProblem

_DAY = 86400
_LOCK = threading.Lock()


class Limit(NamedTuple):
    """At most so many in so many seconds."""

    most: int
    seconds: int


LIMITS: Mapping[str, Limit] = {
    "send": Limit(60, 3600),  # reports, and additions to them
    "look": Limit(900, 3600),  # places that are looked for, forms that are shown again
    "code": Limit(30, 900),  # codes that were of no report
    "megabytes": Limit(4000, _DAY),  # photos and videos
}
"""By what is done; ``REPORT_LIMITS`` of the settings replaces single ones, as pairs."""


def limit(kind: str) -> Limit:
    """The limit that holds here."""
    return Limit(*getattr(settings, "REPORT_LIMITS", {}).get(kind, LIMITS[kind]))


def spend(request: Any, kind: str, amount: int = 1) -> int:
    """Count something against the request's address.

    Returns the seconds to wait where that would be too much (and nothing is counted), otherwise 0.  Where
    the cache cannot be written, nothing is counted: a report is worth more than its count.
    """
    most, seconds = limit(kind)
    now = int(time.time())
    window, passed = divmod(now, seconds)
    try:
        key = f"report-{kind}-{window}-{_who(request, now)}"
        with _LOCK:
            spent = cache.get(key, 0)
            if amount and spent + amount > most:
                return seconds - passed
            if amount:
                cache.set(key, spent + amount, seconds)
            return seconds - passed if spent >= most else 0
    except OSError:
        return 0


def wait(request: Any, kind: str) -> int:
    """Seconds to wait before anything more of this kind is taken; 0 where it may be done now."""
    return spend(request, kind, 0)


def too_many_megabytes(request: Any, size: int) -> InputProblem | None:
    """The limit of uploads (:func:`amana.casework.files.limits.limit`) for whoever is not signed in."""
    if request.user.is_authenticated or not spend(request, "megabytes", round(size / 10**6)):
        return None
    return InputProblem("files.too-many")


def _who(request: Any, now: int) -> str:
    """What an address is counted under today."""
    return hmac.digest(_salt(now // _DAY), _network(request).encode(), "sha256").hex()[:32]


def _salt(day: int) -> bytes:
    key = f"report-salt-{day}"
    found = cache.get(key)
    if found is None:
        cache.add(key, secrets.token_bytes(32), _DAY + 3600)
        found = cache.get(key)
    return bytes(found or b"no cache")


def _network(request: Any) -> str:
    """The address; of the sixth version the part that is one household's."""
    try:
        address = ipaddress.ip_address(get_client_ip(request) or "")
    except (ValueError, ImproperlyConfigured, PermissionDenied):
        return "unknown"
    if address.version == 6:
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
