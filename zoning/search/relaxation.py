"""The linear relaxation: few columns and no contiguity at first, both added where they matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.matrix import Matrix
from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.certificate import (
    lagrangian_bound,
    less_by_cell,
    less_rows,
    one_sided,
    reduced_costs,
)  # fmt: skip
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.memory import give_back
from zoning.search.places import below, cheapest_of_each
from zoning.search.split import NEVER, Split
from zoning.search.target import Target
from zoning.solvers.highs import GrowingLp
from zoning.solvers.model import MipModel, SolverStatus

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# pairs a cell starts with, fewer on large counties, where the rest comes by pricing and memory
# counts; the most columns that a round of pricing adds
FIRST_PAIRS, FIRST_OF_MANY, MANY = 8, 5, 500_000
PRICED_A_ROUND = 20000
# pairs of optional schools that are linked to their sites from the beginning
LINKED_AT_FIRST = 20_000
# with more columns left out than this, a relaxation without solution is left undecided
MOST_RESTORED = 500_000
# a pair with less than this is not taken at all: a solver's rounding
TAKEN = 1e-6
# rounds of separation in a row that raise the bound by less than this share before it is left
PATIENCE, STALL = 4, 3e-6


class Relaxation:
    """Linear relaxation of a target, with contiguity rows separated at fractional points.

    ``bound`` is the best certificate so far and ``reduced`` its reduced costs (all columns), once
    it has run; ``infeasible`` is set when the relaxation itself has no solution.
    """

    def __init__(self, target: Target, keep: Ints, prices: Floats | None = None) -> None:
        """``keep`` are pairs to begin with besides each cell's cheapest under ``prices``."""
        self.target = target
        self.cuts = Cuts(target.formulation, target.graph)
        self.bound = -float("inf")
        self.reduced: Floats | None = None
        self._best: Floats | None = None  # multipliers of all rows at the best bound
        self.infeasible = False
        self._solved: tuple[Ints, Floats] | None = None  # columns, and their values
        self._latest = np.zeros(0)  # reduced costs of the last round
        # by how much a column must pay before it is added
        self._margin = 1e-7 * max(1.0, float(np.abs(target.pair_cost).mean()))
        self._cut_rows = 0
        self._all_cuts = self.cuts.matrix(target.matrix.columns)
        self._active = self._first_columns(keep, prices)
        self._order = np.flatnonzero(self._active)
        self._lp = GrowingLp(self._first_model(), presolve=target.matrix.pairs <= MANY)
        if target.matrix.pairs <= LINKED_AT_FIRST:
            self.cuts.link(np.arange(target.matrix.pairs))
            self._pour_cuts()

    def _first_columns(self, keep: Ints, prices: Floats | None) -> Bools:
        matrix, pairs = self.target.matrix, self.target.formulation.problem.pairs
        cost = self.target.pair_cost if prices is None else prices
        active = np.zeros(matrix.columns, dtype=bool)
        active[matrix.pairs :] = True
        active[keep] = True
        first = FIRST_OF_MANY if matrix.pairs > MANY else FIRST_PAIRS
        active[: matrix.pairs] |= cheapest_of_each(cost, pairs.pointer, first)
        return active

    def _first_model(self) -> MipModel:
        from scipy.sparse import vstack

        matrix = self.target.matrix
        cells = self.target.formulation.problem.cells
        columns = self._order
        rows = vstack([self._one_school_each(columns), matrix.rows[:, columns]], format="csr")
        return MipModel(
            cost=self.target.cost[columns],
            lower=matrix.lower_of(columns),
            upper=self._upper(columns),
            integer=np.zeros(len(columns), dtype=bool),
            matrix=rows,
            row_lower=np.concatenate([np.ones(cells), matrix.lower]),
            row_upper=np.concatenate([np.ones(cells), matrix.upper]),
        )

    def _upper(self, columns: Ints) -> Floats:
        """Pairs need no upper bound of their own: each cell takes one school in all."""
        upper = self.target.matrix.upper_of(columns)
        upper[columns < self.target.matrix.pairs] = np.inf
        return upper

    def _one_school_each(self, columns: Ints) -> csr_matrix:
        from scipy.sparse import csr_matrix

        problem = self.target.formulation.problem
        used = np.flatnonzero(columns < self.target.matrix.pairs)
        return csr_matrix(
            (np.ones(len(used)), (problem.pairs.cell[columns[used]], used)),
            shape=(problem.cells, len(columns)),
        )

    def run(self, clock: Clock, *, rounds: int = 1000) -> None:
        """Solve, price, separate, until nothing is left to add, the rounds or the time are up.

        To be called once: the linear program is let go at the end, it takes much memory.
        """
        self._solve(clock, rounds)
        del self._lp, self._latest
        give_back()  # a linear program leaves its parts all over the heap
        if self._best is not None:
            # not kept from the round that found them: that would be one more array of all columns
            reduced = self._reduced(self._best)
            pairs = reduced[: self.target.matrix.pairs]
            pointer = self.target.formulation.problem.pairs.pointer
            self._cheapest = np.minimum.reduceat(pairs, pointer[:-1])
            less_by_cell(pairs, self._cheapest, pointer)
            self.reduced = reduced
        del self._all_cuts

    def _solve(self, clock: Clock, rounds: int) -> None:
        stalled, before = 0, self.bound
        for _ in range(rounds):
            if clock.over and self._best is not None:
                return
            status = self._lp.solve(max(clock.left, 0.5))
            if status is SolverStatus.INFEASIBLE:
                if self._restore(clock):
                    continue
                return
            if not self._certify():
                return
            clock.report("bound", bound=self.bound)
            if self._price() > 0:
                continue
            if status is not SolverStatus.OPTIMAL:
                return
            added = self._separate()
            gained, before = self.bound - before, self.bound
            stalled = stalled + 1 if gained <= STALL * max(1.0, abs(self.bound)) else 0
            if added == 0:
                return
            if stalled >= PATIENCE:
                return

    def _restore(self, clock: Clock) -> bool:
        """No solution with these columns: take them all once; True if columns were added."""
        left = np.flatnonzero(~self._active)
        if len(left) == 0 or len(left) > MOST_RESTORED or clock.over:
            self.infeasible = len(left) == 0
            return False
        self._add_columns(left)
        return True

    def _certify(self) -> bool:
        duals = self._lp.duals
        if duals is None:
            return False
        problem, matrix = self.target.formulation.problem, self.target.matrix
        own = duals[problem.cells :]
        lower = np.concatenate([matrix.lower, np.full(len(own) - len(matrix.lower), -np.inf)])
        upper = np.concatenate([matrix.upper, np.zeros(len(own) - len(matrix.upper))])
        own = one_sided(own, lower, upper)
        self._latest = np.zeros(0)  # the old ones go before the new ones are made
        self._latest = self._reduced(own)
        bound = lagrangian_bound(
            self._latest, own, lower, upper, matrix.extra_lower, matrix.extra_upper,
            problem.pairs.pointer,
        )  # fmt: skip
        self._potential = duals[: problem.cells]
        if bound > self.bound or self._best is None:
            self.bound = max(bound, self.bound)
            self._best = own
        return True

    def _reduced(self, multipliers: Floats) -> Floats:
        """Reduced costs of all columns for multipliers of the model's rows and the first cuts."""
        rows = self.target.matrix.rows
        own = rows.shape[0]
        reduced = reduced_costs(self.target.cost, rows, multipliers[:own])
        if len(multipliers) > own:
            less_rows(reduced, self._all_cuts[: len(multipliers) - own], multipliers[own:])
        return reduced

    def split(self) -> Split | None:
        """The bound by cells and schools: rows of one school's pairs alone belong to it."""
        if self._best is None:
            return None
        problem, matrix = self.target.formulation.problem, self.target.matrix
        multipliers, cheapest = self._best[: len(matrix.lower)], self._cheapest
        pairs = problem.pairs
        owner = row_owner(matrix, pairs.school)
        of_all = np.where(owner < 0, multipliers, 0.0)
        waste = np.full((problem.cells, problem.school_count), NEVER)
        cost = reduced_costs(self.target.cost, matrix.rows, of_all)[: matrix.pairs]
        waste[pairs.cell, pairs.school] = cost - cheapest[pairs.cell]
        side = np.where(multipliers > 0, matrix.lower, matrix.upper)
        own = np.flatnonzero((owner >= 0) & (multipliers != 0.0))
        worth = np.bincount(
            owner[own], weights=multipliers[own] * side[own], minlength=problem.school_count
        )
        return Split(waste, -worth.astype(np.float64), self.bound)

    def _price(self) -> int:
        pairs = self.target.formulation.problem.pairs
        wanted = below(self._latest, self._potential - self._margin, pairs.pointer, self._active)
        if len(wanted) > PRICED_A_ROUND:
            gain = self._latest[wanted] - self._potential[pairs.cell[wanted]]
            wanted = np.sort(wanted[np.argsort(gain, kind="stable")[:PRICED_A_ROUND]])
        if len(wanted):
            self._add_columns(wanted)
        return len(wanted)

    def _add_columns(self, columns: Ints) -> None:
        from scipy.sparse import hstack

        matrix = self.target.matrix
        cell = self.target.formulation.problem.pairs.cell[columns]
        parts = [_ones(cell, self.target.formulation.problem.cells), matrix.rows[:, columns].T]
        if self._cut_rows:
            parts.append(self._all_cuts[:, columns].T)
        self._lp.add_columns(
            self.target.cost[columns], matrix.lower_of(columns), self._upper(columns),
            hstack(parts, format="csr"),
        )  # fmt: skip
        self._active[columns] = True
        self._order = np.concatenate([self._order, columns])

    def _separate(self) -> int:
        values = self._lp.values
        if values is None:
            return 0
        self._solved = self._order, values
        if self.target.formulation.opening is not None:
            self.cuts.separate_links(self._spread(self._order, values))
        if self.target.graph.binding:
            taken = np.flatnonzero((values > TAKEN) & (self._order < self.target.matrix.pairs))
            taken = taken[np.argsort(self._order[taken])]
            self.cuts.separate_fractional(self._order[taken], values[taken])
        return self._pour_cuts()

    @property
    def values(self) -> Floats | None:
        """All columns of the last solution whose reduced costs left nothing to add."""
        return None if self._solved is None else self._spread(*self._solved)

    def _spread(self, columns: Ints, values: Floats) -> Floats:
        everything = np.zeros(self.target.matrix.columns)
        everything[columns] = values
        return everything

    def _pour_cuts(self) -> int:
        new = self.cuts.matrix(self.target.matrix.columns, self._cut_rows)
        if new.shape[0] == 0:
            return 0
        self._lp.add_rows(
            new[:, self._order].tocsr(), np.full(new.shape[0], -np.inf), np.zeros(new.shape[0])
        )
        self._cut_rows += new.shape[0]
        self._all_cuts = self.cuts.matrix(self.target.matrix.columns)
        return int(new.shape[0])


def row_owner(matrix: Matrix, school: Ints) -> Ints:
    """The school whose pairs alone a row holds, -1 if several or if it holds extra columns."""
    rows = matrix.rows
    count = np.diff(rows.indptr)
    owner = np.full(len(count), -1, dtype=np.int64)
    used = np.flatnonzero(count > 0)
    if len(used) == 0:
        return owner
    held = np.append(school, np.full(matrix.columns - matrix.pairs, -1))[rows.indices]
    least = np.minimum.reduceat(held, rows.indptr[:-1][used])
    most = np.maximum.reduceat(held, rows.indptr[:-1][used])
    owner[used] = np.where(least == most, least, -1)
    return owner


def _ones(cell: Ints, cells: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(cell)), (np.arange(len(cell)), cell)), shape=(len(cell), cells))
