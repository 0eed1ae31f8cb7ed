r"""Areas: enough floor and sports ground for each pupil, after enlarging and merging too.

With areas :math:`A_s` (what is built among them) and :math:`a` square metres a pupil, for the
teaching and auxiliary floor and for the sports ground each:

.. math:: a \Bigl(\sum_i p_i x_{is} + o_s\Bigr) \le A_s + \sum_{k: s(k) = s} a_k m_k

A school that is short of area today, with :math:`e_s > A_s / a` pupils, keeps up to :math:`e_s`
of them as long as nothing is built there. Schools whose area is not known are left out and the
plan says so.
Source: 4.5 and 5.8 m2 of floor, 7.5 and 10.2 m2 of sports ground for a primary and a junior pupil
(education supervision 2017 No. 6).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings, fill, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Growth, Tag
from zoning.problem.arrays import Floats, Problem
from zoning.standards import Standards

NORMS = {
    "building": {"primary": 4.5, "junior": 5.8},
    "sports": {"primary": 7.5, "junior": 10.2},
}
"""Square metres a pupil by stage, where neither model nor standards state them."""


class Areas(Block):
    """Area a pupil at least the norm."""

    name = "areas"
    parameters: ClassVar[Settings] = {"building": None, "sports": None}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the norms of the stage where the model states none; None: not limited."""
        found: dict[str, object] = {}
        for key, usual in NORMS.items():
            standard = standards.get(f"{key}-area.{problem.stage}")
            value = settings[key]
            if value is None:
                value = usual.get(problem.stage) if standard is None else standard.value
            found[key] = None if value is None else number(self.name, key, value)
        return found

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils of each school with a known area, for both kinds of area."""
        facilities = problem.facilities
        assert facilities is not None
        for key, area in (
            ("building", facilities.building_area), ("sports", facilities.sports_area),
        ):  # fmt: skip
            norm = settings[key]
            if isinstance(norm, float) and norm > 0:
                self._limit(problem, builder, key, area, norm, soft)

    def _limit(
        self, problem: Problem, builder: Builder, key: str, area: Floats, norm: float, soft: bool
    ) -> None:
        known = ~np.isnan(area)
        if not known.all():
            builder.note(
                f"areas: schools not limited ({key} area not known): {int((~known).sum())}"
            )
        outside = problem.schools.outside.sum(axis=1)
        room = np.nan_to_num(area) / norm
        grows = {f"{key}_area": np.full(problem.school_count, 1.0 / norm)}
        today = np.nan_to_num(problem.schools.enrolled).sum(axis=1) + outside
        short = known & (today > room) & ~problem.schools.candidate
        options = builder.grown(grows)
        for s in np.flatnonzero(short).tolist():
            if s in options:
                self._kept(builder, s, key, today[s] - room[s], options[s])
                grows[f"{key}_kept"] = np.ones(problem.school_count)
            else:
                room[s] = today[s]
        nothing = np.full(problem.school_count, -np.inf)
        builder.limit_schools(
            self.name, f"{key} area", problem.pupils, nothing, fill(room - outside, known),
            grows=grows, soft=soft,
        )  # fmt: skip

    def _kept(
        self, builder: Builder, s: int, key: str, over: float,
        options: list[tuple[int, float, float]],
    ) -> None:  # fmt: skip
        """Pupils over the area of today stay only where none is built."""
        from scipy.sparse import csr_matrix

        name = builder.problem.index.schools[s]
        column = int(builder.add_columns([f"{key}_short_{name}"], 0.0, 1.0, integer=True)[0])
        builder.growth[s].append(Growth(column, 1.0, {f"{key}_kept": over}))
        for built, _, most in options:
            builder.add_rows(
                csr_matrix((1, len(builder.problem.pairs))), {(0, built): 1.0, (0, column): most},
                np.array([-np.inf]), np.array([most]),
                [Tag(self.name, f"{key} area of school {name} built or short")],
            )  # fmt: skip
