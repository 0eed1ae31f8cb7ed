"""HiGHS behind its adapter: values, bounds, states, starts and programs that grow."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tests.solvers.small_models import INF, columns, drawn, hard_knapsacks, kept, model, overfull
from zoning.solvers.highs import GrowingLp, solve_mip
from zoning.solvers.model import SolverStatus


@pytest.mark.parametrize("seed", range(30))
def test_optimum_and_bound(seed: int) -> None:
    built, _, best = drawn(seed)
    result = solve_mip(built)
    assert result.status is SolverStatus.OPTIMAL
    assert result.x is not None and kept(built, result.x)
    assert result.objective == pytest.approx(best)
    assert float(built.cost @ result.x) == pytest.approx(best)
    assert result.bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(30))
def test_with_a_start_the_columns_are_those_of_the_optimum(seed: int) -> None:
    built, start, best = drawn(seed)
    result = solve_mip(built, start=start)
    assert result.status is SolverStatus.OPTIMAL
    assert result.x is not None and kept(built, result.x)
    assert float(built.cost @ result.x) == pytest.approx(best)


def test_the_start_is_not_handed_back_as_the_optimum() -> None:
    """HiGHS solves this one in its presolve and reports 3; the start is worth 5."""
    built = overfull([4.0, 2.0], [2.0, 1.0])
    start = columns([4.0, 2.0], [2.0, 1.0], [1, 1])
    result = solve_mip(built, start=start)
    assert result.x is not None
    assert (result.objective, float(built.cost @ result.x)) == pytest.approx((3.0, 3.0))


def test_a_broken_start_does_no_harm() -> None:
    built, start, best = drawn(1)
    result = solve_mip(built, start=np.zeros_like(start))
    assert result.objective == pytest.approx(best)
    assert result.x is not None and kept(built, result.x)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("beyond", [-1.0, -0.01, 0.01, 1.0, 100.0])
def test_below_a_cutoff(seed: int, beyond: float) -> None:
    built, _, best = drawn(seed)
    cutoff = best + beyond
    result = solve_mip(built, cutoff=cutoff)
    assert result.bound <= min(best, cutoff) + 1e-6
    if beyond > 0.0:
        assert result.objective == pytest.approx(best)
    else:
        assert result.bound == pytest.approx(cutoff)
        assert result.objective >= best - 1e-6


def test_infeasible() -> None:
    result = solve_mip(model([1, 1], [[1, 1]], [3], [INF]))
    assert (result.status, result.x, result.bound) == (SolverStatus.INFEASIBLE, None, INF)
    assert result.objective == INF


def test_infeasible_only_in_whole_numbers() -> None:
    result = solve_mip(model([0, 0], [[2, 2]], [1], [1]))
    assert (result.status, result.x) == (SolverStatus.INFEASIBLE, None)


def test_unbounded_program_is_not_called_infeasible() -> None:
    result = solve_mip(model([-1], [[0]], [-INF], [INF], integer=False, upper=INF))
    assert result.status is SolverStatus.UNBOUNDED


def test_unbounded_whole_numbers_give_no_bound() -> None:
    built = model([-1, 0], [[1, -1]], [-INF], [0], upper=INF)
    result = solve_mip(built)
    assert result.status is SolverStatus.UNBOUNDED
    assert result.bound == -INF


def test_without_rows() -> None:
    result = solve_mip(model([-1, 1], [], [], []))
    assert result.status is SolverStatus.OPTIMAL
    assert (result.objective, result.bound) == pytest.approx((-1.0, -1.0))
    assert result.x == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize(("sign", "best"), [(1.0, 1.5), (-1.0, -10.0)])
def test_linear_program_has_its_objective_as_bound(sign: float, best: float) -> None:
    built = model([sign, sign], [[2, 1]], [3], [INF], integer=False, upper=5.0)
    result = solve_mip(built)
    assert (result.status, result.objective) == (SolverStatus.OPTIMAL, pytest.approx(best))
    assert result.bound == pytest.approx(best)


def test_time_limit_keeps_a_valid_bound() -> None:
    built = hard_knapsacks()
    began = time.monotonic()
    result = solve_mip(built, time_limit=0.5)
    assert time.monotonic() - began < 10.0
    assert result.status in (SolverStatus.FEASIBLE, SolverStatus.NOTHING)
    assert result.bound <= result.objective
    assert result.bound >= -1e-9


def test_node_limit_is_repeatable() -> None:
    built = hard_knapsacks()
    first, second = (solve_mip(built, node_limit=20, seed=5) for _ in range(2))
    assert first.status in (SolverStatus.FEASIBLE, SolverStatus.NOTHING)
    assert (first.objective, first.bound, first.nodes) == (
        second.objective, second.bound, second.nodes,
    )  # fmt: skip


def test_stop_is_heard() -> None:
    began = time.monotonic()
    result = solve_mip(hard_knapsacks(), time_limit=60.0, stop=lambda: True)
    assert time.monotonic() - began < 20.0
    assert result.status in (SolverStatus.FEASIBLE, SolverStatus.NOTHING)


def test_gap_ends_the_search_early_with_a_valid_bound() -> None:
    built = hard_knapsacks(rows=4, columns_=14, seed=0, constant=200.0)
    exact, rough = solve_mip(built), solve_mip(built, relative_gap=0.9)
    assert rough.bound <= exact.objective + 1e-6
    assert rough.objective >= exact.objective - 1e-6


def test_nothing_is_printed() -> None:
    code = (
        "from tests.solvers.small_models import drawn\n"
        "from zoning.solvers.highs import solve_mip\n"
        "solve_mip(drawn(0)[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_growing_program_ends_where_the_whole_one_does() -> None:
    rng = np.random.default_rng(7)
    matrix = rng.integers(0, 5, (6, 9)).astype(float)
    high = rng.integers(5, 20, 6).astype(float)
    cost = -rng.integers(1, 9, 9).astype(float)
    whole = model(cost.tolist(), matrix.tolist(), [-INF] * 6, high.tolist(), integer=False,
                  upper=3.0)  # fmt: skip
    expected = solve_mip(whole).objective
    first = model(cost[:4].tolist(), matrix[:3, :4].tolist(), [-INF] * 3, high[:3].tolist(),
                  integer=False, upper=3.0)  # fmt: skip
    program = GrowingLp(first)
    assert program.solve() is SolverStatus.OPTIMAL
    program.add_columns(cost[4:], np.zeros(5), np.full(5, 3.0), csr_matrix(matrix[:3, 4:].T))
    assert program.solve() is SolverStatus.OPTIMAL
    program.add_rows(csr_matrix(matrix[3:]), np.full(3, -INF), high[3:])
    assert program.solve() is SolverStatus.OPTIMAL
    assert program.values is not None and program.duals is not None
    assert float(cost @ program.values) == pytest.approx(expected)


def test_growing_program_says_infeasible() -> None:
    program = GrowingLp(model([1, 1], [[1, 1]], [3], [INF], integer=False))
    assert program.solve() is SolverStatus.INFEASIBLE
    program.add_columns(np.ones(1), np.zeros(1), np.full(1, 9.0), csr_matrix([[1.0]]))
    assert program.solve() is SolverStatus.OPTIMAL
    assert program.values is not None
    assert float(program.values.sum()) == pytest.approx(3.0)
