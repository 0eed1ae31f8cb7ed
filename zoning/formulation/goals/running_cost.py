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

from zoning.formulation.builder import Builder
from zoning.formulation.costs import MoneyGoal, Spending, running


class RunningCost(MoneyGoal):
    """Yuan a year."""

    name = "running-cost"
    unit = "yuan a year"

    def spending(self, builder: Builder) -> list[Spending]:
        """Return what open schools and modules cost a year."""
        return running(builder)
