r"""Keep isolated: a school stays where a child would have no other one within the limit.

With the existing schools :math:`N_i` that serve cell :math:`i` within the limit of its band:

.. math:: y_s = 1 \quad \text{if } N_i = \{s\} \text{ for some cell } i \text{ with pupils}

It keeps the band of that cell too, :math:`y_{sb} = 1`, where the rule `opening` lets upper grades
move. Boarding, candidate and suspended schools are no alternative here, nor are upper grades that a
school could take.
Source: State Council Office 2018 No. 27 (necessary small schools and teaching points stay).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings
from zoning.formulation.blocks.travel_limit import TravelLimit, beyond
from zoning.formulation.builder import Builder
from zoning.problem.arrays import UPPER_TAKEN, Bools, Ints, Problem
from zoning.standards import Standards


class KeptLimits(TravelLimit):
    """The limits of travel, named after this rule in faults."""

    name = "keep-isolated"


class KeepIsolated(Block):
    """The only school within reach of some child stays."""

    name = "keep-isolated"
    parameters: ClassVar[Settings] = {"minutes": None, "metres": None}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the limits as the rule travel-limit does."""
        limits = KeptLimits().resolve(problem, settings, standards)
        return {"minutes": limits["minutes"], "metres": limits["metres"]}

    def kept(self, problem: Problem, settings: Settings) -> Bools | None:
        """Schools that some cell cannot do without."""
        kept = np.zeros(problem.school_count, dtype=bool)
        only = only_school(problem, settings)
        kept[only[only >= 0]] = True
        return kept

    def kept_bands(self, problem: Problem, settings: Settings) -> Bools | None:
        """Bands of schools that some cell cannot do without."""
        kept = np.zeros_like(problem.schools.serves)
        only = only_school(problem, settings)
        cells = np.flatnonzero(only >= 0)
        kept[only[cells], problem.cell_band[cells]] = True
        return kept

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Keep a unit in the zone of each.

        Other rules may have taken away the very pairs that make a school isolated: whatever stands
        and is not optional is kept.
        """
        builder.keep_open(self.name, ~problem.schools.optional & ~problem.schools.candidate)


def only_school(problem: Problem, settings: Settings) -> Ints:
    """For each cell the only existing school within the limit; -1 if there are others or none."""
    pairs = problem.pairs
    standing = ~problem.schools.candidate
    if problem.facilities is not None:
        standing = standing & ~problem.facilities.suspended
    near = pairs.day & ~beyond(problem, settings) & standing[pairs.school]
    near &= problem.pupils[pairs.cell] > 0
    near &= problem.schools.upper[pairs.school, problem.cell_band[pairs.cell]] != UPPER_TAKEN
    count = np.bincount(pairs.cell[near], minlength=problem.cells)
    only = np.full(problem.cells, -1, dtype=np.int64)
    only[pairs.cell[near]] = pairs.school[near]
    only[count != 1] = -1
    return only
