r"""Small numbers hidden in published tables, also against subtraction (cell suppression).

A number above 0 and below the threshold may tell of a single child, so it is masked. Totals would
give it away: other cells are masked with it until nobody who adds and subtracts what is published
can tell it. With :math:`x` the numbers, :math:`A x = 0` the sums that hold among them (parts minus
total) and :math:`M` the masked cells, a reader knows exactly

.. math:: A y = 0, \quad y \ge 0, \quad y_j = x_j \;\; (j \notin M).

A masked small number :math:`x_i` is safe if :math:`y_i = 0` and some :math:`y_i \ge k` (the
threshold) both are possible: then not even "it is small" follows. For each of them two changes
:math:`d` of the numbers are looked for, :math:`d_i = -x_i` and :math:`d_i = k - x_i`, that hide the
least,

.. math:: \min \sum_{j \notin M} w_j |d_j| \quad\text{s.t.}\quad A d = 0,\; x + d \ge 0,

and the cells they change are masked as well. Both :math:`x + d` are then among the :math:`y`, so
the cell is safe by construction. Totals that are known anyway are held: :math:`d_j = 0`.

What this does not guard against: a reader who compares the tables of several years, or who knows
this method and reasons back from which cells it chose.

Source: the linear-programming heuristic for complementary suppression, L. H. Cox, JASA 90 (1995)
1453-1462; M. Fischetti and J. J. Salazar, Operations Research 53 (2005) 819-829.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["UnprotectedError", "masked_cells"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_MASKED_COST: Final = 1e-6
"""What is masked already costs next to nothing, so that changes do not wander without need."""
_MOVED: Final = 1e-7


class UnprotectedError(ValueError):
    """A small number follows from totals that are known anyway; `cell` is its place."""

    def __init__(self, cell: int) -> None:
        """Keep the cell."""
        super().__init__(f"cell {cell} cannot be protected")
        self.cell = cell


def masked_cells(
    values: Floats, relations: Any, *, threshold: int, weights: Floats, known: Bools
) -> Bools:
    """Return which cells to mask.

    Args:
        values: whole numbers of 0 or more, shape (cells,).
        relations: sparse matrix of shape (relations, cells) whose product with `values` is 0.
        threshold: numbers above 0 and below it are masked.
        weights: loss if a cell is masked besides, above 0, shape (cells,).
        known: cells that stay open whatever they hold, since everybody knows them.

    Raises:
        UnprotectedError: a small number follows from cells that are known.
    """
    small = (values > 0) & (values < threshold) & ~known
    masked = small.copy()
    matrix, rows = relations.tocsc(), relations.tocsr()
    for cell in np.flatnonzero(small)[np.argsort(values[small], kind="stable")].tolist():
        if _sheltered(cell, values, matrix, rows, masked, threshold):
            continue
        for change in (-values[cell], threshold - values[cell]):
            moved = _least_change(cell, change, values, matrix, masked, weights, known)
            if moved is None:
                raise UnprotectedError(cell)
            masked |= moved
    return masked


def _sheltered(
    cell: int, values: Floats, matrix: Any, rows: Any, masked: Bools, threshold: int
) -> bool:
    """Return True if masked cells beside it in its only sum already protect a cell.

    Both directions are exchanges with cells that are in that sum alone: what the cell gains they
    lose, and the other way round. Saves nearly all linear programmes where many are small.
    """
    sums = matrix.indices[matrix.indptr[cell] : matrix.indptr[cell + 1]]
    if len(sums) != 1:
        return False
    span = slice(rows.indptr[sums[0]], rows.indptr[sums[0] + 1])
    column, sign = rows.indices[span], rows.data[span]
    alone = (matrix.indptr[column + 1] - matrix.indptr[column]) == 1
    same = sign == sign[column == cell][0]
    others = column[alone & same & masked[column] & (column != cell)]
    return len(others) > 0 and values[others].sum() >= threshold - values[cell]


def _least_change(
    cell: int,
    change: float,
    values: Floats,
    matrix: Any,
    masked: Bools,
    weights: Floats,
    known: Bools,
) -> Bools | None:
    """Return the cells that move when one moves by `change`, the rest as little as can be."""
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    count = len(values)
    cost = np.where(masked, _MASKED_COST, weights)
    up = np.where(known, 0.0, np.inf)
    down = np.where(known, 0.0, values)
    low = np.zeros(2 * count)
    high = np.concatenate([up, down])
    low[cell] = high[cell] = max(change, 0.0)
    low[count + cell] = high[count + cell] = max(-change, 0.0)
    found = linprog(
        np.concatenate([cost, cost]),
        A_eq=hstack([matrix, -matrix], format="csr"),
        b_eq=np.zeros(matrix.shape[0]),
        bounds=list(zip(low.tolist(), high.tolist(), strict=True)),
        method="highs-ds",
    )
    if found.x is None:
        return None
    moved: Bools = np.abs(found.x[:count] - found.x[count:]) > _MOVED
    return moved
