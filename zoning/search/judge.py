"""Is an assignment a plan, and what is it worth? One judge for every part of the search."""

from __future__ import annotations

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.connected import detached_cells
from zoning.search.target import TOLERANCE, Incumbent, Target
from zoning.solvers.highs import solve_mip
from zoning.solvers.model import MipModel


def judge(target: Target, assignment: Ints, like: Floats | None = None) -> Incumbent | None:
    """The assignment with its value if it keeps every rule, else None.

    ``like`` are extras of another plan, or of a solver's solution: if the assignment keeps every
    rule with whole numbers such as these, they are taken, which is quick. Otherwise, and without
    them, the best are sought.
    """
    problem = target.formulation.problem
    chosen = problem.pair_of(assignment)
    if (chosen < 0).any():
        return None
    if target.graph.binding and detached_cells(target.graph, assignment).any():
        return None
    extras = None if like is None else complete(target, chosen, like)
    if extras is None:
        extras = complete(target, chosen)
    if extras is None:
        return None
    value = target.matrix.value(target.cost, chosen, extras)
    return Incumbent(assignment.copy(), chosen, extras, value, target.matrix.pairs)


def complete(target: Target, chosen: Ints, like: Floats | None = None) -> Floats | None:
    """The extras for chosen pairs, at least cost; None if a row is broken.

    Which sites are open, and which grades they take, follows from the pairs; a solver is asked for
    other extras alone, for those that are not whole where ``like`` gives the others.
    """
    matrix = target.matrix
    lower, upper = matrix.extra_lower, matrix.extra_upper
    settled = lower == upper
    extras = np.where(settled, lower, 0.0)
    opening = target.formulation.opening
    if opening is not None:
        problem = target.formulation.problem
        taken = np.zeros(opening.movable.shape, dtype=bool)
        taken[problem.pairs.school[chosen], problem.cell_band] = True
        sites, bands = opening.column[opening.optional], opening.serving[opening.movable]
        open_ = np.asarray(taken.any(axis=1))
        extras[sites] = open_[opening.optional]
        extras[bands] = taken[opening.movable]
        settled[np.concatenate([sites, bands])] = True
    if like is not None:
        whole = matrix.extra_integer & ~settled
        extras[whole] = np.round(like[whole])
        settled |= whole
    asked = np.flatnonzero(~settled)
    activity = matrix.activity(chosen, extras)
    if len(asked) == 0:
        return extras if _within(activity, matrix.lower, matrix.upper) else None
    columns = matrix.rows[:, matrix.pairs + asked]
    size = np.maximum(1.0, np.abs(activity))
    used = np.flatnonzero(np.diff(columns.indptr) > 0)
    free = np.ones(len(activity), dtype=bool)
    free[used] = False
    if not _within(activity[free], matrix.lower[free], matrix.upper[free]):
        return None
    slack = 1e-12 * size[used]  # against rounding only: the solver has a tolerance of its own
    whole = matrix.extra_integer[asked]
    model = MipModel(
        cost=target.cost[matrix.pairs + asked],
        lower=lower[asked],
        upper=upper[asked],
        integer=whole,
        matrix=columns[used],
        row_lower=matrix.lower[used] - activity[used] - slack,
        row_upper=matrix.upper[used] - activity[used] + slack,
    )
    result = solve_mip(model, tolerance=1e-9)
    if result.x is None:
        return None
    extras[asked] = np.where(whole, np.round(result.x), result.x)
    return extras


def _within(activity: Floats, lower: Floats, upper: Floats) -> bool:
    slack = TOLERANCE * np.maximum(1.0, np.abs(activity))
    return bool((activity >= lower - slack).all() and (activity <= upper + slack).all())
