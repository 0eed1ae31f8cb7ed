"""Exact proof: the whole mixed-integer model over the pairs that reduced costs leave.

HiGHS has no lazy rows, so contiguity is a loop: solve, separate what lies detached, solve again.
Each round's bound holds for the whole problem; the plan at hand is given to every round, and
a round's detached solutions are mended into plans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.grow import mend
from zoning.search.judge import judge
from zoning.search.connected import detached_cells
from zoning.search.target import Incumbent, Target
from zoning.solvers.model import MipModel, MipResult, SolverStatus
from zoning.search.engine import Engine


@dataclass(frozen=True)
class Proof:
    """Best plan, bound over the columns given, and whether no plan exists among them."""

    incumbent: Incumbent | None
    bound: float
    infeasible: bool


def prove(
    target: Target,
    columns: Ints,
    cuts: Cuts,
    incumbent: Incumbent | None,
    engine: Engine,
    clock: Clock,
    *,
    gap: float,
    fixed: Floats | None = None,
    most_rounds: int = 10_000,
) -> Proof:
    """Minimise the target over ``columns`` (the others at 0, or as in ``fixed``).

    ``cuts`` grows by what the rounds separate. The bound holds for the model over these columns.
    """
    matrix = target.matrix
    bound = -np.inf
    best = incumbent
    for _ in range(most_rounds):
        if clock.over:
            break
        model = restrict(target, columns, cuts, fixed)
        if model is None:
            return Proof(best, np.inf, best is None)
        start = None if best is None else best.columns[columns]
        result = engine.solve(model, clock, gap=gap, start=start)
        if result.status is SolverStatus.INFEASIBLE:
            return Proof(best, np.inf if best is None else best.value, best is None)
        offset = 0.0 if fixed is None else float(_outside(columns, matrix.columns, fixed) @ target.cost)
        bound = max(bound, result.bound + offset)
        if result.x is None:
            break
        z = np.zeros(matrix.columns) if fixed is None else fixed.copy()
        z[columns] = result.x
        assignment = _schools(target, z)
        best, connected = _take(target, assignment, best)
        if connected or not target.graph.binding:
            if result.status is SolverStatus.OPTIMAL and best is not None:
                bound = min(max(bound, result.bound + offset), best.value)
            break
        if best is not None and _within(best.value, bound, gap):
            break
        if cuts.separate(assignment) == 0:
            break
        clock.report("proof", None if best is None else best.value, bound if fixed is None else None)
    return Proof(best, bound, False)


def _within(value: float, bound: float, gap: float) -> bool:
    return value - bound <= gap * max(abs(value), 1e-9)


def _take(
    target: Target, assignment: Ints, best: Incumbent | None
) -> tuple[Incumbent | None, bool]:
    """The better of the plan at hand and the (mended) assignment; was it connected as it came?"""
    apart = detached_cells(target.graph, assignment) if target.graph.binding else None
    connected = apart is None or not apart.any()
    if not connected and apart is not None:
        assignment = mend(target.graph, assignment, np.flatnonzero(apart), _scores(target))
    found = judge(target, assignment) if (assignment >= 0).all() else None
    if found is not None and (best is None or found.value < best.value):
        best = found
    return best, connected


def _scores(target: Target) -> Floats:
    problem = target.formulation.problem
    score = np.full((problem.cells, problem.school_count), 1e15)
    score[problem.pairs.cell, problem.pairs.school] = target.guide
    return score


def _schools(target: Target, z: Floats) -> Ints:
    pairs = target.formulation.problem.pairs
    assignment = np.full(target.formulation.problem.cells, -1, dtype=np.int64)
    taken = np.flatnonzero(z[: target.matrix.pairs] > 0.5)
    assignment[pairs.cell[taken]] = pairs.school[taken]
    return assignment


def _outside(columns: Ints, total: int, fixed: Floats) -> Floats:
    rest = fixed.copy()
    rest[columns] = 0.0
    del total
    return rest


def restrict(
    target: Target, columns: Ints, cuts: Cuts, fixed: Floats | None
) -> MipModel | None:
    """The model over some columns, the rest fixed (at 0 without ``fixed``); None if empty."""
    from scipy.sparse import csr_matrix, vstack

    matrix, problem = target.matrix, target.formulation.problem
    pair_columns = columns[columns < matrix.pairs]
    cells, place = np.unique(problem.pairs.cell[pair_columns], return_inverse=True)
    each = csr_matrix(
        (np.ones(len(pair_columns)), (place, np.flatnonzero(columns < matrix.pairs))),
        shape=(len(cells), len(columns)),
    )
    rest = np.zeros(len(matrix.lower))
    if fixed is not None:
        rest = matrix.rows @ _outside(columns, matrix.columns, fixed)
    own = matrix.rows[:, columns]
    used = np.flatnonzero(np.diff(own.indptr) > 0)
    contiguity = cuts.matrix(matrix.columns)
    cut_rest = np.zeros(contiguity.shape[0])
    if fixed is not None:
        cut_rest = contiguity @ _outside(columns, matrix.columns, fixed)
    part = contiguity[:, columns]
    cut_used = np.flatnonzero(np.diff(part.indptr) > 0)
    if len(columns) == 0:
        return None
    return MipModel(
        cost=target.cost[columns],
        lower=matrix.column_lower[columns],
        upper=matrix.column_upper[columns],
        integer=matrix.integer[columns],
        matrix=vstack([each, own[used], part[cut_used]], format="csr"),
        row_lower=np.concatenate(
            [np.ones(len(cells)), matrix.lower[used] - rest[used], np.full(len(cut_used), -np.inf)]
        ),
        row_upper=np.concatenate(
            [np.ones(len(cells)), matrix.upper[used] - rest[used], -cut_rest[cut_used]]
        ),
    )
