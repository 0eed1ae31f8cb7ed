"""Hundreds of tiny problems, and everything that can go wrong with a bound on the way to it.

Whatever is interrupted, perturbed or left out: no bound is above the best value of all
assignments tried, every plan is one of them, "optimal" is optimal, and where the search says that
no plan exists there is none.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.search.tiny_cases import BATCH, PROBLEMS, Case, Stopping, batches, formulated
from tests.search.tiny_problems import tiny_problem
from zoning.search import portfolio, relaxation
from zoning.search.certificate import lagrangian_bound, one_sided, reduced_costs
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.goals import Solution, solve_goals
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.portfolio import Search
from zoning.search.proof import prove
from zoning.search.relaxation import Relaxation
from zoning.search.restrict import Part
from zoning.search.transport import seat_prices
from zoning.solvers.highs import GrowingLp
from zoning.solvers.model import SolverStatus

# rows and multipliers --------------------------------------------------------------------------


def drawn_cuts(case: Case, rng: np.random.Generator) -> Cuts:
    """Rows that separate random assignments, random fractional points, and neighbours."""
    problem, graph = case.target.formulation.problem, case.target.graph
    cuts = Cuts(case.target.formulation, graph)
    if not graph.binding or (np.diff(problem.pairs.pointer) == 0).any():
        return cuts
    for _ in range(4):
        shift = rng.random(len(problem.pairs))
        first = np.lexsort((shift, problem.pairs.cell))[problem.pairs.pointer[:-1]]
        cuts.separate(problem.pairs.school[first])
        shift /= np.add.reduceat(shift, problem.pairs.pointer[:-1])[problem.pairs.cell]
        cuts.separate_fractional(np.flatnonzero(shift > 0), shift[shift > 0], least=0.0)
    if rng.random() < 0.5:
        cuts.neighbour_rows(rng.random(len(problem.pairs)) < 0.5)
    return cuts


@batches
def test_no_cut_takes_a_plan_away(case: Case, rng: np.random.Generator) -> list[str]:
    """Every plan keeps every row that is separated, whatever it was separated from."""
    cuts = drawn_cuts(case, rng)
    problem = case.target.formulation.problem
    if not len(cuts) or not len(case.plans):
        return []
    z = np.zeros((case.target.matrix.columns, len(case.plans)))
    for k, plan in enumerate(case.plans):
        chosen = problem.pair_of(plan)
        if (chosen < 0).any():
            return ["a plan uses a pair that the formulation left out"]
        z[chosen, k] = 1.0
    broken = (cuts.matrix(case.target.matrix.columns) @ z > 1e-9).any(axis=1)
    return [f"{broken.sum()} rows cut off a plan"] if broken.any() else []


@batches
def test_any_multipliers_of_rows_and_cuts(case: Case, rng: np.random.Generator) -> list[str]:
    """The certificate holds for multipliers that no solver ever gave."""
    target, problem = case.target, case.target.formulation.problem
    matrix = target.matrix
    cuts = drawn_cuts(case, rng).matrix(matrix.columns)
    lower = np.concatenate([matrix.lower, np.full(cuts.shape[0], -np.inf)])
    upper = np.concatenate([matrix.upper, np.zeros(cuts.shape[0])])
    for scale in 10.0 ** rng.integers(-3, 3, 6):
        size = scale * max(float(np.abs(target.cost).mean()), 1e-3)
        raw = rng.normal(0.0, size, len(lower)) * (rng.random(len(lower)) < 0.6)
        own = one_sided(raw, lower, upper)
        reduced = reduced_costs(target.cost, matrix.rows, own[: len(matrix.lower)])
        reduced = reduced - cuts.T @ own[len(matrix.lower) :]
        bound = lagrangian_bound(
            reduced, own, lower, upper, matrix.extra_lower, matrix.extra_upper,
            problem.pairs.pointer,
        )  # fmt: skip
        if case.above(bound):
            return [f"bound {bound} above {case.optimum}"]
    return []


# the relaxation, interrupted and perturbed -----------------------------------------------------


class RoughLp(GrowingLp):
    """A linear program whose solver is cut short and whose duals are shaken."""

    chance = np.random.default_rng(0)
    shake = 0.0
    most_iterations: int | None = None

    def solve(self, time_limit: float = np.inf, iterations: int | None = None) -> SolverStatus:
        return super().solve(time_limit, self.most_iterations)

    @property
    def duals(self) -> np.ndarray | None:
        found = super().duals
        if found is None or self.shake == 0.0:
            return found
        size = self.shake * (np.abs(found).mean() + 1.0)
        return found + self.chance.normal(0.0, size, len(found))


def relaxed(case: Case, rng: np.random.Generator, rounds: int, clock: Clock) -> Relaxation:
    """A relaxation from random columns under random prices."""
    pairs = len(case.target.formulation.problem.pairs)
    keep = np.flatnonzero(rng.random(pairs) < rng.choice((0.0, 0.3)))
    prices = case.target.pair_cost + rng.random(pairs) if rng.random() < 0.5 else None
    found = Relaxation(case.target, keep, prices)
    found.run(clock, rounds=rounds)
    return found


def faults_of(found: Relaxation, case: Case) -> list[str]:
    """What is wrong with a relaxation: its bound, what it proves, and its reduced costs."""
    wrong = []
    if case.above(found.bound):
        wrong.append(f"bound {found.bound} above {case.optimum}")
    if found.infeasible and len(case.plans):
        wrong.append("said to have no solution")
    if found.reduced is None or not len(case.plans):
        return wrong
    problem = case.target.formulation.problem
    for plan, value in zip(case.plans, case.values, strict=True):
        gap = value - found.bound
        worst = float(found.reduced[problem.pair_of(plan)].max())
        if worst > gap + 1e-6 * max(1.0, abs(value)):
            wrong.append(f"reduced cost {worst} rules out a plan with a gap of {gap}")
            break
    return wrong


def listed(case: Case) -> bool:
    """True if every cell has a permitted pair: the search looks at that before anything else."""
    return bool((np.diff(case.target.formulation.problem.pairs.pointer) > 0).all())


@batches
def test_relaxations_cut_short(case: Case, rng: np.random.Generator) -> list[str]:
    """A few rounds, a stop before the first, few first columns."""
    if not listed(case):
        return [] if not len(case.plans) else ["a cell without a pair"]
    wrong = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation, "FIRST_PAIRS", int(rng.choice((1, 2, 8))))
        patch.setattr(relaxation, "PRICED_A_ROUND", int(rng.choice((1, 20000))))
        for rounds in (1, 2, 1000):
            clock = Clock(60.0, 1)
            if rng.random() < 0.3:
                clock.interrupt()
            wrong += faults_of(relaxed(case, rng, rounds, clock), case)
    return wrong


@batches
def test_relaxations_of_a_rough_solver(case: Case, rng: np.random.Generator) -> list[str]:
    """Few simplex iterations, and duals with noise: weaker bounds, never wrong ones."""
    if not listed(case):
        return []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation, "GrowingLp", RoughLp)
        patch.setattr(relaxation, "FIRST_PAIRS", int(rng.choice((1, 8))))
        patch.setattr(RoughLp, "chance", rng)
        patch.setattr(RoughLp, "shake", float(rng.choice((0.0, 0.01, 0.3, 3.0))))
        patch.setattr(RoughLp, "most_iterations", [None, 1, 3, 10][rng.integers(4)])
        return faults_of(relaxed(case, rng, 6, Clock(60.0, 1)), case)


# prices of seats -------------------------------------------------------------------------------


@batches
def test_transport_calls_only_the_impossible_impossible(
    case: Case, rng: np.random.Generator
) -> list[str]:
    """Places that just suffice, to the last fraction of a pupil, suffice."""
    if not case.target.structured or not listed(case):
        return []
    found = seat_prices(case.target)
    if found is None or found.feasible:
        return []
    return ["places said to be too few"] if len(case.plans) else []


# proofs ----------------------------------------------------------------------------------------


def plan_faults(case: Case, assignment: np.ndarray, value: float) -> list[str]:
    """What is wrong with a plan that a part of the search found."""
    real = case.value(assignment)
    if real is None:
        return ["not a plan"]
    if abs(real - value) > 1e-6 * max(1.0, abs(real)):
        return [f"said to be worth {value}, is worth {real}"]
    return []


@batches
def test_proofs_cut_short(case: Case, rng: np.random.Generator) -> list[str]:
    """One node, one round, cuts from anywhere: the bound over all columns holds."""
    if not listed(case):
        return []
    start = None
    if len(case.plans) and rng.random() < 0.5:
        start = judge(case.target, case.plans[rng.integers(len(case.plans))])
    part = Part(case.target, np.arange(case.target.matrix.columns))
    engine = Engine(nodes=[1, 1, None][rng.integers(3)])
    rounds = int(rng.choice((1, 2, 50)))
    proof = prove(
        part, drawn_cuts(case, rng), start, engine, Clock(60.0, 1), gap=0.0, most_rounds=rounds
    )
    wrong = [f"bound {proof.bound} above {case.optimum}"] if case.above(proof.bound) else []
    if proof.infeasible and len(case.plans):
        wrong.append("said to have no plan")
    if proof.incumbent is not None:
        wrong += plan_faults(case, proof.incumbent.assignment, proof.incumbent.value)
    return wrong


@batches
def test_proofs_over_the_columns_that_reduced_costs_leave(
    case: Case, rng: np.random.Generator
) -> list[str]:
    """Pairs are left out by a rough relaxation and a poor plan; the end is still the optimum."""
    if not listed(case) or not len(case.plans):
        return []
    search = Search(case.target, Engine(), Clock(60.0, 1), seed=0, gap=0.0)
    search.best = judge(case.target, case.plans[rng.integers(len(case.plans))])
    if search.best is None:
        return ["a plan is refused"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relaxation, "GrowingLp", RoughLp)
        patch.setattr(RoughLp, "chance", rng)
        patch.setattr(RoughLp, "shake", float(rng.choice((0.0, 0.1))))
        search.relaxation = relaxed(case, rng, int(rng.integers(1, 5)), Clock(60.0, 1))
    search.bound = search.relaxation.bound
    before = search.best
    better = case.plans[case.values < before.value - 1e-6 * max(1.0, abs(before.value))]
    pairs = [case.target.formulation.problem.pair_of(plan) for plan in better]
    if len(better) and not np.isin(pairs, search._open_columns()).all():
        return ["a pair of a better plan is left out"]
    search.best = improve(
        case.target, before, search.relaxation.reduced, Engine(), Clock(60.0, 1), tries=2, seed=0,
        bound=search.bound,
    )  # fmt: skip
    search._prove(search._open_columns())
    wrong = plan_faults(case, search.best.assignment, search.best.value)
    if search.best.value > before.value + 1e-9:
        wrong.append("worse than the plan before")
    if case.above(search.bound):
        wrong.append(f"bound {search.bound} above {case.optimum}")
    if abs(search.best.value - case.optimum) > 1e-6 * max(1.0, abs(case.optimum)):
        wrong.append(f"ends at {search.best.value}, optimum {case.optimum}")
    return wrong


# the whole search, stopped anywhere ------------------------------------------------------------


def solution_faults(seed: int, solution: Solution, *, finished: bool) -> list[str]:
    """What is wrong with the end of a search over all goals."""
    tiny = tiny_problem(seed)
    if solution.incumbent is None:
        if solution.infeasible and len(tiny.plans):
            return [f"seed {seed}: said to have no plan"]
        missing = finished and not solution.infeasible
        return [f"seed {seed}: neither plan nor proof"] if missing else []
    wrong, keep = [], np.ones(len(tiny.plans), dtype=bool)
    for k, reached in enumerate(solution.reached):
        label = f"seed {seed}, {reached.goal.name}"
        value = tiny.value(solution.incumbent.assignment, k)
        if value is None:
            return [f"seed {seed}: not a plan"]
        best = float(tiny.values[keep, k].min())
        size = 1e-6 * max(1.0, abs(best))
        if abs(value - reached.value) > size:
            wrong.append(f"{label}: said to be {reached.value}, is {value}")
        if reached.bound > best + size:
            wrong.append(f"{label}: bound {reached.bound} above {best}")
        if finished and abs(reached.best - best) > size:
            wrong.append(f"{label}: ends at {reached.best}, optimum {best}")
        if reached.best - reached.bound <= size / 2 and reached.best > best + size:
            wrong.append(f"{label}: {reached.best} proved best, {best} is")
        if reached.level is not None:
            keep &= tiny.values[:, k] <= reached.level + size
    return wrong


@pytest.mark.parametrize("first", range(0, PROBLEMS, BATCH))
def test_searches_stopped_anywhere(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the k-th look at the clock or the k-th report: what is said up to there is true."""
    wrong = []
    monkeypatch.setattr(portfolio, "SWEEPS_A_UNIT", 20)
    for seed in range(first, first + BATCH):
        rng = np.random.default_rng([seed, 77])
        never = 10**9
        stopped = [(int(rng.integers(0, 30)), never), (never, int(rng.integers(0, 6)))]
        for looks, reports in ((never, never), stopped[seed % 2]):
            clock = Stopping(looks, reports, raising=bool(rng.random() < 0.5))
            solution = solve_goals(
                formulated(tiny_problem(seed)), Engine(), clock, seed=seed, gap=0.0, starts=[]
            )
            finished = looks == reports
            wrong += solution_faults(seed, solution, finished=finished)
    assert not wrong, "\n".join(wrong)
