"""The linear relaxation: few columns and no contiguity at first, both added where they matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.matrix import Matrix
from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.certificate import lagrangian_bound, one_sided, reduced_costs
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.split import NEVER, Split
from zoning.search.target import Target
from zoning.solvers.highs import GrowingLp
from zoning.solvers.model import MipModel, SolverStatus

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# pairs a cell starts with, and the most columns that a round of pricing adds
FIRST_PAIRS = 8
PRICED_A_ROUND = 20000
# pairs of optional schools that are linked to their sites from the beginning
LINKED_AT_FIRST = 20_000
# with more columns left out than this, a relaxation without solution is left undecided
MOST_RESTORED = 500_000
# rounds of separation in a row that raise the bound by less than this share before it is left
PATIENCE, STALL = 4, 3e-6


class Relaxation:
    """Linear relaxation of a target, with contiguity rows separated at fractional points.

    ``bound`` is the best certificate so far and ``reduced`` its reduced costs (all columns);
    ``infeasible`` is set when the relaxation itself has no solution; ``values`` are the columns
    of its last solution.
    """

    def __init__(self, target: Target, keep: Ints, prices: Floats | None = None) -> None:
        """``keep`` are pairs to begin with besides each cell's cheapest under ``prices``."""
        self.target = target
        self.cuts = Cuts(target.formulation, target.graph)
        self.bound = -float("inf")
        self.reduced: Floats | None = None
        self._best: tuple[Floats, Floats] | None = None
        self.infeasible = False
        self.values: Floats | None = None
        self._cut_rows = 0
        self._all_cuts = self.cuts.matrix(target.matrix.columns)
        self._active = self._first_columns(keep, prices)
        self._order = np.flatnonzero(self._active)
        self._lp = GrowingLp(self._first_model())
        if target.matrix.pairs <= LINKED_AT_FIRST:
            self.cuts.link(np.arange(target.matrix.pairs))
            self._pour_cuts()

    def _first_columns(self, keep: Ints, prices: Floats | None) -> Bools:
        matrix, pairs = self.target.matrix, self.target.formulation.problem.pairs
        cost = self.target.pair_cost if prices is None else prices
        active = np.zeros(matrix.columns, dtype=bool)
        active[matrix.pairs :] = True
        active[keep] = True
        order = np.lexsort((cost, pairs.cell))
        rank = np.arange(len(order)) - pairs.pointer[pairs.cell[order]]
        active[order[rank < FIRST_PAIRS]] = True
        return active

    def _first_model(self) -> MipModel:
        from scipy.sparse import vstack

        matrix = self.target.matrix
        cells = self.target.formulation.problem.cells
        columns = self._order
        rows = vstack([self._one_school_each(columns), matrix.rows[:, columns]], format="csr")
        return MipModel(
            cost=self.target.cost[columns],
            lower=matrix.column_lower[columns],
            upper=self._upper(columns),
            integer=np.zeros(len(columns), dtype=bool),
            matrix=rows,
            row_lower=np.concatenate([np.ones(cells), matrix.lower]),
            row_upper=np.concatenate([np.ones(cells), matrix.upper]),
        )

    def _upper(self, columns: Ints) -> Floats:
        """Pairs need no upper bound of their own: each cell takes one school in all."""
        upper = self.target.matrix.column_upper[columns].copy()
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
        del self._lp, self._all_cuts
        self._latest = np.zeros(0)

    def _solve(self, clock: Clock, rounds: int) -> None:
        stalled, before = 0, self.bound
        for _ in range(rounds):
            if clock.over and self.reduced is not None:
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
        reduced = reduced_costs(self.target.cost, matrix.rows, own[: len(matrix.lower)])
        if self._cut_rows:
            reduced -= self._all_cuts.T @ own[len(matrix.lower) :]
        bound = lagrangian_bound(
            reduced, own, lower, upper, matrix.column_lower, matrix.column_upper,
            problem.pairs.pointer,
        )  # fmt: skip
        self._potential = duals[: problem.cells]
        self._latest = reduced
        if bound > self.bound or self.reduced is None:
            self.bound = max(bound, self.bound)
            cheapest = np.minimum.reduceat(reduced[: matrix.pairs], problem.pairs.pointer[:-1])
            above = reduced.copy()
            above[: matrix.pairs] -= cheapest[problem.pairs.cell]
            self.reduced = above
            self._best = own[: len(matrix.lower)], cheapest
        return True

    def split(self) -> Split | None:
        """The bound by cells and schools: rows of one school's pairs alone belong to it."""
        if self._best is None:
            return None
        multipliers, cheapest = self._best
        problem, matrix = self.target.formulation.problem, self.target.matrix
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
        gain = self._latest[: self.target.matrix.pairs] - self._potential[pairs.cell]
        scale = 1e-7 * max(1.0, float(np.abs(self.target.pair_cost).mean()))
        wanted = np.flatnonzero((gain < -scale) & ~self._active[: self.target.matrix.pairs])
        if len(wanted) > PRICED_A_ROUND:
            wanted = np.sort(wanted[np.argsort(gain[wanted], kind="stable")[:PRICED_A_ROUND]])
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
            self.target.cost[columns], matrix.column_lower[columns], self._upper(columns),
            hstack(parts, format="csr"),
        )  # fmt: skip
        self._active[columns] = True
        self._order = np.concatenate([self._order, columns])

    def _separate(self) -> int:
        values = self._lp.values
        if values is None:
            return 0
        self.values = np.zeros(self.target.matrix.columns)
        self.values[self._order] = values
        self.cuts.separate_links(self.values)
        if self.target.graph.binding:
            self.cuts.separate_fractional(self.values[: self.target.matrix.pairs])
        return self._pour_cuts()

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
