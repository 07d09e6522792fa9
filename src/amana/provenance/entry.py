"""One entry of the log: who did what to which object, and salted digests of the object's fields.

The log shows that nothing was changed without holding what was written.  Each field is bound by
``HMAC-SHA256(salt, field ‖ 0x00 ‖ value as canonical JSON)``; the salt follows from a key of the person
whom the text is about.  Destroy that key, and the digests say nothing to anyone, yet the log stays whole.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from amana.provenance.signed_note import Malformed

ERASED = "subject.erased"
"""The action that records a lawful erasure; its object is (:data:`SUBJECT`, the subject)."""
SUBJECT = "audit.subject"
DELETED = ".deleted"
"""How the action ends that leaves an object without a row."""
EVENT = "audit.event/"
"""How the schema begins of an entry about something that was done and changed no row, such as a sign-in."""

_FIELDS = frozenset(
    ("v", "action", "actor", "role", "office", "at", "object", "subject", "schema", "nonce", "digests")
)
_SALT_DOMAIN = b"amana-log-salt/1\x00"
_AT = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z\Z"
)
_SCHEMA = re.compile(r"[^/\s]+/[1-9][0-9]*\Z")
# The last character leaves no bit unused, so that a value has one spelling only.
_BYTES_16 = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]\Z")
_BYTES_32 = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> bytes:
    """A JSON value in its one spelling: keys sorted, no spaces, UTF-8.

    Raises
    ------
    ValueError
        For NaN, infinity or text that is not Unicode.
    TypeError
        For what JSON does not know; see :func:`plain`.
    """
    return _encode(value).encode()


def plain(value: object) -> Any:
    """A value as JSON can hold it, always in the same way.

    A datetime becomes text in UTC with microseconds and Z, a date or time ISO text, a Decimal or UUID text,
    bytes ``{"b64": …}``, a tuple a list; a float stays as it is.

    Raises
    ------
    ValueError
        For a datetime without a time zone: it would mean something else elsewhere.
    TypeError
        For a key that is not text, or a type that is not listed here.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        # A subclass, such as an enumeration, would be written by its own rules.
        return value if type(value) in _JSON_TYPES else _base_value(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"b64": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key that is not text")
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no plain form")


_JSON_TYPES = (type(None), bool, int, float, str)


def _base_value(value: object) -> object:
    for base in (int, float, str):
        if isinstance(value, base):
            return base.__str__(value) if base is str else base(value)
    return value


def encode_url64(data: bytes) -> str:
    """URL-safe base64 without padding (RFC 4648 section 5)."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


def decode_url64(text: str) -> bytes:
    """Read what :func:`encode_url64` writes; raises :class:`Malformed` for any other spelling."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if encode_url64(data) != text:
        raise Malformed("not canonical base64")
    return data


def new_nonce() -> str:
    """A nonce for an entry, from the operating system's random numbers."""
    return encode_url64(secrets.token_bytes(16))


def salt_of(key: bytes, nonce: str) -> bytes:
    """The salt of an entry.

    Parameters
    ----------
    key
        The 32 bytes of the data subject or, for an entry about nobody, of the register.
    nonce
        The nonce of the entry, as it stands there.
    """
    if len(key) != 32:
        raise ValueError("a salt key has 32 bytes")
    return hmac.digest(key, _SALT_DOMAIN + decode_url64(nonce), "sha256")


def digest(field: str, value: object, salt: bytes) -> str:
    """The salted digest of one field, as URL-safe base64 (RFC 2104 with SHA-256)."""
    return encode_url64(hmac.digest(salt, field.encode() + b"\x00" + canonical(value), "sha256"))


def digests_of(values: Mapping[str, object], salt: bytes) -> dict[str, str]:
    """The salted digest of each field."""
    # Spelled out instead of calling digest(): most of the time of a large log is spent here.
    sign, encode, text = hmac.digest, _encode, binascii.b2a_base64
    return {
        field: text(sign(salt, f"{field}\x00{encode(value)}".encode(), "sha256"), newline=False)
        .translate(_URL_SAFE, b"=")
        .decode("ascii")
        for field, value in values.items()
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes
    ----------
    action
        What was done, such as ``unit.corrected``; see :data:`ERASED` and :data:`DELETED`.
    actor, role, office
        Who did it, acting as what, from where.
    at
        When, as UTC text with microseconds: ``2026-11-25T22:30:00.123456Z`` (:func:`plain`).
    object
        Type and identifier of what it was done to.
    subject
        The person whose key salts the digests; None for the key of the register.
    schema
        Which list of fields, and its version, such as ``recovery.unit/1``.
    nonce
        16 random bytes (:func:`new_nonce`).
    digests
        Digest of each field after the action; none where the action changed nothing, as an opening.  A name
        that begins with ``_`` is about the entry, such as ``_reason``, and not about the object's row.

    Raises
    ------
    Malformed
        When it would make an entry that :func:`parse_leaf` refuses.
    """

    action: str
    actor: str
    role: str
    office: str
    at: str
    object: tuple[str, str]
    subject: str | None
    schema: str
    nonce: str
    digests: Mapping[str, str]

    def __post_init__(self) -> None:
        texts = (self.action, self.actor, self.role, self.office, *self.object, self.subject or "")
        if not all(isinstance(text, str) for text in texts) or not self.action or len(self.object) != 2:
            raise Malformed("an entry names its action, actor, role, office and object as text")
        if self.subject == "":
            raise Malformed("a subject is a name or None")
        if not _AT.match(self.at):
            raise Malformed("the time of an entry is UTC with microseconds")
        if not _SCHEMA.match(self.schema) or not _BYTES_16.match(self.nonce):
            raise Malformed("an entry has a schema such as recovery.unit/1 and a nonce of 16 bytes")
        if not all(map(_BYTES_32.match, self.digests.values())):
            raise Malformed("a digest has 32 bytes")


def leaf_bytes(entry: Entry) -> bytes:
    """The entry as the leaf of the log: canonical JSON."""
    return _encode(
        {
            "v": 1,
            "action": entry.action,
            "actor": entry.actor,
            "role": entry.role,
            "office": entry.office,
            "at": entry.at,
            "object": entry.object,
            "subject": entry.subject,
            "schema": entry.schema,
            "nonce": entry.nonce,
            "digests": entry.digests,
        }
    ).encode()


def parse_leaf(leaf: bytes) -> Entry:
    """Read a leaf; raises :class:`Malformed` unless it is exactly what :func:`leaf_bytes` writes."""
    try:
        found = json.loads(leaf.decode())
        if not isinstance(found, dict) or found.keys() != _FIELDS or found["v"] != 1:
            raise Malformed("not the fields of an entry")
        if not isinstance(found["object"], list) or not isinstance(found["digests"], dict):
            raise Malformed("object is a list and digests are a table")
        if not all(isinstance(found[f], str) for f in ("at", "schema", "nonce")):
            raise Malformed("time, schema and nonce are text")
        del found["v"]
        entry = Entry(**{**found, "object": tuple(found["object"])})
        if leaf_bytes(entry) != leaf:
            raise Malformed("not canonical")
    except Malformed:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed(str(error)) from error
    return entry
