r"""Township lines: a unit goes to a school of its own township, unless listed.

.. math:: x_{is} = 0 \quad \text{if } \mathrm{township}(i) \ne \mathrm{township}(s)

for every unit, school and township that is not listed in ``except``.
Source: township as the planning unit of rural compulsory education.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, id_list
from zoning.problem.arrays import Bools, Problem
from zoning.standards import Standards


class Township(Block):
    """Zones that keep to township lines."""

    name = "township"
    parameters: ClassVar[Settings] = {"except": ()}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that townships are stated and the exceptions known."""
        blank = [u for u, t in zip(problem.index.units, problem.township, strict=True) if not t]
        blank += [s for s, t in _school_townships(problem) if not t]
        if blank:
            raise InputError(
                Fault("error", "units and schools", "column township",
                      "a township for every unit and school (rule township)",
                      f"none for {len(blank)}, such as {blank[0]}",
                      "fill the column, or leave the rule out")
            )  # fmt: skip
        known = set(problem.index.units) | set(problem.school_ids)
        known |= set(problem.township) | set(problem.schools.township)
        return {"except": id_list(self.name, "except", settings.get("except", ()), known)}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs within a township, and those of the exceptions."""
        free = set(id_list(self.name, "except", settings["except"],
                           {*problem.index.units, *problem.school_ids,
                            *problem.township, *problem.schools.township}))  # fmt: skip
        names = {t: k for k, t in enumerate(sorted({*problem.township, *problem.schools.township}))}
        unit_code = np.array([names[t] for t in problem.township])
        school_code = np.array([names[t] for t in problem.schools.township])
        unit_free = np.array(
            [u in free or t in free
             for u, t in zip(problem.index.units, problem.township, strict=True)]
        )  # fmt: skip
        school_free = np.array([s in free or t in free for s, t in _school_townships(problem)])
        unit = problem.cell_unit[problem.pairs.cell]
        school = problem.pairs.school
        keep: Bools = (
            (unit_code[unit] == school_code[school]) | unit_free[unit] | school_free[school]
        )
        return keep


def _school_townships(problem: Problem) -> list[tuple[str, str]]:
    """Id and township of each school, year by year."""
    ids = [problem.school_id(s) for s in range(problem.school_count)]
    return list(zip(ids, problem.schools.township, strict=True))
