r"""Receivers: who takes the pupils of a school that closes, or gives its upper grades away.

With the cells :math:`Z_s` of today's zone of school :math:`s` and its named receivers
:math:`R_s`, among which a cell that any of them may take goes:

.. math:: \sum_{r \in R_s} x_{ir} \ge 1 - y_s \qquad \forall i \in Z_s

The same holds of upper grades that a school gives away, with :math:`y_{sb}` for :math:`y_s` (see
the rule `opening`). A school without named receivers sends its pupils anywhere. Receivers must have
the places: the rules on seats, classes, beds and areas hold of them with the pupils they take
(先建后撤).
Source: layout plans with a receiving school (State Council Office 2012 No. 48).
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.block import Block, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem


class Receivers(Block):
    """Pupils that a school no longer takes go to the receivers that are named for it."""

    name = "receivers"

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A row for each cell of a school that may close and has receivers."""
        from scipy.sparse import csr_matrix

        if problem.facilities is None:
            return
        pairs, rows, at, extras = problem.pairs, 0, [], {}
        row_of: list[int] = []
        tags = []
        for i in np.flatnonzero(problem.today >= 0).tolist():
            s = int(problem.today[i])
            band = int(problem.cell_band[i])
            named, open_ = problem.facilities.receivers[s], builder.serving_column(s, band)
            served = [r for r in named if problem.schools.serves[r, band]]
            if open_ < 0 or not served:
                continue
            own = np.arange(pairs.pointer[i], pairs.pointer[i + 1])
            taken = own[np.isin(pairs.school[own], served)]
            at += taken.tolist()
            row_of += [rows] * len(taken)
            extras[rows, open_] = 1.0
            what = "gives it away" if problem.schools.movable[s, band] else "closes"
            tags.append(Tag(self.name, f"{problem.cell_name(i)} if school "
                            f"{problem.index.schools[s]} {what}"))  # fmt: skip
            rows += 1
        if rows:
            builder.add_rows(
                csr_matrix((np.ones(len(at)), (row_of, at)), shape=(rows, len(pairs))), extras,
                np.ones(rows), np.full(rows, np.inf), tags,
            )  # fmt: skip
