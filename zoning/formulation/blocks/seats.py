r"""Seats: no school takes more pupils than it has seats.

For every school :math:`s` with known seats :math:`Q_s`, pupils from outside :math:`o_s`, pupils
:math:`p_i` of cell :math:`i`, and a factor :math:`f` (1 unless the planner says otherwise):

.. math:: \sum_i p_i x_{is} + o_s \le f\,Q_s

Where the rule `expansion` builds modules, their seats count in :math:`Q_s`.
Source: capacity rows of the capacitated assignment problem (Kong, Zhu and Wang 2017).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings, fill, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Seats(Block):
    """Pupils placed, with those from outside, within the seats of each school."""

    name = "seats"
    parameters: ClassVar[Settings] = {"factor": 1.0}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the factor."""
        factor = settings.get("factor", 1.0)
        return {"factor": number(self.name, "factor", factor)}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils of each school with known seats."""
        if problem.place == "entrants":
            builder.note("seats: not used where only entrants are placed; the rule intake is")
            return
        schools = problem.schools
        known = ~np.isnan(schools.seats)
        if not known.all():
            builder.note(f"seats: schools not limited (seats not known): {int((~known).sum())}")
        factor = number(self.name, "factor", settings["factor"])
        room = factor * np.nan_to_num(schools.seats) - schools.outside.sum(axis=1)
        nothing = np.full(problem.school_count, -np.inf)
        builder.limit_schools(
            self.name, "seats", problem.pupils, nothing, fill(room, known), soft=soft,
            grows={"seats": np.full(problem.school_count, factor)},
        )  # fmt: skip
