"""The formulation as one sparse matrix: pairs first, then the extra columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.block import Objective
from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Bools, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Matrix:
    """Rows ``lower <= rows @ z <= upper`` over z = (pairs, extras), without the assignment rows.

    ``column_lower``, ``column_upper`` and ``integer`` cover all columns; ``pairs`` of them are
    binary pairs.
    """

    rows: csr_matrix
    lower: Floats
    upper: Floats
    names: tuple[str, ...]
    column_lower: Floats
    column_upper: Floats
    integer: Bools
    pairs: int

    @property
    def columns(self) -> int:
        """Number of columns, pairs and extras."""
        return len(self.column_lower)

    def cost(self, objective: Objective) -> Floats:
        """Cost of every column for a goal."""
        cost = np.zeros(self.columns)
        cost[: self.pairs] = objective.pairs
        for column, value in objective.extras.items():
            cost[self.pairs + column] = value
        return cost

    def with_row(self, row: Floats, upper: float, name: str) -> Matrix:
        """One more row ``row @ z <= upper``: a goal held at its level."""
        from scipy.sparse import csr_matrix, vstack

        return Matrix(
            rows=csr_matrix(vstack([self.rows, csr_matrix(row[None, :])])),
            lower=np.append(self.lower, -np.inf),
            upper=np.append(self.upper, upper),
            names=(*self.names, name),
            column_lower=self.column_lower,
            column_upper=self.column_upper,
            integer=self.integer,
            pairs=self.pairs,
        )


def build_matrix(formulation: Formulation) -> Matrix:
    """Stack the rows of all blocks."""
    from scipy.sparse import csr_matrix, hstack, vstack

    pairs, extras = len(formulation.problem.pairs), len(formulation.extras)
    blocks = []
    for rows in formulation.rows:
        # blocks emitted early do not know the extra columns that came after them
        known = rows.extras
        wide = csr_matrix((known.data, known.indices, known.indptr), shape=(known.shape[0], extras))
        blocks.append(hstack([rows.pairs, wide], format="csr"))
    empty = csr_matrix((0, pairs + extras))
    stacked = csr_matrix(vstack([empty, *blocks]))
    integer = np.ones(pairs + extras, dtype=bool)
    integer[pairs:] = formulation.extras.integer
    return Matrix(
        rows=stacked,
        lower=np.concatenate([r.lower for r in formulation.rows]) if blocks else np.zeros(0),
        upper=np.concatenate([r.upper for r in formulation.rows]) if blocks else np.zeros(0),
        names=tuple(str(tag) for r in formulation.rows for tag in r.tags),
        column_lower=np.concatenate([np.zeros(pairs), formulation.extras.lower]),
        column_upper=np.concatenate([np.ones(pairs), formulation.extras.upper]),
        integer=integer,
        pairs=pairs,
    )
