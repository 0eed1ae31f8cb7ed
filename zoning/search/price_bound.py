r"""A bound over pairs that are too many to list, from prices of seats alone.

With a price :math:`u_s \ge 0` of a seat, pupils :math:`p_i`, journeys :math:`t_{is}` and seats
:math:`Q_s`,

.. math:: \min c x \;\ge\; \sum_i p_i \min_s (t_{is} + u_s) - \sum_s u_s Q_s

where the inner minimum goes over every school that serves the cell, listed or not; each journey
is computed when it is looked at. Rules beside seats only tighten the problem. The prices come
from the transport relaxation over the listed pairs and are corrected by subgradient steps where
schools that are not listed would be better.
Source: Lagrangian relaxation, Geoffrion 1974; step lengths, Polyak 1969.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from zoning.problem.arrays import Floats
from zoning.search.clock import Clock
from zoning.search.target import Target
from zoning.search.transport import pupil_limit

# subgradient steps at the most, and steps without success before they get shorter
STEPS, PATIENCE = 60, 4
# a step this short (share of the first) ends the search for better prices
SHORTEST = 0.02


@dataclass(frozen=True)
class Priced:
    """What prices say: the bound, the least priced journey by cell, and pupils by school."""

    bound: float
    least: Floats
    load: Floats


class PriceBound:
    """Bound of a target whose pairs are not all listed; the goal must be journeys alone.

    ``bound`` is the best so far and ``reduced`` (all columns, each cell's cheapest at least 0)
    the reduced costs that belong to it.
    """

    infeasible = False

    def __init__(self, target: Target, prices: Floats) -> None:
        self.target = target
        self.bound = -float("inf")
        self.reduced: Floats | None = None
        places = pupil_limit(target)
        schools = target.formulation.problem.school_count
        self._places = np.full(schools, np.inf) if places is None else places
        # a school without a limit has no price
        self._prices = np.where(np.isfinite(self._places), np.maximum(prices, 0.0), 0.0)

    def run(self, clock: Clock, best: float | None) -> None:
        """Take the bound of the prices; step on while a step helps and there is time.

        ``best`` is a plan's value, by which the first step's length is chosen.
        """
        priced = self._keep(self._prices)
        share, idle, prices = 1.0, 0, self._prices
        listed = self._listed_value(prices)
        if listed - priced.bound <= 1e-9 * max(1.0, abs(listed)):
            return  # no school that is not listed is any better: the prices are the best there are
        for _ in range(STEPS):
            if clock.over or share < SHORTEST:
                return
            wanted = listed if best is None else min(listed, best)
            slope = np.where(np.isfinite(self._places), priced.load - self._places, 0.0)
            slope = np.where((prices <= 0.0) & (slope < 0.0), 0.0, slope)
            size = float(slope @ slope)
            if size == 0.0:
                return
            length = share * max(wanted - priced.bound, 0.0) / size
            prices = np.maximum(0.0, prices + length * slope)
            before = self.bound
            priced = self._keep(prices)
            clock.report("bound", bound=self.bound)
            idle = 0 if self.bound > before else idle + 1
            if idle >= PATIENCE:
                share, idle, prices = share / 2, 0, self._prices
                priced = self._priced(prices)

    def _keep(self, prices: Floats) -> Priced:
        """Evaluate prices, and keep them if their bound is the best so far."""
        priced = self._priced(prices)
        if priced.bound > self.bound or self.reduced is None:
            self.bound, self._prices = max(priced.bound, self.bound), prices
            problem = self.target.formulation.problem
            pairs = problem.pairs
            by_pair = self.target.pair_cost + problem.pupils[pairs.cell] * prices[pairs.school]
            self.reduced = self.target.cost.copy()
            self.reduced[: len(pairs)] = by_pair - (problem.pupils * priced.least)[pairs.cell]
        return priced

    def _priced(self, prices: Floats) -> Priced:
        problem = self.target.formulation.problem
        lines, journeys = problem.pairs.unlisted, self.target.journeys
        assert lines is not None and journeys is not None
        metre = sum(weight * lines.scale[measure] for measure, weight in journeys.items())
        least, school = _least_priced(
            lines.cell, lines.school, lines.band, lines.serves, metre, prices
        )
        filled = problem.pupils > 0
        least = np.where(filled, least, 0.0)
        load = np.bincount(
            school[filled], weights=problem.pupils[filled], minlength=len(prices)
        ).astype(np.float64)
        return Priced(float(problem.pupils @ least) - self._paid(prices), least, load)

    def _paid(self, prices: Floats) -> float:
        used = prices > 0
        return float(prices[used] @ self._places[used])

    def _listed_value(self, prices: Floats) -> float:
        """The bound of the prices if the listed pairs were all there are."""
        problem = self.target.formulation.problem
        pairs = problem.pairs
        by_pair = self.target.pair_cost + problem.pupils[pairs.cell] * prices[pairs.school]
        least = np.minimum.reduceat(by_pair, pairs.pointer[:-1])
        return float(least.sum()) - self._paid(prices)


@njit(cache=True, nogil=True)
def _least_priced(cell, school, band, serves, metre, prices):  # type: ignore[no-untyped-def]
    """For each cell the least of journey plus price over the schools that serve it, and which."""
    n = cell.shape[0]
    least, best = np.empty(n), np.zeros(n, np.int64)
    for i in range(n):
        value, x, y, b = np.inf, cell[i, 0], cell[i, 1], band[i]
        for s in range(school.shape[0]):
            # the price alone rules most schools out before the root is taken
            if not serves[s, b] or prices[s] >= value:
                continue
            rest = (value - prices[s]) / metre if metre > 0 else np.inf
            dx, dy = x - school[s, 0], y - school[s, 1]
            square = dx * dx + dy * dy
            if square >= rest * rest:
                continue
            value = metre * np.sqrt(square) + prices[s]
            best[i] = s
        least[i] = value
    return least, best
