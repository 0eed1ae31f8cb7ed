"""Sites where nothing limits zones: single steps against trying every set."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from zoning.search.interchange import _descend


def value_of(cost: np.ndarray, opening: np.ndarray, open_: np.ndarray) -> float:
    """Opening costs, and each cell at its cheapest open site."""
    return float(opening[open_].sum() + cost[:, open_].min(axis=1).sum())


@pytest.mark.parametrize("seed", range(60))
def test_steps_end_where_no_single_step_helps_and_tell_the_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells, sites = int(rng.integers(1, 12)), int(rng.integers(2, 8))
    cost = rng.integers(0, 50, (cells, sites)).astype(float)
    opening = rng.integers(0, 60, sites).astype(float)
    stays = rng.random(sites) < 0.2
    least = int(rng.integers(0, sites))
    most = int(rng.integers(max(least, 1, stays.sum()), sites + 1))
    least = min(least, most)
    open_ = stays.copy()
    for s in rng.permutation(sites):
        if open_.sum() < max(least, 1):
            open_[s] = True
    value = _descend(cost, opening, stays, least, most, open_)
    assert value == pytest.approx(value_of(cost, opening, open_))
    assert max(least, 1) <= open_.sum() <= most and open_[stays].all()
    for other in map(np.array, itertools.product([False, True], repeat=sites)):
        steps = int((other & ~open_).sum()), int((open_ & ~other).sum())
        if max(steps) > 1 or not max(least, 1) <= other.sum() <= most or not other[stays].all():
            continue
        assert value <= value_of(cost, opening, other) + 1e-6
