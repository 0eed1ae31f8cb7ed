r"""Who changes school from one year to the next, where a problem is about several years.

For cell :math:`i` in year :math:`t > 0`, with the school :math:`x_{i,t-1}` of the year before:

.. math:: z_{it} \ge x_{is,t-1} - x_{ist} \;\; \forall s, \qquad 0 \le z_{it} \le 1
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Ints, Problem


def move_columns(builder: Builder) -> Ints:
    """By cell the column that is 1 where its school is another than the year before; -1 if none.

    Cells of the first year, and those that nobody was in the year before, have none.
    """
    if builder.moves is None:
        builder.moves = _add_columns(builder)
    return builder.moves


def _add_columns(builder: Builder) -> Ints:
    from scipy.sparse import csr_matrix

    problem = builder.problem
    assert problem.periods is not None
    pairs, a_year = problem.pairs, len(problem.school_ids)
    per_year = problem.cells // len(problem.years)
    cells = np.flatnonzero(problem.periods.stayed[0] > 0)
    column = np.full(problem.cells, -1, dtype=np.int64)
    names = [f"moves_{problem.cell_name(int(i))}".replace(", ", "_") for i in cells]
    column[cells] = builder.add_columns(names, 0.0, 1.0, integer=False)
    # a row for each pair of the year before
    before = np.flatnonzero(np.isin(pairs.cell, cells - per_year))
    cell, school = pairs.cell[before] + per_year, pairs.school[before] + a_year
    same = pair_index(problem, cell, school)
    rows = np.arange(len(before))
    listed = same >= 0
    matrix = csr_matrix(
        (
            np.concatenate([np.ones(len(before)), -np.ones(int(listed.sum()))]),
            (np.concatenate([rows, rows[listed]]), np.concatenate([before, same[listed]])),
        ),
        shape=(len(before), len(pairs)),
    )
    tags = [
        Tag("moved", f"{problem.cell_name(int(i))} from school {problem.school_id(int(s))}")
        for i, s in zip(cell, school, strict=True)
    ]
    extras = {(k, int(column[i])): -1.0 for k, i in enumerate(cell)}
    builder.add_rows(matrix, extras, np.full(len(before), -np.inf), np.zeros(len(before)), tags)
    return column


def pair_index(problem: Problem, cell: Ints, school: Ints) -> Ints:
    """Index of each pair of a cell and a school; -1 where it is not permitted."""
    keys = problem.pairs.keys(problem.school_count)
    wanted = cell.astype(np.int64) * problem.school_count + school
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    result: Ints = np.where(keys[at] == wanted, at, -1)
    return result
