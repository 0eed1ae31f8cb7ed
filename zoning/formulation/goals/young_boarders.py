r"""Young boarders: children of the youngest grades who board.

With the pupils :math:`p^y_i` of the grades that the rule `boarding` counts as young:

.. math:: \min \sum_{(i,s) \in B} p^y_i x_{is}

Source: State Council Office 2018 No. 27 (grades 1-3 in principle do not board).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.blocks.boarding import Boarding
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class YoungBoarders(Goal):
    """Boarders of the youngest grades."""

    name = "young-boarders"
    unit = "pupils"
    parameters: ClassVar[Settings] = {"young": None}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the grades as the rule boarding does."""
        block = Boarding()
        young = block.resolve(problem, {**block.parameters, **settings}, standards)["young"]
        return {"young": young}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Young pupils by boarding pair."""
        listed = settings["young"]
        assert isinstance(listed, list)
        young = problem.pupils_by_grade[:, np.isin(problem.index.grades, listed)].sum(axis=1)
        return Objective(young[problem.pairs.cell] * problem.pairs.board, {})
