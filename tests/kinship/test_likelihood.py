"""The engine against enumeration: every mutation model, chromosome, doubt about a genotype, and loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from amana.kinship import likelihood as engine_module
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.mutation import mutation_model
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile
from amana.kinship.structure import Choices
from tests.kinship import brute_force
from tests.kinship.examples import (
    COUSINS,
    DOUBLE_COUSINS,
    GRANDFATHER,
    HALF_AVUNCULAR,
    HALF_SIBS,
    ONE_PARENT,
    SIB_MATING,
    SIBS,
    TRIO,
    TWO_FAMILIES,
    agree,
    calls,
    custom,
    engine,
    marker,
    markers_by_model,
    people,
    profiles,
)

MODELS = markers_by_model()
SMALL = markers_by_model(3)

FAMILIES = {
    "trio": (TRIO, {"f": "0/1", "m": "1/2", "c": "0/2"}),
    "trio, clash": (TRIO, {"f": "0/0", "m": "1/2", "c": "2/2"}),
    "child and mother": (TRIO, {"m": "1/1", "c": "0/1"}),
    "sibs": (SIBS, {"a": "0/1", "b": "1/2"}),
    "sibs and mother": (SIBS, {"m": "2/2", "a": "0/1", "b": "1/2"}),
    "grandfather": (GRANDFATHER, {"g": "0/1", "c": "2/2"}),
    "half-sibs": (HALF_SIBS, {"m": "0/0", "a": "0/1", "b": "1/1"}),
    "one parent": (ONE_PARENT, {"f": "0/2", "b": "1/1"}),
    "child of sibs": (SIB_MATING, {"f": "0/1", "c": "2/2"}),
    "two families": (TWO_FAMILIES, {"c": "0/0", "s": "0/1", "u": "1/2"}),
    "nobody seen": (SIBS, {}),
}


def check(pedigree, found, marker, theta=0.0):
    theirs = brute_force.likelihood(pedigree, found, marker, theta)
    assert agree(engine(pedigree, found, marker, theta), theirs)
    return theirs


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("family", FAMILIES)
def test_mutation(family, model):
    pedigree, seen = FAMILIES[family]
    m = (MODELS if len(pedigree) <= 4 else SMALL)[model]
    check(pedigree, calls(m, seen), m)


LOOPS = {
    "cousin marriage": (COUSINS, {"g": "0/1", "c": "1/1", "e": "1/2"}),
    "cousin marriage, child alone": (COUSINS, {"e": "1/1"}),
    "double cousins": (DOUBLE_COUSINS, {"g": "0/1", "j": "1/1", "x": "0/1", "z": "1/1"}),
    "half aunt": (HALF_AVUNCULAR, {"h": "0/1", "c": "1/1"}),
    "sib mating": (SIB_MATING, {"m": "0/0", "a": "0/1", "c": "1/1"}),
}


@pytest.mark.parametrize("family", LOOPS)
def test_loops(family):
    pedigree, seen = LOOPS[family]
    m = marker(2 if family.startswith("double") else 3)
    seen = {p: c.replace("2", "0") if len(m.alleles) == 2 else c for p, c in seen.items()}
    assert check(pedigree, calls(m, seen), m) > 0


def test_a_cousin_marriage_under_mutation():
    m = replace(marker(2), mutation=custom(3, 2))
    check(COUSINS, calls(m, {"g": "0/1", "c": "1/1", "e": "0/1"}), m)


@pytest.mark.parametrize("choices", list(Choices), ids=lambda c: c.name)
@pytest.mark.parametrize("family", ["sibs", "grandfather", "child of sibs", "two families"])
def test_every_way_of_writing_transmissions_gives_the_same(family, choices, monkeypatch):
    monkeypatch.setattr(engine_module, "Choices", [choices])
    pedigree, seen = FAMILIES[family]
    for model in ("stepwise", "custom"):
        m = SMALL[model]
        check(pedigree, calls(m, seen), m)
    m = SMALL["custom"]
    check(pedigree, calls(m, {p: c for p, c in seen.items() if p != "f"}), m, 0.04)


X_FAMILIES = {
    "father and daughter": (people("f - - M", "m - - F", "d f m F"), {"f": "0/0", "d": "0/1"}),
    "father and son": (people("f - - M", "m - - F", "s f m M"), {"f": "0/0", "s": "1/1"}),
    "brother and sister": (people("f - - M", "m - - F", "s f m M", "d f m F"), {"s": "0/0", "d": "1/2"}),
    "half-sisters": (
        people("f - - M", "m - - F", "n - - F", "d f m F", "e f n F"), {"d": "0/0", "e": "0/1"},
    ),
    "mother's father": (people("g - - M", "m g - F", "s - m M"), {"g": "2/2", "s": "1/1"}),
    "loop": (people("f - - M", "m - - F", "a f m M", "b f m F", "c a b F"), {"f": "0/0", "c": "1/1"}),
    "mother and son, no father": (people("m - - F", "s - m M"), {"m": "0/1", "s": "2/2"}),
    "son of a father alone": (people("f - - M", "s f - M"), {"f": "0/0", "s": "1/1"}),
}  # fmt: skip


@pytest.mark.parametrize("model", ["none", "equal by sex", "stepwise", "custom"])
@pytest.mark.parametrize("family", X_FAMILIES)
def test_x_chromosome(family, model):
    pedigree, seen = X_FAMILIES[family]
    m = replace(SMALL[model], chromosome="X")
    check(pedigree, calls(m, seen), m)


@pytest.mark.parametrize("model", ["none", "equal", "stepwise", "custom"])
@pytest.mark.parametrize(
    "seen",
    [
        {"f": "0/-", "m": "1/2", "c": "0/1"},
        {"f": "0/1", "m": "-/1", "c": "-/2"},
        {"c": "1/-"},
        {"m": "0/0", "c": "1/-"},
        {"f": "-/-", "m": "0/1"},
    ],
    ids=str,
)
def test_partial_calls(seen, model):
    m = MODELS[model]
    check(TRIO, calls(m, seen), m)


def silent_markers():
    freqs = np.array([0.25, 0.5, 0.25 - 1 / 32, 1 / 32])
    alleles = ("8", "9", "10", "null")
    base = replace(marker(4), alleles=alleles, frequencies=freqs, silent="null")
    return {
        "none": base,
        "equal": replace(base, mutation=mutation_model("equal", alleles, freqs, 0.05, 0.02, silent="null")),
        "onestep": replace(
            base, mutation=mutation_model("onestep", alleles, freqs, 0.05, 0.02, silent="null")
        ),
        "custom": replace(base, mutation=custom(4)),
    }


SILENT = silent_markers()


@pytest.mark.parametrize("model", SILENT)
@pytest.mark.parametrize(
    "seen",
    [
        {"f": "8/8", "c": "9/9"},
        {"f": "8/9", "m": "10/10", "c": "8/8"},
        {"f": "8/8", "m": "9/9", "c": "9/9"},
        {"m": "8/-", "c": "9/9"},
        {"f": "8/8"},
    ],
    ids=str,
)
def test_a_silent_allele(seen, model):
    m = SILENT[model]
    found = profiles(m, seen)
    assert check(TRIO, found, m) > 0
    check(TRIO, found, m, 0.02)


def test_a_silent_allele_on_the_x_chromosome():
    m = replace(SILENT["none"], chromosome="X")
    family = people("f - - M", "m - - F", "s f m M", "d f m F")
    check(family, profiles(m, {"f": "8/8", "m": "9/9", "d": "9/9"}), m)
    assert check(family, profiles(m, {"s": "8/8", "m": "9/9"}), m) == 0.0


@pytest.mark.parametrize("model", ["none", "stepwise", "equal"])
@pytest.mark.parametrize("doubt", [(0.1, 0.0), (0.0, 0.05), (0.3, 0.02)], ids=str)
@pytest.mark.parametrize("seen", ["0/0", "0/1", "2/2"])
def test_drop_out_and_drop_in(seen, doubt, model):
    m = MODELS[model]
    d, c = doubt
    found = calls(m, {"f": "0/2", "m": "1/1", "c": seen})
    found["c"] = replace(found["c"], dropout=d, dropin=c)
    check(TRIO, found, m)
    found["f"] = replace(found["f"], dropout=d)  # a founder seen in part
    check(TRIO, found, m)


def test_drop_out_on_a_mans_x():
    m = marker(3, chromosome="X")
    found = profiles(m, {"s": "8/8", "m": "9/9.3"}, dropout=0.2, dropin=0.01)
    assert check(people("m - - F", "s - m M"), found, m) > 0


def written(typings):
    """A name for a test that does not depend on the order of a set."""
    return " + ".join("/".join(sorted(t)) or "nothing" for t in typings)


TYPINGS = [
    ({"8"}, {"8"}),
    ({"8"}, {"8", "9"}),
    ({"8", "9"}, {"8", "9"}),
    ({"8", "9"}, set()),
    ({"8", "9"}, {"9", "10"}, {"8"}),
]


@pytest.mark.parametrize("silent", [False, True], ids=["", "silent"])
@pytest.mark.parametrize("doubt", [(0.0, 0.0), (0.2, 0.0), (0.2, 0.05)], ids=str)
@pytest.mark.parametrize("typings", TYPINGS, ids=written)
def test_replicates(typings, doubt, silent):
    m = SILENT["none"] if silent else replace(SILENT["none"], silent=None)
    profile = Profile(
        "v", replicates={"D": tuple(frozenset(t) for t in typings)}, dropout=doubt[0], dropin=doubt[1]
    )
    check(people("v - - M"), {"v": profile}, m)
    check(TRIO, {"f": profile, **profiles(m, {"m": "9/9", "c": "8/9"})}, m)
    check(TRIO, {"c": profile, **profiles(m, {"m": "9/9"})}, m)


def test_replicates_are_used_instead_of_the_call():
    m = marker(3)
    profile = Profile("v", {"D": ("9.3", "9.3")}, replicates={"D": (frozenset({"8", "9"}),)})
    check(people("v - - M"), {"v": profile}, m)


def test_typings_that_show_nothing_say_nothing():
    m = marker(3)
    empty = Profile("c", replicates={"D": (frozenset(), frozenset())}, dropout=0.5)
    found = profiles(m, {"f": "8/9", "m": "9/9"})
    assert engine(TRIO, {**found, "c": empty}, m) == engine(TRIO, found, m)


INBRED = {
    "alone": (people("a - - F 0.25"), {"a": "0/0"}),
    "alone, two alleles": (people("a - - F 0.25"), {"a": "0/1"}),
    "wholly": (people("a - - F 1", "c - a M"), {"c": "0/1"}),
    "unseen, one child": (people("a - - F 0.25", "c - a M"), {"c": "0/0"}),
    "unseen, two children": (people("a - - F 0.25", "b - a M", "c - a M"), {"b": "0/0", "c": "0/1"}),
    "two": (
        people("f - - M 0.125", "m - - F 0.5", "c f m M", "d f m F"),
        {"f": "0/-", "c": "0/1", "d": "1/1"},
    ),
}


@pytest.mark.parametrize("model", ["none", "custom"])
@pytest.mark.parametrize("family", INBRED)
def test_inbred_founders(family, model):
    pedigree, seen = INBRED[family]
    m = MODELS[model] if len(pedigree) < 4 else SMALL[model]
    for theta in (0.0, 0.05):
        check(pedigree, calls(m, seen), m, theta)


def test_an_inbred_father_has_one_x():
    m = marker(3, chromosome="X")
    check(people("f - - M 0.5", "m - - F 0.5", "d f m F"), profiles(m, {"f": "8/8", "d": "8/9"}), m)


@pytest.mark.parametrize("family", ["sibs", "grandfather", "child of sibs", "half-sibs"])
@pytest.mark.parametrize("model", ["none", "equal", "equal by sex", "proportional"])
def test_lumping_unseen_alleles_changes_nothing(family, model):
    pedigree, seen = FAMILIES[family]
    m = MODELS[model]
    found = calls(m, {p: c.replace("2", "1") for p, c in seen.items()})  # so that two alleles are unseen
    for theta in (0.0, 0.03):
        lumped, whole = Panel([m]), Panel([m])
        assert lumped.packed.lumpable.all()
        whole.packed = whole.packed._replace(lumpable=np.zeros(1, dtype=np.bool_))
        values = []
        for panel in (lumped, whole):
            numbers = np.zeros((1, len(pedigree)), dtype=np.int64)
            for person, profile in found.items():
                numbers[:, pedigree.index[person]] = panel.encode(profile)
            values.append(PedigreeLikelihood(pedigree).loglik(panel, np.array([0]), numbers, theta)[0])
        assert values[0] == pytest.approx(values[1], rel=0, abs=1e-12)


def test_what_cannot_be_lumped_is_not():
    lumpable = {name: bool(Panel([m]).packed.lumpable[0]) for name, m in MODELS.items()}
    assert [name for name, yes in lumpable.items() if not yes] == ["stepwise", "onestep", "dawid", "custom"]
