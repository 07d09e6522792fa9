"""Notes, keys and cosignatures are those of C2SP, and what is malformed is refused."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amana.provenance import (
    COSIGNATURE,
    SIGNATURE,
    Checkpoint,
    Malformed,
    Note,
    SignerKey,
    VerifierKey,
    cosigned_at,
    parse_checkpoint,
    parse_note,
    sign_note,
    verify_note,
)
from tests.provenance.build import LOG, STRANGER, WITNESS
from tools import verify_log

# C2SP signed-note.md at 5ba5ee83, section "Example".
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of Go's golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE"
    "6RyyBwJnAM=\n"
)
TEXT = "example.org/log\n7\n" + "A" * 43 + "=\n"


@pytest.mark.parametrize(("vkey", "note"), [(VKEY, NOTE), (GO_VKEY, GO_NOTE)], ids=["C2SP", "Go"])
def test_the_public_examples(vkey, note):
    key = VerifierKey.parse(vkey)
    assert str(key) == vkey
    parsed = parse_note(note.encode())
    assert str(parsed) == note
    assert verify_note(parsed, [key]).accepted
    assert not verify_note(Note("T" + parsed.text[1:] + "\n", parsed.signatures), [key]).accepted
    theirs = verify_log.read_key(vkey)
    body, signatures = verify_log.read_note(note)
    assert [(name, verify_log.is_signed(theirs, body, value)) for name, _, value in signatures] == [
        (key.name, True)
    ]
    assert not verify_log.is_signed(theirs, body + "\n", signatures[0][2])


@pytest.mark.parametrize("algorithm", [SIGNATURE, COSIGNATURE])
def test_a_key_survives_as_text(algorithm):
    key = SignerKey.generate("example.org/log", algorithm)
    assert SignerKey.parse(key.secret_text) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier
    assert verify_log.read_key(str(key.verifier)).id == key.verifier.id.hex()
    assert key.secret_text not in repr(key)
    assert repr(key.seed) not in repr(key)


def test_a_cosignature_binds_its_time_and_its_text():
    signature = WITNESS.sign(TEXT, at=1679315147)
    assert cosigned_at(signature.value) == 1679315147
    key, theirs = WITNESS.verifier, verify_log.read_key(str(WITNESS.verifier))
    for value, text, good in (
        (signature.value, TEXT, True),
        (signature.value, TEXT.replace("7", "8"), False),
        ((1679315148).to_bytes(8, "big") + signature.value[8:], TEXT, False),
        (b"\xff" * 8 + signature.value[8:], TEXT, False),
        (signature.value[:-1], TEXT, False),
        (signature.value[8:], TEXT, False),
        (b"", TEXT, False),
    ):
        assert key.verify(text, value) is good
        assert verify_log.is_signed(theirs, text, value) is good


def test_a_time_past_what_the_format_allows_is_refused_though_signed():
    private = Ed25519PrivateKey.from_private_bytes(WITNESS.seed)
    theirs = verify_log.read_key(str(WITNESS.verifier))
    for seconds, good in ((2**63 - 1, True), (2**63, False), (2**64 - 1, False)):
        signature = private.sign(f"cosignature/v1\ntime {seconds}\n{TEXT}".encode())
        value = seconds.to_bytes(8, "big") + signature
        assert WITNESS.verifier.verify(TEXT, value) is good
        assert verify_log.is_signed(theirs, TEXT, value) is good


def test_a_signature_of_a_note_is_no_cosignature_with_the_same_secret():
    as_log = SignerKey(WITNESS.name, SIGNATURE, WITNESS.seed)
    assert as_log.verifier.id != WITNESS.verifier.id
    assert not as_log.verifier.verify(TEXT, WITNESS.sign(TEXT, at=1).value[8:])


def test_a_time_goes_with_a_cosignature_only():
    for key, at in ((LOG, 1), (WITNESS, None), (WITNESS, -1), (WITNESS, 2**63)):
        with pytest.raises(ValueError, match="time"):
            key.sign(TEXT, at=at)


def test_signatures_of_unknown_keys_are_passed_over():
    note = sign_note(TEXT, STRANGER, LOG).with_signature(WITNESS.sign(TEXT, at=5))
    signers = verify_note(note, [LOG.verifier, WITNESS.verifier])
    assert [key.name for key, _ in signers.good] == [LOG.name, WITNESS.name]
    assert [s.name for s in signers.unknown] == [STRANGER.name]
    assert signers.accepted
    assert not verify_note(note, []).accepted


def test_one_bad_signature_of_a_known_key_spoils_the_note():
    good = sign_note(TEXT, LOG)
    bad = good.with_signature(sign_note(TEXT + "x\n", STRANGER).signatures[0])
    assert not verify_note(bad, [LOG.verifier, STRANGER.verifier]).accepted
    assert verify_note(bad, [LOG.verifier]).accepted


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "\n",
        NOTE.rstrip("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("—", "-"),
        NOTE.replace("— example.com/foo", "— example com/foo"),
        NOTE.replace("— example.com/foo", "— example.com+foo"),
        NOTE.replace("example.com/foo ", " "),
        NOTE.replace("QM=", "QN="),
        NOTE.replace("QM=", "Q"),
        NOTE.replace("QM=", "QM= "),
        NOTE.replace("an example", "an\texample"),
        NOTE.replace("an example", "an\x00example"),
        NOTE.replace("an example", "an \ud800 example"),
        "text\n\n— a AAAAAA==\n",
        "text\n\n" + "— a AAAAAAAA\n" * 65,
    ],
)
def test_a_malformed_note_is_refused_by_both(note):
    with pytest.raises(Malformed):
        parse_note(note)
    with pytest.raises(verify_log.FAULTS):
        verify_log.read_note(note)


def test_a_note_that_is_not_utf8_is_refused():
    with pytest.raises(Malformed):
        parse_note(NOTE.encode("utf-16"))


SMALL = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"


def weak_keys():
    """Keys with a right hash whose point is small, spelled a second way, or none."""
    p = 2**255 - 19
    for y in (0, 1, p - 1, int.from_bytes(bytes.fromhex(SMALL), "little"), p, p + 1, p + 3, 2):
        for sign in (0, 1):
            yield (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize("public", list(weak_keys()), ids=bytes.hex)
def test_a_key_that_binds_nobody_is_refused_by_both(public):
    data = b"\x01" + public
    vkey = f"x+{hashlib.sha256(b'x' + bytes([10]) + data).hexdigest()[:8]}+{base64.b64encode(data).decode()}"
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)
    with pytest.raises(verify_log.Bad):
        verify_log.read_key(vkey)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        "a+b+c",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("foo", "bar"),
        VKEY.replace("+Aeky", "+Beky"),
        VKEY[:-1] + "l",
        VKEY + "=",
        VKEY.replace("example", "exam ple"),
        VKEY.replace("example.com/foo", ""),
        VKEY.replace("Kv3U2k", "ق"),
    ],
)
def test_a_malformed_key_is_refused_by_both(vkey):
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)
    with pytest.raises(verify_log.FAULTS):
        verify_log.read_key(vkey)
    with pytest.raises(Malformed):
        SignerKey.parse("PRIVATE+KEY+" + vkey)
    with pytest.raises(Malformed):
        SignerKey.parse(vkey)


def test_the_public_checkpoint():
    # C2SP tlog-checkpoint.md at 5ba5ee83.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    found = parse_checkpoint(text)
    assert (found.origin, found.size, found.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert str(found) == text
    assert verify_log.read_checkpoint(text) == (found.origin, found.size, found.root)


@given(
    origin=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1),
    size=st.integers(0, 10**18 - 1),
    root=st.binary(min_size=32, max_size=32),
    lines=st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1), max_size=3),
)
def test_a_checkpoint_survives_as_text(origin, size, root, lines):
    found = Checkpoint(origin, size, root, tuple(lines))
    assert parse_checkpoint(str(found)) == found
    assert verify_log.read_checkpoint(str(found)) == (origin, size, root)


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n١\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT[4:]}\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\nx\n",
    ],
)
def test_a_malformed_checkpoint_is_refused_by_both(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)
    with pytest.raises(verify_log.FAULTS):
        verify_log.read_checkpoint(text)
