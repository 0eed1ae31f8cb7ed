r"""A first plan where rules refuse every quick try: rows are broken at a price, and then mended.

Rows :math:`l \le A z \le u` become :math:`l \le A z - s^+ + s^- \le u` with
:math:`s^+, s^- \ge 0`, and :math:`\sum_r (s^+_r + s^-_r) / \max_j |a_{rj}|` is minimised: the first
phase of the simplex method, here over whole zones, by exact sub-problems around the rows that are
broken. Zones that hang together stay so, and whatever is built is chosen along with them.
Source: elastic programming, Chinneck, Feasibility and Infeasibility in Optimization, 2008.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.clock import Clock
from zoning.search.engine import Engine
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.target import Incumbent, Target

# what is left of a broken row that is rounding
WHOLE = 1e-6
# sub-problems around one assignment
TRIES = 40


@dataclass(frozen=True)
class Elastic:
    """``target`` costs what rows are broken by; ``row`` is that of each of its last columns."""

    target: Target
    row: Ints

    def lost(self, plan: Incumbent) -> Floats:
        """By cell, what the broken rows that its pair stands in are broken by."""
        matrix = self.target.matrix
        first = matrix.columns - len(self.row)
        broken = np.zeros(matrix.rows.shape[0])
        np.add.at(broken, self.row, self.target.cost[first:] * plan.extras[first - matrix.pairs :])
        chosen = abs(matrix.rows[:, plan.chosen])
        share: Floats = chosen.T @ (
            broken / np.maximum(np.asarray(chosen.sum(axis=1)).ravel(), 1e-9)
        )
        return share


def elastic(target: Target) -> Elastic:
    """The target whose goal is to break no row."""
    from scipy.sparse import csr_matrix, hstack

    matrix = target.matrix
    size = np.asarray(abs(matrix.rows).max(axis=1).todense()).ravel()
    over = np.flatnonzero(np.isfinite(matrix.upper) & (size > 0))
    under = np.flatnonzero(np.isfinite(matrix.lower) & (size > 0))
    row = np.concatenate([over, under])
    sign = np.concatenate([-np.ones(len(over)), np.ones(len(under))])
    count = len(row)
    slack = csr_matrix((sign, (row, np.arange(count))), shape=(matrix.rows.shape[0], count))
    wide = replace(
        matrix,
        rows=csr_matrix(hstack([matrix.rows, slack])),
        extra_lower=np.concatenate([matrix.extra_lower, np.zeros(count)]),
        extra_upper=np.concatenate([matrix.extra_upper, np.full(count, np.inf)]),
        extra_integer=np.concatenate([matrix.extra_integer, np.zeros(count, dtype=bool)]),
    )
    cost = np.zeros(wide.columns)
    cost[matrix.columns :] = 1.0 / size[row]
    return Elastic(replace(target, matrix=wide, cost=cost, structured=False), row)


def mend_rows(
    target: Target, refused: Iterable[Ints], engine: Engine, clock: Clock, seed: int
) -> Ints | None:
    """An assignment that breaks no row, from refused ones whose zones hang together, else None.

    Those that break least come first.
    """
    phase, quiet = elastic(target), clock.quiet()
    plans = [plan for start in refused if (plan := judge(phase.target, start)) is not None]
    for plan in sorted(plans, key=lambda plan: plan.value):
        mended = improve(
            phase.target, plan, None, engine, quiet,
            tries=TRIES, seed=seed, bound=WHOLE, lost=phase.lost,
        )  # fmt: skip
        if mended.value <= WHOLE:
            return mended.assignment
    return None
