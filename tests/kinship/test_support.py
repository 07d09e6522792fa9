"""What DNA is said to support: levels, groups, leaning, rivals, evidence against, families that do not fit.

Ten alleles of frequency 0.1 at every marker: a child with one allele of either parent, all four different,
has a likelihood ratio of ¼ / 0.02 = 12.5 a marker; with one parent alone ½ · 0.1 / 0.02 = 2.5.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from amana.kinship.joint import Settings, identify
from amana.kinship.joint.result import Identification
from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import FrequencyTable
from amana.kinship.profiles import Profile
from tests.kinship.cases import case, even_markers, profile
from tests.kinship.examples import people

FATHER, MOTHER, CHILD, OTHER_CHILD, STRANGER = "10/11", "12/13", "10/12", "11/13", "16/17"
BOTH_PARENTS = math.log10(12.5)
ONE_PARENT = math.log10(2.5)
ONE_MISSING = people("f - - M", "m - - F", "M1 f m M")


def by_victim(found: Identification):
    return {c.victim: c for c in found.conclusions}


def codes(conclusion):
    return {f.code for f in conclusion.findings}


def child_case(n, call=CHILD, references=("f", "m"), rate=0.0, **at):
    """One missing child, one victim, one or both parents."""
    markers = even_markers(n, rate)
    calls = {"f": FATHER, "m": MOTHER}
    known = {p: profile(p, markers, calls[p]) for p in references}
    return case(
        markers, {"V": ("M", profile("V", markers, call, **at))}, {"F": (ONE_MISSING, known, ("M1",))}
    )


def brothers_case(n, victims):
    """Two missing brothers with both parents as references."""
    markers = even_markers(n)
    family = people("f - - M", "m - - F", "M1 f m M", "M2 f m M")
    known = {"f": profile("f", markers, FATHER), "m": profile("m", markers, MOTHER)}
    people_found = {v: ("M", profile(v, markers, call)) for v, call in victims.items()}
    return case(markers, people_found, {"F": (family, known, ("M1", "M2"))})


# Levels


@pytest.mark.parametrize(
    ("n", "references", "level", "verbal"),
    [
        (10, ("f", "m"), "reaches_threshold", "extremely_strong"),
        (4, ("f", "m"), "reaches_threshold", "very_strong"),
        (10, ("f",), "supports", "strong"),
        (2, ("f",), "inconclusive", "weak"),
    ],
)
def test_levels_by_likelihood_ratio_and_posterior(n, references, level, verbal):
    [c] = identify(child_case(n, references=references)).conclusions
    log10_lr = n * (BOTH_PARENTS if len(references) == 2 else ONE_PARENT)
    assert (c.level, c.verbal) == (level, verbal)
    assert (c.missing, c.family, c.group) == (("M1",), "F", ("V",))
    assert c.log10_lr == pytest.approx(log10_lr, abs=1e-9)
    assert c.log10_glr == pytest.approx(log10_lr, abs=1e-9)
    assert c.posterior == pytest.approx(1 / (1 + 10**-log10_lr), rel=1e-9)  # even prior odds
    assert sum(c.by_marker.values()) == pytest.approx(log10_lr, abs=1e-9)


def test_both_thresholds_must_be_reached():
    strong = child_case(4)  # 24,414
    assert identify(strong).conclusions[0].level == "reaches_threshold"
    assert identify(strong, Settings(lr_threshold=30_000.0)).conclusions[0].level == "supports"
    assert identify(strong, Settings(posterior_threshold=0.99999)).conclusions[0].level == "supports"
    # A victim who is hardly on the list: the likelihood ratio is the same, the posterior is not.
    rare = identify(strong, Settings(on_list=1e-4)).conclusions[0]
    assert rare.log10_glr == pytest.approx(4 * BOTH_PARENTS, abs=1e-9)
    assert rare.level == "inconclusive"


def test_a_result_that_another_prior_would_not_reach_says_so():
    [c] = identify(child_case(4)).conclusions
    assert "support.depends-on-prior" in codes(c)
    [c] = identify(child_case(10)).conclusions
    assert "support.depends-on-prior" not in codes(c)


@pytest.mark.parametrize(
    "settings",
    [Settings(), Settings(prior="flat"), Settings(prior="manifest", on_list=None, manifest="passenger list")],
    ids=lambda s: s.prior,
)
def test_without_dna_nothing_is_supported_whatever_the_prior(settings):
    markers = even_markers(12)
    known = {"f": profile("f", markers, FATHER), "m": profile("m", markers, MOTHER)}
    silent = case(markers, {"V": ("M", Profile("V"))}, {"F": (ONE_MISSING, known, ("M1",))})
    [c] = identify(silent, settings).conclusions
    assert c.level == "inconclusive"
    assert c.missing == ()
    assert "support.few-markers" in codes(c)


def test_few_markers_and_one_marker_carrying_the_result():
    markers = even_markers(20)
    at = {m.name: None for m in markers[4:]}
    known = {"f": profile("f", markers, FATHER), "m": profile("m", markers, MOTHER)}
    found = case(
        markers, {"V": ("M", profile("V", markers, CHILD, **at))}, {"F": (ONE_MISSING, known, ("M1",))}
    )
    [c] = identify(found).conclusions
    assert c.level == "reaches_threshold"
    assert {"support.few-markers", "support.one-marker"} <= codes(c)
    [c] = identify(child_case(20)).conclusions
    assert not {"support.few-markers", "support.one-marker"} & codes(c)


# Groups


def test_brothers_who_cannot_be_told_apart_are_a_group():
    found = identify(brothers_case(10, {"V1": CHILD, "V2": OTHER_CHILD, "V3": STRANGER}))
    by = by_victim(found)
    for v in ("V1", "V2"):
        assert by[v].level == "reaches_threshold"
        assert set(by[v].missing) == {"M1", "M2"}
        assert by[v].group == ("V1", "V2")
        assert by[v].posterior == pytest.approx(1.0, abs=1e-8)
        assert {"support.order-unknown", "support.what-would-separate"} <= codes(by[v])
        # Both in either order, against the best with one of them: the other's likelihood ratio.
        assert by[v].log10_glr == pytest.approx(10 * BOTH_PARENTS, abs=1e-6)
        for m in ("M1", "M2"):
            assert found.posterior[v][m] == pytest.approx(0.5, abs=1e-8)
    assert found.generalised["V1", "M1"] == pytest.approx(0.0, abs=1e-9)  # its mirror image is as good
    assert by["V3"].missing == ()


def test_one_victim_for_two_brothers_is_one_of_them():
    found = identify(brothers_case(10, {"V1": CHILD}))
    [c] = found.conclusions
    assert c.level == "reaches_threshold"
    assert set(c.missing) == {"M1", "M2"}
    assert c.group == ("V1",)
    assert c.log10_glr == pytest.approx(10 * BOTH_PARENTS, abs=1e-9)


def test_brothers_told_apart_by_a_wife_and_child_are_no_group():
    markers = even_markers(10)
    family = people("f - - M", "m - - F", "M1 f m M", "M2 f m M", "w - - F", "c M1 w F")
    known = {
        "f": profile("f", markers, FATHER),
        "m": profile("m", markers, MOTHER),
        "w": profile("w", markers, "14/15"),
        "c": profile("c", markers, "10/14"),
    }
    victims = {v: ("M", profile(v, markers, call)) for v, call in {"V1": CHILD, "V2": OTHER_CHILD}.items()}
    by = by_victim(identify(case(markers, victims, {"F": (family, known, ("M1", "M2"))})))
    assert {v: c.missing for v, c in by.items()} == {"V1": ("M1",), "V2": ("M2",)}
    assert {v: c.group for v, c in by.items()} == {"V1": ("V1",), "V2": ("V2",)}
    assert {c.level for c in by.values()} == {"reaches_threshold"}
    assert not any("support.order-unknown" in codes(c) for c in by.values())


# Leaning


def father_and_child_case(n):
    """A missing father and his missing child; only the child's mother gave a sample."""
    markers = even_markers(n)
    family = people("M1 - - M", "m - - F", "M2 M1 m F")
    victims = {"V1": ("M", profile("V1", markers, FATHER)), "V2": ("F", profile("V2", markers, CHILD))}
    return case(markers, victims, {"F": (family, {"m": profile("m", markers, MOTHER)}, ("M1", "M2"))})


def test_a_father_who_is_recognised_through_his_child_leans_on_the_child():
    n = 12
    found = identify(father_and_child_case(n))
    by = by_victim(found)
    assert found.pairwise["V1", "M1"] == pytest.approx(0.0, abs=1e-12)  # alone it says nothing
    assert by["V1"].log10_glr == pytest.approx(n * (BOTH_PARENTS - ONE_PARENT), abs=1e-9)
    assert by["V1"].level == "reaches_threshold"
    assert list(by["V1"].leans_on) == [("V2", "M2")]
    assert "support.leans-on" in codes(by["V1"])
    # The mother alone suffices for the child: 2.5^12 is above the threshold.
    assert by["V2"].level == "reaches_threshold"
    assert list(by["V2"].leans_on) == []


def test_two_can_lean_on_each_other():
    by = by_victim(identify(father_and_child_case(9)))  # 2.5^9 = 3,815
    assert list(by["V1"].leans_on) == [("V2", "M2")]
    assert list(by["V2"].leans_on) == [("V1", "M1")]


# Rivals


RIVALS = {
    "unrelated": (),
    "full_sibling": ("R f m M",),
    "paternal_uncle_aunt": ("R gf gm M", "gf - - M", "gm - - F"),
    "maternal_uncle_aunt": ("R gf gm M", "gf - - M", "gm - - F"),
    "paternal_first_cousin": ("u gf gm M", "w - - F", "R u w M", "gf - - M", "gm - - F"),
    "maternal_first_cousin": ("u gf gm M", "w - - F", "R u w M", "gf - - M", "gm - - F"),
}


def rival_by_hand(name):
    parents = {"paternal": "f gf gm M", "maternal": "m gf gm F"}.get(name.split("_")[0])
    rows = ["f - - M", "m - - F", "M1 f m M", "M2 f m M", *RIVALS[name]]
    if parents:
        rows = [parents if r.split()[0] == parents.split()[0] else r for r in rows]
    return people(*rows, *(["R - - M"] if name == "unrelated" else []))


@pytest.mark.parametrize("rate", [0.0, 0.01])
def test_rivals_are_the_pedigrees_that_one_would_draw(rate):
    markers = even_markers(8, rate)
    calls = {"f": FATHER, "m": MOTHER, "V1": CHILD, "V2": "11/12"}
    found = {p: profile(p, markers, call) for p, call in calls.items()}
    family = people("f - - M", "m - - F", "M1 f m M", "M2 f m M")
    # Only the elder brother can be the first victim: the other has a place of his own.
    joint = case(
        markers,
        {v: ("M", found[v]) for v in ("V1", "V2")},
        {"F": (family, {p: found[p] for p in ("f", "m")}, ("M1", "M2"))},
        {"V1": ("M1",), "V2": ("M2",)},
    )
    conclusion = by_victim(identify(joint))["V1"]
    weighings = {(w.rival, w.theta): w for w in conclusion.weighings}
    assert set(weighings) == {(r, t) for r in RIVALS for t in (0.0, 0.01, 0.03)}
    references = {p: found[p] for p in ("f", "m")}
    placed = {**references, "M2": found["V2"]}
    for theta in (0.0, 0.03):
        top = log_likelihood(family, {**placed, "M1": found["V1"]}, markers, theta=theta).sum()
        for rival in RIVALS:
            below = log_likelihood(
                rival_by_hand(rival), {**placed, "R": found["V1"]}, markers, theta=theta
            ).sum()
            ours = weighings[rival, theta]
            assert ours.table == "-"
            assert ours.log10_lr == pytest.approx((top - below) / math.log(10), abs=1e-9), (rival, theta)
    assert conclusion.least_favourable is not None
    assert conclusion.least_favourable.log10_lr == min(w.log10_lr for w in conclusion.weighings)
    assert conclusion.least_favourable.rival == "full_sibling"
    # A sibling of the missing person is expected to have the same genotypes as the missing person himself.
    assert weighings["full_sibling", 0.0].log10_lr == pytest.approx(0.0, abs=1e-9)
    assert "support.least-favourable-below" in codes(conclusion)


def test_a_child_of_the_missing_person_tells_him_from_his_brother():
    markers = even_markers(8)
    family = people("f - - M", "m - - F", "M1 f m M", "w - - F", "c M1 w F")
    calls = {"f": FATHER, "m": MOTHER, "w": "14/15", "c": "10/14"}
    known = {p: profile(p, markers, call) for p, call in calls.items()}
    victims = {"V": ("M", profile("V", markers, CHILD))}
    [c] = identify(case(markers, victims, {"F": (family, known, ("M1",))})).conclusions
    [sibling] = [w for w in c.weighings if w.rival == "full_sibling" and w.theta == 0.0]
    # P(child's allele 10 | this father) = 1/2; from a brother's unknown genotype 1/4.
    assert sibling.log10_lr == pytest.approx(8 * math.log10(2), abs=1e-9)


def test_every_table_is_weighed_and_the_least_favourable_stands():
    rare = child_case(8)
    names = [m.name for m in rare.markers]
    even = dict.fromkeys(rare.markers[0].alleles, 0.1)
    common = dict.fromkeys(even, 0.02) | {"10": 0.42, "12": 0.42}
    tables = (
        FrequencyTable("even", dict.fromkeys(names, even)),
        FrequencyTable("common", dict.fromkeys(names, common)),
    )
    [c] = identify(replace(rare, tables=tables)).conclusions
    unrelated = {(w.table, w.theta): w.log10_lr for w in c.weighings if w.rival == "unrelated"}
    assert unrelated["even", 0.0] == pytest.approx(8 * BOTH_PARENTS, abs=1e-9)
    assert unrelated["common", 0.0] == pytest.approx(8 * math.log10(0.25 / (2 * 0.42 * 0.42)), abs=1e-9)
    assert {t for t, _ in unrelated} == {"even", "common"}
    [least] = {min(w.log10_lr for w in c.weighings)}
    assert c.least_favourable.log10_lr == least


def test_a_rival_that_cannot_be_is_infinitely_less_probable():
    markers = even_markers(8)
    family = people("gf - - M", "gm - - F", "f gf gm M", "m - - F", "M1 f m M")
    calls = {"gf": "10/18", "gm": "11/19", "f": FATHER, "m": MOTHER}
    known = {p: profile(p, markers, call) for p, call in calls.items()}
    victims = {"V": ("M", profile("V", markers, CHILD))}
    [c] = identify(case(markers, victims, {"F": (family, known, ("M1",))})).conclusions
    main = {w.rival: w.log10_lr for w in c.weighings if w.theta == 0.0}
    # No child of the grandparents has 10/12; a cousin may have 12 from outside.
    assert main["paternal_uncle_aunt"] == math.inf
    assert 0 < main["paternal_first_cousin"] < math.inf
    assert main["full_sibling"] == pytest.approx(0.0, abs=1e-9)
    assert c.least_favourable.rival == "full_sibling"


def test_a_marker_at_which_the_references_clash_weighs_nothing():
    family = people("f - - M", "m - - F", "M1 f m M", "d f m F")

    def weighed(n, **at):
        markers = even_markers(n)
        known = {
            "f": profile("f", markers, FATHER),
            "m": profile("m", markers, MOTHER),
            "d": profile("d", markers, OTHER_CHILD, **at),
        }
        victims = {"V": ("M", profile("V", markers, CHILD))}
        [c] = identify(case(markers, victims, {"F": (family, known, ("M1",))})).conclusions
        return {(w.rival, w.theta): w.log10_lr for w in c.weighings}

    assert weighed(9, L4=STRANGER) == pytest.approx(weighed(8), rel=0, abs=1e-9)
