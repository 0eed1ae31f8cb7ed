"""Transport by min-cost flow against the linear program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from zoning.solvers.flow import solve_transport
from zoning.solvers.model import SolverStatus


def problem(seed: int) -> tuple[np.ndarray, ...]:
    """Supplies, capacities, arcs and costs of a random transport problem with enough room."""
    rng = np.random.default_rng(seed)
    n, s = int(rng.integers(2, 15)), int(rng.integers(2, 6))
    supply = rng.integers(0, 30, n) / 4
    capacity = np.ceil(rng.dirichlet(np.ones(s)) * supply.sum() * 1.4) + 1
    tail, head = np.repeat(np.arange(n), s), np.tile(np.arange(s), n)
    keep = (rng.random(n * s) < 0.8) | (head == 0)
    capacity[0] += supply.sum() / 2
    return supply, capacity, tail[keep], head[keep], rng.integers(0, 50, keep.sum()).astype(float)


def by_linear_program(supply, capacity, tail, head, cost):
    arcs = np.arange(len(tail))
    out = np.zeros((len(supply), len(tail)))
    out[tail, arcs] = 1.0
    into = np.zeros((len(capacity), len(tail)))
    into[head, arcs] = 1.0
    return linprog(cost, A_ub=into, b_ub=capacity, A_eq=out, b_eq=supply)


@pytest.mark.parametrize("seed", range(20))
def test_same_as_the_linear_program(seed: int) -> None:
    supply, capacity, tail, head, cost = problem(seed)
    status, flow = solve_transport(supply, capacity, tail, head, cost)
    expected = by_linear_program(supply, capacity, tail, head, cost)
    if expected.status == 2:
        assert status is SolverStatus.INFEASIBLE
        return
    assert status is SolverStatus.OPTIMAL
    assert float(cost @ flow) == pytest.approx(expected.fun, abs=1e-6, rel=1e-6)
    assert np.bincount(tail, flow, len(supply)) == pytest.approx(supply)
    assert (np.bincount(head, flow, len(capacity)) <= capacity + 1e-9).all()


def test_too_little_room() -> None:
    status, flow = solve_transport(
        np.array([5.0]), np.array([4.0]), np.array([0]), np.array([0]), np.array([1.0])
    )
    assert status is SolverStatus.INFEASIBLE
    assert flow == pytest.approx([0.0])


def test_free_arcs_and_no_supply() -> None:
    ends = np.array([0, 0]), np.array([0, 1])
    status, flow = solve_transport(np.array([3.0]), np.array([2.0, 2.0]), *ends, np.zeros(2))
    assert status is SolverStatus.OPTIMAL
    assert flow.sum() == pytest.approx(3.0)
    status, flow = solve_transport(np.zeros(1), np.array([2.0, 2.0]), *ends, np.ones(2))
    assert status is SolverStatus.OPTIMAL
    assert flow.sum() == 0.0


def test_costs_below_zero_and_above_all_measure() -> None:
    ends = np.array([0, 0]), np.array([0, 1])
    for cost in (np.array([-5.0, 3.0]), np.array([1e9, 2e9]), np.array([1e-9, 2e-9])):
        status, flow = solve_transport(np.array([3.0]), np.array([2.0, 2.0]), *ends, cost)
        assert status is SolverStatus.OPTIMAL
        assert flow == pytest.approx([2.0, 1.0])
