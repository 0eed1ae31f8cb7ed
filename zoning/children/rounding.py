r"""Whole numbers from fractions without losing a child: every stated margin keeps its sum.

One margin is rounded by largest remainders (Hamilton's method). Several margins are rounded at
once by *controlled rounding*: every cell and every margin becomes the whole number just below or
just above it, so that a margin that is whole stays exactly what it is. The cells lie in two
families of nested margins, such as unit within township (rows) and grade of a township within
grade of the county (columns). With :math:`a_i` the fractions and :math:`x_i` the whole numbers

.. math::
    \min \sum_i |x_i - a_i| \quad\text{s.t.}\quad
    \lfloor a_i \rfloor \le x_i \le \lceil a_i \rceil,\qquad
    \Bigl\lfloor \sum_{i \in M} a_i \Bigr\rfloor \le \sum_{i \in M} x_i \le
    \Bigl\lceil \sum_{i \in M} a_i \Bigr\rceil \;\text{ for each margin } M

which is a flow through the two trees of margins, and so always has a whole solution: the
fractions themselves are a flow, and a flow's bounds are whole.

Sources: L. H. Cox and L. R. Ernst, Controlled rounding, INFOR 20 (1982) 423-432; B. D. Causey,
L. H. Cox and L. R. Ernst, Applications of transportation theory to statistical problems, JASA 80
(1985) 903-909.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["controlled_rounding", "largest_remainder", "round_cells"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NEAR: Final = 1e-9
"""A sum this near to a whole number, relative to its size, is that number: floats drift."""
_STEPS: Final = 10**6


def largest_remainder(values: ArrayLike, total: int | None = None) -> Ints:
    """Round non-negative fractions so that they add up to `total`, each to a neighbouring number.

    Those with the largest remainders are rounded up, of equal ones the first.

    Args:
        values: shape (n,), 0 or more.
        total: what they shall add up to; None: the whole number nearest to their sum.

    Raises:
        ValueError: a value is negative or no number, or no such rounding has that total.
    """
    fractions = _checked(values)
    low, high = _whole_bounds(fractions)
    wanted = int(np.rint(fractions.sum())) if total is None else int(total)
    missing = wanted - int(low.sum())
    open_ones = np.flatnonzero(high > low)
    if not 0 <= missing <= len(open_ones):
        raise ValueError(
            f"no rounding of each value to a neighbouring whole number adds up to {wanted}: "
            f"their sum is {fractions.sum():g}"
        )
    order = np.argsort(-(fractions - low)[open_ones], kind="stable")
    low[open_ones[order[:missing]]] += 1
    return low


def controlled_rounding(matrix: ArrayLike) -> Ints:
    """Round a table so that cells, row sums, column sums and the total go to a neighbour.

    Args:
        matrix: shape (rows, columns), 0 or more. A margin that is whole keeps its exact sum.

    Raises:
        ValueError: it is no table, or a value is negative or no number.
    """
    table = np.asarray(matrix, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"expected a table with rows and columns, found {table.ndim} dimensions")
    row, column = np.indices(table.shape)
    cells = round_cells(table.ravel(), rows=[row.ravel()], columns=[column.ravel()])
    return cells.reshape(table.shape)


def round_cells(values: ArrayLike, *, rows: Sequence[Any], columns: Sequence[Any]) -> Ints:
    """Round cells under two families of nested margins; see the module's formula.

    Args:
        values: shape (cells,), 0 or more.
        rows: for each level of the first family, finest first, the margin each cell lies in, as
            labels of shape (cells,). The total over all cells is always a margin.
        columns: the same for the second family.

    Returns:
        Whole numbers, shape (cells,); the same input gives the same rounding.

    Raises:
        ValueError: a value is negative or no number, or margins are not nested.
    """
    fractions = _checked(values)
    if len(fractions) == 0:
        return np.zeros(0, dtype=np.int64)
    sides = [_levels(rows, len(fractions)), _levels(columns, len(fractions))]
    return _flow(fractions, sides)


def _checked(values: ArrayLike) -> Floats:
    fractions = np.asarray(values, dtype=np.float64)
    if not np.isfinite(fractions).all() or (fractions < 0).any():
        raise ValueError("expected numbers of 0 or more")
    return fractions


def _whole_bounds(values: Floats) -> tuple[Ints, Ints]:
    """Return the neighbouring whole numbers; twice the same for one that is whole."""
    nearest = np.rint(values)
    whole = np.abs(values - nearest) <= _NEAR * np.maximum(1.0, np.abs(values))
    low = np.where(whole, nearest, np.floor(values)).astype(np.int64)
    high = np.where(whole, nearest, np.ceil(values)).astype(np.int64)
    return low, high


def _levels(labels: Sequence[Any], cells: int) -> list[Ints]:
    """Return each level as codes 0, 1 ..., the whole table as the last level."""
    levels = [np.asarray(pd.factorize(pd.Series(level))[0], dtype=np.int64) for level in labels]
    levels.append(np.zeros(cells, dtype=np.int64))
    for fine, coarse in pairwise(levels):
        pairs = np.unique(np.stack([fine, coarse]), axis=1)
        if len(np.unique(pairs[0])) < pairs.shape[1]:
            raise ValueError("a margin lies in two margins of the next level")
    return levels


def _flow(fractions: Floats, sides: list[list[Ints]]) -> Ints:
    """Send the flow from the total through the columns, the cells and the rows back to it.

    Lower bounds are taken out first: what is left of each arc is 0 or 1, and the nodes' supplies
    make up for the lower bounds.
    """
    from ortools.graph.python import min_cost_flow

    # nodes 0 and 1 are the total, as the last of the rows' and the first of the columns' margins
    tails, heads, values = [np.array([0])], [np.array([1])], [fractions.sum(keepdims=True)]
    node, ends = 2, []
    for side, levels in enumerate(sides):
        inner = np.full(1, side, dtype=np.int64)  # node of each margin of the coarser level
        for coarse, fine in zip(levels[::-1], levels[-2::-1], strict=False):
            first = np.unique(fine, return_index=True)[1]
            own = node + np.arange(len(first), dtype=np.int64)
            outer = inner[coarse[first]]
            tails.append(own if side == 0 else outer)
            heads.append(outer if side == 0 else own)
            values.append(np.bincount(fine, weights=fractions))
            node, inner = node + len(first), own
        ends.append(inner[levels[0]])
    tail = np.concatenate([ends[1], *tails])
    head = np.concatenate([ends[0], *heads])
    low, high = _whole_bounds(np.concatenate([fractions, *values]))
    cost = np.zeros(len(low), dtype=np.int64)
    above = fractions - low[: len(fractions)]
    cost[: len(fractions)] = np.rint((1.0 - 2.0 * above) * _STEPS).astype(np.int64)
    supply = np.bincount(head, weights=low, minlength=node)
    supply -= np.bincount(tail, weights=low, minlength=node)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, high - low, cost)
    flow.set_nodes_supplies(np.arange(node), supply.astype(np.int64))
    if flow.solve() != flow.OPTIMAL:  # cannot be: the fractions are a flow
        raise ValueError("the margins cannot be rounded together")
    added: Ints = np.asarray(flow.flows(arcs), dtype=np.int64)[: len(fractions)]
    return low[: len(fractions)] + added
