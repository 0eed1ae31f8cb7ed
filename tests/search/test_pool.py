"""Zones seen while annealing, their reduced costs, and plans put together from them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.search.grids import exact, grid_target
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.collector import Store, collect, make_store
from zoning.search.engine import Engine
from zoning.search.judge import judge
from zoning.search.pool import Pool, partition
from zoning.search.portfolio import Search
from zoning.search.relaxation import Relaxation
from zoning.search.rounds import HEAT, STUCK, Rounds
from zoning.search.target import Target


def relaxed(target: Target) -> Relaxation:
    """Return the target's relaxation, solved."""
    relaxation = Relaxation(target, np.zeros(0, dtype=np.int64))
    relaxation.run(Clock(30.0))
    return relaxation


def seen(target: Target, pool: Pool, runs: int) -> Store:
    """Return the zones of a few short runs from the cheapest connected plan."""
    search = Search(target, Engine(), Clock(30.0, 1), seed=0, gap=0.0)
    search.run_quick()
    assert search.best is not None
    arrays, store = anneal.prepare(target), pool.store(1e9)
    for seed in range(runs):
        anneal.run_once(
            arrays, search.best.assignment, 100, seed, Clock(30.0), heat=2.0, store=store
        )
    return store


def zones_of(store: Store) -> list[tuple[int, tuple[int, ...]]]:
    """Return the zones of a store as (school, cells)."""
    count, pointer = int(store.filled[0]), store.pointer
    return [
        (int(store.school[k]), tuple(store.cell[pointer[k] : pointer[k + 1]].tolist()))
        for k in range(count)
    ]


def test_a_store_keeps_each_zone_once_and_no_zone_beyond_its_limit() -> None:
    store = make_store(np.zeros((4, 2)), np.zeros(2), 0.0, (10, 40))
    kept = np.zeros(2)
    collect(np.array([0, 0, 1, 1]), kept, store)
    collect(np.array([0, 0, 1, 1]), kept, store)
    collect(np.array([0, 1, 1, 1]), np.array([0.0, 3.0]), store)
    assert zones_of(store) == [(0, (0, 1)), (1, (2, 3)), (0, (0,))]


def test_a_store_leaves_out_what_wastes_too_much_and_stops_when_full() -> None:
    waste = np.array([[0.0, 5.0], [0.0, 0.0], [1.0, 0.0]])
    store = make_store(waste, np.array([0.5, 0.0]), 1.0, (2, 4))
    kept = np.zeros(2)
    collect(np.array([1, 0, 0]), kept, store)  # reduced costs 1.5 and 5
    assert zones_of(store) == []
    collect(np.array([0, 1, 1]), kept, store)
    collect(np.array([0, 0, 1]), kept, store)  # there is no room for more
    assert zones_of(store) == [(0, (0,)), (1, (1, 2))]


@pytest.mark.parametrize("seed", range(6))
def test_reduced_costs_of_a_plans_zones_say_at_most_what_it_loses_against_the_bound(
    seed: int,
) -> None:
    target = grid_target(5, 4, 3, seed, room=1.35)
    split = relaxed(target).split()
    plan = exact(target).incumbent
    assert split is not None and plan is not None
    cells = np.arange(len(plan.assignment))
    wasted = split.base + np.bincount(
        plan.assignment, split.waste[cells, plan.assignment], minlength=len(split.base)
    )
    slack = 1e-6 * abs(plan.value)
    assert (wasted >= -slack).all()
    assert wasted.sum() <= plan.value - split.bound + slack


@pytest.mark.parametrize("seed", range(4))
def test_the_pools_best_plan_is_valid_and_never_better_than_the_optimum(seed: int) -> None:
    target = grid_target(6, 5, 4, seed, room=1.35)
    split = relaxed(target).split()
    optimum = exact(target).incumbent
    assert split is not None and optimum is not None
    pool = Pool(target, split)
    pool.add([seen(target, pool, 10)])
    assert len(pool.zones) > 20
    # with the optimum's zones among them the pool must come down to it
    pool.add_plan(optimum.assignment)
    found = partition(pool, None, Engine(), Clock(30.0))
    assert found is not None
    plan = judge(target, found)
    assert plan is not None
    assert plan.value == pytest.approx(optimum.value)


def test_county_wide_totals_hold_in_the_pools_plans() -> None:
    free = grid_target(5, 4, 3, 2, room=1.3)
    best = exact(free).incumbent
    assert best is not None
    row = np.zeros(free.matrix.columns)
    nearest = np.minimum.reduceat(free.pair_cost, free.formulation.problem.pairs.pointer[:-1])
    row[: free.matrix.pairs] = free.pair_cost > nearest[free.formulation.problem.pairs.cell]
    target = free.holding(
        row, free.matrix.value(row, best.chosen, best.extras), "places that are not the nearest"
    )
    split = relaxed(target).split()
    assert split is not None
    pool = Pool(target, split)
    pool.add([seen(target, pool, 10)])
    pool.add_plan(best.assignment)
    found = partition(pool, None, Engine(), Clock(30.0))
    assert found is not None and judge(target, found) is not None


# so many that all begins anew at least once
ROUNDS = STUCK + 3


def rounds_of(target: Target, seed: int) -> tuple[float, list[int]]:
    """Return value and assignment after some rounds under a work limit."""
    clock = Clock(np.inf, 2)
    search = Search(target, Engine(), clock, seed=seed, gap=0.0)
    search.run_quick()
    assert search.best is not None
    relaxation = relaxed(target)
    split = relaxation.split()
    assert split is not None
    rounds = Rounds(
        target, lambda: Pool(target, split), anneal.prepare(target),
        [(search.best.assignment, HEAT)], relaxation.reduced, Engine(), clock, seed,
        relaxation.bound, 0.0, search._take,
    )  # fmt: skip
    rounds.run(search.best, ROUNDS, lambda: False)
    return search.best.value, search.best.assignment.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_rounds_reach_the_optimum_of_a_small_county_and_repeat(seed: int) -> None:
    target = grid_target(6, 5, 4, seed, room=1.35)
    optimum = exact(target).incumbent
    assert optimum is not None
    first, second = rounds_of(target, seed), rounds_of(target, seed)
    assert first == second
    assert first[0] == pytest.approx(optimum.value, rel=1e-6)
