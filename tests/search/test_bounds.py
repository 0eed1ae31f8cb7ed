"""No bound above the optimum, whatever it was computed from; improvement never worsens."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from tests.search.grids import exact, grid_target, random_scores
from zoning.search.certificate import lagrangian_bound, one_sided, reduced_costs
from zoning.search.clock import Clock
from zoning.search.engine import Engine
from zoning.search.grow import grow_zones
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.relaxation import Relaxation
from zoning.search.target import Target
from zoning.search.transport import pupil_limit, seat_prices
from zoning.solvers.flow import solve_transport


def optimum(target: Target) -> float:
    """The best value by the exact proof; infinite if there is no plan."""
    proof = exact(target)
    if proof.incumbent is None:
        assert proof.infeasible
        return float("inf")
    assert proof.bound == pytest.approx(proof.incumbent.value, rel=1e-6, abs=1e-6)
    return proof.incumbent.value


def linear_optimum(target: Target) -> float:
    """The linear relaxation without contiguity, by another solver; infinite if there is none."""
    matrix, problem = target.matrix, target.formulation.problem
    pairs = len(problem.pairs)
    each = csr_matrix(
        (np.ones(pairs), (problem.pairs.cell, np.arange(pairs))),
        shape=(problem.cells, matrix.columns),
    )
    upper, lower = np.isfinite(matrix.upper), np.isfinite(matrix.lower)
    rows = vstack([matrix.rows[upper], -matrix.rows[lower]], format="csr")
    limits = np.concatenate([matrix.upper[upper], -matrix.lower[lower]])
    columns = np.arange(matrix.columns)
    bounds = np.column_stack([matrix.lower_of(columns), matrix.upper_of(columns)])
    found = linprog(
        target.cost, A_ub=rows if rows.shape[0] else None,
        b_ub=limits if rows.shape[0] else None, A_eq=each, b_eq=np.ones(problem.cells),
        bounds=bounds,
    )  # fmt: skip
    return float(found.fun) if found.status == 0 else float("inf")


TARGETS = [
    {"rules": '"seats"'},
    {"rules": '"seats", "contiguity"', "room": 1.2},
    {"rules": '"utilisation", "contiguity"',
     "parameters": "[parameters.utilisation]\nmin = 0.5\nmax = 1.1"},
    {"rules": '"class-size"', "rooms": 3.0},
    {"rules": '"stability", "seats"', "goal": "balance = 1.0",
     "parameters": "[parameters.stability]\nshare = 0.4"},
    {"rules": '"seats"', "goal": "journey-of-worst-off = 1.0"},
]  # fmt: skip


@pytest.mark.parametrize("kind", range(len(TARGETS)))
@pytest.mark.parametrize("seed", range(2))
def test_any_multipliers_give_a_valid_bound(kind: int, seed: int) -> None:
    target = grid_target(4, 4, 3, seed, **TARGETS[kind])
    matrix, problem = target.matrix, target.formulation.problem
    best = linear_optimum(target)
    rng = np.random.default_rng(seed)
    size = float(np.abs(target.cost).mean())
    for _ in range(30):
        raw = rng.normal(0.0, size, len(matrix.lower)) * (rng.random(len(matrix.lower)) < 0.7)
        own = one_sided(raw, matrix.lower, matrix.upper)
        reduced = reduced_costs(target.cost, matrix.rows, own)
        bound = lagrangian_bound(
            reduced, own, matrix.lower, matrix.upper, matrix.extra_lower, matrix.extra_upper,
            problem.pairs.pointer,
        )  # fmt: skip
        assert bound <= best + 1e-6 * max(1.0, abs(best))


@pytest.mark.parametrize("kind", range(len(TARGETS)))
@pytest.mark.parametrize("seed", range(3))
def test_relaxation_is_at_most_the_optimum_and_at_least_the_linear_one(
    kind: int, seed: int
) -> None:
    target = grid_target(4, 4, 3, seed, **TARGETS[kind])
    best = optimum(target)
    relaxation = Relaxation(target, np.zeros(0, dtype=np.int64))
    relaxation.run(Clock(60.0))
    if relaxation.infeasible:
        assert best == np.inf
        return
    tolerance = 1e-6 * max(1.0, abs(best)) if np.isfinite(best) else 0.0
    assert relaxation.bound <= best + tolerance
    plain = linear_optimum(target)
    assert relaxation.bound >= plain - 1e-5 * max(1.0, abs(plain))


@pytest.mark.parametrize("seed", range(4))
def test_an_interrupted_relaxation_keeps_a_valid_bound(seed: int) -> None:
    target = grid_target(5, 5, 4, seed, room=1.25)
    best = optimum(target)
    for rounds in (1, 2, 3):
        relaxation = Relaxation(target, np.zeros(0, dtype=np.int64))
        relaxation.run(Clock(60.0, 1), rounds=rounds)
        assert relaxation.bound <= best + 1e-6 * max(1.0, abs(best))
        assert relaxation.reduced is not None
        cheapest = np.minimum.reduceat(
            relaxation.reduced[: target.matrix.pairs],
            target.formulation.problem.pairs.pointer[:-1],
        )
        assert cheapest == pytest.approx(np.zeros(len(cheapest)), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_reduced_costs_never_rule_out_the_optimum(seed: int) -> None:
    """A pair whose reduced cost exceeds the gap to a plan is in no better plan."""
    target = grid_target(5, 5, 4, seed, room=1.15)
    best = exact(target).incumbent
    assert best is not None
    relaxation = Relaxation(target, np.zeros(0, dtype=np.int64))
    relaxation.run(Clock(60.0))
    assert relaxation.reduced is not None
    chosen = target.formulation.problem.pair_of(best.assignment)
    gap = best.value - relaxation.bound
    assert (relaxation.reduced[chosen] <= gap + 1e-6 * max(1.0, abs(best.value))).all()


@pytest.mark.parametrize("seed", range(8))
def test_transport_prices_give_the_value_of_the_linear_program(seed: int) -> None:
    """The bound from the prices is that of the transport problem: seats alone, cells may split."""
    target = grid_target(6, 5, 4, seed, rules='"seats"', room=1.15)
    problem, pairs = target.formulation.problem, target.formulation.problem.pairs
    transport = seat_prices(target)
    places = pupil_limit(target)
    assert transport is not None and transport.feasible and places is not None
    assert (transport.price >= 0).all()
    by_pair = target.pair_cost + problem.pupils[pairs.cell] * transport.price[pairs.school]
    bound = np.minimum.reduceat(by_pair, pairs.pointer[:-1]).sum() - transport.price @ places
    expected = linear_optimum(target)
    assert bound == pytest.approx(expected, rel=1e-5)
    assert bound <= expected + 1e-6 * abs(expected)


def test_transport_names_a_set_of_cells_without_places() -> None:
    target = grid_target(6, 5, 4, 1, rules='"seats"', room=0.6)
    transport = seat_prices(target)
    assert transport is not None and not transport.feasible
    scarce = transport.scarce
    assert scarce is not None
    assert scarce.pupils > scarce.places
    problem = target.formulation.problem
    assert scarce.pupils == pytest.approx(problem.pupils[scarce.cells].sum())
    reach = set(problem.pairs.school[np.isin(problem.pairs.cell, scarce.cells)].tolist())
    assert reach <= set(scarce.schools.tolist())


def test_transport_is_silent_without_seats() -> None:
    assert seat_prices(grid_target(3, 3, 2, 0, rules="")) is None


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", [0, 1, 2, 4])
def test_improvement_never_worsens_and_stays_valid(kind: int, seed: int) -> None:
    target = grid_target(5, 4, 4, seed, **{**TARGETS[kind], "room": 1.5})
    rng = np.random.default_rng(seed)
    scores = random_scores(target, rng)
    zone = grow_zones(target.graph, scores) if target.graph.binding else scores.first
    start = judge(target, zone) or exact(target, gap=0.5).incumbent
    if start is None:
        return
    better = improve(target, start, None, Engine(), Clock(60.0, 1), tries=3, seed=seed)
    assert better.value <= start.value + 1e-9
    checked = judge(target, better.assignment)
    assert checked is not None
    assert checked.value == pytest.approx(better.value, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_proof_from_any_start_ends_at_one_value(seed: int) -> None:
    target = grid_target(5, 4, 3, seed, room=1.4)
    best = optimum(target)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        zone = grow_zones(target.graph, random_scores(target, rng))
        proof = exact(target, judge(target, zone))
        assert proof.incumbent is not None
        assert proof.incumbent.value == pytest.approx(best)
        assert proof.bound == pytest.approx(best)


def test_flow_is_only_a_guide() -> None:
    """Rounded flows may serve a little less than all pupils; the price bound still holds."""
    status, flow = solve_transport(
        np.array([1 / 3, 2 / 3]), np.array([1.0]), np.array([0, 1]), np.array([0, 0]), np.ones(2)
    )
    assert status == "optimal"
    assert flow.sum() == pytest.approx(1.0, abs=0.01)
