r"""Quality seats: what is lacking of the seats that quality schools are to gain (优质学位).

With the schools :math:`A` on the bureau's list, their seats :math:`Q_s` in the plan's year and
those that modules add :math:`a_k`, the seats :math:`\bar Q` of those of them that stand today, and
the seats :math:`g` to be gained:

.. math::

   \min\; q \quad \text{with} \quad q \ge \bar Q + g - \sum_{s \in A} \Bigl(Q_s y_s +
   \sum_{k: s(k) = s} a_k m_k\Bigr), \quad q \ge 0

A school that stays open in every plan counts with :math:`y_s = 1`; unknown seats count as none.
Seats that the county itself states for a later year are in :math:`Q_s` and :math:`\bar Q` alike:
what is gained is what the plan decides. Over several years the shortfalls of all years are added
up.
Source: Qinghai 2024 plan, article 6 (more places at good schools, without large classes).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class QualitySeats(Goal):
    """Seats of quality schools that are lacking."""

    name = "quality-seats"
    unit = "seats"
    parameters: ClassVar[Settings] = {"gain": 0.0}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the number, and that the county lists quality schools."""
        gain = number(self.name, "gain", settings["gain"])
        if problem.facilities is None or not problem.facilities.quality.any():
            raise InputError(
                Fault("error", "schools", "column quality",
                      "quality schools of the stage (goal quality-seats)", "none",
                      "mark the schools on the bureau's list, or leave the goal out")
            )  # fmt: skip
        return {"gain": gain}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """A column of missing seats for each year."""
        from scipy.sparse import csr_matrix

        assert problem.facilities is not None
        years, period = len(problem.years), problem.school_period
        quality = problem.facilities.quality
        seats = np.where(quality, np.nan_to_num(problem.schools.seats), 0.0)
        columns = builder.add_columns(
            [f"quality_seats_short_{year}" for year in problem.years], 0.0, np.inf, integer=False
        )
        standing = np.where(problem.schools.candidate, 0.0, seats)
        low = np.bincount(period, weights=standing, minlength=years).astype(np.float64)
        low += float(str(settings["gain"]))
        extras = {(t, int(column)): 1.0 for t, column in enumerate(columns)}
        grown = builder.grown({"seats": np.ones(problem.school_count)})
        for s in np.flatnonzero(quality).tolist():
            t, open_ = int(period[s]), builder.open_column(s)
            if open_ >= 0:
                extras[t, open_] = float(seats[s])
            else:
                low[t] -= seats[s]
            extras |= {(t, column): amount for column, amount, _ in grown.get(s, ())}
        builder.add_rows(
            csr_matrix((years, len(problem.pairs))), extras, low, np.full(years, np.inf),
            [Tag(self.name, f"seats of quality schools in {year}") for year in problem.years],
        )  # fmt: skip
        return Objective(np.zeros(len(problem.pairs)), {int(column): 1.0 for column in columns})
