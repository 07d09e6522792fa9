"""What holds a conclusion back: evidence against, families that do not fit, pruning, contradictory cases."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.frequencies import SILENT
from amana.kinship.joint import NONE, Settings, assignments, identify
from amana.kinship.joint.against import evidence_against
from amana.kinship.joint.quality import family_quality
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblems
from tests.kinship.cases import case, even_markers, profile
from tests.kinship.examples import people
from tests.kinship.test_support import ONE_MISSING, brothers_case, child_case, codes

FATHER, MOTHER, CHILD, OTHER_CHILD, STRANGER = "10/11", "12/13", "10/12", "11/13", "16/17"

# Evidence against


def test_two_parents_who_both_do_not_fit_are_evidence_against():
    [c] = identify(child_case(12, STRANGER)).conclusions
    assert c.level == "evidence_against"
    assert list(c.against) == ["M1"]
    assert c.missing == ()
    assert c.posterior == 1.0  # of being none of them


def test_one_reference_alone_never_speaks_against():
    [c] = identify(child_case(20, STRANGER, references=("f",))).conclusions
    assert c.level == "inconclusive"
    assert list(c.against) == []


@pytest.mark.parametrize("references", [("f",), ("f", "m")])
def test_a_single_mutation_does_not_exclude(references):
    # Without mutation in the model the likelihood ratio is zero; the person is not called excluded.
    found = identify(child_case(12, references=references, L3="16/12"))
    assert found.pairwise["V", "M1"] == -math.inf
    assert list(found.conclusions[0].against) == []
    assert found.conclusions[0].level == "inconclusive"


def test_one_wrong_reference_does_not_exclude():
    # The father is not who he is said to be; the mother fits everywhere.
    [c] = identify(child_case(12, "16/12")).conclusions
    assert list(c.against) == []


def test_evidence_against_only_looks_at_pairs_it_is_asked_about():
    strange = child_case(12, STRANGER)
    assert evidence_against(strange, {"V": ["M1"]}, -4.0) == {"V": ["M1"]}
    assert evidence_against(strange, {"V": []}, -4.0) == {}
    assert evidence_against(strange, {"V": ["M1"]}, -400.0) == {}


def test_evidence_against_allows_for_a_silent_allele_in_the_model():
    strange = child_case(12, STRANGER)
    alleles = (*strange.markers[0].alleles, SILENT)
    markers = [
        replace(m, alleles=alleles, frequencies=np.append(m.frequencies * 0.98, 0.02), silent=SILENT)
        for m in strange.markers
    ]
    assert identify(replace(strange, markers=markers)).conclusions[0].level == "evidence_against"


def test_against_one_family_and_for_another():
    markers = even_markers(12)
    one = {"f": profile("f", markers, FATHER), "m": profile("m", markers, MOTHER)}
    other = {"g": profile("g", markers, "14/15"), "h": profile("h", markers, "16/17")}
    found = identify(
        case(
            markers,
            {"V": ("M", profile("V", markers, CHILD))},
            {
                "F": (ONE_MISSING, one, ("M1",)),
                "G": (people("g - - M", "h - - F", "M2 g h M"), other, ("M2",)),
            },
        )
    )
    [c] = found.conclusions
    assert (c.level, c.missing, list(c.against)) == ("reaches_threshold", ("M1",), ["M2"])


# Families that do not fit


def typed_family(n, **calls):
    markers = even_markers(n)
    family = people("f - - M", "m - - F", "M1 f m M", "a f m M", "b f m F")
    text = {"f": FATHER, "m": MOTHER, "a": CHILD, "b": OTHER_CHILD, **calls}
    known = {p: profile(p, markers, call) for p, call in text.items()}
    victims = {"V": ("M", profile("V", markers, CHILD))}
    return case(markers, victims, {"F": (family, known, ("M1",))})


def test_a_family_that_fits():
    fits = typed_family(12)
    quality = family_quality(fits.families[0], fits.markers)
    assert quality.consistent
    assert list(quality.inconsistent_markers) == []
    assert list(quality.suspects) == []


@pytest.mark.parametrize(
    ("calls", "suspects"),
    [
        ({"b": STRANGER}, ["b"]),
        ({"a": "10/18"}, ["m", "a"]),  # half-brother, or a mother who is not hers: both would explain it
        ({"f": "17/18"}, ["f"]),
        ({"m": "17/18"}, ["m"]),
    ],
    ids=["swapped sample", "half-brother", "wrong father", "wrong mother"],
)
def test_the_person_who_does_not_fit_is_suspected(calls, suspects):
    wrong = typed_family(12, **calls)
    quality = family_quality(wrong.families[0], wrong.markers)
    assert not quality.consistent
    assert list(quality.inconsistent_markers) == [m.name for m in wrong.markers]
    assert list(quality.suspects) == [(person, 0) for person in suspects]
    found = identify(wrong)
    assert [(f.family, f.consistent) for f in found.families] == [("F", False)]
    [said] = [f for f in found.findings if f.code == "family.inconsistent"]
    assert said.params["family"] == "F"
    assert said.params["suspects"] == ", ".join(suspects)


def test_nothing_reaches_the_threshold_in_a_family_that_does_not_fit():
    markers = even_markers(12, 0.002)
    wrong = typed_family(12, b=STRANGER)
    found = identify(replace(wrong, markers=markers))
    [c] = found.conclusions
    assert c.log10_glr > 8
    assert c.level == "supports"
    assert "support.family-inconsistent" in codes(c)


def test_references_that_do_not_fit_speak_against_nobody():
    wrong = typed_family(12, b=STRANGER)
    other = replace(wrong.victims[0], profile=profile("V", wrong.markers, "18/19"))
    [c] = identify(replace(wrong, victims=[other])).conclusions
    assert list(c.against) == []
    assert c.level == "inconclusive"


def test_one_clash_is_taken_for_a_mutation():
    markers = even_markers(12)
    almost = typed_family(12)
    known = {**almost.families[0].profiles, "b": profile("b", markers, OTHER_CHILD, L5=STRANGER)}
    quality = family_quality(replace(almost.families[0], profiles=known), markers)
    assert quality.consistent
    assert list(quality.inconsistent_markers) == ["L5"]


# Pruning


def test_forced_pruning_changes_no_conclusion(monkeypatch):
    markers = even_markers(10, 0.005)
    plain = brothers_case(10, {"V1": CHILD, "V2": OTHER_CHILD, "V3": STRANGER, "V4": "10/17"})
    joint = replace(plain, markers=markers)
    whole = identify(joint)
    monkeypatch.setattr(assignments, "MOST_VICTIMS_UNPRUNED", 0)
    pruned = identify(joint)
    assert whole.dropped_mass == 0.0
    assert 0.0 < pruned.dropped_mass <= assignments.NEGLIGIBLE
    assert "identify.pruned" in {f.code for f in pruned.findings}
    for one, two in zip(whole.conclusions, pruned.conclusions, strict=True):
        assert (one.level, one.missing, one.group) == (two.level, two.missing, two.group)
        assert two.posterior == pytest.approx(one.posterior, abs=1e-11)
    for v, row in whole.posterior.items():
        assert pruned.posterior[v] == pytest.approx(row, rel=0, abs=2 * pruned.dropped_mass)
    assert pruned.pairwise == whole.pairwise
    assert pruned.assignments[0] == whole.assignments[0]
    for pair, exact in whole.generalised.items():
        # A pair that was left out has an upper bound in its place, and never too small a one.
        assert pruned.generalised[pair] >= exact - 1e-9
        assert (pruned.generalised[pair] < 0) == (exact < 0)
    for v in ("V1", "V2"):
        for m in ("M1", "M2"):
            assert pruned.generalised[v, m] == pytest.approx(whole.generalised[v, m], abs=1e-9)


# Sex and settings


def test_sexes_are_respected():
    markers = even_markers(10)
    family = people("f - - M", "m - - F", "M1 f m M", "M2 f m F", "M3 f m -")
    known = {"f": profile("f", markers, FATHER), "m": profile("m", markers, MOTHER)}
    victims = {
        v: (sex, profile(v, markers, CHILD)) for v, sex in {"Man": "M", "Woman": "F", "Unknown": None}.items()
    }
    joint = case(markers, victims, {"F": (family, known, ("M1", "M2", "M3"))})
    assert joint.eligible == {
        "Man": ("M1", "M3"), "Woman": ("M2", "M3"), "Unknown": ("M1", "M2", "M3"),
    }  # fmt: skip
    found = identify(joint)
    assert set(found.posterior["Man"]) == {"M1", "M3", NONE}
    assert set(found.posterior["Woman"]) == {"M2", "M3", NONE}
    assert all(a.pairs["Man"] != "M2" and a.pairs["Woman"] != "M1" for a in found.assignments)


def test_a_pair_of_the_wrong_sex_is_refused():
    wrong = child_case(3)
    woman = replace(wrong.victims[0], sex="F")
    with pytest.raises(InputProblems) as caught:
        identify(replace(wrong, victims=[woman]))
    assert [p.code for p in caught.value.problems] == ["case.eligible-wrong-sex"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (Settings(on_list=0.0), "identify.prior-range"),
        (Settings(on_list=1.0), "identify.prior-range"),
        (Settings(on_list=None), "identify.prior-range"),
        (Settings(prior="manifest", on_list=None), "identify.manifest-unnamed"),
        (Settings(theta=-0.1), "fst.range"),
        (Settings(theta=1.0), "fst.range"),
        (Settings(lr_threshold=1.0), "identify.lr-threshold"),
        (Settings(posterior_threshold=0.4), "identify.posterior-threshold"),
        (Settings(posterior_threshold=1.0), "identify.posterior-threshold"),
    ],
    ids=str,
)
def test_settings_out_of_range_are_refused(settings, code):
    with pytest.raises(InputProblems) as caught:
        identify(child_case(2), settings)
    assert [p.code for p in caught.value.problems] == [code]


def test_a_case_that_contradicts_itself_is_refused_with_everything_wrong():
    good = child_case(2)
    family = good.families[0]
    wrong = replace(
        good,
        victims=[*good.victims, *good.victims],
        families=[
            replace(family, missing=("M1", "nobody"), profiles={**family.profiles, "M1": Profile("x")})
        ],
        eligible={"V": ("M1", "unheard-of")},
    )
    with pytest.raises(InputProblems) as caught:
        identify(wrong)
    assert {p.code for p in caught.value.problems} >= {
        "case.named-twice",
        "case.missing-not-in-family",
        "case.missing-has-profile",
        "case.eligible-unknown",
    }


def test_a_stranger_added_to_the_family_changes_no_conclusion():
    plain = child_case(8)
    family = plain.families[0]
    more = replace(family, pedigree=Pedigree([*family.pedigree.persons, Person("s", sex="M")]))
    one, two = identify(plain), identify(replace(plain, families=[more]))
    assert two.conclusions[0].log10_glr == pytest.approx(one.conclusions[0].log10_glr, abs=1e-12)
    assert two.conclusions[0].level == one.conclusions[0].level
