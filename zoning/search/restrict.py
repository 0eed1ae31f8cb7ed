"""A part of the model: some columns free, all others fixed. Done once, on the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zoning.formulation.matrix import activity
from zoning.problem.arrays import Floats, Ints
from zoning.search.cuts import Cuts
from zoning.search.target import Incumbent, Target
from zoning.solvers.model import MipModel


@dataclass(frozen=True)
class Part:
    """``columns`` are free; the others are as in ``fixed`` (None: they are 0)."""

    target: Target
    columns: Ints
    fixed: Incumbent | None = None

    @property
    def whole(self) -> bool:
        """True if nothing is fixed to a plan, so that a bound holds for the problem."""
        return self.fixed is None

    @cached_property
    def kept(self) -> Ints:
        """Pairs that are fixed and chosen."""
        if self.fixed is None:
            return np.zeros(0, dtype=np.int64)
        return np.setdiff1d(self.fixed.chosen, self.columns)

    @cached_property
    def kept_extras(self) -> Floats:
        """Values of the extras that are fixed; 0 in the free ones."""
        pairs = self.target.matrix.pairs
        extras = np.zeros(self.target.matrix.columns - pairs)
        if self.fixed is not None:
            extras[:] = self.fixed.extras
            extras[self.columns[self.columns >= pairs] - pairs] = 0.0
        return extras

    @property
    def offset(self) -> float:
        """Cost of what is fixed."""
        return self.target.matrix.value(self.target.cost, self.kept, self.kept_extras)

    def extras(self, values: Floats) -> Floats:
        """All extras for values of the free columns."""
        pairs = self.target.matrix.pairs
        extras = self.kept_extras.copy()
        free = self.columns >= pairs
        extras[self.columns[free] - pairs] = values[free]
        return extras

    def assignment(self, values: Floats) -> Ints:
        """School by cell for values of the free columns; -1 where no school is chosen."""
        problem = self.target.formulation.problem
        chosen = self.columns[(values > 0.5) & (self.columns < self.target.matrix.pairs)]
        taken = np.concatenate([self.kept, chosen])
        school = np.full(problem.cells, -1, dtype=np.int64)
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
    done = matrix.activity(part.kept, part.kept_extras)[used]
    contiguity = cuts.matrix(matrix.columns)
    cut = contiguity[:, columns]
    cut_used = np.flatnonzero(np.diff(cut.indptr) > 0)
    cut_done = activity(contiguity, part.kept, part.kept_extras)[cut_used]
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
