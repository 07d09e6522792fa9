"""An entry has one spelling, its digests are RFC 2104's, and nothing else is taken for one."""

import base64
import enum
import hashlib
import hmac
import json
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.provenance import (
    Entry,
    Malformed,
    canonical,
    digest,
    digests_of,
    leaf_bytes,
    new_nonce,
    parse_leaf,
    plain,
    salt_of,
)
from amana.provenance.entry import decode_url64, encode_url64
from tools import verify_log

SALT = bytes(range(32))
NONCE = "AAECAwQFBgcICQoLDA0ODw"
TEXT = st.text(st.characters(blacklist_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def entry(**changes):
    values = {"number": "U-1", "ملاحظة": "عظم"}
    given_ = {
        "action": "unit.created",
        "actor": "user-1",
        "role": "recorder",
        "office": "",
        "at": "2026-11-25T22:30:00.123456Z",
        "object": ("recovery.unit", "7"),
        "subject": None,
        "schema": "recovery.unit/1",
        "nonce": NONCE,
        "digests": digests_of(values, SALT),
    }
    return Entry(**{**given_, **changes})


def test_the_leaf_is_written_as_the_format_says():
    field = encode_url64(hmac.new(SALT, b'number\x00"U-1"', hashlib.sha256).digest())
    arabic = encode_url64(hmac.new(SALT, 'ملاحظة\x00"عظم"'.encode(), hashlib.sha256).digest())
    assert leaf_bytes(entry()).decode() == (
        '{"action":"unit.created","actor":"user-1","at":"2026-11-25T22:30:00.123456Z",'
        f'"digests":{{"number":"{field}","ملاحظة":"{arabic}"}},"nonce":"{NONCE}",'
        '"object":["recovery.unit","7"],"office":"","role":"recorder","schema":"recovery.unit/1",'
        '"subject":null,"v":1}'
    )


def test_the_salt_is_bound_to_the_key_and_the_nonce():
    expected = hmac.new(SALT, b"amana-log-salt/1\x00" + bytes(range(16)), hashlib.sha256).digest()
    assert salt_of(SALT, NONCE) == expected
    assert salt_of(bytes(32), NONCE) != expected
    assert salt_of(SALT, new_nonce()) != expected
    with pytest.raises(ValueError, match="32 bytes"):
        salt_of(SALT[:-1], NONCE)


@given(values=st.dictionaries(TEXT, JSON, max_size=4), salt=st.binary(min_size=32, max_size=32))
def test_digests_of_is_digest_of_each_and_both_programs_agree(values, salt):
    made = digests_of(values, salt)
    assert made == {field: digest(field, value, salt) for field, value in values.items()}
    for field, value in values.items():
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        whole = hmac.new(salt, field.encode() + b"\x00" + text, hashlib.sha256).digest()
        assert made[field] == base64.urlsafe_b64encode(whole).decode().rstrip("=")
    assert verify_log.differing(values, made, salt) == []


@given(value=JSON)
def test_a_value_survives_the_journey_through_an_export(value):
    text = canonical(value)
    assert canonical(json.loads(text)) == text == verify_log.spell(value).encode()


@given(
    texts=st.lists(TEXT.filter(bool), min_size=6, max_size=6),
    subject=st.none() | TEXT.filter(bool),
    digests=st.dictionaries(TEXT, st.binary(min_size=32, max_size=32).map(encode_url64), max_size=3),
)
def test_an_entry_survives_as_a_leaf(texts, subject, digests):
    action, actor, role, office, kind, name = texts
    one = entry(
        action=action,
        actor=actor,
        role=role,
        office=office,
        object=(kind, name),
        subject=subject,
        digests=digests,
    )
    leaf = leaf_bytes(one)
    assert parse_leaf(leaf) == one
    assert verify_log.read_leaf(leaf.decode())["digests"] == digests


LEAF = leaf_bytes(entry()).decode()
DIGEST = digests_of({"a": 1}, SALT)["a"]


@pytest.mark.parametrize(
    "leaf",
    [
        "",
        "[]",
        "null",
        "{}",
        LEAF + "\n",
        " " + LEAF,
        LEAF.replace('":"', '": "', 1),
        LEAF.replace('"v":1', '"v":2'),
        LEAF.replace('"v":1', '"v":true'),
        LEAF.replace('"v":1', '"v":1.0'),
        LEAF.replace('"v":1', '"v":"1"'),
        LEAF.replace('"v":1', '"v":1,"w":1'),
        LEAF.replace(',"v":1', ""),
        LEAF.replace('"subject":null', '"subject":""'),
        LEAF.replace('"subject":null', '"subject":5'),
        LEAF.replace('"subject":null', '"subject":null,"subject":null'),
        LEAF.replace('"unit.created"', '""'),
        LEAF.replace('"unit.created"', "null"),
        LEAF.replace('"user-1"', "1"),
        LEAF.replace('"user-1"', '"\\u0041"'),
        LEAF.replace('"user-1"', '"\\ud800"'),
        LEAF.replace("123456Z", "123Z"),
        LEAF.replace("123456Z", "123456+00:00"),
        LEAF.replace("T22:30", "T24:30"),
        LEAF.replace("2026-11", "2026-13"),
        LEAF.replace("2026-11", "٢٠٢٦-11"),
        LEAF.replace('["recovery.unit","7"]', '["recovery.unit"]'),
        LEAF.replace('["recovery.unit","7"]', '["recovery.unit",7]'),
        LEAF.replace('["recovery.unit","7"]', '"xy"'),
        LEAF.replace("unit/1", "unit/0"),
        LEAF.replace("unit/1", "unit"),
        LEAF.replace("unit/1", "unit/1/2"),
        LEAF.replace("unit/1", "unit/1\\n"),
        LEAF.replace(NONCE, NONCE[:-1]),
        LEAF.replace(NONCE, NONCE[:-1] + "x"),
        LEAF.replace(NONCE, NONCE[:-1] + "="),
        LEAF.replace(digests_of({"number": "U-1"}, SALT)["number"], DIGEST[:-1]),
        LEAF.replace(digests_of({"number": "U-1"}, SALT)["number"], "A" * 42 + "B"),
        LEAF.replace('"' + digests_of({"number": "U-1"}, SALT)["number"] + '"', "null"),
        "[" * 100_000,
        '{"v":' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_leaf_is_refused_by_both(leaf):
    with pytest.raises(Malformed):
        parse_leaf(leaf.encode())
    with pytest.raises(verify_log.FAULTS):
        verify_log.read_leaf(leaf)


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(Malformed):
        parse_leaf(LEAF.encode("utf-16"))


@pytest.mark.parametrize(
    "changes",
    [
        {"action": ""},
        {"actor": None},
        {"at": "2026-11-25 22:30"},
        {"object": ("a",)},
        {"object": ("a", 7)},
        {"subject": ""},
        {"schema": "unit"},
        {"nonce": "short"},
        {"digests": {"a": "short"}},
    ],
)
def test_an_entry_that_could_not_be_read_again_is_not_made(changes):
    with pytest.raises(Malformed):
        entry(**changes)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"a": float("-inf")}])
def test_what_has_no_spelling_has_no_digest(value):
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical(value)
    assert verify_log.differing({"a": value}, {"a": DIGEST}, SALT) == ["a"]


class Colour(enum.StrEnum):
    RED = "red"


class Count(enum.IntEnum):
    TWO = 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 25, 22, 30, tzinfo=UTC), "2026-11-25T22:30:00.000000Z"),
        (
            datetime(2026, 1, 1, 1, 0, 0, 5, tzinfo=timezone(timedelta(hours=3))),
            "2025-12-31T22:00:00.000005Z",
        ),
        (datetime(622, 7, 16, tzinfo=UTC), "0622-07-16T00:00:00.000000Z"),
        (date(2026, 11, 25), "2026-11-25"),
        (time(9, 30), "09:30:00"),
        (Decimal("1.50"), "1.50"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (b"\x00\xff", {"b64": "AP8="}),
        (bytearray(b"a"), {"b64": "YQ=="}),
        (memoryview(b"a"), {"b64": "YQ=="}),
        ((1, (2, None)), [1, [2, None]]),
        ({"a": [date(2026, 1, 2)]}, {"a": ["2026-01-02"]}),
        (Colour.RED, "red"),
        (Count.TWO, 2),
        (1.0, 1.0),
        (True, True),
        (None, None),
    ],
)
def test_plain(value, expected):
    made = plain(value)
    assert made == expected
    assert type(made) is type(expected)
    assert json.loads(canonical(made)) == made


def test_plain_refuses_what_would_not_mean_the_same_elsewhere():
    with pytest.raises(ValueError, match="time zone"):
        plain(datetime(2026, 11, 25))
    for value in ({1: 2}, {1, 2}, object(), 1j):
        with pytest.raises(TypeError):
            plain(value)


@given(data=st.binary(max_size=40))
def test_base64_has_one_spelling(data):
    text = encode_url64(data)
    assert decode_url64(text) == data == verify_log.unbase64(text, url_safe=True)
    for bad in (text + "=", text + "A\n", "+" + text, text + "ق"):
        with pytest.raises(Malformed):
            decode_url64(bad)
        with pytest.raises(verify_log.FAULTS):
            verify_log.unbase64(bad, url_safe=True)
