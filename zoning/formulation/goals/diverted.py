r"""Diverted: children who are placed in another school than their zone's.

With the columns of the rule `overflow`:

.. math:: \min \sum_s \sum_{r \in R_s} d_{sr}

Needs the rule `overflow`. Source: unmet demand of capacitated zoning, Kong and Wang 2012.
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem


class Diverted(Goal):
    """Children who go to a receiver."""

    name = "diverted"
    unit = "pupils"
    over_years = False
    because = "it counts children of the rule overflow, which is for one year"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """The columns that the rule overflow added.

        Raises InputError if the model lacks it.
        """
        if builder.diverted is None:
            raise InputError(
                Fault("error", "model", "goal diverted", "the rule overflow", "none",
                      "add overflow to the rules, or leave the goal out")
            )  # fmt: skip
        return Objective(np.zeros(len(problem.pairs)), {int(c): 1.0 for c in builder.diverted})
