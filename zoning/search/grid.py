r"""Values that a goal can take at all: multiples of a step, where all costs are.

A bound between two multiples may be raised to the next one. With costs
:math:`c_j = \delta k_j + e_j`, :math:`k_j` whole and :math:`e_j` the rounding of the numbers,
the value of a plan lies within :math:`\varepsilon = \sum \max |e_j|` of a multiple of
:math:`\delta`, as long as every column that costs something takes whole numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from zoning.formulation.matrix import Matrix
from zoning.problem.arrays import Bools, Floats

# decimal places that are looked for, and how many costs tell soon that there is no step
PLACES, FEW = (0, 1, 2, 3), 1000
# rounding of bounds, as a share of their size, and the most that rounding may be of a step
ROUNDING, CLEAR = 1e-7, 0.01
# costs beyond this are no whole numbers that can be told apart
LARGEST = 1e12


class Grid(NamedTuple):
    """Values are multiples of ``step`` within ``blur``; a step of 0 says nothing."""

    step: float
    blur: float

    def up(self, bound: float) -> float:
        """The least value at or above a bound that a plan can have."""
        if not self._tells(bound):
            return bound
        multiple = np.ceil((bound - self._rounding(bound)) / self.step)
        return max(bound, float(multiple) * self.step - self.blur)

    def goal(self, value: float) -> float:
        """Plans better than ``value`` lie below this, and ``up`` of it is ``value``."""
        return value - (1.0 - 2.0 * CLEAR) * self.step if self._tells(value) else value

    def _rounding(self, value: float) -> float:
        return self.blur + ROUNDING * max(1.0, abs(value))

    def _tells(self, value: float) -> bool:
        return bool(np.isfinite(value)) and self._rounding(value) < CLEAR * self.step


def grid_of(matrix: Matrix, cost: Floats, cells: int) -> Grid:
    """The largest step of the costs of all columns; 0 if there is none that is clear."""
    columns = np.flatnonzero(cost)
    if len(columns) == 0 or not matrix.integer_of(columns).all():
        return Grid(0.0, 0.0)
    used = cost[columns]
    for places in PLACES:
        scale = 10.0**places
        if np.abs(used).max() * scale > LARGEST:
            break
        if not _whole(used[:FEW] * scale).all():
            continue
        multiple = np.rint(cost * scale)
        error = np.abs(cost - multiple / scale)
        blur = cells * float(error[: matrix.pairs].max(initial=0.0)) + _most(matrix, error)
        step = float(np.gcd.reduce(multiple[columns].astype(np.int64))) / scale
        if blur < CLEAR * step:
            return Grid(step, blur)
    return Grid(0.0, 0.0)


def _whole(costs: Floats) -> Bools:
    near: Bools = np.abs(costs - np.rint(costs)) < CLEAR
    return near


def _most(matrix: Matrix, error: Floats) -> float:
    """What the errors of the extra columns add up to at the most."""
    largest = np.maximum(np.abs(matrix.extra_lower), np.abs(matrix.extra_upper))
    wrong = error[matrix.pairs :] > 0.0
    return float(error[matrix.pairs :][wrong] @ largest[wrong])
