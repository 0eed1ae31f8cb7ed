r"""Moved again: children who change school although they did so before, in the years of a plan.

With :math:`z_{it}` as in the goal `moved` (and :math:`z_{i0} = 1 - x_{i,\tau_i,0}` with today's
school :math:`\tau_i`), and the pupils :math:`q_{iut}` who are in cell :math:`i` from before the
first move to the second:

.. math:: \min \sum_i \sum_{u < t} q_{iut} d_{iut}, \qquad d_{iut} \ge z_{iu} + z_{it} - 1

A child who moves three times counts three times: once for each pair of moves.
Source: children are to be moved once at the most, Qinghai 2024 plan, article 7.
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.formulation.moves import move_columns, pair_index
from zoning.problem.arrays import Ints, Problem


class MovedAgain(Goal):
    """Pupils who change school more than once."""

    name = "moved-again"
    unit = "pupils"
    one_year = False
    because = "it counts children who change school twice, in different years"
    instead = "take the goal moved, or plan several years (zoning.solve_years)"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """A column for each cell and pair of years in which it may move."""
        moves = move_columns(builder)
        costs: dict[int, float] = {}
        for later in range(1, len(problem.years)):
            for earlier in range(later):
                costs |= self._pairs_of_moves(problem, builder, moves, earlier, later)
        return Objective(np.zeros(len(problem.pairs)), costs)

    def _pairs_of_moves(
        self, problem: Problem, builder: Builder, moves: Ints, earlier: int, later: int
    ) -> dict[int, float]:
        """Columns and weights of the cells that may move in both years."""
        from scipy.sparse import csr_matrix

        assert problem.periods is not None
        a_year = problem.cells // len(problem.years)
        periods = problem.periods
        present = periods.since_today if earlier == 0 else periods.stayed[later - earlier]
        cells = np.arange(later * a_year, (later + 1) * a_year)
        first = cells - (later - earlier) * a_year
        known = (present[cells] > 0) & (moves[cells] >= 0)
        if earlier == 0:
            known &= (problem.today[first] >= 0) & (periods.since_today[first] > 0)
        else:
            known &= moves[first] >= 0
        cells, first = cells[known], first[known]
        if len(cells) == 0:
            return {}
        names = [f"moves_again_{i}_{earlier}_{later}" for i in cells.tolist()]
        columns = builder.add_columns(names, 0.0, 1.0, integer=False)
        extras = {(k, int(c)): 1.0 for k, c in enumerate(columns)}
        extras |= {(k, int(moves[i])): -1.0 for k, i in enumerate(cells)}
        lower, rows, at = np.full(len(cells), -1.0), np.zeros(0, np.int64), np.zeros(0, np.int64)
        if earlier == 0:  # d >= z - x: moved unless it keeps today's school
            same = pair_index(problem, first, problem.today[first])
            rows, at, lower = np.flatnonzero(same >= 0), same[same >= 0], np.zeros(len(cells))
        else:
            extras |= {(k, int(moves[i])): -1.0 for k, i in enumerate(first)}
        builder.add_rows(
            csr_matrix((np.ones(len(at)), (rows, at)), shape=(len(cells), len(problem.pairs))),
            extras, lower, np.full(len(cells), np.inf),
            [Tag(self.name, problem.cell_name(int(i))) for i in cells],
        )  # fmt: skip
        return dict(zip(columns.tolist(), present[cells].tolist(), strict=True))
