"""Signed notes, their keys, and timestamped cosignatures of witnesses.

Sources: C2SP ``signed-note.md`` and ``tlog-cosignature.md`` at commit 5ba5ee83; the text form of
a signing key is the one of Go's ``golang.org/x/mod/sumdb/note``.  The signatures themselves are
Ed25519 (RFC 8032), made and verified by ``cryptography``.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNATURE = 0x01
"""An Ed25519 signature of the text of the note: how a log signs."""
COSIGNATURE = 0x04
"""``cosignature/v1``, an Ed25519 signature with a time: how a witness signs."""
MOST_SIGNATURES = 64
"""A note with more is refused, so that a hostile one cannot cost hours; 16 must be accepted."""

_DASH = "\N{EM DASH} "
_LATEST = 2**63 - 1
_KEY_HASH = re.compile(r"[0-9a-f]{8}\Z")


class Malformed(ValueError):
    """A note, key or checkpoint that does not follow its format."""


_FIELD = 2**255 - 19
_D = -121665 * pow(121666, -1, _FIELD) % _FIELD
_SMALL = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset((0, 1, _FIELD - 1, _SMALL, _FIELD - _SMALL))
"""The y of the eight points of small order, found as multiples of (order of the group) × (any point)."""


def encode64(data: bytes) -> str:
    """Standard base64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Read standard base64 in its one canonical spelling; raises :class:`Malformed` for any other."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if encode64(data) != text:
        raise Malformed("not canonical base64")
    return data


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise Malformed("a key name is empty or holds a space or a plus sign")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Malformed("the text of a note ends in a newline and holds no control characters")


def _key_id(name: str, algorithm: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def _is_weak(public: bytes) -> bool:
    """Whether this is no point, has a second spelling, or anyone could make signatures of it.

    OpenSSL takes all three; RFC 8032 section 5.1.3 refuses the first two.
    """
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _FIELD or y in _SMALL_ORDER:
        return True
    # x² = (y² − 1) / (d y² + 1) must be a square; Euler's criterion on numerator × denominator.
    return pow((y * y - 1) * (_D * y * y + 1), (_FIELD - 1) // 2, _FIELD) != 1


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key, as it is printed and handed to others.

    Attributes
    ----------
    name
        Whose key: for a log its origin.
    algorithm
        :data:`SIGNATURE` or :data:`COSIGNATURE`.
    public
        32 bytes (RFC 8032 section 5.1.5).
    """

    name: str
    algorithm: int
    public: bytes
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.algorithm not in (SIGNATURE, COSIGNATURE) or len(self.public) != 32:
            raise Malformed("neither an Ed25519 key nor one for cosignatures")
        if _is_weak(self.public):
            raise Malformed("a key that binds nobody")
        object.__setattr__(self, "id", _key_id(self.name, self.algorithm, self.public))

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read ``name+hash+base64``; raises :class:`Malformed`."""
        name, public = _parse_key(text)
        key = cls(name, public[0], public[1:])
        if key.id.hex() != text.split("+")[1]:
            raise Malformed("the hash of the key is not that of its name and bytes")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode64(bytes([self.algorithm]) + self.public)}"

    def verify(self, text: str, value: bytes) -> bool:
        """Whether `value` is this key's signature of the text of a note."""
        message, signature = text.encode(), value
        if self.algorithm == COSIGNATURE:
            if len(value) != 72 or (seconds := cosigned_at(value)) > _LATEST:
                return False
            message, signature = _cosigned(text, seconds), value[8:]
        if len(signature) != 64:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SignerKey:
    """The secret half of a key: 32 bytes that never stand in a database or its backup."""

    name: str
    algorithm: int
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise Malformed("the secret of an Ed25519 key has 32 bytes")
        _ = self.verifier  # refuses a bad name or algorithm

    @classmethod
    def generate(cls, name: str, algorithm: int = SIGNATURE) -> SignerKey:
        """A new key from the operating system's random numbers."""
        return cls(name, algorithm, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read ``PRIVATE+KEY+name+hash+base64``; raises :class:`Malformed`."""
        if not text.startswith("PRIVATE+KEY+"):
            raise Malformed("not a secret key")
        rest = text.removeprefix("PRIVATE+KEY+")
        name, secret = _parse_key(rest)
        key = cls(name, secret[0], secret[1:])
        if key.verifier.id.hex() != rest.split("+")[1]:
            raise Malformed("the hash of the key is not that of its name and bytes")
        return key

    @property
    def secret_text(self) -> str:
        """The key as text, to be kept secret."""
        inner = encode64(bytes([self.algorithm]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{inner}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(self.name, self.algorithm, public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: str, at: int | None = None) -> Signature:
        """Sign the text of a note.

        Parameters
        ----------
        at
            Seconds since 1970 UTC: for a cosignature, and only for one.
        """
        _check_text(text)
        if (at is not None) != (self.algorithm == COSIGNATURE):
            raise ValueError("a cosignature has a time, and nothing else has one")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if at is None:
            value = private.sign(text.encode())
        elif 0 <= at <= _LATEST:
            value = at.to_bytes(8, "big") + private.sign(_cosigned(text, at))
        else:
            raise ValueError("the time of a cosignature lies between 0 and 2^63 - 1")
        return Signature(self.name, self.verifier.id, value)


@dataclass(frozen=True)
class Signature:
    """One signature line: who says to have signed, with which key, and the bytes."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode64(self.key_id + self.value)}"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{s}\n" for s in self.signatures)

    def with_signature(self, signature: Signature) -> Note:
        """The same note with one more signature, such as a witness's."""
        return Note(self.text, (*self.signatures, signature))


@dataclass(frozen=True)
class Signers:
    """Whose signatures of a note are good, whose are bad, and how many are of keys that are not known."""

    good: tuple[tuple[VerifierKey, Signature], ...]
    bad: tuple[tuple[VerifierKey, Signature], ...]
    unknown: tuple[Signature, ...]

    @property
    def accepted(self) -> bool:
        """At least one signature of a known key, and none of them bad (C2SP signed-note)."""
        return bool(self.good) and not self.bad


def parse_note(data: str | bytes) -> Note:
    """Read a signed note; raises :class:`Malformed`."""
    try:
        whole = data.decode() if isinstance(data, bytes) else data
        whole.encode()
    except UnicodeError as error:
        raise Malformed("not UTF-8") from error
    cut = whole.rfind("\n\n")
    if cut < 0:
        raise Malformed("no empty line between text and signatures")
    text, lines = whole[: cut + 1], whole[cut + 2 :]
    _check_text(text)
    if not lines.endswith("\n"):
        raise Malformed("no signature, or the last line has no end")
    each = lines[:-1].split("\n")
    if len(each) > MOST_SIGNATURES:
        raise Malformed("too many signatures")
    return Note(text, tuple(_parse_signature(line) for line in each))


def sign_note(text: str, *keys: SignerKey) -> Note:
    """A note signed with each of these keys (for cosignatures see :meth:`SignerKey.sign`)."""
    return Note(text, tuple(key.sign(text) for key in keys))


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> Signers:
    """Verify the signatures of known keys; those of others say nothing and are passed over."""
    known = {(key.name, key.id): key for key in keys}
    good, bad, unknown = [], [], []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append(signature)
        elif key.verify(note.text, signature.value):
            good.append((key, signature))
        else:
            bad.append((key, signature))
    return Signers(tuple(good), tuple(bad), tuple(unknown))


def cosigned_at(value: bytes) -> int:
    """Seconds since 1970 UTC that the value of a cosignature states."""
    return int.from_bytes(value[:8], "big")


def _parse_signature(line: str) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise Malformed("not a signature line")
    _check_name(parts[0])
    value = decode64(parts[1])
    if len(value) < 5:
        raise Malformed("a signature is too short")
    return Signature(parts[0], value[:4], value[4:])


def _parse_key(text: str) -> tuple[str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_HASH.match(parts[1]):
        raise Malformed("a key is written name+hash+base64")
    data = decode64(parts[2])
    if len(data) != 33:
        raise Malformed("the key does not have 32 bytes")
    return parts[0], data
