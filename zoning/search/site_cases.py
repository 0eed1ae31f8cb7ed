"""Proof by cases where sites are chosen: the tree of sites, and at its ends the zones alone.

With every site settled, potentials of the cells rule out nearly all pairs: what is left is a small
generalised assignment problem, which a mixed-integer solver answers at once. It looks for plans
better than the one at hand only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from zoning.problem.arrays import Ints
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.restrict import Part, restrict
from zoning.search.site_bound import CERTAIN, SiteBound
from zoning.search.site_tree import Case, SiteTree
from zoning.search.target import Incumbent, Target
from zoning.solvers.model import SolverStatus

# cases split in a row, and by unit of a work limit in one call
STEP, CASES_A_UNIT = 5, 100
# share of a call's limits after which the bound must have come as far as its pace asks for
TRIAL = 0.05
# columns of a case with settled sites, at the most: with more it is left as it is
MOST_COLUMNS = 20_000


@dataclass(frozen=True)
class Pace:
    """Bound at the start, and the share of the limits that is spent since then."""

    first: float
    spent: Callable[[], float]

    def enough(self, bound: float, goal: float) -> bool:
        """True if the bound would reach the goal within the limits if it went on like this."""
        spent = self.spent()
        return spent < 1.0 and bound - self.first >= spent * (goal - self.first)


class SiteCases:
    """A tree of cases that goes on where it was left.

    ``best`` is the best plan so far, ``take`` judges an assignment and keeps it if it is better.
    """

    def __init__(
        self, target: Target, root: SiteBound, engine: Engine, gap: float,
        best: Callable[[], Incumbent | None], take: Callable[[Ints], object],
    ) -> None:  # fmt: skip
        self.target = target
        self._engine = engine
        self._gap = gap
        self._best = best
        self._take = take
        self._clock = Clock(0.0)
        # the goal that was out of reach, and within how many seconds
        self._given_up = (-np.inf, 0.0)
        self._tree = SiteTree(root, self._settle)

    @property
    def bound(self) -> float:
        """No plan costs less than this, or less than the best one by more than the gap."""
        return self._tree.bound(self._goal())

    def run(self, clock: Clock) -> None:
        """Split cases until the proof is done, or comes on so slowly that it would not be done.

        The bound rises ever more slowly, so what its mean pace would not reach is out of reach:
        unless the sites of the lowest case make a better plan, which leaves less to prove.
        """
        if self._goal() >= self._given_up[0] and clock.left <= self._given_up[1]:
            return
        self._clock, begun = clock, clock.left
        pace = self._pace(clock)
        while not clock.over and not self._tree.stuck(self._goal()):
            self._tree.grow(clock, self._goal, STEP)
            clock.report("bound", bound=self.bound)
            if pace.spent() < TRIAL or pace.enough(self.bound, self._goal()):
                continue
            goal = self._goal()
            self._tree.try_lowest()
            if self._goal() >= goal:
                self._given_up = (goal, begun)
                return
            pace = self._pace(clock)

    def _pace(self, clock: Clock) -> Pace:
        left = clock.left
        if clock.work is None:
            endless = not np.isfinite(left)
            return Pace(self.bound, lambda: 0.0 if endless else 1.0 - clock.left / left)
        count, most = self._tree.count, CASES_A_UNIT * clock.work
        return Pace(self.bound, lambda: (self._tree.count - count) / most)

    def _goal(self) -> float:
        """The value that a plan must undercut to count as better."""
        best = self._best()
        if best is None:
            return np.inf
        # a little less than the gap, so that rounding does not leave the proof open
        gap = self._gap * abs(best.value) * (1.0 - 1e-6)
        return min(self.target.grid.goal(best.value), best.value - gap)

    def _settle(self, case: Case) -> float:
        """The best plan of a case with its sites settled; returns the bound of the case."""
        goal = self._goal()
        part, needed = self._rest(case, goal)
        problem = self.target.formulation.problem
        mine = problem.pairs.cell[part.columns[part.columns < len(problem.pairs)]]
        if len(np.unique(mine)) < problem.cells:
            return goal  # some cell has no school left: the model would not have a row for it
        if len(part.columns) > MOST_COLUMNS:
            return case.bound
        model = restrict(part, Cuts(self.target.formulation, self.target.graph))
        model = replace(model, lower=np.maximum(model.lower, needed))
        cutoff = goal if np.isfinite(goal) else None
        result = self._engine.solve(model, self._clock, gap=self._gap, cutoff=cutoff)
        if result.status is SolverStatus.INFEASIBLE:
            return goal
        if result.x is not None and result.objective < goal:
            self._take(part.assignment(result.x))
        return min(result.bound, goal)

    def _rest(self, case: Case, goal: float) -> tuple[Part, Ints]:
        """The columns that a better plan of the case may use; 1 for the open sites among them."""
        target, found = self.target, case.found
        opening, pairs = target.formulation.opening, target.matrix.pairs
        assert opening is not None
        kind = found.market.kind
        keep = np.ones(target.matrix.columns, dtype=bool)
        slack = goal - found.bound + CERTAIN * abs(goal) if np.isfinite(goal) else np.inf
        school = target.formulation.problem.pairs.school
        keep[:pairs] = (found.reduced(target) <= slack) & (kind[school] >= 0)
        keep[pairs + opening.column[opening.optional & (kind < 0)]] = False
        needed = np.zeros(target.matrix.columns, dtype=np.int64)
        needed[pairs + opening.column[opening.optional & (kind > 0)]] = 1
        columns = np.flatnonzero(keep)
        return Part(target, columns), needed[columns]
