"""Where a sum is past exact reach: seeded draws of whole assignments by blocked Gibbs sampling.

Each step takes two families that contend, forgets whom they have and draws both anew from their exact joint
distribution given all the others; so two families can exchange victims in one step.  Probabilities are
averages of those exact conditional ones, which is more precise than counting.  Chains start far apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.joint.diagnostics import LEAST_EFFECTIVE, MOST_R_HAT, effective_draws, split_r_hat
from amana.kinship.joint.passes import words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SEED = 20_261_126
CHAINS = 4
SWEEPS = (1_000, 4_000, 16_000)
"""Sweeps kept of each chain; more where fewer have not converged.  As many before them are not kept."""
MOST_PAIRS = 100_000
"""Combinations of two families' options that are drawn from at once."""
_NOTICED = 0.01


@dataclass(frozen=True)
class Draws:
    """What was drawn, and how far it can be trusted.

    Attributes
    ----------
    posterior
        For each item, of each option: an estimate.
    unused
        Of each bit being unused: an estimate.
    states
        Option of each item in each draw, shape (n_chains, n_draws, n_items).
    r_hat, effective
        The worst of all that was watched: log value, and each option neither sure nor out of the question.
    error
        Largest standard error of a probability.
    """

    posterior: list[Floats]
    unused: Floats
    states: NDArray[np.int32]
    r_hat: float
    effective: float
    error: float

    @property
    def converged(self) -> bool:
        """Whether the chains agree within the customary limits."""
        return self.r_hat <= MOST_R_HAT and self.effective >= LEAST_EFFECTIVE


def draw(uses: Sequence[Bools], worth: Sequence[Floats], seed: int = SEED) -> Draws:
    """Draw assignments until the chains agree or the last length is reached.

    Parameters
    ----------
    uses, worth
        As in :class:`amana.kinship.joint.chain.Chain`.
    """
    start = np.concatenate([[0], np.cumsum([len(w) for w in worth])])
    options, value = words(np.concatenate(uses)), np.concatenate(worth)
    partners, partner_start = _partners(uses)
    unused_by = (~np.concatenate(uses)).T
    for sweeps in SWEEPS:
        states, means = [], []
        for chain in range(CHAINS):
            chain_seed = seed + 1_000_003 * chain
            kept, mean = _run(start, options, value, partners, partner_start, sweeps, chain_seed, chain == 0)
            states.append(kept)
            means.append(mean)
        result = _summed(np.stack(states), np.stack(means), start, value, unused_by, len(worth))
        if result.converged:
            break
    return result


def _partners(uses: Sequence[Bools]) -> tuple[Ints, Ints]:
    """The items that could use a bit that each item could use."""
    could = np.array([u.any(axis=0) for u in uses], dtype=np.int64)
    size = np.array([len(u) for u in uses])
    contend = ((could @ could.T) > 0) & (np.outer(size, size) <= MOST_PAIRS)
    np.fill_diagonal(contend, False)
    found = [np.flatnonzero(row) for row in contend]
    return np.concatenate(found).astype(np.int64), np.concatenate([[0], np.cumsum([len(f) for f in found])])


def _summed(
    states: NDArray[np.int32], means: Floats, start: Ints, value: Floats, unused_by: Bools, n_items: int
) -> Draws:
    mean = means.mean(axis=0)
    posterior = [mean[start[i] : start[i + 1]] for i in range(n_items)]
    # A bit is unused where every item takes an option without it.
    states_used = states + start[:-1].astype(np.int32)
    unused = np.array([by[states_used].all(axis=2).mean() for by in unused_by])
    log_value = value[states_used].sum(axis=2)
    r_hat, effective, error = split_r_hat(log_value), effective_draws(log_value), 0.0
    for i in range(n_items):
        for option in np.flatnonzero(posterior[i] > _NOTICED):
            taken = (states[:, :, i] == option).astype(np.float64)
            r_hat = max(r_hat, split_r_hat(taken))
            if taken.min() == taken.max():
                continue
            worth = effective_draws(taken)
            effective = min(effective, worth)
            error = max(error, float(taken.std() / np.sqrt(worth)))
    return Draws(posterior, unused, states, r_hat, effective, error)


@njit(cache=True, nogil=True)
def _free(option, used):  # type: ignore[no-untyped-def]
    clash = np.uint64(0)
    for w in range(len(used)):
        clash |= option[w] & used[w]
    return clash == 0


@njit(cache=True, nogil=True)
def _run(start, options, value, partners, partner_start, sweeps, seed, from_best):  # type: ignore[no-untyped-def]
    """One chain: the states kept, and the mean of the conditional probability of each option.

    The first half is thrown away.  A chain starts from the best options or from any that are free.
    """
    np.random.seed(seed)
    n = len(start) - 1
    used = np.zeros(options.shape[1], dtype=np.uint64)
    state = np.zeros(n, dtype=np.int64)
    for i in np.random.permutation(n):
        chosen = -1
        reach = 0
        for o in range(start[i], start[i + 1]):
            if not _free(options[o], used):
                continue
            reach += 1
            if from_best:
                if chosen < 0 or value[o] > value[chosen]:
                    chosen = o
            elif chosen < 0 or np.random.random() * reach < 1.0:
                chosen = o
        state[i] = chosen
        used |= options[chosen]
    longest = 0
    for i in range(n):
        longest = max(longest, start[i + 1] - start[i])
    one = np.empty(longest)
    other = np.empty(longest)
    along = np.empty(longest)
    across = np.empty(longest)
    kept = np.empty((sweeps, n), dtype=np.int32)
    mean = np.zeros(len(value))
    visits = np.zeros(n)
    for sweep in range(2 * sweeps):
        for _ in range(n):
            i = np.random.randint(n)
            n_partners = partner_start[i + 1] - partner_start[i]
            j = partners[partner_start[i] + np.random.randint(n_partners)] if n_partners else -1
            used &= ~options[state[i]]
            if j >= 0:
                used &= ~options[state[j]]
            _weights(one, start[i], start[i + 1], options, value, used)
            size = start[i + 1] - start[i]
            total = 0.0
            if j < 0:
                for a in range(size):
                    along[a] = one[a]
                    total += one[a]
            else:
                size_j = start[j + 1] - start[j]
                _weights(other, start[j], start[j + 1], options, value, used)
                across[:size_j] = 0.0
                for a in range(size):
                    along[a] = 0.0
                    if one[a] == 0.0:
                        continue
                    for b in range(size_j):
                        if other[b] > 0.0 and _free(options[start[i] + a], options[start[j] + b]):
                            along[a] += one[a] * other[b]
                            across[b] += one[a] * other[b]
                    total += along[a]
            if total > 0.0:
                a = _chosen(along, size, total)
                state[i] = start[i] + a
                if j >= 0:
                    size_j = start[j + 1] - start[j]
                    if sweep >= sweeps:
                        for b in range(size_j):
                            mean[start[j] + b] += across[b] / total
                        visits[j] += 1
                    left = 0.0
                    for b in range(size_j):
                        across[b] = 0.0
                        if other[b] > 0.0 and _free(options[state[i]], options[start[j] + b]):
                            across[b] = other[b]
                            left += other[b]
                    state[j] = start[j] + _chosen(across, size_j, left)
                if sweep >= sweeps:
                    for b in range(size):
                        mean[start[i] + b] += along[b] / total
                    visits[i] += 1
            used |= options[state[i]]
            if j >= 0:
                used |= options[state[j]]
        if sweep >= sweeps:
            for i in range(n):
                kept[sweep - sweeps, i] = state[i] - start[i]
    for i in range(n):
        for o in range(start[i], start[i + 1]):
            mean[o] = mean[o] / visits[i] if visits[i] > 0 else (1.0 if o == state[i] else 0.0)
    return kept, mean


@njit(cache=True, nogil=True)
def _weights(into, first, last, options, value, used):  # type: ignore[no-untyped-def]
    """Plain weights of the options that are free, relative to the best of them; 0 for the others."""
    most = -np.inf
    for o in range(first, last):
        if value[o] > most and _free(options[o], used):
            most = value[o]
    for o in range(first, last):
        into[o - first] = np.exp(value[o] - most) if _free(options[o], used) else 0.0


@njit(cache=True, nogil=True)
def _chosen(weight, size, total):  # type: ignore[no-untyped-def]
    at = np.random.random() * total
    last = 0
    for a in range(size):
        if weight[a] > 0.0:
            last = a
            at -= weight[a]
            if at < 0.0:
                break
    return last
