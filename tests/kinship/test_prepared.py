"""A prepared register says what a screening says, and after changes what one made anew says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.joint.case import Family
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile
from amana.kinship.screening import Register, Remains, Settings, best_of, hits_of, on_panel, prepare, search
from amana.kinship.screening import preparing as module
from tests.kinship.test_screening import SHAPES, SIB, everything, profile, screening, setting


def pairs_of(prepared, remains):
    part = best_of(prepared, remains, Settings(top=3, min_log10_lr=-1e9))
    return {(int(r), int(t)): v for (r, t), v in zip(part.kept_pair, part.kept, strict=True)}


def made(panel, families, **more):
    return prepare(panel, Register.of(families, panel), **more)


def same(one, other, remains) -> None:
    """Alike to the bit, for any profile."""
    for m in range(len(one.panel.markers)):
        for t in range(one.markers[m].segments[0].shape[0]):
            for g in range(one.markers[m].segments[0].shape[1]):
                np.testing.assert_array_equal(
                    one.markers[m].column(t, g)[one.rows[m]], other.markers[m].column(t, g)[other.rows[m]]
                )
    assert one.register.families == other.register.families
    np.testing.assert_array_equal(one.inconsistent, other.inconsistent)
    assert pairs_of(one, remains) == pairs_of(other, remains)


@pytest.mark.parametrize(("model", "theta"), [("none", 0.0), ("stepwise", 0.0), ("stepwise", 0.03)])
def test_every_call_is_what_a_screening_says(model, theta):
    """Whole and partial calls, drop-out and drop-in, a silent allele and the X chromosome among them."""
    size = {} if theta == 0 else {"families": 5, "shapes": [(SIB, ("x",), ("s", "m")), *SHAPES[:3]]}
    panel, victims, families = setting(model=model, **size)
    found = screening(panel, victims, families, min_log10_lr=-1e9, theta=theta)
    expected = everything(found)
    prepared = prepare(panel, found.register, theta)
    pairs = pairs_of(prepared, found.remains)
    assert pairs.keys() == expected.keys()
    assert len(pairs) > 20
    for pair, value in expected.items():
        # The same sums over genotypes in another order.
        assert pairs[pair] == pytest.approx(value, rel=0, abs=1e-12)
    np.testing.assert_array_equal(prepared.inconsistent, found.part().inconsistent)


def test_hits_have_the_columns_of_a_screening_of_the_profile():
    panel, victims, families = setting()
    for victim in victims[:2]:
        settings = {"top": 3, "min_log10_lr": 0.5}
        found = screening(panel, [victim], families, **settings)
        expected = hits_of(found, found.part())
        first = (expected.rank <= 3) | (expected.log10_lr >= 0.5)
        _, hits = search(prepare(panel, found.register), found.remains, Settings(**settings))
        np.testing.assert_array_equal(hits.targets, expected.targets[first])
        np.testing.assert_array_equal(hits.rank, expected.rank[first])
        for name in ("log10_lr", "chance", "log10_lr_sibling", "log10_lr_uncle", "markers"):
            one, other = getattr(hits, name), getattr(expected, name)[first]
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12, err_msg=name)
        # A screening sums the LRs behind the posterior in single precision.
        np.testing.assert_allclose(hits.posterior, expected.posterior[first], rtol=1e-5)
        _, bare = search(prepare(panel, found.register), found.remains, Settings(**settings), explained=False)
        np.testing.assert_array_equal(bare.posterior, hits.posterior)
        assert np.isnan(bare.chance).all()


def test_equal_ones_stand_in_the_order_of_their_identifiers():
    panel, victims, families = setting()
    twins = [Family(f"Z{i}", families[0].pedigree, families[0].profiles, ("x",)) for i in (3, 1, 2, 0)]
    prepared = made(panel, twins)
    remains = Remains.of([v for v in victims if v.sex == "M"], panel)
    part = best_of(prepared, remains, Settings(top=3, min_log10_lr=99))
    assert {tuple(row) for row in part.best_target} == {(0, 1, 2)}
    assert all(one.n_rows == 1 for one in prepared.markers)


def test_after_changes_it_is_what_one_made_anew_is():
    panel, victims, families = setting()
    remains = Remains.of(victims, panel)
    rng = np.random.default_rng(7)
    first = made(panel, families)
    assert made(panel, families, before=first).computed == 0

    sister = families[0]
    other = dict(sister.profiles["s"].calls)
    other["A"] = ("8", "8") if other.get("A") != ("8", "8") else ("9", "9")
    corrected = replace(sister, profiles={"s": Profile("s", other)})
    changed = made(panel, [corrected, *families[1:]], before=first)
    assert changed.computed <= 1  # one relative's call at one marker
    same(changed, made(panel, [corrected, *families[1:]]), remains)

    pedigree, missing, typed = SHAPES[1]
    profiles = {t: profile(rng, panel.markers, t, pedigree[t].sex) for t in typed}
    more = [*families[:3], *families[4:], Family("A-new", pedigree, profiles, missing)]
    later = made(panel, more, before=changed)
    assert 0 < later.computed <= len(panel.markers) * len(missing) + 1
    same(later, made(panel, more), remains)
    assert later.universe == 1


def test_a_new_allele_touches_its_marker_and_no_other():
    panel, victims, families = setting(families=6, shapes=SHAPES[:3])
    before = made(panel, families)
    a = panel.markers[0]
    p = np.append(a.frequencies, 0.001) / 1.001
    wider = Panel([Marker("A", (*a.alleles, "99"), p), *panel.markers[1:]])
    now = prepare(wider, on_panel(before.register, panel, wider), before=before)
    kept = [one.segments[0] is old.segments[0] for one, old in zip(now.markers, before.markers, strict=True)]
    assert kept == [False, True, True, True]
    assert (before.universe, now.universe) == (1, 2)
    rare = [replace(victims[1], profile=Profile("r", {"A": ("8", "99"), "C": ("8", "9")}))]
    remains = Remains.of([*rare, *victims[2:]], wider)
    same(now, made(wider, families), remains)


def test_many_changes_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(module, "MOST_SEGMENTS", 3)
    panel, victims, families = setting(families=8)
    remains = Remains.of(victims, panel)
    rng = np.random.default_rng(3)
    now, most = made(panel, families), 0
    for i in range(6):
        pedigree, missing, typed = SHAPES[i % 4]
        profiles = {t: profile(rng, panel.markers, t, pedigree[t].sex) for t in typed}
        families = [*families[1:], Family(f"N{i}", pedigree, profiles, missing)]
        now = made(panel, families, before=now)
        most = max(most, *(len(one.segments) for one in now.markers))
    assert most == 2
    for m, one in enumerate(now.markers):
        assert one.n_rows <= 2 * len(np.unique(now.rows[m])) + 2
    same(now, made(panel, families), remains)


def test_nobody_is_found_in_an_empty_register():
    panel, victims, _ = setting()
    prepared = made(panel, [])
    _, hits = search(prepared, Remains.of(victims, panel), Settings())
    assert len(hits) == 0
