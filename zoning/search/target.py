"""One goal to minimise over a formulation, with the goals before it held at their levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from zoning.formulation.emitted import TotalLimit
from zoning.formulation.formulate import Formulation
from zoning.formulation.matrix import Matrix, build_matrix
from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.connected import Graph, zone_graph
from zoning.search.grid import Grid, grid_of
from zoning.search.places import Places, Scores, list_places
from zoning.search.settled import over_pairs, settled, settled_pairs, settled_total

# pupils and costs are judged with this share of their size; the verifier has its own
TOLERANCE = 1e-7
# weight of a cell without pupils in the guide, as a share of the mean cell with pupils
EMPTY = 0.01


@dataclass(frozen=True)
class Target:
    """One goal under all rules.

    ``cost`` covers all columns of ``matrix``; ``totals`` are the county-wide limits on pairs,
    held goals among them; ``structured`` says whether limits, classes, totals, contiguity and
    opening are all there is, so that an assignment can be judged without the matrix. ``journeys``
    is that of the goal, see :class:`zoning.formulation.block.Objective`.
    """

    formulation: Formulation
    matrix: Matrix
    cost: Floats
    totals: tuple[TotalLimit, ...]
    structured: bool
    journeys: Mapping[str, float] | None = None

    @property
    def pair_cost(self) -> Floats:
        """Cost by pair."""
        return self.cost[: self.matrix.pairs]

    @cached_property
    def graph(self) -> Graph:
        """Adjacency of the cells that contiguity binds, and the roots."""
        return zone_graph(self.formulation)

    @cached_property
    def grid(self) -> Grid:
        """The values that plans can have; nothing is known of pairs that are not listed."""
        if self.formulation.problem.pairs.unlisted is not None:
            return Grid(0.0, 0.0)
        return grid_of(self.matrix, self.cost, self.formulation.problem.cells)

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

    @property
    def guide(self) -> Floats:
        """Cost by pair that leads the moves: the goal's, and a little travel.

        Where the goal leaves pairs equal (empty cells, moved pupils, balance) a small share of
        the travel keeps zones compact. It never enters a value or a bound. Computed whenever it is
        asked for: it is wanted a few times only, and pairs may be millions.
        """
        problem = self.formulation.problem
        pairs = problem.pairs
        weight = np.where(problem.pupils > 0, problem.pupils, 0.0)
        mean = float(weight[weight > 0].mean()) if (weight > 0).any() else 1.0
        guide: Floats = np.nan_to_num(pairs.journey(problem.measure))
        guide *= np.maximum(weight, EMPTY * mean)[pairs.cell]
        scale = float(np.abs(self.pair_cost).sum())
        if scale == 0.0:
            return guide
        ratio = scale / max(float(guide.sum()), 1e-12)
        share = np.where(problem.pupils <= 0, 1.0, 1e-3 if self._flat else 0.0)
        guide *= (ratio * share)[pairs.cell]
        guide += self.pair_cost
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
        linear = self._linear(row)
        opening, pairs = self.formulation.opening, self.matrix.pairs
        sites = None
        if opening is not None:
            sites = np.where(opening.optional, row[pairs + opening.column], 0.0)
        held = TotalLimit("held", row[:pairs], level + slack, sites)
        return replace(
            self,
            matrix=matrix,
            totals=(*self.totals, held) if linear else self.totals,
            structured=self.structured and linear,
        )

    def aiming_at(self, cost: Floats, journeys: Mapping[str, float] | None = None) -> Target:
        """The same formulation with another goal."""
        structured = self.formulation.structured and self._linear(cost)
        held_linear = len(self.totals) - len(self.formulation.totals)
        held = self.matrix.rows.shape[0] - self._own_rows
        structured = structured and held == held_linear
        return replace(self, cost=cost, structured=structured, journeys=journeys)

    def without_held(self) -> Target:
        """The same target without the goals that were held at their levels."""
        matrix, own = self.matrix, self._own_rows
        narrow = replace(
            matrix, rows=matrix.rows[:own], lower=matrix.lower[:own], upper=matrix.upper[:own],
            names=matrix.names[:own],
        )  # fmt: skip
        return replace(self, matrix=narrow, totals=self.formulation.totals)

    def at_sites(self, open_: Bools, given: Bools | None = None) -> Target:
        """The same target with these schools open and the other optional ones closed.

        ``given`` (S x B) are the bands that open schools are without, none if left out.
        Numbers of schools and values stay: what the open sites cost is part of every value. The
        choice of sites must keep least and most itself, and an assignment that leaves an open
        site without units is to be judged on this target, not on the result.
        """
        opening = self.formulation.opening
        assert opening is not None
        closed = opening.optional & ~open_
        gone = np.repeat(closed[:, None], opening.movable.shape[1], axis=1)
        if given is not None:
            gone |= given & opening.movable
        keep = settled_pairs(self.formulation, gone)
        formulation = settled(self.formulation, closed, gone, keep)
        return self._narrow(formulation, keep, opening.optional & open_)

    def over_pairs(self, keep: Bools) -> Target:
        """The same target, which leaves no choice of sites, over the pairs in ``keep``.

        Numbers of cells and schools and values stay.
        """
        none = np.zeros(self.formulation.problem.school_count, dtype=bool)
        return self._narrow(over_pairs(self.formulation, keep), keep, none)

    def _narrow(self, formulation: Formulation, keep: Bools, opened: Bools) -> Target:
        """This target over a formulation with the pairs in ``keep``; goals held stay held."""
        matrix = self.matrix
        columns = np.concatenate(
            [np.flatnonzero(keep), np.arange(matrix.pairs, matrix.columns)]
        ).astype(np.int64)
        narrow = build_matrix(formulation)
        for k in range(self._own_rows, matrix.rows.shape[0]):  # goals held before this one
            row = matrix.rows[[k]].toarray()[0][columns]
            narrow = narrow.with_row(row, float(matrix.upper[k]), matrix.names[k])
        held = tuple(
            settled_total(t, opened, keep) for t in self.totals[len(self.formulation.totals) :]
        )
        return replace(
            self, formulation=formulation, matrix=narrow, cost=self.cost[columns],
            totals=(*formulation.totals, *held),
        )  # fmt: skip

    def open_in(self, assignment: Ints) -> Bools:
        """Schools that are open in an assignment: those that stay, and those with a unit."""
        used = np.zeros(self.formulation.problem.school_count, dtype=bool)
        used[assignment[assignment >= 0]] = True
        opening = self.formulation.opening
        result: Bools = used if opening is None else used | ~opening.optional
        return result

    @property
    def _own_rows(self) -> int:
        """Rows of the formulation; those after them are goals held at their levels."""
        return sum(rows.pairs.shape[0] for rows in self.formulation.rows)

    def _linear(self, row: Floats) -> bool:
        """True if a row speaks of nothing but pairs and open sites."""
        rest = row[self.matrix.pairs :].copy()
        opening = self.formulation.opening
        if opening is not None:
            rest[opening.column[opening.optional]] = 0.0
        return not rest.any()


@dataclass(frozen=True)
class Incumbent:
    """A plan: school and pair by cell, values of the extra columns, and the goal's value.

    ``pairs`` is the number of all pairs.
    """

    assignment: Ints
    chosen: Ints
    extras: Floats
    value: float
    pairs: int

    def at(self, columns: Ints) -> Floats:
        """The values of some columns."""
        extra = columns >= self.pairs
        values = np.isin(columns, self.chosen).astype(np.float64)
        values[extra] = self.extras[columns[extra] - self.pairs]
        return values
