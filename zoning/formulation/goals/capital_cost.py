r"""Capital cost: what opening, restoring, mending and building cost, once.

With the cost :math:`h_s` of opening site :math:`s` (or mending a dangerous building that may
close) and :math:`c_k` of one module of option :math:`k`, in the county's money:

.. math:: \min \sum_s h_s y_s + \sum_k c_k m_k

Buildings that are mended in every plan cost the same in all of them and do not count.
Source: Antunes and Peeters 2001.
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.costs import capital
from zoning.problem.arrays import Problem


class CapitalCost(Goal):
    """Yuan spent once."""

    name = "capital-cost"
    unit = "yuan"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Cost by opening and module column."""
        return Objective(np.zeros(len(problem.pairs)), capital(builder)[0])
