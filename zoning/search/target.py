"""One goal to minimise over a formulation, with the goals before it held at their levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from zoning.formulation.builder import TotalLimit
from zoning.formulation.formulate import Formulation
from zoning.formulation.matrix import Matrix
from zoning.problem.arrays import Floats, Ints
from zoning.search.connected import Graph, zone_graph
from zoning.search.places import Places, Scores, list_places

# pupils and costs are judged with this share of their size; the verifier has its own
TOLERANCE = 1e-7
# weight of a cell without pupils in the guide, as a share of the mean cell with pupils
EMPTY = 0.01


@dataclass(frozen=True)
class Target:
    """``cost`` covers all columns of ``matrix``; ``totals`` are the county-wide limits on pairs,
    held goals among them; ``structured`` says whether limits, classes, totals and contiguity are
    all there is, so that an assignment can be judged without the matrix."""

    formulation: Formulation
    matrix: Matrix
    cost: Floats
    totals: tuple[TotalLimit, ...]
    structured: bool

    @property
    def pair_cost(self) -> Floats:
        """Cost by pair."""
        return self.cost[: self.matrix.pairs]

    @cached_property
    def graph(self) -> Graph:
        """Adjacency of the cells that contiguity binds, and the roots."""
        return zone_graph(self.formulation)

    @cached_property
    def places(self) -> Places:
        """The schools that each cell may take."""
        return list_places(self.formulation.problem.pairs, self.formulation.problem.school_count)

    def scores(self, price: Floats | None = None) -> Scores:
        """Guide cost and price of seats by place; what is not permitted costs most."""
        cost = self.guide
        if price is not None:
            problem = self.formulation.problem
            cost = cost + problem.pupils[problem.pairs.cell] * price[problem.pairs.school]
        return Scores(self.places, self.places.spread(cost, 4.0 * float(cost.max()) + 1.0))

    @cached_property
    def guide(self) -> Floats:
        """Cost by pair that leads the moves: the goal's, and a little travel.

        Where the goal leaves pairs equal (empty cells, moved pupils, balance) a small share of
        the travel keeps zones compact. It never enters a value or a bound.
        """
        problem = self.formulation.problem
        pairs = problem.pairs
        journey = np.nan_to_num(pairs.journey(problem.measure))
        weight = np.where(problem.pupils > 0, problem.pupils, 0.0)
        mean = float(weight[weight > 0].mean()) if (weight > 0).any() else 1.0
        travel = np.maximum(weight, EMPTY * mean)[pairs.cell] * journey
        empty = problem.pupils[pairs.cell] <= 0
        scale = float(np.abs(self.pair_cost).sum())
        if scale == 0.0:
            return travel
        ratio = scale / max(float(travel.sum()), 1e-12)
        share = np.where(empty, 1.0, 1e-3 if self._flat else 0.0)
        guide: Floats = self.pair_cost + ratio * share * travel
        return guide

    @cached_property
    def _flat(self) -> bool:
        """True if most cells have several cheapest schools under the goal itself."""
        pairs = self.formulation.problem.pairs
        return bool(len(np.unique(self.pair_cost)) < max(10, len(pairs) // 10))

    def holding(self, row: Floats, level: float, name: str) -> Target:
        """The same formulation with ``row @ z <= level`` added; ``cost`` is still the old goal."""
        slack = TOLERANCE * max(1.0, abs(level))
        matrix = self.matrix.with_row(row, level + slack, f"held: {name}")
        linear = not row[self.matrix.pairs :].any()
        held = TotalLimit("held", row[: self.matrix.pairs], level + slack)
        return replace(
            self,
            matrix=matrix,
            totals=(*self.totals, held) if linear else self.totals,
            structured=self.structured and linear,
        )

    def aiming_at(self, cost: Floats) -> Target:
        """The same formulation with another goal."""
        structured = self.formulation.structured and not cost[self.matrix.pairs :].any()
        held_linear = len(self.totals) - len(self.formulation.totals)
        held = self.matrix.rows.shape[0] - sum(r.pairs.shape[0] for r in self.formulation.rows)
        return replace(self, cost=cost, structured=structured and held == held_linear)


@dataclass(frozen=True)
class Incumbent:
    """A plan: school by cell, all columns, and the goal's value."""

    assignment: Ints
    columns: Floats
    value: float
