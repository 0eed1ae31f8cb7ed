r"""Boarding: who lives too far for a daily journey boards, where there is a bed.

A pair (cell :math:`i`, school :math:`s`) whose daily journey keeps the limit of the rule
`travel-limit` is a day pair. Otherwise it is a boarding pair, :math:`(i,s) \in B`, if the school
takes boarders, the county lists the weekly journey, and the children may board: those of the
youngest grades only where they are exempt by name. A day pair never boards. With girls
:math:`g_i` among the pupils :math:`p_i`, beds :math:`b_s` and places at table :math:`c_s` (what is
built among them):

.. math::

   \sum_{i: (i,s) \in B} p_i x_{is} \le \min(b_s, c_s), \qquad
   \sum_{i: (i,s) \in B} g_i x_{is} \le b^g_s, \qquad
   \sum_{i: (i,s) \in B} (p_i - g_i) x_{is} \le b^b_s

Boarders go home once a week: their journey is outside the daily limit, counts in the goal
`travel` with the share :math:`w` of a daily one, and not in `journey-of-worst-off`.
Source: State Council Office 2018 No. 27 (grades 1-3 in principle do not board); Qinghai 2024
plan, article 7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.blocks.travel_limit import beyond
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Bools, Floats, Problem
from zoning.standards import Standards


class Boarding(Block):
    """Boarders within beds and places at table."""

    name = "boarding"
    parameters: ClassVar[Settings] = {"young": None, "week": 0.2}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the share; the youngest grades are the first three of primary school."""
        young = settings.get("young")
        if young is None:
            young = list(problem.index.grades[:3]) if problem.stage == "primary" else []
        if not isinstance(young, list | tuple) or not set(young) <= set(problem.index.grades):
            raise InputError(
                Fault("error", "model", f"{self.name}.young", "a list of grades of the stage",
                      repr(young), "correct the grades")
            )  # fmt: skip
        return {"young": list(young), "week": number(self.name, "week", settings["week"], high=1.0)}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs that are day pairs or boarding pairs."""
        return problem.pairs.day | problem.pairs.board

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Beds and places at table of each school."""
        facilities = problem.facilities
        assert facilities is not None
        girls = np.where(np.isnan(facilities.girls), problem.pupils / 2, facilities.girls)
        if np.isnan(facilities.girls[problem.pupils > 0]).any():
            builder.note("boarding: where girls are not known, half of the pupils are assumed")
        by_sex = ~np.isnan(facilities.beds_girls + facilities.beds_boys)
        none = np.full(problem.school_count, np.nan)
        for what, load, places, grows in (
            ("beds", problem.pupils, facilities.beds, "beds"),
            ("places at table", problem.pupils, facilities.canteen, "canteen"),
            ("girls' beds", girls, np.where(by_sex, facilities.beds_girls, none), "beds_girls"),
            ("boys' beds", problem.pupils - girls, np.where(by_sex, facilities.beds_boys, none),
             "beds_boys"),
        ):  # fmt: skip
            _limit(problem, builder, what, load, places, grows)


def _limit(
    problem: Problem, builder: Builder, what: str, load: Floats, places: Floats, grows: str
) -> None:
    """Hold the boarders of each school within what is known of its places."""
    from scipy.sparse import csr_matrix

    pairs, names = problem.pairs, problem.index.schools
    boards = np.bincount(pairs.school[pairs.board], minlength=problem.school_count) > 0
    schools = np.flatnonzero(boards & ~np.isnan(places))
    if len(schools) == 0:
        return
    row_of = np.full(problem.school_count, -1, dtype=np.int64)
    row_of[schools] = np.arange(len(schools))
    used = np.flatnonzero(pairs.board & (row_of[pairs.school] >= 0))
    matrix = csr_matrix(
        (load[pairs.cell[used]], (row_of[pairs.school[used]], used)),
        shape=(len(schools), len(pairs)),
    )
    grown = builder.grown({grows: np.ones(problem.school_count)})
    extras = {
        (k, column): -amount
        for k, s in enumerate(schools.tolist())
        for column, amount, _ in grown.get(s, ())
    }
    builder.add_rows(
        matrix, extras, np.full(len(schools), -np.inf), places[schools],
        [Tag("boarding", f"{what} at school {names[s]}") for s in schools],
    )  # fmt: skip


def with_boarders(problem: Problem, settings: Settings, limits: Settings | None) -> Problem:
    """The problem with its pairs sorted into day pairs and boarding pairs."""
    pairs, facilities = problem.pairs, problem.facilities
    assert facilities is not None
    far: Bools = ~pairs.day
    if limits is not None:
        far = np.asarray(far | beyond(problem, limits))
    board: Bools = (
        far & ~np.isnan(pairs.weekly(problem.measure)) & facilities.boarding[pairs.school]
    )
    board = np.asarray(board & ~_too_young(problem, settings)[pairs.cell])
    sorted_ = replace(
        pairs,
        boards=board,
        metres=np.where(board, pairs.weekly("metres"), pairs.metres),
        minutes=np.where(board, pairs.weekly("minutes"), pairs.minutes),
        weekly_share=np.where(board, float(str(settings["week"])), 1.0),
    )
    return replace(problem, pairs=sorted_)


def _too_young(problem: Problem, settings: Settings) -> Bools:
    """Cells with children of the youngest grades who are not exempt."""
    assert problem.facilities is not None
    listed = settings["young"]
    assert isinstance(listed, list)
    young = np.isin(problem.index.grades, listed)
    barred = young[None, :] & ~problem.facilities.exempt[problem.cell_unit]
    result: Bools = np.asarray(((problem.pupils_by_grade > 0) & barred).any(axis=1))
    return result
