r"""Travel: the sum of all journeys, in pupil-minutes or pupil-metres.

.. math:: \min \sum_i \sum_s p_i t_{is} x_{is}

A boarder's journey counts with the share of days that it is made, see the rule `boarding`.
Source: the p-median objective, Kong and Wang 2012.
"""

from __future__ import annotations

from typing import ClassVar

from zoning.formulation.block import Goal, Objective, Settings, choice
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Travel(Goal):
    """All journeys together."""

    name = "travel"
    unit = "pupil-minutes"
    parameters: ClassVar[Settings] = {"measure": "minutes"}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the measure."""
        measure = settings.get("measure", "minutes")
        return {"measure": choice(self.name, "measure", measure, ("minutes", "metres"))}

    def unit_of(self, settings: Settings) -> str:
        """Pupil-minutes or pupil-metres."""
        return f"pupil-{settings['measure']}"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Pupils times journey, by pair."""
        measure = str(settings["measure"])
        pairs = problem.pairs
        cost = problem.pupils[pairs.cell] * pairs.trips * pairs.journey(measure)
        return Objective(cost, {}, None if pairs.board.any() else {measure: 1.0})
