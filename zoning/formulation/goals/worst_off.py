r"""Journey of the worst-off: the longest journey over the cells with pupils.

.. math:: \min T \quad \text{with} \quad \sum_s t_{is} x_{is} \le T \;\; \forall i: p_i > 0

Boarders make no daily journey and do not count. Source: the p-centre objective.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings, choice
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class JourneyOfWorstOff(Goal):
    """The longest journey of any child."""

    name = "journey-of-worst-off"
    unit = "minutes"
    parameters: ClassVar[Settings] = {"measure": "minutes"}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the measure."""
        measure = settings.get("measure", "minutes")
        return {"measure": choice(self.name, "measure", measure, ("minutes", "metres"))}

    def unit_of(self, settings: Settings) -> str:
        """Minutes or metres."""
        return str(settings["measure"])

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """One column above every cell's journey."""
        from scipy.sparse import csr_matrix

        pairs = problem.pairs
        journey = np.where(pairs.board, 0.0, pairs.farthest(str(settings["measure"])))
        column = int(builder.add_columns(["longest_journey"], 0.0, np.inf, integer=False)[0])
        cells = np.flatnonzero(problem.pupils > 0)
        row_of = np.full(problem.cells, -1, dtype=np.int64)
        row_of[cells] = np.arange(len(cells))
        used = np.flatnonzero(row_of[pairs.cell] >= 0)
        matrix = csr_matrix(
            (journey[used], (row_of[pairs.cell[used]], used)), shape=(len(cells), len(pairs))
        )
        tags = [Tag(self.name, problem.cell_name(int(i))) for i in cells]
        extras = {(k, column): -1.0 for k in range(len(cells))}
        builder.add_rows(matrix, extras, np.full(len(cells), -np.inf), np.zeros(len(cells)), tags)
        return Objective(np.zeros(len(pairs)), {column: 1.0})
