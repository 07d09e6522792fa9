"""Screening agrees with the general engine, whatever the model; and what it keeps depends on nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kinship.joint.case import Family, Victim
from amana.kinship.joint.tables import EncodedVictims, FamilyModel
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.kinship.screening import Register, Remains, Screening, Settings, hits_of, largest_difference, merge
from amana.kinship.screening import screen as screen_module
from amana.kinship.screening.tables import Calls, TableMaker
from amana.problems import InputProblems
from tests.kinship.examples import calls, people

SIB = people("f - - M", "m - - F", "x f m M", "s f m F")
PARENTS = people("f - - M", "m - - F", "x f m F", "y f m M")
CHILDREN = people("x - - M", "w - - F", "c x w M", "d x w F")
COUSINS = people(
    "a - - M",
    "b - - F",
    "c a b M",
    "d a b F",
    "e - - F",
    "g - - M",
    "f c e M",
    "m g d F",
    "x f m M",
    "s f m F",
)  # fmt: skip
HALF = people("f - - M", "x f - M", "h f - F")
SHAPES = [
    (SIB, ("x",), ("s",)),
    (PARENTS, ("x", "y"), ("f", "m")),
    (CHILDREN, ("x",), ("w", "c", "d")),
    (COUSINS, ("x",), ("s", "e")),
]


def marker(rng, name, k, model, *, chromosome="autosomal", silent=False) -> Marker:
    p = rng.dirichlet(np.ones(k) * 2)
    alleles = (*(str(8 + i) for i in range(k - silent)), *(["S"] if silent else []))
    null = "S" if silent else None
    mutation = (
        None
        if model == "none"
        else mutation_model(model, alleles, p, 0.01, 0.004, range=0.1, rate2=1e-6, silent=null)
    )
    return Marker(name, alleles, p, mutation, chromosome, null)


def profile(rng, markers, name, sex, *, dropout=0.0, partial=False) -> Profile:
    """Random calls, some of them absent or, where ``partial``, of one allele."""
    calls = {}
    for m in markers:
        shown = [a for a in rng.choice(m.alleles, 2) if a != m.silent]
        if not shown or rng.random() < 0.1:
            continue
        one = m.chromosome == "X" and sex == "M"
        call = (shown[0], shown[0] if one else shown[-1])
        if partial and not one and rng.random() < 0.1:
            call = (shown[0], None)
        calls[m.name] = call
    return Profile(name, calls, dropout=dropout, dropin=0.01 if dropout else 0.0)


def setting(seed=1, model="stepwise", *, families=12, remains=16, shapes=SHAPES):
    rng = np.random.default_rng(seed)
    other = "equal" if model == "stepwise" else model
    markers = [
        marker(rng, "A", 5, model),
        marker(rng, "B", 7, other, silent=True),
        marker(rng, "X1", 6, model, chromosome="X"),
        marker(rng, "C", 6, model),
    ]
    found = []
    for i in range(families):
        pedigree, missing, typed = shapes[i % len(shapes)]
        profiles = {t: profile(rng, markers, t, pedigree[t].sex) for t in typed}
        found.append(Family(f"F{i:02}", pedigree, profiles, missing))
    victims = [
        Victim(
            f"R{i:02}",
            profile(rng, markers, "r", "MF"[i % 2], dropout=0.1 if i % 3 == 0 else 0.0, partial=True),
            "MF"[i % 2],
        )
        for i in range(remains)
    ]
    return Panel(markers), victims, found


def screening(panel, victims, families, **settings) -> Screening:
    return Screening(Remains.of(victims, panel), Register.of(families, panel), panel, Settings(**settings))


def everything(found: Screening):
    """Every possible pair with its natural log LR."""
    part = found.part()
    return {(int(r), int(t)): v for (r, t), v in zip(part.kept_pair, part.kept, strict=True)}


@pytest.mark.parametrize("theta", [0.0, 0.03])
@pytest.mark.parametrize("model", ["none", "equal", "proportional", "stepwise"])
def test_every_pair_is_what_the_general_engine_says(model, theta):
    shapes = [*(SHAPES if theta == 0 else [*SHAPES[:3], (SIB, ("x",), ("s", "m"))]), (HALF, ("x",), ("h",))]
    panel, victims, families = setting(model=model, shapes=shapes)
    found = screening(panel, victims, families, min_log10_lr=-1e9, theta=theta, top=2)
    pairs = everything(found)
    encoded = EncodedVictims(victims, panel)
    compared = 0
    for t, (name, person) in enumerate(zip(found.register.families, found.register.missing, strict=True)):
        family = next(f for f in families if f.id == name)
        engine = FamilyModel(family, panel, encoded, theta)
        for r, victim in enumerate(victims):
            if victim.sex != family.pedigree[person].sex:
                assert (r, t) not in pairs
                continue
            places = np.full((1, len(family.missing)), -1)
            places[0, family.missing.index(person)] = r
            expected = engine.log_lr_by_marker(places).sum()
            assert pairs.get((r, t), -np.inf) == pytest.approx(expected, rel=0, abs=1e-12)
            compared += np.isfinite(expected)
    assert compared > 20
    # Tables and engine sum in different orders; 1e-8 relative on an LR is what is promised.
    assert largest_difference(found, pairs=60) < 1e-10


@pytest.mark.parametrize("model", ["none", "stepwise"])
def test_the_sums_in_single_precision_are_as_near_as_is_said(model):
    panel, victims, families = setting(model=model)
    found = screening(panel, victims, families)
    part = found.part()
    for g in range(len(found.register.groups)):
        tables = found.tables.shared(g, slice(None)).table(slice(None))
        quick = tables.astype(np.float32)
        for rows in found.calls.rows:
            rows = rows[rows >= 0]
            exact, total = tables[rows].sum(axis=0), np.zeros(tables.shape[1], dtype=np.float32)
            for row in rows:
                total = total + quick[row]
            assert np.isneginf(total).tolist() == np.isneginf(exact).tolist()
            finite = np.isfinite(exact)
            assert np.abs(total[finite] - exact[finite]).max(initial=0.0) <= part.bound


def test_the_best_are_kept_of_each_side_and_everything_above_the_threshold():
    panel, victims, families = setting()
    pairs = everything(screening(panel, victims, families, min_log10_lr=-1e9))
    found = screening(panel, victims, families, top=3, min_log10_lr=0.2)
    part = found.part()

    def best(of, by):
        rows = sorted((-v, p[by]) for p, v in pairs.items() if p[1 - by] == of)[:3]
        return [n for _, n in rows], [-v for v, _ in rows]

    for r in range(len(victims)):
        numbers, values = best(r, 1)
        assert [n for n in part.best_target[r] if n >= 0] == numbers
        assert part.best[r][: len(values)].tolist() == values
    for t in range(len(found.register)):
        numbers, values = best(t, 0)
        assert [n for n in part.of_target_remains[t] if n >= 0] == numbers
        assert part.of_target[t][: len(values)].tolist() == values
    above = {p for p, v in pairs.items() if v >= 0.2 * np.log(10)}
    assert {(int(r), int(t)) for r, t in part.kept_pair} == above
    assert above
    for r in range(len(victims)):
        total = sum(np.exp(v) for (n, _), v in pairs.items() if n == r and v >= 0)
        assert part.sums[r] == pytest.approx(total, rel=1e-5)  # float32 sums


def test_equal_ones_stand_in_the_order_of_their_identifiers():
    panel, victims, families = setting()
    twins = [Family(f"Z{i}", families[0].pedigree, families[0].profiles, ("x",)) for i in (3, 1, 2, 0)]
    found = screening(panel, [v for v in victims if v.sex == "M"], twins, top=3, min_log10_lr=99)
    part = found.part()
    assert found.register.families == ("Z0", "Z1", "Z2", "Z3")
    assert {tuple(row) for row in part.best_target} == {(0, 1, 2)}


def same(one, other) -> None:
    for name in ("best", "best_target", "targets", "of_target", "of_target_remains", "kept", "kept_pair"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
    np.testing.assert_array_equal(one.inconsistent, other.inconsistent)
    np.testing.assert_allclose(one.sums, other.sums, rtol=1e-12)


@pytest.mark.parametrize(("threads", "block"), [(1, 1), (3, 2), (2, 1000)])
def test_nothing_depends_on_threads_blocks_or_parts(monkeypatch, threads, block):
    panel, victims, families = setting()
    whole = screening(panel, victims, families, top=2, min_log10_lr=0.0, threads=1).part()
    monkeypatch.setattr(screen_module, "BLOCK", block)
    monkeypatch.setattr(screen_module, "CHUNK", 2 * block)
    found = screening(panel, victims, families, top=2, min_log10_lr=0.0, threads=threads)
    same(found.part(), whole)
    same(merge([found.part(i, 3) for i in (2, 0, 1)]), whole)


def test_parts_that_do_not_belong_together_are_refused():
    panel, victims, families = setting()
    found = screening(panel, victims, families, top=2)
    with pytest.raises(InputProblems, match=r"screen\.part-twice"):
        merge([found.part(0, 2), found.part(0, 2)])
    with pytest.raises(InputProblems, match=r"screen\.parts-differ"):
        merge([found.part(0, 2), screening(panel, victims[1:], families, top=2).part(1, 2)])


def test_a_family_that_cannot_be_is_said_to_be_so_and_never_no_number():
    rng = np.random.default_rng(3)
    markers = [marker(rng, "A", 5, "none"), marker(rng, "B", 5, "none")]
    panel = Panel(markers)
    calls = {"f": ("8", "8"), "m": ("9", "9"), "s": ("10", "10")}
    profiles = {p: Profile(p, {"A": call, "B": ("8", "9")}) for p, call in calls.items()}
    pedigree = people("f - - M", "m - - F", "s f m F", "x f m M")
    victims = [Victim("R", Profile("r", {"A": ("8", "9"), "B": ("8", "8")}), "M")]
    found = screening(panel, victims, [Family("F", pedigree, profiles, ("x",))], min_log10_lr=-1e9)
    part = found.part()
    assert part.inconsistent.tolist() == [1]
    only_b = TableMaker(found.register, found.calls, panel).log_lr(
        found.register.groups[0], 1, found.register.groups[0].seen[:, 1, :].astype(np.int64)
    )[0]
    assert part.kept.tolist() == [pytest.approx(float(only_b[0, 0]))]
    assert not np.isnan(part.best).any()


def test_hits_are_ranked_and_say_what_is_left_against_a_sibling():
    panel, victims, families = setting()
    found = screening(panel, victims, families, top=2, min_log10_lr=0.5)
    part = found.part()
    hits = hits_of(found, part)
    assert len({(r, t) for r, t in zip(hits.remains, hits.targets, strict=True)}) == len(hits)
    for r in range(len(victims)):
        mine = hits.remains == r
        assert hits.rank[mine].tolist() == list(range(1, mine.sum() + 1))
        assert (np.diff(hits.log10_lr[mine]) <= 0).all()
        assert 0 < hits.posterior[mine].sum() < 1
    above = hits.log10_lr >= 0.5
    assert above.any()
    for values in (hits.chance, hits.log10_lr_sibling, hits.log10_lr_uncle):
        assert np.isfinite(values[above]).all()
        assert np.isnan(values[~above]).all()
    # Where both parents are known a brother of the missing person fits as well as they do.
    parents = np.array([found.register.families[t] in {f.id for f in families[1::4]} for t in hits.targets])
    typed = np.array([len(families[int(found.register.families[t][1:])].profiles["f"].calls) == 4
                      and len(families[int(found.register.families[t][1:])].profiles["m"].calls) == 4
                      if p else False for t, p in zip(hits.targets, parents, strict=True)])  # fmt: skip
    np.testing.assert_allclose(hits.log10_lr_sibling[above & typed], 0.0, atol=1e-9)


def test_chance_hits_are_as_many_as_chance_makes():
    rng = np.random.default_rng(5)
    markers = [marker(rng, f"M{i}", 5, "stepwise") for i in range(4)]
    panel = Panel(markers)
    pedigree = people("f - - M", "m - - F", "x f m M", "s f m F")

    def drawn(name):
        return Profile(name, {m.name: tuple(rng.choice(m.alleles, 2, p=m.frequencies)) for m in markers})

    families = [Family("F", pedigree, {"s": drawn("s"), "f": drawn("f")}, ("x",))]
    n = 4000
    found = screening(
        panel, [Victim(f"R{i}", drawn("r")) for i in range(n)], families, top=n, min_log10_lr=0.3
    )
    hits = hits_of(found, found.part())
    above = hits.log10_lr >= 0.3
    least = np.argmin(np.where(above, hits.log10_lr, np.inf))
    reached = int(above.sum())
    assert reached > 50
    # Four standard deviations of a count of that size, and of the draws that the expectation rests on.
    assert abs(hits.chance[least] - reached) < 4 * np.sqrt(reached) + 0.15 * reached


def test_a_person_of_unknown_sex_is_compared_with_both():
    panel, victims, families = setting()
    autosomal = Panel([m for m in panel.markers if m.chromosome != "X"])
    unsexed = [Victim(v.id, v.profile) for v in victims]
    pairs = everything(screening(autosomal, unsexed, families, min_log10_lr=-1e9))
    assert len(pairs) == len(victims) * sum(len(f.missing) for f in families)


def test_faults_are_told_together():
    panel, victims, families = setting()
    wrong = Profile("w", {"A": ("8", "99")})
    with pytest.raises(InputProblems) as caught:
        Remains.of([Victim("1", wrong), Victim("2", wrong), *victims], panel)
    assert {p.code for p in caught.value.problems} == {"genotype.unknown-allele"}
    with pytest.raises(InputProblems, match=r"screen\.family-twice"):
        Register.of([families[0], families[0]], panel)


def test_nothing_to_compare_is_nothing_found():
    panel, victims, families = setting()
    for found in (screening(panel, [], families), screening(panel, victims, [])):
        assert len(hits_of(found, found.part())) == 0
        assert largest_difference(found) == 0.0


def test_calls_are_numbered_without_gaps():
    panel, victims, _ = setting()
    remains = Remains.of(victims, panel)
    calls = Calls(remains, panel)
    used = np.unique(calls.rows[calls.rows >= 0])
    assert used[-1] < len(calls)
    for m in range(len(panel.markers)):
        assert np.array_equal(calls.rows[:, m] >= 0, remains.seen[:, m] > 0)


def test_an_open_person_is_as_good_as_each_of_their_genotypes():
    panel, _, families = setting()
    family = families[3]
    register = Register.of([family], panel)
    group = register.groups[0]
    for m, one in enumerate(panel.markers):
        seen = group.seen[:, m, :].astype(np.int64)
        factor, table = group.likelihood.genotypes(panel, m, seen, group.person)
        for a in one.alleles:
            for b in one.alleles:
                if "S" in (a, b) or (one.chromosome == "X" and a != b):
                    continue
                with_call = seen.copy()
                with_call[0, group.person] = panel.encode(Profile("x", {one.name: (a, b)}), "M")[m]
                i, j = one.index[a], one.index[b]
                silent = one.index[one.silent] if one.silent else None
                got = table[0, i, j] + (table[0, j, i] if i != j else 0.0)
                if silent is not None and i == j:
                    got += table[0, i, silent] + table[0, silent, i]
                expected = group.likelihood.loglik(panel, np.array([m]), with_call)[0]
                assert np.log(got) + factor[0] == pytest.approx(expected, abs=1e-12), (one.name, a, b)


@pytest.mark.parametrize("shown", [{"h": "1/1"}, {"h": "0/1"}, {"f": "1/-"}, {"f": "1/-", "h": "1/1"}])
@pytest.mark.parametrize("k", [2, 3])
def test_the_open_person_may_share_a_founders_allele_by_descent(k, shown):
    # The alleles that HALF's children have from nowhere are founders' alleles: under FST some tyings make
    # one of the open person's an allele of somebody who was seen.
    rng = np.random.default_rng(2)
    one = marker(rng, "A", k, "none")
    panel = Panel([one])
    likelihood, person = PedigreeLikelihood(HALF), HALF.index["x"]
    seen = np.zeros((1, len(HALF)), dtype=np.int64)
    for other, found in calls(one, shown).items():
        seen[0, HALF.index[other]] = panel.encode(found, HALF[other].sex)[0]
    factor, table = likelihood.genotypes(panel, 0, seen, person, 0.03)
    for i in range(k):
        for j in range(i + 1):
            with_call = seen.copy()
            with_call[0, person] = panel.encode(calls(one, {"x": f"{i}/{j}"})["x"], "M")[0]
            expected = likelihood.loglik(panel, np.array([0]), with_call, 0.03)[0]
            got = table[0, i, j] + (table[0, j, i] if i != j else 0.0)
            assert np.log(got) + factor[0] == pytest.approx(expected, rel=0, abs=1e-12)


def test_pedigree_of_one():
    rng = np.random.default_rng(1)
    panel = Panel([marker(rng, "A", 4, "none")])
    alone = Family("F", Pedigree([Person("x", sex="M")]), {}, ("x",))
    found = screening(panel, [Victim("R", Profile("r", {"A": ("8", "9")}), "M")], [alone], min_log10_lr=-1e9)
    assert found.part().kept.tolist() == [pytest.approx(0.0, abs=1e-12)]
