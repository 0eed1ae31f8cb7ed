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
from zoning.search.connected import detached_cells
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.grow import mend
from zoning.search.judge import judge
from zoning.search.restrict import Part, restrict
from zoning.search.target import Incumbent, Target
from zoning.solvers.model import SolverStatus


@dataclass(frozen=True)
class Proof:
    """Best plan, bound over the part's columns, and whether no plan exists among them."""

    incumbent: Incumbent | None
    bound: float
    infeasible: bool


def prove(
    part: Part,
    cuts: Cuts,
    incumbent: Incumbent | None,
    engine: Engine,
    clock: Clock,
    *,
    gap: float,
    most_rounds: int = 10_000,
) -> Proof:
    """Minimise the target over the part's columns; ``cuts`` grows by what the rounds separate."""
    target = part.target
    bound, best = -np.inf, incumbent
    for _ in range(most_rounds):
        if clock.over or (best is not None and best.value - bound <= gap * abs(best.value)):
            break
        start = None if best is None else best.at(part.columns)
        result = engine.solve(restrict(part, cuts), clock, gap=gap, start=start)
        if result.status is SolverStatus.INFEASIBLE:
            # with a plan at hand this can only be rounding: it proves nothing
            return Proof(best, np.inf if best is None else bound, best is None)
        bound = max(bound, result.bound + part.offset)
        if result.x is None:
            break
        assignment = part.assignment(result.x)
        best, connected = _better(target, assignment, best, part.extras(result.x))
        if connected or cuts.separate(assignment) == 0:
            break
        if part.whole:
            clock.report("proof", None if best is None else best.value, bound)
    return Proof(best, bound if best is None else min(bound, best.value), False)


def _better(
    target: Target, assignment: Ints, best: Incumbent | None, extras: Floats
) -> tuple[Incumbent | None, bool]:
    """The better of the plan at hand and the (mended) assignment; was it connected as it came?"""
    connected = True
    if target.graph.binding:
        apart = np.flatnonzero(detached_cells(target.graph, assignment))
        connected = len(apart) == 0
        if not connected:
            assignment = mend(target.graph, assignment, apart, target.scores())
    found = judge(target, assignment, extras) if (assignment >= 0).all() else None
    if found is not None and (best is None or found.value < best.value):
        best = found
    return best, connected
