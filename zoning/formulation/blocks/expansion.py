r"""Expansion: what is built at a school, in whole modules.

Option :math:`k` of school :math:`s(k)` can be built :math:`m_k` times, at most :math:`M_k`
(none where expansion is vetoed or services lack), and only where the school is open
(:math:`y_s = 1`; a school that closes is not enlarged):

.. math:: m_k \in \{0, 1, \dots, M_k\}, \qquad m_k \le M_k\, y_{s(k)}

Seats, rooms, beds, canteen places and areas grow by what a module adds, :math:`a_k`: a limit
:math:`b_s` of another rule becomes

.. math:: b_s + \sum_{k: s(k) = s} a_k\, m_k

A module that states no seats adds its classes times the class size that schools are planned for.
Temporary classrooms take part unless the model leaves them out. Over several years
:math:`m_{kt}` modules stand from year :math:`t` on and are decided in year :math:`t - l_k`, with
the lead time :math:`l_k` of the option: not before today's year. They count in the limits of all
years :math:`u \ge t`, with :math:`m_{kt} \le M_k\, y_{s(k),u}` for each, and

.. math:: \sum_t m_{kt} \le M_k

A plan for one year leaves lead times out: it says what should stand, not when to begin; the rule
`receive-first` says where that will not do.
Source: capacity in modules, Antunes and Peeters 2001.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings
from zoning.formulation.blocks.class_size import pupils_a_class, size_by_school
from zoning.formulation.builder import Builder
from zoning.formulation.costs import decided_in
from zoning.formulation.emitted import Growth, Tag
from zoning.problem.arrays import Floats, Problem
from zoning.problem.facilities import AMOUNTS, Facilities
from zoning.standards import Standards


class Expansion(Block):
    """Whole modules at schools and sites."""

    name = "expansion"
    parameters: ClassVar[Settings] = {"temporary": True, "pupils": None}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the switch; take the class size for modules that state no seats."""
        temporary = settings.get("temporary", True)
        if not isinstance(temporary, bool):
            raise InputError(
                Fault("error", "model", f"{self.name}.temporary", "true or false", repr(temporary),
                      "correct the parameter")
            )  # fmt: skip
        if problem.place == "entrants" and problem.periods is None:
            raise InputError(
                Fault("error", "model", self.name,
                      "a model that places all grades, or is about several years",
                      "one that places the entrants of one year",
                      "leave the rule out, or place all grades")
            )  # fmt: skip
        sizes = pupils_a_class(self.name, problem, {**settings, "limit": "standard"}, standards)
        return {"temporary": temporary, "pupils": sizes["pupils"]}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A whole column for each option that may be built."""
        facilities = problem.facilities
        if facilities is None or not len(facilities.modules):
            builder.note("expansion: the county lists nothing that can be built")
            return
        modules, most = facilities.modules, allowed_modules(facilities, settings)
        seats = module_seats(problem, settings)
        for k in np.flatnonzero(most > 0).tolist():
            amount = {name: float(modules.amount[name][k]) for name in AMOUNTS}
            amount["seats"] = float(seats[k])
            self._option(problem, builder, k, float(most[k]), amount)
        if problem.periods is not None:
            self._together(problem, builder)

    def _option(
        self, problem: Problem, builder: Builder, k: int, most: float, amount: dict[str, float]
    ) -> None:
        """A column for an option that stands from its year on, and counts in all later ones."""
        from scipy.sparse import csr_matrix

        assert problem.facilities is not None
        modules, a_year = problem.facilities.modules, len(problem.school_ids)
        first = int(modules.school[k])
        if decided_in(problem, k) < problem.now:
            return
        name = f"built_{problem.index.schools[first]}_{modules.option[k]}"
        column = int(builder.add_columns([name], 0.0, most, integer=True)[0])
        builder.built[k] = column
        for s in range(first, problem.school_count, a_year):
            builder.growth.setdefault(s, []).append(
                Growth(column, most, amount, k % (len(modules) // len(problem.years)))
            )
            open_ = builder.open_column(s)
            if open_ >= 0:
                school = problem.index.schools[s]
                builder.add_rows(
                    csr_matrix((1, len(problem.pairs))), {(0, column): 1.0, (0, open_): -most},
                    np.array([-np.inf]), np.zeros(1),
                    [Tag(self.name, f"{modules.option[k]} only where school {school} is open")],
                )  # fmt: skip

    def _together(self, problem: Problem, builder: Builder) -> None:
        """No more modules of an option over all years than the site can take."""
        from scipy.sparse import csr_matrix

        assert problem.facilities is not None
        modules = problem.facilities.modules
        options = len(modules) // len(problem.years)
        for option in range(options):
            columns = [c for k, c in builder.built.items() if k % options == option]
            if len(columns) > 1:
                school = problem.school_id(int(modules.school[option]))
                builder.add_rows(
                    csr_matrix((1, len(problem.pairs))), {(0, c): 1.0 for c in columns},
                    np.array([-np.inf]), np.array([modules.most[option]]),
                    [Tag(self.name, f"{modules.option[option]} of school {school} in all years")],
                )  # fmt: skip


def allowed_modules(facilities: Facilities, settings: Settings) -> Floats:
    """Most modules of each option that may be built."""
    modules = facilities.modules
    barred = (facilities.vetoed["expand"] | ~facilities.serviced)[modules.school]
    if not settings["temporary"]:
        barred = barred | modules.temporary
    most: Floats = np.where(barred, 0.0, modules.most)
    return most


def module_seats(problem: Problem, settings: Settings) -> Floats:
    """Seats that a module of each option adds; 0 where neither seats nor a class size are known."""
    assert problem.facilities is not None
    modules = problem.facilities.modules
    size = size_by_school(problem, settings)[modules.school]
    by_class = modules.amount["classes"] * np.where(np.isfinite(size), size, 0.0)
    seats: Floats = np.where(np.isnan(modules.amount["seats"]), by_class, modules.amount["seats"])
    return seats
