r"""A bound split over cells and schools, which gives every zone a reduced cost.

For potentials :math:`\pi_i` of the cells, prices :math:`y_t \ge 0` of county-wide totals, and
:math:`\sigma_s` no more than the cheapest zone of school s is worth,

.. math::

   \sigma_s \le \min_{Z \text{ permitted for } s} \sum_{i \in Z} (c_{is} + y a_{is} - \pi_i),

every plan costs at least :math:`\sum_i \pi_i + \sum_s \sigma_s - y b`. A plan better than one of
value U uses only zones whose reduced cost (the sum above less :math:`\sigma_s`) is less than U
minus that bound.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoning.problem.arrays import Floats

# reduced cost of a place that is not permitted
NEVER = 1e100


@dataclass(frozen=True)
class Split:
    """``waste`` (n x S) is what a cell adds to a zone's reduced cost, ``base`` (S) minus sigma."""

    waste: Floats
    base: Floats
    bound: float
