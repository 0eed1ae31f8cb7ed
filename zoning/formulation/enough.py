r"""Room for everyone: what limits of schools say about which of them must be open.

Every cell takes one school, so that a limit :math:`u_s` of the load :math:`p_i` in every open
school means, for the schools :math:`K` that stay open and the optional ones,

.. math:: \sum_{s \notin K} \min(u_s, R) \, y_s \ge R, \qquad R = \sum_i p_i - \sum_{s \in K} u_s

in each year. No plan is lost; a linear relaxation knows it of fractions of schools only, while of
whole ones it says how many are needed. Source: total capacity in single-source location,
Holmberg, Ronnqvist and Yuan 1999.
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.builder import Builder
from zoning.formulation.emitted import SchoolLimit, Tag
from zoning.problem.arrays import Bools

# load of all cells that rounding may make of nothing, as a share
ROUNDING = 1e-9


def open_enough(builder: Builder) -> None:
    """A row for each limit and year in which schools that may be closed are needed."""
    if builder.opening is None:
        return
    for limit in tuple(builder.limits):
        for year in range(len(builder.problem.years)):
            _one_year(builder, limit, builder.problem.school_period == year, year)


def _one_year(builder: Builder, limit: SchoolLimit, here: Bools, year: int) -> None:
    from scipy.sparse import csr_matrix

    problem = builder.problem
    optional = problem.schools.optional
    high = np.maximum(limit.high, 0.0)
    if not np.isfinite(high[here]).all():
        return
    total = float(limit.load[problem.cell_period == year].sum())
    lacking = total * (1.0 - ROUNDING) - float(high[here & ~optional].sum())
    if lacking <= 0.0:
        return
    builder.add_rows(
        csr_matrix((1, len(problem.pairs))),
        {(0, builder.open_column(s)): min(float(high[s]), lacking)
         for s in np.flatnonzero(here & optional).tolist()},
        np.array([lacking]), np.array([np.inf]),
        [Tag(limit.block, f"room for everyone in the open schools{problem.in_year(year)}")],
        structured=True,
    )  # fmt: skip
