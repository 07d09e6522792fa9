"""Draws instead of sums: against the largest exact cases, seeded, with diagnostics, and labelled."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kinship.joint import Settings, identify, sampler
from amana.kinship.joint import chain as chain_module
from amana.kinship.joint.assignments import Assignments, Weights
from amana.kinship.joint.diagnostics import effective_draws, split_r_hat
from amana.kinship.joint.sampler import draw
from amana.reporting.documents import identification_document
from tests.kinship.cases import case, even_markers, profile
from tests.kinship.examples import people
from tests.kinship.test_assignments import random_table


def autoregressive(random, n_chains, n_draws, keeps, shift=0.0):
    noise = random.normal(size=(n_chains, n_draws)) * np.sqrt(1 - keeps**2)
    found = np.empty_like(noise)
    found[:, 0] = random.normal(size=n_chains)
    for t in range(1, n_draws):
        found[:, t] = keeps * found[:, t - 1] + noise[:, t]
    return found + shift * np.arange(n_chains)[:, None]


@pytest.mark.parametrize("keeps", [0.0, 0.5, 0.9])
def test_the_effective_size_of_an_autoregressive_chain_is_as_in_theory(keeps):
    found = autoregressive(np.random.default_rng(1), 4, 20_000, keeps)
    theory = found.size * (1 - keeps) / (1 + keeps)
    assert effective_draws(found) == pytest.approx(theory, rel=0.15)
    assert split_r_hat(found) == pytest.approx(1.0, abs=0.005)


def test_chains_that_differ_are_noticed():
    apart = autoregressive(np.random.default_rng(2), 4, 1000, 0.2, shift=0.5)
    assert split_r_hat(apart) > 1.1
    assert effective_draws(apart) < 40
    trend = np.linspace(0, 3, 1000)[None, :] + np.random.default_rng(3).normal(size=(4, 1000))
    assert split_r_hat(trend) > 1.1, "halves must be compared, not only chains"
    still = np.repeat([[0.0], [1.0]], 100, axis=1)
    assert split_r_hat(still) == np.inf
    assert split_r_hat(np.zeros((2, 100))) == 1.0
    assert effective_draws(np.zeros((2, 100))) == 200.0


def large(seed, n_victims=16, n_families=15, spread=2.5):
    random = np.random.Generator(np.random.PCG64(seed))
    victims = tuple(range(n_victims))
    tables = [random_table(random, f"F{i}", 1, victims, spread=spread) for i in range(n_families)]
    return Assignments(tables, n_victims, Weights(random.normal(-1.0, 1.0, n_victims)))


@pytest.mark.parametrize("seed", range(2))
def test_draws_agree_with_the_largest_exact_case(seed):
    exact = large(seed)
    (component,) = exact.components
    assert exact.dropped == 0.0
    drawn = draw(*component._by_family(0))
    assert drawn.converged
    true = component._log_posterior_of_sets
    for ours, theirs in zip(drawn.posterior, true, strict=True):
        np.testing.assert_allclose(ours, np.exp(theirs), rtol=0, atol=4 * drawn.error)
    np.testing.assert_allclose(drawn.unused, exact.nobody(), rtol=0, atol=4 * drawn.error)
    # Nothing is off on average either: the errors have no sign.
    error = np.concatenate(drawn.posterior) - np.exp(np.concatenate(true))
    assert abs(error.mean()) < drawn.error / 10


def test_draws_agree_where_families_have_several_missing():
    random = np.random.Generator(np.random.PCG64(5))
    sizes = [(2, (0, 1, 2, 3)), (2, (2, 3, 4, 5)), (1, (0, 5, 6)), (3, (4, 5, 6, 7)), (1, (1, 7))]
    tables = [random_table(random, f"F{i}", k, v, spread=2.0) for i, (k, v) in enumerate(sizes)]
    exact = Assignments(tables, 8, Weights(random.normal(-1.0, 1.0, 8)))
    (component,) = exact.components
    drawn = draw(*component._by_family(0))
    assert drawn.converged
    for ours, theirs in zip(drawn.posterior, component._log_posterior_of_sets, strict=True):
        np.testing.assert_allclose(ours, np.exp(theirs), rtol=0, atol=4 * drawn.error)


def test_the_same_seed_gives_the_same_draws_and_another_does_not():
    (component,) = large(3, 6, 5).components
    one, two = draw(*component._by_family(0)), draw(*component._by_family(0))
    np.testing.assert_array_equal(one.states, two.states)
    other = draw(*component._by_family(0), seed=7)
    assert (one.states != other.states).any()


def test_no_draw_uses_a_victim_twice():
    (component,) = large(4, 6, 7).components
    uses, worth = component._by_family(0)
    drawn = draw(uses, worth)
    used = sum(uses[f][drawn.states[:, :, f]].astype(int) for f in range(len(uses)))
    assert used.max() == 1


def pairs_case(n=6):
    """Fathers who each seek a son, and sons of whom some are alike to several."""
    markers = even_markers(16)
    calls = ("10/11", "12/13", "10/12", "14/15", "11/13", "10/14")
    families = {
        f"F{i}": (people("f - - M", f"M{i} f - M"), {"f": profile("f", markers, calls[i])}, (f"M{i}",))
        for i in range(n)
    }
    sons = ("10/16", "12/17", "10/13", "14/18", "11/16", "14/15")
    victims = {f"V{i}": ("M", profile(f"V{i}", markers, sons[i])) for i in range(n)}
    return case(markers, victims, families)


def test_what_rests_on_draws_says_so_everywhere(monkeypatch):
    exact = identify(pairs_case())
    assert not exact.sampling
    assert not any(c.sampled for c in exact.conclusions)
    assert not any(a.sampled for a in exact.assignments)
    assert any(c.level == "reaches_threshold" for c in exact.conclusions)
    monkeypatch.setattr(chain_module, "MOST_SETS", 2)
    drawn = identify(pairs_case())
    assert {s.prior for s in drawn.sampling} == {"main", "on_list_0.1", "on_list_0.9", "ten_times_missing"}
    assert all(s.converged and s.r_hat <= 1.01 and s.effective >= 400 for s in drawn.sampling)
    about = {v for s in drawn.sampling if s.prior == "main" for v in s.victims}
    assert about
    codes = [f.code for f in drawn.findings]
    assert "identify.sampled" in codes
    assert "identify.sampled-not-converged" not in codes
    assert all(a.sampled for a in drawn.assignments)
    for view in drawn.views:
        assert set(view.sampled) == {v for s in drawn.sampling if s.prior == view.name for v in s.victims}
    for c, before in zip(drawn.conclusions, exact.conclusions, strict=True):
        assert c.sampled == (c.victim in about)
        assert ("support.sampled" in [f.code for f in c.findings]) == c.sampled
        assert not (c.sampled and c.level == "reaches_threshold")
        assert c.posterior == pytest.approx(before.posterior, abs=0.02)
    # Where each family takes one victim maxima stay exact.
    for pair, value in exact.generalised.items():
        assert drawn.generalised[pair] == pytest.approx(value, abs=1e-9)


def test_what_did_not_converge_is_inconclusive(monkeypatch):
    monkeypatch.setattr(chain_module, "MOST_SETS", 2)
    monkeypatch.setattr(sampler, "SWEEPS", (8,))
    drawn = identify(pairs_case(), Settings(lr_threshold=100.0, posterior_threshold=0.5))
    main = [s for s in drawn.sampling if s.prior == "main"]
    assert not any(s.converged for s in main)
    assert "identify.sampled-not-converged" in [f.code for f in drawn.findings]
    for c in drawn.conclusions:
        if c.sampled and c.missing:
            assert c.level == "inconclusive"
            assert "support.not-converged" in [f.code for f in c.findings]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_document_says_what_was_drawn(monkeypatch, language):
    monkeypatch.setattr(chain_module, "MOST_SETS", 2)
    drawn = identify(pairs_case())
    document = identification_document(drawn, language, laboratory=False)
    assert len(document["sampling"]) == len(drawn.sampling) > 0
    assert {s["seed"] for s in document["sampling"]} == {sampler.SEED}
    assert all(a["sampled"] for a in document["assignments"])
    about = {v for s in drawn.sampling if s.prior == "main" for v in s.victims}
    assert {v for v, c in document["support"].items() if c["sampled"]} == about
    assert any(f["code"] == "identify.sampled" and f["what"] for f in document["findings"])
