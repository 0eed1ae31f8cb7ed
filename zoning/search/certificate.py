r"""Bounds recomputed in floating point over all permitted pairs.

For any multipliers :math:`y` of the rows :math:`\ell \le A z \le u` (contiguity rows among them),
with :math:`d = c - A^T y`,

.. math::

   \min c z \;\ge\; \sum_r \bigl( y_r^+ \ell_r - y_r^- u_r \bigr)
   + \sum_i \min_{s} d_{is} + \sum_e \min_{l_e \le z_e \le h_e} d_e z_e

because every cell takes exactly one school. It holds however the multipliers were found: from a
rounded flow, an interrupted linear program, or by guessing.
Source: Lagrangian relaxation, Geoffrion 1974.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.problem.arrays import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# a reduced cost this small (relative) on an unbounded column is a solver's rounding, taken as 0
ROUNDING = 1e-7
CELLS_AT_A_TIME = 1000


def reduced_costs(cost: Floats, rows: csr_matrix, multipliers: Floats) -> Floats:
    """``cost - rows^T multipliers``, for all columns."""
    result: Floats = rows.T @ multipliers
    return np.subtract(cost, result, out=result)  # over all pairs: no third array of that size


def less_rows(reduced: Floats, rows: csr_matrix, multipliers: Floats) -> None:
    """Take ``rows^T multipliers`` off, where there is something to take off.

    For a few rows of a few columns each: a product would be one more array of all columns.
    """
    used = np.flatnonzero(multipliers)
    held = rows[used]
    weight = np.repeat(multipliers[used], np.diff(held.indptr))
    np.subtract.at(reduced, held.indices, weight * held.data)


def less_by_cell(values: Floats, by_cell: Floats, pointer: Ints) -> None:
    """Take each cell's number off its pairs, some cells at a time: pairs may be millions."""
    for begin in range(0, len(by_cell), CELLS_AT_A_TIME):
        end = min(begin + CELLS_AT_A_TIME, len(by_cell))
        spread = np.repeat(by_cell[begin:end], np.diff(pointer[begin : end + 1]))
        values[pointer[begin] : pointer[end]] -= spread


def lagrangian_bound(
    reduced: Floats,
    multipliers: Floats,
    row_lower: Floats,
    row_upper: Floats,
    extra_lower: Floats,
    extra_upper: Floats,
    pointer: Ints,
) -> float:
    """The bound; multipliers on a side without a limit must have been set to 0 before.

    ``pointer`` groups the first columns (pairs) by cell; the columns after them are extras.
    """
    positive, negative = multipliers > 0, multipliers < 0
    total = float(multipliers[positive] @ row_lower[positive])
    total += float(multipliers[negative] @ row_upper[negative])
    pairs = int(pointer[-1])
    if (np.diff(pointer) == 0).any():
        return float("inf")  # a cell without a permitted school: no plan exists
    total += float(np.minimum.reduceat(reduced[:pairs], pointer[:-1]).sum())
    extra = reduced[pairs:]
    scale = ROUNDING * max(1.0, float(np.abs(extra).max(initial=0.0)))
    side = np.where(extra > 0, extra_lower, extra_upper)
    endless = ~np.isfinite(side)
    if (np.abs(extra[endless]) > scale).any():
        return -float("inf")
    total += float((extra[~endless] * side[~endless]).sum())
    return total


def one_sided(multipliers: Floats, row_lower: Floats, row_upper: Floats) -> Floats:
    """The multipliers with those on an unlimited side set to 0."""
    wrong = ((multipliers > 0) & ~np.isfinite(row_lower)) | (
        (multipliers < 0) & ~np.isfinite(row_upper)
    )
    result: Floats = np.where(wrong, 0.0, multipliers)
    return result
