r"""Opening: which sites are open, and how many.

With :math:`y_s = 1` where the optional school :math:`s` is open, :math:`n_s` cells in reach of it,
:math:`K` the schools that stay open in every plan, and the least and largest number
:math:`a \le b` of open schools (both the same where a count is asked for):

.. math::

   \sum_i x_{is} \le n_s y_s, \qquad y_s \le \sum_i x_{is}, \qquad
   a \le |K| + \sum_s y_s \le b

An optional school is open if it has at least one unit in its zone. Candidates are optional;
existing schools are where they may close. Limits hold of an optional school where it is open:
:math:`\ell_s y_s \le \sum_i p_i x_{is} \le u_s y_s`. Under contiguity the root cell of an
optional school belongs to it where it is open, :math:`x_{r_s s} = y_s`, and to any school
otherwise; it is never an island. The strong rows :math:`x_{is} \le y_s` are added by the search
where they matter. Over several years the numbers hold in each, a school that closes stays closed,
and a site that opens stays open:

.. math:: y_{s,t+1} \le y_{st} \;\text{(schools that stand)}, \qquad
   y_{s,t+1} \ge y_{st} \;\text{(sites)}

Source: single-source capacitated facility location, Holmberg, Ronnqvist and Yuan 1999; p-median
rows, ReVelle and Swain 1970.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, choice, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Opening, Tag
from zoning.problem.arrays import Bools, Problem
from zoning.standards import Standards


class OpeningBlock(Block):
    """Candidate sites may be opened, existing schools may close if the model says so."""

    name = "opening"
    parameters: ClassVar[Settings] = {
        "count": None, "least": None, "most": None, "existing": "stay", "sites": "may-open",
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the numbers and write out which schools are optional."""
        numbers = {
            side: None if settings[side] is None else _whole(self.name, side, settings[side])
            for side in ("count", "least", "most")
        }
        count, least, most = numbers.values()
        if count is not None and (least is not None or most is not None):
            raise _clash("count alone, or least and most", "count beside least or most")
        if least is not None and most is not None and least > most:
            raise _clash("least of at most most", f"least {least}, most {most}")
        existing = choice(self.name, "existing", settings["existing"], ("stay", "may-close"))
        sites = choice(self.name, "sites", settings["sites"], ("may-open", "none"))
        return {**numbers, "existing": existing, "sites": sites}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs with standing schools alone, if no site is to be opened."""
        if settings["sites"] == "may-open":
            return None
        return ~problem.schools.candidate[problem.pairs.school]

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column for each optional school, and the rows that tie it to the zones."""
        least, most = bounds_of(problem, settings)
        _site_columns(self.name, builder, least, most)
        if problem.periods is not None:
            _for_good(self.name, problem, builder)


def _site_columns(block: str, builder: Builder, least: int, most: int) -> None:
    """A column for each optional school: 1 where it is open; ``least`` to ``most`` a year."""
    from scipy.sparse import csr_matrix

    problem = builder.problem
    optional = problem.schools.optional
    sites = np.flatnonzero(optional)
    names = problem.index.schools
    column = np.full(problem.school_count, -1, dtype=np.int64)
    column[sites] = builder.add_columns([f"open_{names[s]}" for s in sites], 0.0, 1.0, integer=True)
    years = len(problem.years)
    builder.opening = Opening(optional, column, years * least, years * most)
    each = builder.school_rows(np.ones(problem.cells), sites)
    reach = np.diff(each.indptr).astype(np.float64)
    endless = np.full(len(sites), np.inf)
    builder.add_rows(
        each, {(k, int(column[s])): -reach[k] for k, s in enumerate(sites)},
        -endless, np.zeros(len(sites)),
        [Tag(block, f"site {names[s]} open where it has units") for s in sites],
        structured=True,
    )  # fmt: skip
    builder.add_rows(
        each, {(k, int(column[s])): -1.0 for k, s in enumerate(sites)},
        np.zeros(len(sites)), endless,
        [Tag(block, f"units where site {names[s]} is open") for s in sites],
        structured=True,
    )  # fmt: skip
    period = problem.school_period
    stay = np.bincount(period[~optional], minlength=years)
    # over several years the opening's own numbers say less than a row for each year
    bounds = (least <= stay).all() and most >= problem.school_count // years
    builder.add_rows(
        csr_matrix((years, len(problem.pairs))),
        {(int(period[s]), int(column[s])): 1.0 for s in sites},
        least - stay.astype(float), most - stay.astype(float),
        [Tag(block, f"open schools{_in_year(problem, t)}") for t in range(years)],
        structured=years == 1 or bool(bounds),
    )  # fmt: skip


def _in_year(problem: Problem, period: int) -> str:
    """The year in words, where there are several."""
    several = problem.periods is not None
    return f" in {problem.years[period]}" if several else ""


def _for_good(name: str, problem: Problem, builder: Builder) -> None:
    """Schools that close stay closed, sites that open stay open."""
    from scipy.sparse import csr_matrix

    a_year = len(problem.school_ids)
    for s in range(problem.school_count - a_year):
        now, next_ = builder.open_column(s), builder.open_column(s + a_year)
        sign = -1.0 if problem.schools.candidate[s] else 1.0
        extras = {(0, column): value for column, value in ((now, sign), (next_, -sign))
                  if column >= 0}  # fmt: skip
        # a school without a column is always open: it counts as 1
        fixed = sign * (now < 0) - sign * (next_ < 0)
        if extras:
            builder.add_rows(
                csr_matrix((1, len(problem.pairs))), extras,
                np.array([-fixed]), np.array([np.inf]),
                [Tag(name, f"{problem.index.schools[s]} and the year after")],
            )  # fmt: skip


def bounds_of(problem: Problem, settings: Settings) -> tuple[int, int]:
    """Least and largest number of open schools a year, those that stay among them."""
    count = settings["count"]
    if isinstance(count, int):
        return count, count
    least, most = settings["least"], settings["most"]
    return (
        least if isinstance(least, int) else 0,
        most if isinstance(most, int) else len(problem.school_ids),
    )


def _whole(block: str, parameter: str, value: object) -> int:
    found = number(block, parameter, value)
    if found.is_integer():
        return int(found)
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", "a whole number of schools", repr(value),
              "correct the parameter")
    )  # fmt: skip


def _clash(expected: str, found: str) -> InputError:
    return InputError(Fault("error", "model", "opening", expected, found, "correct the parameters"))
