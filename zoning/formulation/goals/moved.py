r"""Moved: pupils whose school differs from today's.

.. math:: \min \sum_i \sum_{s \ne \tau_i} p_i x_{is}

A cell without a school today counts as not moved. Over several years this is who moves in the
first, of those who were in the cell when today's zones held, and for each later year those who were
in the cell the year before, :math:`q_{it}`, where its school is another than then:

.. math:: \sum_{t > 0} \sum_i q_{it} z_{it}, \qquad z_{it} \ge x_{is,t-1} - x_{ist} \;\; \forall s

Source: reassignment objectives of boundary
reviews (Gillani et al. 2023).
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.blocks.stability import leaves_today, moved_pupils
from zoning.formulation.builder import Builder
from zoning.formulation.moves import move_columns
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Moved(Goal):
    """Pupils who change school."""

    name = "moved"
    unit = "pupils"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that the county has today's zones."""
        if (problem.today < 0).all():
            raise InputError(
                Fault("error", "assignments", 'plan "today"', "today's zones (goal moved)", "none",
                      "add today's assignment, or leave the goal out")
            )  # fmt: skip
        return {}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Pupils moved, by pair, and by the columns of later years."""
        if problem.periods is None:
            return Objective(moved_pupils(problem), {})
        periods, columns = problem.periods, move_columns(builder)
        counted = np.where(problem.cell_period == 0, periods.since_today, 0.0)
        later = {int(columns[i]): float(periods.stayed[0][i]) for i in np.flatnonzero(columns >= 0)}
        return Objective(counted[problem.pairs.cell] * leaves_today(problem), later)
