r"""Balance: the largest less the smallest utilisation.

With seats :math:`Q_s` and pupils from outside :math:`o_s`, over schools with known seats:

.. math:: \min\; b - a \quad \text{with} \quad a \le \frac{\sum_i p_i x_{is} + o_s}{Q_s} \le b

A school that may stay closed counts where it is open, :math:`y_s = 1`; with the largest use
:math:`U` that a school could have, :math:`a \le u_s + U (1 - y_s)`, and :math:`a \le b`.

Source: range of utilisation, as school boards report it.
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Balance(Goal):
    """Range of utilisation."""

    name = "balance"
    unit = "share of seats"
    over_years = False
    because = "it compares how full the schools of one year are"
    instead = "leave it out, and take the rule utilisation, which holds in each year"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that some school has known seats."""
        if not (problem.schools.seats > 0).any():
            raise InputError(
                Fault("error", "school_stages", "column seats", "seats (goal balance)", "none",
                      "fill the column, or leave the goal out")
            )  # fmt: skip
        return {}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Two columns, above and below every utilisation."""
        from scipy.sparse import diags_array

        seats = problem.schools.seats
        known = np.flatnonzero(seats > 0)
        low = int(builder.add_columns(["least_utilisation"], -np.inf, np.inf, integer=False)[0])
        high = int(builder.add_columns(["largest_utilisation"], -np.inf, np.inf, integer=False)[0])
        share = (
            diags_array(1.0 / seats[known]) @ builder.school_rows(problem.pupils, known)
        ).tocsr()
        offset = problem.schools.outside.sum(axis=1)[known] / seats[known]
        names = problem.index.schools
        tags = [Tag(self.name, f"school {names[s]}") for s in known]
        infinite = np.full(len(known), np.inf)
        least = {(k, low): -1.0 for k in range(len(known))}
        most = {(k, high): -1.0 for k in range(len(known))}
        at_least, at_most = -offset, -offset.copy()
        largest = float((problem.pupils.sum() / seats[known] + offset).max())
        for k, s in enumerate(known.tolist()):
            open_ = builder.open_column(s)
            if open_ >= 0:
                least[k, open_], at_least[k] = offset[k] - largest, -largest
                most[k, open_], at_most[k] = offset[k], 0.0
        builder.add_rows(share, least, at_least, infinite, tags)
        builder.add_rows(share, most, -infinite, at_most, tags)
        if problem.schools.optional.any():  # no school with known seats may be open
            builder.add_rows(share[:1] * 0.0, {(0, high): 1.0, (0, low): -1.0}, np.zeros(1),
                             infinite[:1], [Tag(self.name, "range")])  # fmt: skip
        return Objective(np.zeros(len(problem.pairs)), {high: 1.0, low: -1.0})
