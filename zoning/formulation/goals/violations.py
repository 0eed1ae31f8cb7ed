r"""Violations: pupils over, under or beyond the soft rules.

.. math:: \min \sum_r v_r, \qquad v_r \ge 0

with one :math:`v_r` a soft row, in pupils. The first goal of a model with soft rules, unless
the model places it elsewhere.
Source: goal programming.
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem


class Violations(Goal):
    """What the soft rules lack."""

    name = "violations"
    unit = "pupils"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """The violation columns that the soft rules added."""
        return Objective(np.zeros(len(problem.pairs)), dict(builder.violation))
