"""The formulation as one sparse matrix: pairs first, then the extra columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.block import Objective
from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Matrix:
    """Rows ``lower <= rows @ z <= upper`` over z = (pairs, extras), without the assignment rows.

    The first ``pairs`` columns are binary; ``extra_lower``, ``extra_upper`` and ``extra_integer``
    are those of the columns after them.
    """

    rows: csr_matrix
    lower: Floats
    upper: Floats
    names: tuple[str, ...]
    extra_lower: Floats
    extra_upper: Floats
    extra_integer: Bools
    pairs: int

    @property
    def columns(self) -> int:
        """Number of columns, pairs and extras."""
        return self.pairs + len(self.extra_lower)

    def lower_of(self, columns: Ints) -> Floats:
        """Lower bounds of some columns."""
        return self._of(columns, 0.0, self.extra_lower)

    def upper_of(self, columns: Ints) -> Floats:
        """Upper bounds of some columns."""
        return self._of(columns, 1.0, self.extra_upper)

    def integer_of(self, columns: Ints) -> Bools:
        """Whether some columns are whole."""
        return self._of(columns, 1.0, self.extra_integer).astype(bool)

    def _of(self, columns: Ints, of_pairs: float, of_extras: Floats | Bools) -> Floats:
        values = np.full(len(columns), of_pairs)
        extra = columns >= self.pairs
        values[extra] = of_extras[columns[extra] - self.pairs]
        return values

    def activity(self, chosen: Ints, extras: Floats) -> Floats:
        """The rows' values where the chosen pairs are 1 and the extras as given."""
        return activity(self.rows, chosen, extras)

    def value(self, cost: Floats, chosen: Ints, extras: Floats) -> float:
        """What the chosen pairs and the extras cost, by a cost of all columns."""
        return float(cost[chosen].sum() + cost[self.pairs :] @ extras)

    def cost(self, objective: Objective) -> Floats:
        """Cost of every column for a goal."""
        if self.columns == self.pairs:
            return objective.pairs
        cost = np.zeros(self.columns)
        cost[: self.pairs] = objective.pairs
        for column, value in objective.extras.items():
            cost[self.pairs + column] = value
        return cost

    def with_row(self, row: Floats, upper: float, name: str) -> Matrix:
        """One more row ``row @ z <= upper``: a goal held at its level."""
        from scipy.sparse import csr_matrix, vstack

        return replace(
            self,
            rows=csr_matrix(vstack([self.rows, csr_matrix(row[None, :])])),
            lower=np.append(self.lower, -np.inf),
            upper=np.append(self.upper, upper),
            names=(*self.names, name),
        )


def activity(rows: csr_matrix, chosen: Ints, extras: Floats) -> Floats:
    """Values of rows over pairs and extras where the chosen pairs are 1.

    Without a value for every pair: pairs may be millions, chosen are as many as cells.
    """
    pairs = rows.shape[1] - len(extras)
    used = np.zeros(rows.shape[1], dtype=bool)
    used[chosen] = used[pairs:] = True
    held = np.flatnonzero(used[rows.indices])
    place = rows.indices[held] - pairs
    value = rows.data[held]
    value[place >= 0] *= extras[place[place >= 0]]
    row = np.searchsorted(rows.indptr, held, side="right") - 1
    total: Floats = np.bincount(row, weights=value, minlength=rows.shape[0]).astype(np.float64)
    return total


def build_matrix(formulation: Formulation) -> Matrix:
    """Stack the rows of all blocks."""
    from scipy.sparse import csr_matrix, hstack, vstack

    pairs, extras = len(formulation.problem.pairs), len(formulation.extras)
    blocks = []
    for rows in formulation.rows:
        # blocks emitted early do not know the extra columns that came after them
        known = rows.extras
        wide = csr_matrix((known.data, known.indices, known.indptr), shape=(known.shape[0], extras))
        blocks.append(hstack([rows.pairs, wide], format="csr") if extras else rows.pairs)
    # one block alone is taken as it is: its rows may have as many entries as there are pairs
    stacked = (
        blocks[0]
        if len(blocks) == 1
        else csr_matrix(vstack([csr_matrix((0, pairs + extras)), *blocks]))
    )
    return Matrix(
        rows=stacked,
        lower=np.concatenate([r.lower for r in formulation.rows]) if blocks else np.zeros(0),
        upper=np.concatenate([r.upper for r in formulation.rows]) if blocks else np.zeros(0),
        names=tuple(str(tag) for r in formulation.rows for tag in r.tags),
        extra_lower=np.array(formulation.extras.lower, dtype=np.float64),
        extra_upper=np.array(formulation.extras.upper, dtype=np.float64),
        extra_integer=np.array(formulation.extras.integer, dtype=bool),
        pairs=pairs,
    )
