r"""Opening cost: what the open sites cost a year.

With the cost :math:`f_s` of having the optional school :math:`s` open, as the county states it,
in the county's money:

.. math:: \min \sum_s f_s y_s

Schools that stay open in every plan cost the same in all of them and do not count. Weigh it with
travel to say what a year's journeys are worth. Needs the rule `opening`.
Source: fixed costs of facility location, Kuehn and Hamburger 1963.
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem


class OpeningCost(Goal):
    """Cost of the open optional schools."""

    name = "opening-cost"
    unit = "yuan"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Cost by opening column.

        Raises InputError if the model lacks the rule opening.
        """
        if builder.opening is None:
            raise InputError(
                Fault("error", "model", "goal opening-cost", "the rule opening", "none",
                      "add opening to the rules, or leave the goal out")
            )  # fmt: skip
        optional = np.flatnonzero(builder.opening.optional)
        cost, column = problem.schools.opening_cost, builder.opening.column
        return Objective(
            np.zeros(len(problem.pairs)), {int(column[s]): float(cost[s]) for s in optional}
        )
