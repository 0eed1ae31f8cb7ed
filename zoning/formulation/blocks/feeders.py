r"""Feeders: graduates of one school go on together, so that zones are nested (对口直升).

The stage before is zoned already, by today's assignments or by another plan that the county
holds. :math:`f(i)` is the school in whose zone cell :math:`i` lies there, in the last grade.
With :math:`z_{fbs} = 1` where the graduates of school :math:`f` may go to school :math:`s` (in
band :math:`b` of the cell) and at most :math:`k` schools beyond the first,

.. math::

   x_{is} \le z_{f(i)b(i)s}, \qquad \sum_s z_{fbs} \le 1 + k, \qquad z_{fbs} \in \{0, 1\}

A school that teaches both stages keeps its own graduates, as long as it is open:

.. math:: x_{is} \ge y_s \quad \text{if } f(i) = s

Where today's feeding stays, :math:`x_{is} = 0` for every school :math:`s` that the county's table
``feeders`` does not name for :math:`f(i)`; a school without rows there is free. Cells that lie in
no zone of the stage before are free too. Where contiguity holds and several schools lie in one
zone of the stage before, it has to feed all of them.
Source: feeder patterns and split feeders of school boards; direct promotion by zone
(对口直升, Ministry of Education 2014 No. 1).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, flag, whole
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Bools, Ints, Problem
from zoning.problem.feeding import Feeding
from zoning.standards import Standards


class Feeders(Block):
    """The graduates of a school go to one school of the next stage, or to few."""

    name = "feeders"
    over_years = False
    because = "it knows this year's graduates by school, not those of later zones"
    parameters: ClassVar[Settings] = {
        "plan": "today", "most_split": 0, "keep_today": False, "nine_year_first": True,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that the stage before is zoned by the plan that is named."""
        feeding = None if problem.facilities is None else problem.facilities.feeding
        if feeding is None:
            raise InputError(
                Fault("error", "model", "rule feeders", "a stage that follows another one",
                      f"{problem.stage}, the county's first", "ask for the next stage, or leave "
                      "the rule out")
            )  # fmt: skip
        plan = settings["plan"]
        zoned = [name for name, origin in feeding.origin.items() if (origin >= 0).any()]
        if plan not in zoned:
            raise InputError(
                Fault("error", "model", "feeders.plan", "a plan in the county's assignments that "
                      f"zones the stage before ({', '.join(zoned) or 'there is none'})",
                      repr(plan), "add the zones of the stage before, or name another plan")
            )  # fmt: skip
        return {
            "plan": plan,
            "most_split": whole(self.name, "most_split", settings["most_split"]),
            "keep_today": flag(self.name, "keep_today", settings["keep_today"]),
            "nine_year_first": flag(self.name, "nine_year_first", settings["nine_year_first"]),
        }

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs that today's feeding, or a school's own graduates, leave."""
        feeding, pairs = _feeding(problem), problem.pairs
        origin = _origin(problem, settings)[pairs.cell]
        keep = np.ones(len(pairs), dtype=bool)
        if settings["keep_today"]:
            named = feeding.today[origin, pairs.school]
            stated = feeding.today.sum(axis=1)[origin] > 0
            own = feeding.own[origin] == pairs.school
            keep &= (origin < 0) | ~stated | named | own
        held = _own_school(problem, settings)[pairs.cell]
        band = problem.cell_band[problem.pairs.cell]
        always = (held >= 0) & ~problem.schools.may_lack[held, band]
        keep &= ~always | (held == pairs.school)
        return keep

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column for each feeding school, band and school, and the rows that tie the cells."""
        pairs = problem.pairs
        origin = _origin(problem, settings)
        bound = np.flatnonzero(origin[pairs.cell] >= 0)
        group = origin[pairs.cell[bound]] * len(problem.index.bands)
        group += problem.cell_band[pairs.cell[bound]]
        builder.feeds = {}
        bands = len(problem.index.bands)
        builder.together = np.where(origin >= 0, origin * bands + problem.cell_band, -1)
        if len(bound):
            self._tie(problem, settings, builder, bound, group)
        self._own_graduates(problem, settings, builder)

    def _tie(
        self, problem: Problem, settings: Settings, builder: Builder, bound: Ints, group: Ints
    ) -> None:
        from scipy.sparse import csr_matrix

        pairs, index, names = problem.pairs, problem.index, _feeding(problem).names
        bands = len(index.bands)

        def label(g: int) -> str:
            band = f" in {index.bands[g % bands]}" if bands > 1 else ""
            return f"{names[g // bands]}{band}"

        key = group * problem.school_count + pairs.school[bound]
        ways, which = np.unique(key, return_inverse=True)
        of_group, to = np.divmod(ways, problem.school_count)
        columns = builder.add_columns(
            [f"feeds_{label(g)}_{index.schools[s]}".replace(" ", "_")
             for g, s in zip(of_group.tolist(), to.tolist(), strict=True)],
            0.0, 1.0, integer=True,
        )  # fmt: skip
        count = len(bound)
        builder.add_rows(
            csr_matrix((np.ones(count), (np.arange(count), bound)), shape=(count, len(pairs))),
            {(k, int(columns[w])): -1.0 for k, w in enumerate(which.tolist())},
            np.full(count, -np.inf), np.zeros(count),
            [Tag(self.name, f"{problem.cell_name(int(pairs.cell[j]))} to school "
                 f"{index.schools[pairs.school[j]]}") for j in bound.tolist()],
        )  # fmt: skip
        groups, row_of = np.unique(of_group, return_inverse=True)
        builder.add_rows(
            csr_matrix((len(groups), len(pairs))),
            {(int(r), int(c)): 1.0 for r, c in zip(row_of, columns, strict=True)},
            np.full(len(groups), -np.inf),
            np.full(len(groups), 1.0 + float(str(settings["most_split"]))),
            [Tag(self.name, f"schools that {label(g)} feeds") for g in groups.tolist()],
        )  # fmt: skip
        builder.feeds = {label(g): columns[row_of == r] for r, g in enumerate(groups.tolist())}

    def _own_graduates(self, problem: Problem, settings: Settings, builder: Builder) -> None:
        """Graduates of a school that may close stay in it where it is open."""
        from scipy.sparse import csr_matrix

        pairs = problem.pairs
        held = _own_school(problem, settings)
        may_lack = problem.schools.may_lack[held, problem.cell_band]
        cells = np.flatnonzero((held >= 0) & may_lack)
        if len(cells) == 0:
            return
        at = problem.pair_of(held)[cells]
        rows = np.flatnonzero(at >= 0)
        builder.add_rows(
            csr_matrix((np.ones(len(rows)), (rows, at[rows])), shape=(len(cells), len(pairs))),
            {(k, builder.serving_column(int(held[i]), int(problem.cell_band[i]))): -1.0
             for k, i in enumerate(cells.tolist())},
            np.zeros(len(cells)), np.full(len(cells), np.inf),
            [Tag(self.name, f"{problem.cell_name(i)} where school "
                 f"{problem.index.schools[held[i]]} is open") for i in cells.tolist()],
        )  # fmt: skip


def _feeding(problem: Problem) -> Feeding:
    assert problem.facilities is not None
    assert problem.facilities.feeding is not None
    return problem.facilities.feeding


def _origin(problem: Problem, settings: Settings) -> Ints:
    """Feeding school of each cell, -1 if it lies in no zone of the stage before."""
    return _feeding(problem).origin[str(settings["plan"])][problem.cell_unit]


def _own_school(problem: Problem, settings: Settings) -> Ints:
    """School that keeps a cell's children because it taught them before, -1 if there is none."""
    origin, own = _origin(problem, settings), _feeding(problem).own
    held: Ints = np.where(origin >= 0, own[origin], -1)
    served = problem.schools.serves[held, problem.cell_band]
    result: Ints = np.where((held >= 0) & served & bool(settings["nine_year_first"]), held, -1)
    return result
