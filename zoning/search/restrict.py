"""A part of the model: some columns free, all others fixed. Done once, on the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.cuts import Cuts
from zoning.search.target import Target
from zoning.solvers.model import MipModel


@dataclass(frozen=True)
class Part:
    """``columns`` are free; ``fixed`` holds values of all columns (None: the others are 0)."""

    target: Target
    columns: Ints
    fixed: Floats | None = None

    @property
    def whole(self) -> bool:
        """True if nothing is fixed to a plan, so that a bound holds for the problem."""
        return self.fixed is None

    @cached_property
    def rest(self) -> Floats:
        """Values of the columns that are not free; 0 in the free ones."""
        if self.fixed is None:
            return np.zeros(self.target.matrix.columns)
        rest = self.fixed.copy()
        rest[self.columns] = 0.0
        return rest

    @property
    def offset(self) -> float:
        """Cost of what is fixed."""
        return float(self.rest @ self.target.cost)

    def extras(self, values: Floats) -> Floats:
        """Extra columns for values of the free columns."""
        z = self.rest.copy()
        z[self.columns] = values
        return z[self.target.matrix.pairs :]

    def assignment(self, values: Floats) -> Ints:
        """School by cell for values of the free columns; -1 where no school is chosen."""
        z = self.rest.copy()
        z[self.columns] = values
        problem = self.target.formulation.problem
        school = np.full(problem.cells, -1, dtype=np.int64)
        taken = np.flatnonzero(z[: self.target.matrix.pairs] > 0.5)
        school[problem.pairs.cell[taken]] = problem.pairs.school[taken]
        return school


def restrict(part: Part, cuts: Cuts) -> MipModel:
    """The model over the part's columns: one school a cell, all rows, the cuts so far."""
    from scipy.sparse import csr_matrix, vstack

    target, columns = part.target, part.columns
    matrix, pairs = target.matrix, target.formulation.problem.pairs
    is_pair = columns < matrix.pairs
    cells, place = np.unique(pairs.cell[columns[is_pair]], return_inverse=True)
    each = csr_matrix(
        (np.ones(len(place)), (place, np.flatnonzero(is_pair))), shape=(len(cells), len(columns))
    )
    own = matrix.rows[:, columns]
    used = np.flatnonzero(np.diff(own.indptr) > 0)
    done = np.asarray(matrix.rows @ part.rest)[used]
    contiguity = cuts.matrix(matrix.columns)
    cut = contiguity[:, columns]
    cut_used = np.flatnonzero(np.diff(cut.indptr) > 0)
    cut_done = np.asarray(contiguity @ part.rest)[cut_used]
    one = np.ones(len(cells))
    return MipModel(
        cost=target.cost[columns],
        lower=matrix.lower_of(columns),
        upper=matrix.upper_of(columns),
        integer=matrix.integer_of(columns),
        matrix=csr_matrix(vstack([each, own[used], cut[cut_used]])),
        row_lower=np.concatenate([one, matrix.lower[used] - done, np.full(len(cut_used), -np.inf)]),
        row_upper=np.concatenate([one, matrix.upper[used] - done, -cut_done]),
    )
