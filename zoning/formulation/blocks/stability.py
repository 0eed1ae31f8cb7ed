r"""Stability: few pupils change school.

With today's school :math:`\tau_i` of cell :math:`i`, at most a share :math:`\rho` of the pupils
who have a school today, or at most :math:`N` pupils, change school:

.. math:: \sum_i \sum_{s \ne \tau_i} p_i x_{is} \le \min\Bigl(\rho \sum_i p_i,\; N\Bigr)

Source: limits on moved pupils in boundary reviews of school boards.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Bools, Floats, Problem
from zoning.standards import Standards


def moved_pupils(problem: Problem) -> Floats:
    """Pupils who change school, by pair; a cell without a school today moves nobody."""
    weight: Floats = problem.pupils[problem.pairs.cell] * leaves_today(problem)
    return weight


def leaves_today(problem: Problem) -> Bools:
    """Pairs with another school than today's."""
    today = problem.today[problem.pairs.cell]
    result: Bools = (today >= 0) & (today != problem.pairs.school)
    return result


class Stability(Block):
    """A ceiling on the pupils moved."""

    name = "stability"
    parameters: ClassVar[Settings] = {"share": None, "pupils": None}
    over_years = False
    because = "its share or number is one of today's pupils, not of several years'"
    instead = "leave it out, and take the goals moved and moved-again, which count year by year"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that at least one ceiling is stated."""
        share, pupils = settings.get("share"), settings.get("pupils")
        if share is None and pupils is None:
            raise InputError(
                Fault("error", "model", "stability", "share or pupils", "neither",
                      "state the largest share, or number, of pupils who may move")
            )  # fmt: skip
        if (problem.today < 0).all():
            raise InputError(
                Fault("error", "assignments", 'plan "today"', "today's zones (rule stability)",
                      "none", "add today's assignment, or leave the rule out")
            )  # fmt: skip
        return {
            "share": None if share is None else number(self.name, "share", share, high=1.0),
            "pupils": None if pupils is None else number(self.name, "pupils", pupils),
        }

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils moved over the county."""
        with_school = float(problem.pupils[problem.today >= 0].sum())
        ceiling = np.inf
        if settings["share"] is not None:
            ceiling = number(self.name, "share", settings["share"]) * with_school
        if settings["pupils"] is not None:
            ceiling = min(ceiling, number(self.name, "pupils", settings["pupils"]))
        builder.limit_total(self.name, "pupils moved", moved_pupils(problem), ceiling)
