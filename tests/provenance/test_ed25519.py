"""The verifier of the single-file tool agrees with RFC 8032 and with ``cryptography``."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.verify_log import BASE, Bad, L, P, add, ed25519, point, public_point, times

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc8032.json").read_text())
GROUP_ORDER = L


def theirs(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def ours(public, signature, message):
    try:
        return ed25519(public, signature, message)
    except Bad:
        return False


@pytest.mark.parametrize("v", VECTORS, ids=lambda v: v["name"])
@pytest.mark.parametrize("verify", [ours, theirs])
def test_the_vectors_of_rfc_8032(v, verify):
    public, signature, message = (bytes.fromhex(v[k]) for k in ("public", "signature", "message"))
    assert verify(public, signature, message)
    assert not verify(public, signature, message + b"x")
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(v["seed"])).sign(message) == signature


def test_all_five_vectors_are_there():
    assert [v["name"] for v in VECTORS] == ["TEST 1", "TEST 2", "TEST 3", "TEST 1024", "TEST SHA(abc)"]


def test_the_base_point_has_the_order_of_the_group():
    x, y, z, _ = times(GROUP_ORDER, BASE)
    assert (x % P, (y - z) % P) == (0, 0)
    # RFC 8032 section 5.1, table 1.
    assert BASE[0] == 15112221349535400772501151409588531511454012693041857206046113283949847762202
    assert BASE[1] == 46316835694926478169428394003475163141307993866256225615783033603165251855960


SEEDS = st.binary(min_size=32, max_size=32)


@given(seed=SEEDS, message=st.binary(max_size=200))
@settings(max_examples=60)
def test_good_signatures_are_good(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ours(public, signature, message)
    assert theirs(public, signature, message)


@given(seed=SEEDS, message=st.binary(max_size=50), bit=st.integers(0, 767), data=st.data())
@settings(max_examples=150)
def test_both_refuse_what_was_changed(seed, message, bit, data):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    whole = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
    for other in {bit, *data.draw(st.lists(st.integers(0, 767), max_size=2))}:
        whole[other // 8] ^= 1 << other % 8
    public, signature = bytes(whole[:32]), bytes(whole[32:])
    assert ours(public, signature, message) is theirs(public, signature, message) is False


@given(seed=SEEDS, message=st.binary(max_size=50), n=st.integers(1, 14))
@settings(max_examples=30)
def test_a_second_spelling_of_s_is_refused(seed, message, n):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    s = int.from_bytes(signature[32:], "little") + n * GROUP_ORDER
    bent = signature[:32] + s.to_bytes(32, "little")
    assert ours(public, bent, message) is theirs(public, bent, message) is False


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_a_signature_has_64_bytes(length):
    public = bytes.fromhex(VECTORS[0]["public"])
    signature = (bytes.fromhex(VECTORS[0]["signature"]) * 2)[:length]
    assert ours(public, signature, b"") is theirs(public, signature, b"") is False


def test_small_keys_and_a_second_spelling_of_r_are_refused():
    # With S = 0 and a public key of small order, [S]B - [k]A is one of a few points and can be guessed.
    # OpenSSL takes such keys; we do not.
    small = (0).to_bytes(32, "little")
    assert not ours(small, (1).to_bytes(32, "little") + bytes(32), b"a")
    with pytest.raises(Bad):
        public_point(small)
    public = bytes.fromhex(VECTORS[1]["public"])
    for r in (P, P + 1):
        signature = r.to_bytes(32, "little") + bytes(32)
        assert ours(public, signature, b"") is theirs(public, signature, b"") is False


def test_the_points_of_small_order_are_the_ones_that_are_listed():
    from amana.provenance import signed_note

    # The group has 8·L points: L times any point has an order that divides 8.
    found = set()
    y = 2
    while len(found) < 5:
        y += 1
        try:
            small = times(GROUP_ORDER, point(y.to_bytes(32, "little")))
        except Bad:
            continue
        for n in range(8):
            _, ny, nz, _ = times(n, small)
            found.add(ny * pow(nz, -1, P) % P)
    assert found == signed_note._SMALL_ORDER


def test_adding_is_what_multiplying_repeats():
    three = add(add(BASE, BASE), BASE)
    other = times(3, BASE)
    assert three[0] * other[2] % P == other[0] * three[2] % P
    assert three[1] * other[2] % P == other[1] * three[2] % P
