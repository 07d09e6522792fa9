from __future__ import annotations

from amana.casework.accounts.independence import Signature, faults, independent, signers


def codes(*signatures, **kwargs):
    return [p.code for p in faults(signatures, **{"needed": 2, **kwargs})]


def test_two_people_who_sign_here_are_two():
    assert codes(Signature("a", "geneticist"), Signature("b", "odontologist")) == []


def test_one_person_with_two_roles_counts_once():
    both = (Signature("a", "geneticist"), Signature("a", "anthropologist"))
    assert signers(both) == {"a"}
    assert codes(*both) == ["independence.signed-twice", "independence.too-few"]


def test_who_entered_a_paper_is_not_its_signer():
    paper = Signature("b", "geneticist", entered_by="clerk")
    assert independent([paper]) == {"b"}
    assert codes(Signature("a"), paper) == []


def test_a_paper_entered_by_the_other_signer_does_not_count():
    paper = Signature("b", entered_by="a")
    assert independent([Signature("a"), paper]) == {"a"}
    assert codes(Signature("a"), paper) == ["independence.paper-entered-by-signer", "independence.too-few"]


def test_a_paper_entered_by_its_own_signer_does_not_count():
    assert independent([Signature("a", entered_by="a")]) == frozenset()


def test_two_who_enter_each_others_papers_do_not_count():
    assert independent([Signature("a", entered_by="b"), Signature("b", entered_by="a")]) == frozenset()


def test_one_clerk_may_enter_both_papers():
    assert codes(Signature("a", entered_by="clerk"), Signature("b", entered_by="clerk")) == []


def test_not_all_signers_may_have_prepared_what_they_sign():
    pair = (Signature("a"), Signature("b"))
    assert codes(*pair, preparers=["a"]) == []
    assert codes(*pair, preparers=["a", "b", "c"]) == ["independence.all-prepared"]


def test_the_examiner_does_not_chair():
    pair = (Signature("a"), Signature("b"))
    assert codes(*pair, chair="c", examiners=["a"]) == []
    assert codes(*pair, chair="a", examiners=["a"]) == ["independence.examiner-chairs"]
