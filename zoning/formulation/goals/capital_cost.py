r"""Capital cost: what opening, restoring, mending and building cost, once.

With the cost :math:`h_s` of opening site :math:`s` (or mending a dangerous building that may
close) and :math:`c_k` of one module of option :math:`k`, in the county's money:

.. math:: \min \sum_s h_s y_s + \sum_k c_k m_k

Over several years each year's spending counts with its worth today,
:math:`(1 + d)^{-t}` after :math:`t` years, with the discount :math:`d`; a site is
paid for in the year that it opens, :math:`h_s (y_{st} - y_{s,t-1})`, a module in the year of the
decision. Buildings that are mended in every plan cost the same in all of them and do not count.
Source: Antunes and Peeters 2001.
"""

from __future__ import annotations

from zoning.formulation.builder import Builder
from zoning.formulation.costs import MoneyGoal, Spending, capital


class CapitalCost(MoneyGoal):
    """Yuan spent once."""

    name = "capital-cost"
    unit = "yuan"

    def spending(self, builder: Builder) -> list[Spending]:
        """Return what opening, mending and building cost once."""
        return capital(builder)
