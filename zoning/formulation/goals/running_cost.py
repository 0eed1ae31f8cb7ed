r"""Running cost: what the schools that are a choice, and what is built, cost a year.

With the cost :math:`f_s` a year of having school :math:`s` open and :math:`r_k` of a module:

.. math:: \min \sum_s f_s y_s + \sum_k r_k m_k

What follows the child (funds per pupil, with small schools funded as 100) is the same in every
plan and is left out, so that savings are posts and upkeep only. Schools that stay open in every
plan do not count either. Over several years the costs of all years are added up, each with its
worth today, :math:`(1 + d)^{-t}` after :math:`t` years, with the discount :math:`d`.
Source: small schools of fewer than 100 pupils are funded as 100 (education supervision 2017 No. 6).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.costs import discount_of, discounted, running
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class RunningCost(Goal):
    """Yuan a year."""

    name = "running-cost"
    unit = "yuan a year"
    parameters: ClassVar[Settings] = {"discount": 0.0}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the discount."""
        return {"discount": discount_of(self.name, settings.get("discount", 0.0))}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Cost by opening and module column."""
        discount = discount_of(self.name, settings["discount"])
        costs, _ = discounted(running(builder), discount, problem.now)
        return Objective(np.zeros(len(problem.pairs)), costs)
