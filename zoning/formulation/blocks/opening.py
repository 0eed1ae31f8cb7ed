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

With ``upper_grades = "may-move"`` a standing complete primary school may give the bands above its
first away and become a teaching point (完全小学改为教学点), unless its downgrade is vetoed, it is
the central school of others, it teaches pupils from outside the zoning in them, or `keep-isolated`
keeps them; an incomplete primary school or teaching point may take upper bands that the county
lists for it in `school_grades` with nobody enrolled and nobody zoned to them, unless its upgrade is
vetoed. With :math:`y_{sb} = 1` where school :math:`s` takes its band :math:`b`, the bands of a
school in order, and the cells :math:`N_b` of a band:

.. math::

   y_{sb} \le y_{s,b-1} \le \dots \le y_s, \qquad
   y_{sb} \le \sum_{i \in N_b} x_{is} \le |N_b|\, y_{sb}

where :math:`y_{sb} = y_s` for every other band of such a school. Under contiguity
:math:`x_{r_{sb} s} = y_{sb}`. Over several years what is given away stays away,
:math:`y_{s,b,t+1} \le y_{sbt}`, and what is taken stays, :math:`y_{s,b,t+1} \ge y_{sbt}`.
With ``"stay"`` no school takes such bands, and under contiguity every open one holds its own cell
in each band that it teaches; without contiguity a band may still be left without units, and the
plan says of such a school that it becomes a teaching point.

Source: single-source capacitated facility location, Holmberg, Ronnqvist and Yuan 1999; p-median
rows, ReVelle and Swain 1970.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, choice, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Opening, Tag
from zoning.problem.arrays import UPPER_TAKEN, Bools, Ints, Problem
from zoning.standards import Standards

MAY_MOVE = "may-move"
"""The setting of upper grades that schools may give away or take."""


class OpeningBlock(Block):
    """Candidate sites may be opened, existing schools may close if the model says so."""

    name = "opening"
    parameters: ClassVar[Settings] = {
        "count": None, "least": None, "most": None, "existing": "stay", "sites": "may-open",
        "upper_grades": "stay",
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
        upper = choice(self.name, "upper_grades", settings["upper_grades"], ("stay", MAY_MOVE))
        return {**numbers, "existing": existing, "sites": sites, "upper_grades": upper}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs with standing schools alone, if no site is to be opened."""
        if settings["sites"] == "may-open":
            return None
        return ~problem.schools.candidate[problem.pairs.school]

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column for each optional school, and the rows that tie it to the zones."""
        least, most = bounds_of(problem, settings)
        _site_columns(self.name, builder, least, most)
        if settings["upper_grades"] == MAY_MOVE:
            _upper_grades(self.name, problem, builder)
        if problem.periods is not None:
            _for_good(self.name, problem, builder)
            _upper_for_good(self.name, problem, builder)


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
    of_band = np.repeat(column[:, None], len(problem.index.bands), axis=1)
    none = np.zeros(of_band.shape, dtype=bool)
    builder.opening = Opening(optional, column, years * least, years * most, none, of_band)
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
        [Tag(block, f"open schools{problem.in_year(t)}") for t in range(years)],
        structured=years == 1 or bool(bounds),
    )  # fmt: skip


def _upper_grades(block: str, problem: Problem, builder: Builder) -> None:
    """A column for each band that a school may do without, and rows for all bands of such a one."""
    schools, names, bands = problem.schools, problem.index.schools, problem.index.bands
    movable = schools.movable & schools.serves
    # these rows are known to the matrix alone: parts of the search that think of a school as open
    # in all its bands or in none leave such a formulation to the others
    several = (schools.upper > 0).any(axis=1, keepdims=True)
    if not movable.any():
        _units_where_served(block, np.argwhere(schools.serves & several), builder)
        why = " (the stage has one grade band)" if len(bands) < 2 else ""
        builder.note(f"opening: no school may give its upper grades away, or take some{why}")
        return
    assert builder.opening is not None
    at = np.argwhere(movable)
    serving = builder.opening.serving.copy()
    serving[movable] = builder.add_columns(
        [f"serves_{names[s]}_{bands[b]}" for s, b in at], 0.0, 1.0, integer=True
    )
    builder.opening = replace(builder.opening, movable=movable, serving=serving)
    _units_where_served(block, np.argwhere(schools.serves & several), builder)
    _units_where_served(block, at, builder, at_most=True)
    _lower_first(block, at, builder)


def _units_where_served(block: str, at: Ints, builder: Builder, *, at_most: bool = False) -> None:
    """A unit of each band where it is taken; with ``at_most``, units only there."""
    from scipy.sparse import vstack

    if len(at) == 0:
        return
    problem = builder.problem
    names, bands = problem.index.schools, problem.index.bands
    rows = vstack(
        [builder.school_rows((problem.cell_band == b).astype(np.float64), np.array([s]))
         for s, b in at.tolist()], format="csr",
    )  # fmt: skip
    columns = [builder.serving_column(s, b) for s, b in at.tolist()]
    reach = np.diff(rows.indptr).astype(np.float64) if at_most else np.ones(len(at))
    always = np.array([column < 0 for column in columns])
    side = np.where(always, reach, 0.0)
    endless = np.full(len(at), np.inf)
    word = "only where it takes them" if at_most else "where it takes them"
    builder.add_rows(
        rows, {(k, c): -reach[k] for k, c in enumerate(columns) if c >= 0},
        -endless if at_most else side, side if at_most else endless,
        [Tag(block, f"units of {bands[b]} at school {names[s]} {word}") for s, b in at.tolist()],
    )  # fmt: skip


def _lower_first(block: str, at: Ints, builder: Builder) -> None:
    """A school that takes a band takes the one below."""
    from scipy.sparse import csr_matrix

    problem = builder.problem
    for s, b in at.tolist():
        below = int(np.flatnonzero(problem.schools.serves[s, :b])[-1])
        column = builder.serving_column(s, below)
        if column >= 0:
            upper, lower = (problem.index.bands[k] for k in (b, below))
            builder.add_rows(
                csr_matrix((1, len(problem.pairs))),
                {(0, builder.serving_column(s, b)): 1.0, (0, column): -1.0},
                np.array([-np.inf]), np.zeros(1),
                [Tag(block, f"{upper} at school {problem.index.schools[s]} beside its {lower}")],
            )  # fmt: skip


def _upper_for_good(block: str, problem: Problem, builder: Builder) -> None:
    """What is given away stays away, what is taken stays: from each year to the next."""
    from scipy.sparse import csr_matrix

    a_year, schools = len(problem.school_ids), problem.schools
    later = np.roll(schools.movable, -a_year, axis=0)
    later[len(later) - a_year :] = False
    either = schools.movable | later
    either[len(later) - a_year :] = False
    for s, b in np.argwhere(either & schools.serves).tolist():
        now, next_ = builder.serving_column(s, b), builder.serving_column(s + a_year, b)
        sign = -1.0 if schools.upper[s, b] == UPPER_TAKEN else 1.0
        fixed = sign * (now < 0) - sign * (next_ < 0)  # without a column it is taken always
        builder.add_rows(
            csr_matrix((1, len(problem.pairs))),
            {(0, c): v for c, v in ((now, sign), (next_, -sign)) if c >= 0},
            np.array([-fixed]), np.array([np.inf]),
            [Tag(block, f"{problem.index.bands[b]} at school {problem.index.schools[s]} and the "
                 "year after")],
        )  # fmt: skip


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
