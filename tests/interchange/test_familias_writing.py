"""What is written as a Familias file reads back as the same, with the same digits; the rest is refused."""

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.interchange import (
    KinshipCase,
    read_case,
    read_familias_kinship,
    read_kinship_cases,
    write_familias_case,
    write_familias_kinship,
)
from amana.interchange.kinship_records import Hypothesis
from amana.kinship.joint import Settings, identify
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation, mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblems, render_all
from tests.interchange.base import read, same_markers
from tests.interchange.strategies import frequencies

NAMES = (
    st.text("abcXYZ0129 -_/.,;'#=[]أبتي", min_size=1, max_size=6)
    .map(lambda s: " ".join(s.split()))
    .filter(bool)
)
LABELS = st.sampled_from(["5", "6", "7", "9", "9.3", "10.2"])


@st.composite
def markers(draw: st.DrawFn) -> tuple[Marker, ...]:
    """Of every model that the format knows, with and without partial repeats and silent alleles."""
    found = []
    for name in ("D3S1358", "TH01", "Penta E")[: draw(st.integers(1, 3))]:
        whole = draw(st.lists(LABELS, min_size=2, max_size=4, unique=True))
        label = draw(st.sampled_from([None, "silent"]))
        alleles = (*sorted(whole, key=float), *([label] if label else []))
        values = draw(frequencies(len(alleles)))
        model = draw(st.sampled_from(["none", "equal", "stepwise", "proportional"]))
        parameters = (0.1, draw(st.sampled_from([0.0, 0.0001]))) if model == "stepwise" else (None, None)
        mutation = mutation_model(model, alleles, values, 0.002, draw(st.sampled_from([0.001, 0.002])),
                                  *parameters, silent=label)  # fmt: skip
        found.append(Marker(name, alleles, values, mutation, "autosomal", label))
    return tuple(found)


@st.composite
def profiles(draw: st.DrawFn, sample: str, panel: tuple[Marker, ...]) -> Profile:
    calls = {}
    for marker in panel:
        alleles = [a for a in marker.alleles if a != marker.silent]
        calls[marker.name] = (draw(st.sampled_from(alleles)), draw(st.sampled_from(alleles)))
    return Profile(sample, calls)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    panel = draw(markers())
    words = iter(draw(st.lists(NAMES, min_size=20, max_size=20, unique=True)))
    names = (f"{i} {w}" for i, w in enumerate(words, start=1))
    families = []
    for _ in range(draw(st.integers(1, 2))):
        one, two, son, daughter, other = (next(names) for _ in range(5))
        sexes = draw(st.sampled_from([("M", "F"), (None, None)]))
        people = [Person(one, sex=sexes[0]), Person(two, sex=sexes[1]), Person(son, one, two, "M"),
                  Person(daughter, one, two, "F"), Person(other, one, None, None)]  # fmt: skip
        missing, typed = draw(
            st.sampled_from(
                [
                    ((one,), (two, son, daughter)),
                    ((son, daughter), (one, other)),
                    ((one, daughter), (son,)),
                    ((son,), (one, two, other)),
                ]
            )
        )
        known = {p: draw(profiles(p, panel)) for p in typed}
        families.append(Family(next(names), Pedigree(people), known, missing))
    victims = []
    for _ in range(draw(st.integers(1, 2))):
        name, sex = next(names), draw(st.sampled_from(["M", "F", None]))
        victims.append(Victim(name, draw(profiles(name, panel)), sex, name))
    sought = [(m, f.pedigree[m].sex) for f in families for m in f.missing]
    eligible = {v.id: tuple(m for m, s in sought if None in (s, v.sex) or s == v.sex) for v in victims}
    return Case("case", panel, tuple(victims), tuple(families), eligible, synthetic=draw(st.booleans()))


def couples(family: Family) -> dict[str, tuple[object, frozenset[str | None]]]:
    """Sex and parents of everybody; which of two parents of unknown sex is called father has no meaning."""
    return {p.id: (p.sex, frozenset([p.father, p.mother]) - {None}) for p in family.pedigree.persons}


@settings(max_examples=60)
@given(cases())
def test_a_case_reads_back_as_the_same_case(case):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.fam"
        write_familias_case(case, path)
        again = read_case(path)
    assert (again.name, again.synthetic, again.victims) == (case.name, case.synthetic, case.victims)
    for one, other in zip(case.families, again.families, strict=True):
        assert (one.id, dict(one.profiles)) == (other.id, dict(other.profiles))
        assert set(one.missing) == set(other.missing)
        assert couples(one) == couples(other)
    assert {v: set(m) for v, m in again.eligible.items()} == {v: set(m) for v, m in case.eligible.items()}
    for a, b in zip(case.markers, again.markers, strict=True):
        assert same_markers(a, b)
        assert a.frequencies.tolist() == b.frequencies.tolist()


def test_the_joint_result_has_the_same_digits(tmp_path):
    mutation = "marker,model,rate_male,rate_female,range,rate2\n*,stepwise,0.002,0.001,0.1,1e-6\n"
    case = read(tmp_path, {"mutation.csv": mutation})
    write_familias_case(case, tmp_path / "case.fam")
    flat = Settings(prior="flat", on_list=None)
    one, other = (identify(c, flat, best=5) for c in (case, read_case(tmp_path / "case.fam")))
    assert one.conclusions[0].posterior < 1  # nothing is certain, so that the digits say something
    for c, d in zip(one.conclusions, other.conclusions, strict=True):
        assert (c.victim, c.missing) == (d.victim, d.missing)
        assert (c.posterior, c.log10_glr) == (d.posterior, d.log10_glr)


@st.composite
def kinship(draw: st.DrawFn) -> KinshipCase:
    panel = draw(markers())
    dropout = draw(st.sampled_from([0.0, 0.05]))
    known = {"child": draw(profiles("child", panel)), "man": draw(profiles("man", panel))}
    known["man"] = dataclasses.replace(known["man"], dropout=dropout)
    people = {"mother": Person("mother", sex="F"), "man": Person("man", sex="M"),
              "child": Person("child", "man", "mother", draw(st.sampled_from(["M", "F"])))}  # fmt: skip
    other = {**people, "child": dataclasses.replace(people["child"], father=None)}
    trees = {"the man": people, "somebody": other}
    hypotheses = {name: Hypothesis(Pedigree(tree.values()), known) for name, tree in trees.items()}
    return KinshipCase("case", "case", panel, draw(st.sampled_from([0.0, 0.02])), None, hypotheses)


@settings(max_examples=40)
@given(kinship())
def test_a_kinship_case_has_the_same_digits(case):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.fam"
        assert write_familias_kinship(case, path) == ()
        again = read_familias_kinship(path)
    assert again.theta == case.theta
    assert list(again.hypotheses) == list(case.hypotheses)
    for name, hypothesis in case.hypotheses.items():
        other = again.hypotheses[name]
        assert set(other.pedigree.persons) == set(hypothesis.pedigree.persons)
        assert dict(other.profiles) == dict(hypothesis.profiles)
        digits = [log_likelihood(h.pedigree, h.profiles, c.markers, theta=c.theta)
                  for c, h in ((case, hypothesis), (again, other))]  # fmt: skip
        assert np.array_equal(*digits)


# Stepwise and proportional mutation, marriages of cousins, FST, a silent allele, drop-out.
@pytest.mark.parametrize(
    "name",
    [
        "14_mut_proportional",
        "15_mut_stepwise",
        "23_inbred_firstcousin_child",
        "45_theta_trio_0.03",
        "51_silent_allele_duo",
        "53_dropout_sib",
    ],
)
def test_reference_results_come_out_of_the_written_file(tmp_path, repository, name):
    known = read_kinship_cases(repository / "validation" / "reference" / "kinship_cases.json.gz")
    (case,) = (c for c in known if c.id == name)
    write_familias_kinship(case, tmp_path / "case.fam")
    again = read_familias_kinship(tmp_path / "case.fam")
    for label, hypothesis in again.hypotheses.items():
        found = log_likelihood(hypothesis.pedigree, hypothesis.profiles, again.markers, theta=again.theta)
        # The tolerance of the reference results, which were printed with 15 digits.
        assert found == pytest.approx(case.expected[label].loglik, rel=1e-9)


def simple(tmp_path) -> Case:
    return dataclasses.replace(read(tmp_path), tables=())


def refused(case, tmp_path, write=write_familias_case):
    path = tmp_path / "no.fam"
    with pytest.raises(InputProblems) as caught:
        write(case, path)
    assert not path.exists()
    for language in ("en", "ar"):
        assert "…" not in render_all(caught.value.problems, language)
    return {p.code for p in caught.value.problems}


ONE_STEP = mutation_model("onestep", ("15", "16"), np.array([0.5, 0.5]), 0.1, 0.1)


def with_marker(case, **changes):
    first, *others = case.markers
    return dataclasses.replace(case, markers=(dataclasses.replace(first, **changes), *others))


def with_victim(case, **changes):
    victim = case.victims[0]
    profile = dataclasses.replace(victim.profile, **changes)
    return dataclasses.replace(case, victims=(dataclasses.replace(victim, profile=profile),))


def with_family(case, **changes):
    return dataclasses.replace(case, families=(dataclasses.replace(case.families[0], **changes),))


def with_person(case, name, **changes):
    persons = case.families[0].pedigree.persons
    people = [dataclasses.replace(p, **changes) if p.id == name else p for p in persons]
    return with_family(case, pedigree=Pedigree(people))


def with_another(case, person, **changes):
    return with_family(case, pedigree=Pedigree([*case.families[0].pedigree.persons, person]), **changes)


@pytest.mark.parametrize(("spoil", "code"), [
    (lambda c: with_victim(c, dropout=0.1), "familias.write-dropout"),
    (lambda c: with_victim(c, dropin=0.1), "familias.write-dropin"),
    (lambda c: with_victim(c, calls={"TH01": ("6", None)}), "familias.write-call"),
    (lambda c: with_victim(c, calls={"D5S818": ("6", "6")}), "familias.write-marker"),
    (lambda c: with_victim(c, replicates={"TH01": (frozenset("6"),)}), "familias.write-replicates"),
    (lambda c: with_person(c, "mum", founder_inbreeding=0.1), "familias.write-inbreeding"),
    (lambda c: with_marker(c, chromosome="X"), "familias.write-not-autosomal"),
    (lambda c: with_marker(c, name='"'), "familias.write-name"),
    (lambda c: with_marker(c, mutation=Mutation(np.eye(2), np.eye(2))), "familias.write-mutation"),
    (lambda c: with_marker(c, mutation=ONE_STEP), "familias.write-mutation"),
    (lambda c: with_family(c, id="a\nb"), "familias.write-name"),
    (lambda c: with_another(c, Person("lost"), missing=("mum", "lost")), "familias.write-unrelated"),
    (lambda c: with_another(c, Person("Missing link", "dad")), "familias.write-missing-name"),
])  # fmt: skip
def test_what_the_format_cannot_say_is_refused_before_anything_is_written(tmp_path, spoil, code):
    assert code in refused(spoil(simple(tmp_path)), tmp_path)


def test_what_no_result_depends_on_is_told(tmp_path):
    case = read(tmp_path)
    (table,) = case.tables
    tables = (table, dataclasses.replace(table, name="other"))
    case = dataclasses.replace(case, tables=tables, eligible={"U1": ()})
    warnings = write_familias_case(case, tmp_path / "case.fam")
    told = ["familias.write-eligible", "familias.write-tables", "familias.write-samples"]
    assert [w.code for w in warnings] == told
    text = (tmp_path / "case.fam").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 50
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def kinship_case(tmp_path) -> KinshipCase:
    case = simple(tmp_path)
    pedigree = Pedigree([Person("dad", sex="M"), Person("son", "dad", None, "M")])
    known = {"dad": dataclasses.replace(case.families[0].profiles["dad"], sample="dad"),
             "son": dataclasses.replace(case.victims[0].profile, sample="son")}  # fmt: skip
    return KinshipCase("one", "one", case.markers, 0.0, None, {"H1": Hypothesis(pedigree, known)})


def with_second(case, *people, **profiles):
    known = {**case.hypotheses["H1"].profiles, **profiles}
    tree = Pedigree([Person("dad", sex="M"), *people])
    second = Hypothesis(tree, {name: p for name, p in known.items() if name in tree})
    return dataclasses.replace(case, hypotheses={**case.hypotheses, "H2": second})


def with_dropouts(case):
    (first,) = case.hypotheses.values()
    chances = {"dad": 0.1, "son": 0.2}
    known = {n: dataclasses.replace(p, dropout=chances[n]) for n, p in first.profiles.items()}
    return dataclasses.replace(case, hypotheses={"H1": Hypothesis(first.pedigree, known)})


@pytest.mark.parametrize(("spoil", "code"), [
    (lambda c: dataclasses.replace(c, recombination=0.1), "familias.write-linked"),
    (with_second, "familias.write-not-everywhere"),
    (lambda c: with_second(c, Person("son", sex="M"), son=Profile("son", {"TH01": ("6", "6")})),
     "familias.write-not-everywhere"),
    (lambda c: with_second(c, Person("son", sex="F")), "familias.write-sex"),
    (lambda c: with_second(c, Person("son", sex="M"), Person("nobody")), "familias.write-sex"),
    (with_dropouts, "familias.write-dropouts"),
])  # fmt: skip
def test_kinship_cases_that_the_format_cannot_say_are_refused(tmp_path, spoil, code):
    case = kinship_case(tmp_path)
    write_familias_kinship(case, tmp_path / "good.fam")
    assert len(read_kinship_cases(tmp_path / "good.fam")[0].hypotheses["H1"].pedigree) == 2
    assert refused(spoil(case), tmp_path, write_familias_kinship) == {code}
