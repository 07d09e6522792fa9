#!/usr/bin/env python3
"""Verify the export of an Amana log with nothing but Python 3.8 or newer.

    python3 verify_log.py EXPORT.jsonl[.gz] [--key VKEY]... [--witness-key VKEY]...
                          [--checkpoint FILE]... [--lang en|ar] [--json]

The log holds one entry for everything that was written or opened in a register.  Entries are the leaves of
an RFC 6962 tree, whose root the register signs now and then (a checkpoint), and which another office may sign
too (a witness).  This program recomputes all of it from the export:

1. every entry is whole, stands in its place, and time does not run backwards;
2. the values shown with an entry are the ones whose salted digests the entry holds;
3. every current row of the register says what the last entry about it says;
4. every checkpoint has a good signature and the root that the entries lead to.

Give the key of the register with --key as you got it from a source other than the export: whoever forges an
export can put a key of their own into it.  --checkpoint names signed checkpoints kept elsewhere, such as on
paper or by a witness: only they show that nothing was cut off the end.

Exit status: 0 verified, 1 something was found, 2 the input cannot be read.
Nothing here comes from Amana's own code, and no part of it is needed to run this.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import hmac
import json
import re
import sys
import time
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

# --- 1. Sentences: a code with its English, and the Arabic below it -------------------------------

SENTENCES = """
index-missing: Entries {first} to {last} are missing.
    القيود من {first} إلى {last} مفقودة.
index-repeated: Entry {index} stands a second time, or not in its place.
    القيد {index} مكرر أو ليس في موضعه.
entry-malformed: Entry {index} is not written as a log writes entries: it was altered.
    القيد {index} ليس مكتوبًا كما يكتب السجل القيود: لقد غُيّر.
entry-altered: Entry {index} (object {object}) was altered: its stored hash is another.
    القيد {index} (الكائن {object}) غُيّر: بصمته المحفوظة مختلفة.
entry-differs: Entry {index}, object {object}: the value shown for field {field} is not the one recorded.
    القيد {index}، الكائن {object}: القيمة المعروضة للحقل {field} ليست القيمة المسجلة.
entry-unsalted: Entry {index}, object {object}: values are shown without the salt that would prove them.
    القيد {index}، الكائن {object}: القيم معروضة دون الملح الذي يثبتها.
time-backwards: Entry {index} is dated {at}, earlier than the entry before it ({before}).
    القيد {index} مؤرخ {at}، أي قبل القيد الذي يسبقه ({before}).
row-differs: Object {object}: field {field} is not what entry {index}, the last about it, recorded.
    الكائن {object}: الحقل {field} ليس كما سجله القيد {index}، وهو آخر قيد عنه.
row-schema: Object {object} is listed as {schema}, but entry {index}, the last about it, has {written}.
    الكائن {object} مدرج بالصيغة {schema}، أما القيد {index}، وهو آخر قيد عنه، فصيغته {written}.
row-without-entry: Object {object} is in the register, but no entry records it.
    الكائن {object} موجود في قاعدة البيانات ولا يسجله أي قيد.
row-repeated: Object {object} is listed twice.
    الكائن {object} مدرج مرتين.
row-of-deleted: Object {object} is in the register, although entry {index} records its deletion.
    الكائن {object} موجود في قاعدة البيانات مع أن القيد {index} يسجل حذفه.
row-missing: Object {object} is not in the register, although entry {index} ({action}) records it.
    الكائن {object} غير موجود في قاعدة البيانات مع أن القيد {index} ({action}) يسجله.
erased-text: Subject {subject} was erased, yet text is shown in {number} entries about them, first in {index}.
    صاحب البيانات {subject} مُحيت بياناته، ومع ذلك يظهر نصه في قيود عددها {number}، أولها {index}.
withheld: Entries whose text is withheld, and so was not checked: {number}; the first is {first}.
    قيود حُجب نصها فلم يُفحص: {number}، أولها {first}.
rows-withheld: Rows that could not be checked, because text or salt is withheld: {number}.
    صفوف تعذر فحصها لأن نصها أو ملحها محجوب: {number}.
checkpoint-unreadable: Checkpoint number {number} is not a signed checkpoint.
    نقطة التحقق رقم {number} ليست نقطة تحقق موقعة.
checkpoint-origin: The checkpoint at {size} entries is of the log {origin}, not of {expected}.
    نقطة التحقق عند العدد {size} تخص السجل {origin} لا {expected}.
checkpoint-mismatch: The entries are not those signed at {size}: something in {first} to {last} was changed.
    القيود ليست التي وُقعت عند العدد {size}: غُيّر شيء فيما بين {first} و{last}.
shorter: A signed checkpoint counts {size} entries, but the log has {length}: its end was cut off.
    نقطة تحقق موقعة تعدّ من القيود {size}، وليس في السجل إلا {length}: لقد قُطع آخره.
signature-bad: The checkpoint at {size} entries: the signature of {key} is wrong.
    نقطة التحقق عند العدد {size}: توقيع {key} غير صحيح.
signature-unknown: The checkpoint at {size} entries is signed only by unknown keys ({keys}).
    نقطة التحقق عند العدد {size} لا توقعها إلا مفاتيح غير معروفة ({keys}).
signature-untrusted: The checkpoint at {size} entries is not signed by a key that you trust, but by {keys}.
    نقطة التحقق عند العدد {size} لم يوقعها مفتاح تثق به، بل {keys}.
no-checkpoint: There is no checkpoint with a good signature: nothing shows that the log is whole.
    لا توجد نقطة تحقق بتوقيع صحيح: لا شيء يثبت سلامة السجل.
uncovered: Entries {first} to {last} came after the last checkpoint: no signature covers them yet.
    القيود من {first} إلى {last} جاءت بعد آخر نقطة تحقق: لا يشملها أي توقيع بعد.
key-untrusted: Not independently trusted: the key {key} stands only in the export. Ask its owner for it.
    مفتاح لم يُتحقق منه من مصدر مستقل: {key} لا يرد إلا في النسخة نفسها. اطلبه من صاحبه.
line: Line {line} of the export cannot be read: {reason}.
    تعذرت قراءة السطر {line} من النسخة: {reason}.
file: {file} cannot be read: {reason}.
    تعذرت قراءة {file}: {reason}.
key: This is not a key: {key} ({reason}).
    هذا ليس مفتاحًا: {key} ({reason}).
say-warning: Note: {text}
    ملاحظة: {text}
say-finding: FOUND: {text}
    وُجد: {text}
say-more: … and {number} more (use --json for all).
    … وغيرها {number} (استعمل --json لعرضها كلها).
say-log: Log {origin}, exported {made}. Entries: {entries}. Objects: {objects}. Subjects erased: {subjects}.
    السجل {origin}، نُسخ في {made}. القيود: {entries}. الكائنات: {objects}. من مُحيت بياناتهم: {subjects}.
say-rows: Rows compared with their entry: {checked}. Erased, not comparable: {erased}. Withheld: {withheld}.
    صفوف قورنت بآخر قيد عنها: {checked}. ممحوة لا تمكن مقارنتها: {erased}. محجوبة: {withheld}.
say-agrees: At {size} entries (until {until}) it AGREES with the checkpoint of {keys}. Witnesses: {seen}.
    عند العدد {size} (حتى {until}) السجل مطابق لنقطة التحقق التي وقعها {keys}. الشهود: {seen}.
say-disagrees: At {size} entries (until {until}) it DIFFERS from the checkpoint of {keys}. Witnesses: {seen}.
    عند العدد {size} (حتى {until}) السجل غير مطابق لنقطة التحقق التي وقعها {keys}. الشهود: {seen}.
say-earlier: Earlier checkpoints, not shown: {number}; of these differ: {wrong}.
    نقاط تحقق أسبق لم تُعرض: {number}، غير المطابق منها: {wrong}.
say-good: VERIFIED: nothing in this export differs from what was signed.
    تم التحقق: لا شيء في هذه النسخة يختلف عما وُقع عليه.
say-bad: NOT VERIFIED. Findings: {number}.
    لم يتم التحقق. عدد ما وُجد: {number}.
"""


def sentence(language: str, code: str, params: dict[str, Any]) -> str:
    """The sentence of a code; text from the export can neither steer a terminal nor reorder it."""
    lines = SENTENCES[SENTENCES.index(f"\n{code}: ") + 1 :].split("\n", 2)
    text = lines[1].strip() if language == "ar" else lines[0].split(": ", 1)[1]
    shown = {}
    for name, value in params.items():
        plain = ", ".join(value) if isinstance(value, (list, tuple)) else str(value)
        clean = "".join(c if c.isprintable() else "\ufffd" for c in plain[:600]) or "-"
        isolated = f"\u2068{clean}\u2069" if language == "ar" else clean
        shown[name] = plain if name == "text" else isolated
    return text.format(**shown)


# --- 2. JSON and base64, each in one spelling only ------------------------------------------------


class Bad(Exception):
    """Something is not written as it must be."""


FAULTS = (Bad, ValueError, TypeError, RecursionError)
"""What reading hostile text can raise."""


def need(holds: object, why: str) -> None:
    """Raise where something does not hold."""
    if not holds:
        raise Bad(why)


def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object without repeated keys: else a reader could see the one value and we the other."""
    found = dict(pairs)
    need(len(found) == len(pairs), "a key stands twice")
    return found


def no_number(name: str) -> None:
    """Refuse what Python reads as a number and JSON does not know."""
    raise Bad(f"{name} is no number")


load = json.JSONDecoder(object_pairs_hook=table, parse_constant=no_number).decode
spell = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def unbase64(text: Any, length: int = 0, url_safe: bool = False) -> bytes:
    """Bytes of base64 (RFC 4648 section 4; section 5 without padding); `length` 0 means any."""
    need(isinstance(text, str) and not (url_safe and "=" in text), "not base64")
    padded = text.encode("ascii") + b"=" * (-len(text) % 4 if url_safe else 0)
    other = b"-_" if url_safe else b"+/"
    data = base64.b64decode(padded, other, validate=True)
    need(base64.b64encode(data, other) == padded, "base64 has a second spelling")
    need(not length or len(data) == length, f"not {length} bytes")
    return data


# --- 3. Ed25519, verification only (RFC 8032 section 5.1) -----------------------------------------
# Slow and not constant in time, which is of no matter: nothing here is secret.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
# A point is X, Y, Z, T with x = X/Z, y = Y/Z and xy = T/Z.


def add(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    """Sum of two points (section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: tuple[int, ...]) -> tuple[int, ...]:
    """The n-fold of a point, by doubling and adding."""
    total: tuple[int, ...] = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, p)
        p, n = add(p, p), n >> 1
    return total


def point(data: bytes) -> tuple[int, ...]:
    """Decode a point (section 5.1.3), refusing every second spelling."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    need(y < P, "a second spelling of a point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0, "not a point of the curve")
    need(x or not sign, "a second spelling of a point")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def public_point(public: bytes) -> tuple[int, ...]:
    """The point of a public key; one of small order would accept signatures that anyone can make."""
    a = point(public)
    eightfold = times(8, a)
    need(eightfold[0] % P or (eightfold[1] - eightfold[2]) % P, "a key that binds nobody")
    return a


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is good: R = [S]B - [k]A, compared as bytes (section 5.1.7)."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, t = public_point(public)
    s = int.from_bytes(signature[32:], "little")
    x, y, z, _ = add(times(s, BASE), times(k, (P - x, y, z, P - t)))
    inverse = pow(z, P - 2, P)
    encoded = y * inverse % P | (x * inverse % P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32]


# --- 4. Keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) --

REGISTER, WITNESS = 1, 4  # the kinds of key: plain Ed25519, and cosignature/v1


class Key(NamedTuple):
    """A verifier key: name+hash+base64(kind and public key)."""

    text: str
    name: str
    id: str
    kind: int
    public: bytes


def check_name(name: str) -> None:
    """Names hold no space, plus sign or control character."""
    need(name and "+" not in name and not any(c.isspace() or c < " " for c in name), "not the name of a key")


def read_key(text: str) -> Key:
    """Read a verifier key."""
    need(re.match(r"[^+]+\+[0-9a-f]{8}\+", text), "a key is written name+hash+base64")
    name, key_id, rest = text.split("+", 2)
    check_name(name)
    data = unbase64(rest, 33)
    need(data[0] in (REGISTER, WITNESS), "neither an Ed25519 key nor one for cosignatures")
    need(hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] == key_id, "its hash is another")
    public_point(data[1:])
    return Key(text, name, key_id, data[0], data[1:])


def read_note(note: str) -> tuple[str, list[tuple[str, str, bytes]]]:
    """The signed text, and the name, key hash and value of each signature."""
    note.encode()  # refuses half characters
    cut = note.rfind("\n\n")
    body, lines = note[: cut + 1], note[cut + 2 :].split("\n")
    need(cut > 0 and lines.pop() == "" and 0 < len(lines) <= 64, "not a signed note")
    need(not any(c < " " and c != "\n" for c in body), "control characters")
    signatures = []
    for line in lines:
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014", "not a signature line")
        check_name(parts[1])
        value = unbase64(parts[2])
        need(len(value) > 4, "a signature is too short")
        signatures.append((parts[1], value[:4].hex(), value[4:]))
    return body, signatures


def is_signed(key: Key, body: str, value: bytes) -> bool:
    """Whether a value is this key's signature; a witness signs the time together with the text."""
    if key.kind == REGISTER:
        return ed25519(key.public, value, body.encode())
    seconds = int.from_bytes(value[:8], "big")
    message = f"cosignature/v1\ntime {seconds}\n{body}"
    return len(value) == 72 and seconds < 2**63 and ed25519(key.public, value[8:], message.encode())


def read_checkpoint(body: str) -> tuple[str, int, bytes]:
    """Origin, number of entries and root."""
    lines = body.split("\n")
    need(len(lines) > 3 and lines.pop() == "" and all(lines), "not a checkpoint")
    need(re.match(r"(0|[1-9][0-9]{0,17})\Z", lines[1]), "not a number of entries")
    return lines[0], int(lines[1]), unbase64(lines[2], 32)


# --- 5. The tree (RFC 6962 section 2.1) -----------------------------------------------------------


def grow(levels: list[bytes], nodes: list[bytes]) -> None:
    """Add leaf hashes; levels[k] is the root of a whole subtree of 2^k leaves not yet paired, or empty."""
    level = 0
    while nodes:
        levels.extend([b""] * (level + 1 - len(levels)))
        nodes = [levels[level], *nodes] if levels[level] else nodes
        levels[level] = nodes.pop() if len(nodes) % 2 else b""
        pairs = zip(nodes[::2], nodes[1::2])  # noqa: B905 (Python 3.8 has no strict)
        nodes = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        level += 1


def root(levels: list[bytes]) -> bytes:
    """Root over everything added so far."""
    whole = [level for level in levels if level]
    top = whole[0] if whole else hashlib.sha256(b"").digest()
    for left in whole[1:]:
        top = hashlib.sha256(b"\1" + left + top).digest()
    return top


# --- 6. Reading the export ---------------------------------------------------------------------------

NONE = type(None)
FORMS: dict[str, dict[str, tuple[type, ...]]] = {
    "header": {"v": (int,), "origin": (str,), "keys": (list,), "made": (str,)},
    "entry": {"i": (int,), "leaf": (str,), "salt": (str, NONE), "values": (dict, NONE)},
    "row": {"object": (list,), "schema": (str,), "values": (dict, NONE)},
    "checkpoint": {"note": (str,)},
}
LONGEST_LINE = 1 << 26
MOST_SHOWN = 100
AT = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z\Z"
)
# 32 bytes as base64; the last character leaves no bit unused, so that there is one spelling.
DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z").match
LEAF = {"v", "action", "actor", "role", "office", "at", "object", "subject", "schema", "nonce", "digests"}


def is_pair(value: object) -> bool:
    """Whether this is the type and identifier of an object."""
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)


def read_line(line: bytes) -> dict[str, Any]:
    """One line of the export, with nothing missing and nothing more."""
    whole: Any = load(line.decode())
    need(isinstance(whole, dict) and isinstance(whole.get("t"), str), "not an object with t")
    found: dict[str, Any] = whole
    form = FORMS.get(found["t"], {})
    need(form, "t is none of header, entry, row, checkpoint")
    need(found.keys() - {"hash"} == {"t", *form}, "its keys are not those of its kind")
    need("hash" not in found or found["t"] == "entry", "its keys are not those of its kind")
    for name, types in form.items():
        need(type(found[name]) in types, f"{name} has the wrong type")
    if found["t"] == "header":
        need(found["v"] == 1, "another version")
        need(all(isinstance(key, str) for key in found["keys"]), "a key is text")
        found["keys"] = [read_key(key) for key in found["keys"]]
    elif found["t"] == "row":
        need(is_pair(found["object"]), "object is a type and an identifier")
    elif found["t"] == "entry":
        found["leaf"].encode()
        found["salt"] = None if found["salt"] is None else unbase64(found["salt"], 32, True)
        found["hash"] = None if found.get("hash") is None else unbase64(found["hash"], 32, True)
    return found


def read_export(path: str, problems: list[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Every good line in turn; what cannot be read is added to `problems`."""
    place, number = -1, 0
    try:
        with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as source:
            while len(problems) < MOST_SHOWN:
                line = source.readline(LONGEST_LINE)
                if not line:
                    break
                number += 1
                try:
                    found = read_line(line)
                    kind = list(FORMS).index(found["t"])
                    need(kind >= place and (kind == 0) == (place < 0), "not in order, or no header before it")
                    place = kind
                except FAULTS as error:
                    problems.append(("line", {"line": number, "reason": str(error) or "too deep"}))
                    continue
                yield found
    except (OSError, EOFError, zlib.error) as error:
        problems.append(("file", {"file": path, "reason": str(error)}))
    if place < 0 and not problems:
        problems.append(("file", {"file": path, "reason": "empty"}))


def read_leaf(text: str) -> dict[str, Any]:
    """An entry; refuses what a log would not have written, to the byte."""
    whole: Any = load(text)
    need(isinstance(whole, dict) and whole.keys() == LEAF and type(whole["v"]) is int, "not an entry")
    leaf: dict[str, Any] = whole
    need(leaf["v"] == 1 and is_pair(leaf["object"]) and isinstance(leaf["digests"], dict), "not an entry")
    names = ("action", "actor", "role", "office", "at", "schema", "nonce")
    need(all(isinstance(leaf[name], str) for name in names) and leaf["action"], "not text")
    need(leaf["subject"] is None or (isinstance(leaf["subject"], str) and leaf["subject"]), "no subject")
    need(re.match(AT, leaf["at"]) and re.match(r"[^/\s]+/[1-9][0-9]*\Z", leaf["schema"]), "no time or schema")
    unbase64(leaf["nonce"], 16, True)
    need(all(map(DIGEST, leaf["digests"].values())), "not a digest")
    need(spell(leaf) == text, "another spelling")
    return leaf


def differing(values: dict[str, Any], digests: dict[str, str], salt: bytes) -> list[str]:
    """Fields whose HMAC-SHA256(salt, field, 0, value) is not the one recorded, or that one side lacks."""
    wrong = digests.keys() ^ values.keys()
    for field in digests.keys() & values.keys():
        try:
            made = hmac.digest(salt, f"{field}\0{spell(values[field])}".encode(), "sha256")
        except FAULTS:
            made = b""
        if made != base64.urlsafe_b64decode(digests[field] + "="):
            wrong.add(field)
    return sorted(wrong)


# --- 7. The checks -----------------------------------------------------------------------------------


class Log:
    """Takes the lines of an export in their order and keeps what was found."""

    def __init__(self, header: dict[str, Any], trusted: list[Key]) -> None:
        self.origin, self.made = header["origin"], header["made"]
        # Trusted keys last: they win over a key made to share a name and hash.
        self.keys = {(key.name, key.id): key for key in [*header["keys"], *trusted]}
        self.trusted = set(trusted)
        self.findings: list[tuple[str, dict[str, Any], bool]] = []  # code, parameters, only a warning
        self.expected, self.last_at = 0, ""
        self.hashes, self.times = bytearray(), bytearray()  # 32 and 27 bytes an entry
        self.objects: dict[tuple[str, str], list[Any]] = {}  # index, leaf, salt, row seen
        self.erased: set[str] = set()
        self.texts: dict[str, list[int]] = {}  # subject: first entry with text, how many
        self.nulls: dict[str | None, list[int]] = {}  # the same, without text
        self.rows = {"checked": 0, "erased": 0, "withheld": 0}
        self.notes = 0
        self.checkpoints: list[dict[str, Any]] = []

    def find(self, code: str, warning: bool = False, **params: Any) -> None:
        """Keep a finding."""
        self.findings.append((code, params, warning))

    def take(self, line: dict[str, Any]) -> None:
        """Take the next line."""
        {"entry": self.entry, "row": self.row, "checkpoint": self.checkpoint}[line["t"]](line)

    def entry(self, line: dict[str, Any]) -> None:
        """An entry: its place, its hash, its time, its values."""
        index, salt, values = line["i"], line["salt"], line["values"]
        if index > self.expected:
            self.find("index-missing", first=self.expected, last=index - 1)
        elif index < self.expected:
            self.find("index-repeated", index=index)
        self.expected = max(self.expected, index + 1)
        data = line["leaf"].encode()
        leaf_hash = hashlib.sha256(b"\0" + data).digest()
        self.hashes += leaf_hash
        try:
            leaf = read_leaf(line["leaf"])
        except FAULTS:
            self.times += b" " * 27
            self.find("entry-malformed", index=index)
            return
        name, subject, digests = " ".join(leaf["object"]), leaf["subject"], leaf["digests"]
        if line["hash"] not in (None, leaf_hash):
            self.find("entry-altered", index=index, object=name)
        if leaf["at"] < self.last_at:
            self.find("time-backwards", index=index, at=leaf["at"], before=self.last_at)
        self.last_at = leaf["at"]
        self.times += leaf["at"].encode()
        if leaf["action"] == "subject.erased" and leaf["object"][0] == "audit.subject":
            self.erased.add(leaf["object"][1])
        if digests or values:
            if subject is not None and (salt is not None or values is not None):
                self.texts.setdefault(subject, [index, 0])[1] += 1
            if values is None:
                self.nulls.setdefault(subject, [index, 0])[1] += 1
            elif salt is None:
                self.find("entry-unsalted", index=index, object=name)
            else:
                for field in differing(values, digests, salt):
                    self.find("entry-differs", index=index, object=name, field=field)
        # What changes nothing, such as an opening, has no digests; events do not describe the object either.
        is_event = leaf["schema"].startswith("audit.event/")
        if not is_event and (digests or leaf["action"].endswith(".deleted")):
            self.objects[leaf["object"][0], leaf["object"][1]] = [index, data, salt, False]

    def row(self, line: dict[str, Any]) -> None:
        """A row: what the last entry about its object says of every field."""
        name = " ".join(line["object"])
        state = self.objects.get((line["object"][0], line["object"][1]))
        if state is None:
            self.find("row-without-entry", object=name)
            return
        index, data, salt, seen = state
        leaf = load(data.decode())
        if leaf["action"].endswith(".deleted"):
            self.find("row-of-deleted", object=name, index=index)
            return
        if seen:
            self.find("row-repeated", object=name)
            return
        state[3] = True
        if line["schema"] != leaf["schema"]:
            self.find("row-schema", object=name, index=index, schema=line["schema"], written=leaf["schema"])
        elif leaf["subject"] in self.erased:
            self.rows["erased"] += 1  # its key is destroyed: nobody can recompute its digests
        elif salt is None or line["values"] is None:
            self.rows["withheld"] += 1
        else:
            self.rows["checked"] += 1
            # A field such as _reason is about the entry, not about the row.
            about_row = {f: d for f, d in leaf["digests"].items() if not f.startswith("_")}
            for field in differing(line["values"], about_row, salt):
                self.find("row-differs", object=name, index=index, field=field)

    def checkpoint(self, line: dict[str, Any]) -> None:
        """A checkpoint: of this log, and signed by a key that we know."""
        self.notes += 1
        try:
            body, signatures = read_note(line["note"])
            origin, size, root_hash = read_checkpoint(body)
        except FAULTS:
            self.find("checkpoint-unreadable", number=self.notes)
            return
        if origin != self.origin:
            self.find("checkpoint-origin", size=size, origin=origin, expected=self.origin)
            return
        good, bad = [], 0
        for name, key_id, value in signatures:
            key = self.keys.get((name, key_id))
            if key is None:
                continue  # anyone may add a signature: that of an unknown key says nothing
            if is_signed(key, body, value):
                good.append((key, int.from_bytes(value[:8], "big")))
            else:
                bad += 1
                self.find("signature-bad", size=size, key=name)
        if not good and not bad:
            self.find("signature-unknown", size=size, keys=[name for name, _, _ in signatures])
        if bad or not good:
            return
        keys = [key for key, _ in good]
        if any(key.kind == REGISTER for key in self.trusted) and self.trusted.isdisjoint(keys):
            self.find("signature-untrusted", size=size, keys=[key.name for key in keys])
            return
        until = self.times[27 * (size - 1) : 27 * size].decode().strip() if size else ""
        found = {"size": size, "root": root_hash, "until": until, "good": good}
        self.checkpoints.append(found)

    def finish(self) -> None:
        """What can be said only at the end."""
        for (kind, name), (index, data, _, seen) in self.objects.items():
            action = load(data.decode())["action"]
            if not seen and not action.endswith(".deleted"):
                self.find("row-missing", object=f"{kind} {name}", index=index, action=action)
        for subject in sorted(self.erased & self.texts.keys()):
            first, number = self.texts[subject]
            self.find("erased-text", subject=subject, index=first, number=number)
        held = [counts for subject, counts in self.nulls.items() if subject not in self.erased]
        if held:
            number, first = sum(n for _, n in held), min(first for first, _ in held)
            self.find("withheld", warning=True, number=number, first=first)
        if self.rows["withheld"]:
            self.find("rows-withheld", warning=True, number=self.rows["withheld"])
        self.compare_roots()
        unproven = {
            key.text: None for c in self.checkpoints for key, _ in c["good"] if key not in self.trusted
        }
        for text in unproven:
            self.find("key-untrusted", warning=True, key=text)

    def compare_roots(self) -> None:
        """Grow the tree from checkpoint to checkpoint; the change lies after the last that agrees."""
        self.checkpoints.sort(key=lambda c: int(c["size"]))
        levels: list[bytes] = []
        length, grown, agreed = len(self.hashes) // 32, 0, 0
        wrong: dict[int, list[int]] = {}  # last size that agreed: sizes that do not
        for c in self.checkpoints:
            c["agrees"] = False
            if c["size"] <= length:
                cuts = range(32 * grown, 32 * c["size"], 32)
                grow(levels, [bytes(self.hashes[i : i + 32]) for i in cuts])
                grown = c["size"]
                c["agrees"] = root(levels) == c["root"]
                if c["agrees"]:
                    agreed = grown
                else:
                    wrong.setdefault(agreed, []).append(grown)
        for first, sizes in wrong.items():
            last = max(sizes[0] - 1, first)
            self.find("checkpoint-mismatch", size=sizes[0], first=first, last=last, number=len(sizes))
        for size in sorted({c["size"] for c in self.checkpoints if c["size"] > length}):
            self.find("shorter", size=size, length=length)
        if not self.checkpoints:
            self.find("no-checkpoint")
        elif self.checkpoints[-1]["size"] < length:
            self.find("uncovered", warning=True, first=self.checkpoints[-1]["size"], last=length - 1)


# --- 8. Telling --------------------------------------------------------------------------------------


def witness_text(key: Key, seconds: int) -> str:
    """Who saw a checkpoint, and when."""
    try:
        return f"{key.name} ({time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))})"
    except (OverflowError, ValueError, OSError):
        return f"{key.name} ({seconds})"


def summary(log: Log) -> list[tuple[str, dict[str, Any]]]:
    """The closing account, as codes and parameters."""
    counts = {"entries": len(log.hashes) // 32, "objects": len(log.objects), "subjects": len(log.erased)}
    lines: list[tuple[str, dict[str, Any]]] = [
        ("say-log", {"origin": log.origin, "made": log.made, **counts}),
        ("say-rows", dict(log.rows)),
    ]
    earlier, last = log.checkpoints[:-20], log.checkpoints[-20:]
    if earlier:
        wrong = sum(not c["agrees"] for c in earlier)
        lines.append(("say-earlier", {"number": len(earlier), "wrong": wrong}))
    for c in last:
        signers = [key.name for key, _ in c["good"] if key.kind == REGISTER]
        seen = [witness_text(key, seconds) for key, seconds in c["good"] if key.kind == WITNESS]
        params = {"size": c["size"], "until": c["until"], "keys": signers, "seen": seen}
        lines.append(("say-agrees" if c["agrees"] else "say-disagrees", params))
    failures = sum(not warning for _, _, warning in log.findings)
    lines.append(("say-bad", {"number": failures}) if failures else ("say-good", {}))
    return lines


def tell(log: Log, language: str) -> None:
    """Print findings, then the account."""
    ordered = sorted(log.findings, key=lambda f: f[2])  # warnings last
    for code, params, warning in ordered[:MOST_SHOWN]:
        text = sentence(language, code, params)
        print(sentence(language, "say-warning" if warning else "say-finding", {"text": text}))
    if len(ordered) > MOST_SHOWN:
        print(sentence(language, "say-more", {"number": len(ordered) - MOST_SHOWN}))
    for code, params in summary(log):
        print(sentence(language, code, params))


def tell_json(log: Log, language: str) -> None:
    """Print the same for a program."""
    found = [
        {"code": f"log.{c}", "params": p, "warning": w, "text": sentence(language, c, p)}
        for c, p, w in log.findings
    ]
    account = [{"code": c, "params": p, "text": sentence(language, c, p)} for c, p in summary(log)]
    verified = all(warning for _, _, warning in log.findings)
    print(json.dumps({"verified": verified, "findings": found, "summary": account}, indent=1))


def main() -> int:
    """Read the command line, verify, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description="Verify the export of an Amana log.")
    parser.add_argument("export", help="EXPORT.jsonl or EXPORT.jsonl.gz")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="key of the register")
    parser.add_argument("--witness-key", action="append", default=[], metavar="VKEY", help="key of a witness")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="kept elsewhere")
    parser.add_argument("--lang", choices=("en", "ar"), default="en")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    problems: list[tuple[str, dict[str, Any]]] = []
    trusted: list[Key] = []
    for text in options.key + options.witness_key:
        try:
            trusted.append(read_key(text))
        except FAULTS as error:
            problems.append(("key", {"key": text, "reason": str(error)}))
    kept = []
    for path in options.checkpoint:
        try:
            with open(path, "rb") as source:
                kept.append({"t": "checkpoint", "note": source.read(LONGEST_LINE).decode()})
        except (OSError, ValueError) as error:
            problems.append(("file", {"file": path, "reason": str(error)}))
    log = None
    if not problems:
        for line in read_export(options.export, problems):
            if log is None:
                log = Log(line, trusted)
            else:
                log.take(line)
    if problems or log is None:
        for code, params in problems:
            print(sentence(options.lang, code, params), file=sys.stderr)
        return 2
    for line in kept:
        log.take(line)
    log.finish()
    (tell_json if options.json else tell)(log, options.lang)
    return 1 if any(not warning for _, _, warning in log.findings) else 0


if __name__ == "__main__":
    sys.exit(main())
