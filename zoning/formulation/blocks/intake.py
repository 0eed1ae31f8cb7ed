r"""Intake: children who enter are placed into the classes that become free.

With :math:`L` pupils a class, entrants :math:`p_i` and pupils from outside :math:`o_s` in the
entry grade, each school takes at most :math:`E_s`:

.. math:: \sum_i p_i x_{is} + o_s \le E_s

where, with rooms :math:`R_s`, classes :math:`c_{sg}` and enrolment :math:`e_{sg}` today, and
:math:`S` the grades that stay (all served but the last, which leaves):

.. math::

   E_s = \max\Bigl(0, \begin{cases}
     L R_s - \sum_{g \in S} e_{sg} & \text{multigrade, rooms known}\\
     L (R_s - \sum_{g \in S} c_{sg} - c'_s) & \text{rooms and classes known}\\
     L c_{s,\mathrm{last}} & \text{only classes known}\\
     Q_s - \sum_{g \in S} e_{sg} & \text{only seats known}
   \end{cases}\Bigr)

Over several years children keep the school that they enter, so that zones change with the grade
that enters (phase-in). With :math:`S_t` the grades of today that are still there in year :math:`t`,
and whole classes :math:`k_{st}` for the entrants of each year (what the rule `expansion` builds
counts in :math:`R_s`):

.. math::

   \sum_i p_{it} x_{ist} + o_s \le L k_{st}, \qquad
   \sum_{u \le t} k_{su} \le \max\Bigl(0, R_s - \sum_{g \in S_t} c_{sg} - c'_s\Bigr)

and likewise in pupils where only those are known. A school that closes under the rule `opening`
takes no more entrants from then on (逐年停招) and teaches those it has until they have left. Its
costs go on as long: in the goals and the budget :math:`y_{st}` of a school that stands is 1 while
some :math:`e_{sg}` with :math:`g \in S_t` is above 0 or not known, and after that :math:`y_{su}`
of the earliest year :math:`u` whose entrants are still there.

:math:`c'_s` are the classes of the school's other stages. Where nothing is known the school is
not limited and the plan says so. Source: annual zoning practice; class sizes as in class-size.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, fill
from zoning.formulation.blocks.class_size import pupils_a_class, size_by_school
from zoning.formulation.blocks.intake_years import limit_years
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Floats, Problem
from zoning.standards import Standards


class Intake(Block):
    """Entrants within the places that become free."""

    name = "intake"
    parameters: ClassVar[Settings] = {"limit": "standard", "pupils": None}
    can_be_soft = True
    joins_years = True  # places that become free depend on those taken in the years before

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take pupils a class from the standards."""
        return pupils_a_class(self.name, problem, {**self.parameters, **settings}, standards)

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the entrants of each school."""
        if problem.periods is not None:
            size = size_by_school(problem, settings)
            limit_years(self.name, problem, size, builder, soft=soft)
            return
        if soft and builder.diverted is not None:
            raise InputError(
                Fault("error", "model", "soft rule intake", "a hard one beside the rule overflow, "
                      "which says where children go who do not fit", "soft",
                      "make it hard, or leave out overflow")
            )  # fmt: skip
        places = intake_places(problem, size_by_school(problem, settings))
        unknown = np.isinf(places)
        if unknown.any():
            builder.note(
                f"intake: schools not limited (no rooms, classes or seats): {int(unknown.sum())}"
            )
        outside = problem.schools.outside[:, 0]
        nothing = np.full(problem.school_count, -np.inf)
        builder.limit_schools(
            self.name, "intake", problem.pupils, nothing,
            fill(places - outside, ~unknown), soft=soft,
            grows={"diverted": np.ones(problem.school_count)},
        )  # fmt: skip


def intake_places(problem: Problem, size: Floats) -> Floats:
    """Places for entrants by school; infinite where nothing is known."""
    schools = problem.schools
    places = np.full(problem.school_count, np.inf)
    for s in range(problem.school_count):
        served = np.flatnonzero(schools.serves_grade[s])
        staying, last = served[:-1], served[-1]
        rooms, sized = schools.rooms[s], np.isfinite(size[s])
        enrolled = float(schools.enrolled[s, staying].sum())
        classes = float(schools.classes[s, staying].sum())
        if schools.multigrade[s] and sized and not np.isnan(rooms + enrolled):
            places[s] = size[s] * rooms - enrolled
        elif sized and not np.isnan(rooms + classes):
            places[s] = size[s] * (rooms - classes - schools.other_classes[s])
        elif sized and not np.isnan(schools.classes[s, last]):
            places[s] = size[s] * schools.classes[s, last]
        elif not np.isnan(schools.seats[s] + enrolled):
            places[s] = schools.seats[s] - enrolled
    result: Floats = np.maximum(places, 0.0)
    return result
