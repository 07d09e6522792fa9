"""The tree agrees with public vectors of RFC 6962 and with its own definition."""

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.provenance import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads(gzip.decompress((Path(__file__).parent / "vectors" / "rfc6962.json.gz").read_bytes()))
SIZES = range(1, 34)


def b(text):
    return base64.b64decode(text or "")


def hashes(n):
    return [leaf_hash(b"%d" % i) for i in range(n)]


def definition(leaves):
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(definition(leaves[:k]), definition(leaves[k:]))


def test_there_are_all_the_vectors():
    assert {kind: len(found) for kind, found in VECTORS.items()} == {"inclusion": 98, "consistency": 98}
    wanted = [v["wantErr"] for found in VECTORS.values() for v in found]
    assert min(wanted.count(True), wanted.count(False)) > 10


@pytest.mark.parametrize("v", VECTORS["inclusion"], ids=lambda v: v["name"])
def test_inclusion_as_the_public_vectors_have_it(v):
    proof = [b(h) for h in v["proof"] or []]
    good = verify_inclusion(v["leafIdx"], v["treeSize"], b(v["leafHash"]), proof, b(v["root"]))
    assert good is not v["wantErr"]


@pytest.mark.parametrize("v", VECTORS["consistency"], ids=lambda v: v["name"])
def test_consistency_as_the_public_vectors_have_it(v):
    proof = [b(h) for h in v["proof"] or []]
    good = verify_consistency(v["size1"], v["size2"], proof, b(v["root1"]), b(v["root2"]))
    assert good is not v["wantErr"]


def test_the_tree_of_the_public_vectors_has_their_root():
    # The eight leaves of testdata, as certificate-transparency-go names them.
    leaves = (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
    root = root_of(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves)
    assert root == b("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")


def test_an_empty_tree_and_a_single_leaf():
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
    one = leaf_hash(b"x")
    assert one == hashlib.sha256(b"\x00x").digest()
    assert root_of([one]) == one
    assert inclusion_proof([one], 0) == []
    assert verify_inclusion(0, 1, one, [], one)


@given(n=st.integers(0, 130), cut=st.integers(0, 130))
def test_however_a_frontier_grows_it_has_the_root_of_the_definition(n, cut):
    leaves = hashes(n)
    one_by_one, many = Frontier(), Frontier()
    for leaf in leaves:
        one_by_one.append(leaf)
    many.extend(leaves[:cut])
    stored = Frontier.from_bytes(many.to_bytes())
    again = Frontier(stored.size, stored.hashes())
    again.extend(leaves[cut:])
    assert one_by_one == again
    assert again.size == n
    assert again.root() == definition(leaves) == one_by_one.root()
    assert len(again.hashes()) == n.bit_count()


def test_a_copy_grows_on_its_own():
    frontier = Frontier()
    frontier.extend(hashes(3))
    before = frontier.root()
    frontier.copy().append(leaf_hash(b"y"))
    assert frontier.root() == before


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 7, b"\x00" * 8 + b"\x01" * 32, b"\x00" * 7 + b"\x01" + b"\x01" * 31]
)
def test_a_damaged_frontier_is_refused(data):
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(data)


@pytest.mark.parametrize("size", SIZES)
def test_every_proof_made_is_accepted_and_only_where_it_belongs(size):
    leaves = hashes(size)
    root = root_of(leaves)
    for i in range(size):
        proof = inclusion_proof(leaves, i)
        for j in range(size):
            assert verify_inclusion(j, size, leaves[i], proof, root) is (i == j)
        for k in range(len(proof)):
            bent = [*proof[:k], leaf_hash(b"other"), *proof[k + 1 :]]
            assert not verify_inclusion(i, size, leaves[i], bent, root)
    for earlier in range(1, size + 1):
        old, proof = root_of(leaves[:earlier]), consistency_proof(leaves, earlier)
        assert verify_consistency(earlier, size, proof, old, root)
        assert not verify_consistency(earlier, size, proof, leaf_hash(b"other"), root)
        assert not verify_consistency(earlier, size, proof, old, leaf_hash(b"other"))
        assert not verify_consistency(earlier, size, [*proof, root], old, root)


def test_what_cannot_be_proved_is_refused():
    with pytest.raises(IndexError):
        inclusion_proof(hashes(3), 3)
    for size in (0, 4):
        with pytest.raises(ValueError, match="no proof"):
            consistency_proof(hashes(3), size)
