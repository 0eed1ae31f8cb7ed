r"""School size: no school too small to be viable, none too large to be led.

With the pupils of the school's other stages :math:`q_s` and those from outside :math:`o_s`:

.. math::

   \sum_i p_i x_{is} + o_s \ge N^- y_s, \qquad \sum_i p_i x_{is} + o_s + q_s \le N^+_s

The least size :math:`N^-` binds schools that may close and sites that may open; schools that are
kept are necessary whatever their size. So does the least number :math:`N^\uparrow` of pupils in a
band that may be given away or taken (``least_upper``; see the rule `opening`), with its cells
:math:`N_b`:

.. math:: \sum_{i \in N_b} p_i x_{is} \ge N^\uparrow y_{sb}

The ceiling is that of the standards, larger where a school
teaches several stages (nine-year schools); a school beyond it today may shrink, never grow.
Source: 2,000 pupils in primary and junior schools, 2,500 in nine-year schools (education
supervision 2017 No. 6, government guarantees).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import SchoolLimit, Tag
from zoning.problem.arrays import Floats, Problem
from zoning.standards import Standards

SEVERAL_STAGES = ("nine-year", "twelve-year")


class SchoolSize(Block):
    """Pupils of a school between a least and a largest number."""

    name = "school-size"
    parameters: ClassVar[Settings] = {
        "least": 0.0, "least_upper": 0.0, "most": None, "most_nine_year": None,
    }  # fmt: skip
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the ceilings from the standards where the model states none."""
        found: dict[str, object] = {
            key: number(self.name, key, settings[key]) for key in ("least", "least_upper")
        }
        for key, name in (("most", problem.stage), ("most_nine_year", "nine-year")):
            standard = standards.get(f"school-size.{name}")
            value = settings[key]
            if value is None and standard is not None:
                value = standard.value
            found[key] = None if value is None else number(self.name, key, value)
        return found

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils of every school."""
        schools = problem.schools
        outside = schools.outside.sum(axis=1)
        several = np.array([kind in SEVERAL_STAGES for kind in schools.kind])
        one, nine = (
            np.inf if settings[key] is None else float(str(settings[key]))
            for key in ("most", "most_nine_year")
        )
        most = np.where(several, nine, one)
        if problem.facilities is not None:
            most = most - np.where(several, problem.facilities.other_pupils, 0.0)
        # what is too large today may shrink, never grow
        enrolled = np.nan_to_num(schools.enrolled).sum(axis=1)
        most = np.maximum(most, np.where(schools.candidate, 0.0, enrolled + outside))
        least = number(self.name, "least", settings["least"])
        low = np.where(schools.optional & (least > 0), least - outside, -np.inf)
        builder.limit_schools(self.name, "pupils", problem.pupils, low, most - outside, soft=soft)
        upper = number(self.name, "least_upper", settings["least_upper"])
        for b in range(len(problem.index.bands)) if upper > 0 else ():
            here = schools.movable[:, b]
            load = np.where(problem.cell_band == b, problem.pupils, 0.0)
            if here.any() and not soft:
                low, high = np.where(here, upper, -np.inf), np.full(len(here), np.inf)
                builder.limits.append(SchoolLimit(self.name, load, low, high, b))
            for s in np.flatnonzero(here).tolist():
                self._upper(builder, s, b, load, upper, soft=soft)

    def _upper(
        self, builder: Builder, s: int, b: int, load: Floats, least: float, *, soft: bool
    ) -> None:
        """Pupils of a band that a school may do without, where it takes it."""
        name, band = builder.problem.index.schools[s], builder.problem.index.bands[b]
        extras = {(0, builder.serving_column(s, b)): -least}
        if soft:
            under = int(
                builder.add_columns([f"under_{name}_{band}"], 0.0, np.inf, integer=False)[0]
            )
            extras[0, under] = 1.0
            builder.violation[under] = 1.0
        builder.add_rows(
            builder.school_rows(load, np.array([s])), extras, np.zeros(1), np.full(1, np.inf),
            [Tag(self.name, f"pupils of {band} at school {name}")],
        )  # fmt: skip
