r"""School size: no school too small to be viable, none too large to be led.

With the pupils of the school's other stages :math:`q_s` and those from outside :math:`o_s`:

.. math::

   \sum_i p_i x_{is} + o_s \ge N^- y_s, \qquad \sum_i p_i x_{is} + o_s + q_s \le N^+_s

The least size :math:`N^-` binds schools that may close and sites that may open; schools that are
kept are necessary whatever their size. The ceiling is that of the standards, larger where a school
teaches several stages (nine-year schools); a school beyond it today may shrink, never grow.
Source: 2,000 pupils in primary and junior schools, 2,500 in nine-year schools (education
supervision 2017 No. 6, government guarantees).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards

SEVERAL_STAGES = ("nine-year", "twelve-year")


class SchoolSize(Block):
    """Pupils of a school between a least and a largest number."""

    name = "school-size"
    parameters: ClassVar[Settings] = {"least": 0.0, "most": None, "most_nine_year": None}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the ceilings from the standards where the model states none."""
        found: dict[str, object] = {"least": number(self.name, "least", settings["least"])}
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
