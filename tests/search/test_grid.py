"""Values between which no plan lies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.search.tiny_cases import cases
from zoning.search.grid import Grid, grid_of


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_every_plan_is_on_the_grid_and_no_bound_is_raised_above_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for case in cases(seed):
        matrix, cells = case.target.matrix, case.target.formulation.problem.cells
        for cost in (case.target.cost, np.rint(case.target.cost), np.round(case.target.cost, 2)):
            grid = grid_of(matrix, cost, cells)
            aimed = case.target.aiming_at(cost)
            assert aimed.grid == grid
            pairs = case.target.formulation.problem
            for plan in case.plans[rng.permutation(len(case.plans))[:20]]:
                whole = matrix.integer_of(np.flatnonzero(cost)).all()
                extra = cost[matrix.pairs :].any()
                if extra or not whole:
                    continue
                value = float(cost[pairs.pair_of(plan)].sum())
                for below in (0.0, 1e-3, 0.3, 1.0, 50.0):
                    assert grid.up(value - below) <= value + 1e-9 * max(1.0, abs(value))


@pytest.mark.parametrize(
    ("step", "bound", "up"),
    [(1.0, 10.3, 11.0), (1.0, 11.0, 11.0), (1.0, 11.0 + 1e-9, 11.0 + 1e-9), (4.0, 10.3, 12.0),
     (0.5, -1.2, -1.0), (0.0, 10.3, 10.3), (1.0, -np.inf, -np.inf), (1.0, np.inf, np.inf),
     (1.0, 1e6 + 0.3, 1e6 + 0.3), (0.001, 5000.0001, 5000.0001)],
)  # fmt: skip
def test_up(step: float, bound: float, up: float) -> None:
    assert Grid(step, 0.0).up(bound) == pytest.approx(up, rel=1e-12)


def test_up_of_the_goal_is_the_value() -> None:
    grid = Grid(3.0, 1e-9)
    assert grid.goal(300.0) < 300.0
    assert grid.up(grid.goal(300.0)) == pytest.approx(300.0)
    assert grid.goal(np.inf) == np.inf
    assert Grid(0.0, 0.0).goal(300.0) == 300.0


def test_steps() -> None:
    case = next(iter(cases(0)))
    matrix, cells = case.target.matrix, case.target.formulation.problem.cells
    pattern = np.arange(matrix.columns) % 3
    whole = np.where(np.arange(matrix.columns) < matrix.pairs, pattern, 0.0)
    assert grid_of(matrix, 6.0 * whole, cells).step == 6.0
    assert grid_of(matrix, 0.25 * whole, cells).step == 0.25
    assert grid_of(matrix, 0.1 * whole, cells).step == pytest.approx(0.1)
    assert grid_of(matrix, 0.1 * whole, cells).blur < 1e-12
    assert grid_of(matrix, np.pi * whole, cells).step == 0.0
    assert grid_of(matrix, 0.0 * whole, cells).step == 0.0
    assert grid_of(matrix, 1e13 * whole, cells).step == 0.0
    mixed = whole.copy()
    mixed[matrix.pairs - 1] = np.e
    assert grid_of(matrix, mixed, cells).step == 0.0


def test_a_cost_of_a_column_that_need_not_be_whole_leaves_no_step() -> None:
    tried = 0
    for seed in range(60):
        for case in cases(seed, later=False):
            matrix = case.target.matrix
            loose = np.flatnonzero(~matrix.extra_integer)
            if len(loose) == 0:
                continue
            cost = np.zeros(matrix.columns)
            cost[0] = 1.0
            assert grid_of(matrix, cost, 5).step == 1.0
            cost[matrix.pairs + loose[0]] = 1.0
            assert grid_of(matrix, cost, 5).step == 0.0
            tried += 1
    assert tried > 3
