"""Families against their alternatives: the numbers, what is asked, and who is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.joint.case import Family
from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile
from amana.kinship.quality import (
    DirectItem,
    Kind,
    QualitySettings,
    Sample,
    alternatives,
    check_families,
    groups_of,
)
from amana.kinship.quality.weighing import FAILURE, Weighing
from amana.problems import InputProblems
from amana.simulation.genes import drop_genes
from tests.kinship.examples import people

LADDER = tuple(str(8 + i) for i in range(12))
P = np.full(12, 1 / 12)
MARKERS = [Marker(f"D{i}", LADDER, P) for i in range(20)]
FAMILY = people("f - - M", "m - - F", "x f m M", "s f m F", "b f m M")


def drawn(pedigree, whose, seed=0, family="F", declared=FAMILY, missing=("x",), markers=MARKERS):
    """A family whose declared people have the samples of other people of a true pedigree."""
    rng = np.random.default_rng(seed)
    genes = [drop_genes(pedigree, m, rng) for m in markers]

    def profile(donor, name):
        calls = {g.marker.name: tuple(g.marker.alleles[a] for a in g.of(donor)[0].tolist()) for g in genes}
        return Profile(name, calls)

    made = Family(family, declared, {p: profile(d, p) for p, d in whose.items()}, missing)
    return made, profile


def check(family, items=(), markers=MARKERS, **settings):
    panel = Panel(markers)
    (found,) = check_families(groups_of([family], panel, items), panel, QualitySettings(**settings))
    return found


SELVES = {p: p for p in "fmsb"}
OUTSIDE = people("f - - M", "m - - F", "x f m M", "s f m F", "b f m M", "u - - F", "v - - M")
HALF = people("f - - M", "m - - F", "o - - M", "x f m M", "s o m F", "b f m M")
HALF_BOTH = people("f - - M", "m - - F", "o - - M", "x f m M", "s o m F", "b o m M")


@pytest.mark.parametrize(
    ("true", "whose", "kind", "people_named"),
    [
        (HALF, SELVES, Kind.FATHER, ("f", "s")),
        (HALF_BOTH, SELVES, Kind.FATHER, ("f", "s", "b")),
        (OUTSIDE, {**SELVES, "m": "u"}, Kind.UNRELATED, ("m",)),
        (FAMILY, {**SELVES, "b": "s"}, Kind.SAME_PERSON, ("s", "b")),
        (FAMILY, {**SELVES, "f": "s", "s": "f"}, Kind.SWAPPED, ("f", "s")),
    ],
)
def test_what_is_wrong_is_named_first(true, whose, kind, people_named):
    found = check(drawn(true, whose)[0])
    assert found.flagged
    assert found.evidence[0].kind == kind
    assert found.evidence[0].people == people_named
    assert found.evidence[0].log10_lr > 4
    assert len(found.evidence[0].markers) == 5


def test_good_families_are_left_alone():
    families = [drawn(FAMILY, SELVES, seed, f"F{seed}")[0] for seed in range(100)]
    panel = Panel(MARKERS)
    found = check_families(groups_of(families, panel), panel)
    assert len(found) == 100
    assert all(f.checkable and not f.flagged and not f.evidence for f in found)


def test_the_father_is_the_mother_s_cousin():
    cousins = people(
        "a - - M", "b - - F", "c a b M", "d a b F", "f c - M", "m - d F", "x f m M", "s f m F", "b2 f m M"
    )  # fmt: skip
    many = [Marker(f"D{i}", LADDER, P) for i in range(250)]
    whose = {"f": "f", "m": "m", "s": "s", "b": "b2"}
    found = check(drawn(cousins, whose, markers=many)[0], markers=many)
    assert found.flagged
    assert (found.evidence[0].kind, found.evidence[0].people) == (Kind.COUSINS, ("f", "m"))


@pytest.mark.parametrize("true_item", [True, False])
def test_a_razor_is_checked_against_the_relatives(true_item):
    family, profile = drawn(OUTSIDE, {p: p for p in "fm"})
    razor = replace(profile("x" if true_item else "v", "razor"), dropout=0.1)
    found = check(family, [DirectItem("razor", "F", "x", razor)])
    (item,) = found.items
    assert (item.item, item.person) == ("razor", "x")
    assert (item.log10_lr > 3) == true_item
    assert found.flagged == (not true_item)
    if not true_item:
        assert (found.evidence[0].kind, found.evidence[0].samples) == (Kind.ITEM, ("razor",))


def test_a_razor_that_is_the_father_s():
    family, profile = drawn(FAMILY, {p: p for p in "fm"})
    found = check(family, [DirectItem("razor", "F", "x", profile("f", "razor"))])
    assert (found.evidence[0].kind, found.evidence[0].samples) == (Kind.SAME_PERSON, ("f", "razor"))


@pytest.mark.parametrize("theta", [0.0, 0.02])
def test_the_ratio_is_that_of_the_general_engine(theta):
    """The declaration and each alternative, written out by hand as cases of the engine."""
    family, _ = drawn(FAMILY, SELVES, seed=3)
    panel = Panel(MARKERS)
    (group,) = groups_of([family], panel)
    weighing = Weighing(group, panel, theta)
    by_hand = {
        (Kind.FATHER, (0, 3)): (HALF, family.profiles),
        (Kind.UNRELATED, (1,)): (OUTSIDE, {**family.profiles, "u": family.profiles["m"]}),
        (Kind.SWAPPED, (0, 3)): (
            FAMILY, {**family.profiles, "f": family.profiles["s"], "s": family.profiles["f"]},
        ),
    }  # fmt: skip
    del by_hand[Kind.UNRELATED, (1,)][1]["m"]
    alone = sum(log_likelihood(people(f"{p} - - F"), {p: one}, MARKERS) for p, one in family.profiles.items())
    others = {(o.kind, o.people): o for o in alternatives(group.pedigree, group.samples)}
    for key, (pedigree, profiles) in by_hand.items():
        exact = log_likelihood(pedigree, profiles, MARKERS, theta=theta)
        expected = np.log((1 - FAILURE) * np.exp(exact) + FAILURE * np.exp(alone))
        found = weighing.loglik(others[key].pedigree, others[key].bearers)[0]
        assert np.allclose(found, expected, rtol=1e-12, atol=0), key


def test_one_person_under_two_names_by_enumeration():
    """P(both calls | one person) with drop-out, summed over all genotypes."""
    marker = Marker("D", ("1", "2", "3"), np.array([0.2, 0.3, 0.5]))
    d = 0.1
    profiles = {"s": Profile("s", {"D": ("1", "1")}, d), "b": Profile("b", {"D": ("1", "2")})}
    panel = Panel([marker])
    (group,) = groups_of([Family("F", FAMILY, profiles, ("x",))], panel)
    one = next(o for o in alternatives(group.pedigree, group.samples) if o.kind == Kind.SAME_PERSON)
    both = 2 * 0.2 * 0.3 * d * (1 - d)  # only 1/2 can show 1/2 in a whole profile
    alone = (0.04 * (1 - d**2) + 2 * 0.2 * 0.8 * d * (1 - d)) * 2 * 0.2 * 0.3
    found = Weighing(group, panel).loglik(one.pedigree, one.bearers)[0, 0]
    assert np.isclose(found, np.log((1 - FAILURE) * both + FAILURE * alone), rtol=1e-12, atol=0)


def asked(pedigree, *bearers):
    samples = tuple(Sample(pedigree.index[b]) for b in bearers)
    from_numbers = groups_of(
        [Family("F", pedigree, {b: Profile(b, {"D0": ("8", "9")}) for b in bearers}, ())], Panel(MARKERS)
    )[0].pedigree
    return Counter(o.kind for o in alternatives(from_numbers, samples))


def test_only_what_can_be_told_is_asked():
    assert asked(FAMILY, "s") == {}
    # Nobody between the parents: no parentage to doubt, nothing to swap.
    assert asked(FAMILY, "f", "m") == {Kind.SAME_PERSON: 1, Kind.COUSINS: 1}
    # Two sisters: half through either parent (each of them, or both cut from the missing one), one foreign.
    two = asked(FAMILY, "s", "b")
    assert Kind.SWAPPED not in two
    assert two[Kind.FATHER] == two[Kind.MOTHER] == 2
    # Swapping brother and sister changes nothing, swapping a parent with a child does.
    assert asked(FAMILY, "f", "s", "b")[Kind.SWAPPED] == 2


def test_one_odd_marker_decides_nothing():
    family, _ = drawn(FAMILY, SELVES)
    father = family.profiles["f"]
    child = family.profiles["s"].calls["D0"]
    other = next(a for a in LADDER if a not in child)
    odd = replace(father, calls={**father.calls, "D0": (other, other)})
    found = check(replace(family, profiles={**family.profiles, "f": odd}))
    assert not found.flagged


def test_what_is_past_exact_reach_is_told_and_not_guessed():
    family, _ = drawn(FAMILY, {p: p for p in "sb"})
    hazy = {p: replace(one, dropout=0.1) for p, one in family.profiles.items()}
    wide = people(
        "g - - M", "h - - F", "i - - M", "j - - F", "f g h M", "m i j F", "x f m M", "s f m F", "b f m M",
        "u g h M", "w - - F", "k u w F", "l - - F", "n u l M",
    )  # fmt: skip
    more = {**hazy, "k": hazy["s"], "n": hazy["b"]}
    found = check(Family("F", wide, more, ("x",)), theta=0.02)
    assert not found.checkable
    assert not found.flagged
    assert found.problem is not None
    assert found.problem.code.startswith(("fst.", "pedigree."))


def test_bad_input_is_refused():
    family, profile = drawn(FAMILY, SELVES)
    panel = Panel(MARKERS)
    with pytest.raises(InputProblems) as refused:
        groups_of([family], panel, [DirectItem("r", "F", "nobody", profile("x", "r"))])
    assert [p.code for p in refused.value.problems] == ["quality.item-of-nobody"]
    for bad, code in (
        ({"flag": 1.0}, "quality.flag-range"),
        ({"theta": 1.0}, "fst.range"),
        ({"priors": {Kind.FATHER: 1.0}}, "quality.priors"),
    ):
        with pytest.raises(InputProblems) as refused:
            check(family, **bad)
        assert [p.code for p in refused.value.problems] == [code]
