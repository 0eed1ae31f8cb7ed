r"""Companion schools: new housing opens with its school.

For each complex :math:`l` that is delivered by the plan's year and names its companion school
:math:`s(l)`, with :math:`n_l` children of the stage and the seats :math:`Q_s` (what is built
among them):

.. math:: y_{s(l)} = 1, \qquad \sum_{l: s(l) = s} n_l \le Q_s + \sum_{k: s(k) = s} a_k m_k

Children are those that the county states, or dwellings times the yield that the model states.
Source: Qinghai 2024 plan, article 5 (schools are planned, built and opened with the housing).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Companions(Block):
    """The companion school of new housing is open, with seats for its children."""

    name = "companions"
    parameters: ClassVar[Settings] = {"children_a_dwelling": 0.0}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the yield, and that every complex named a school of the stage."""
        key = "children_a_dwelling"
        found = number(self.name, key, settings[key])
        assert problem.facilities is not None
        missing = [
            (house.name, house.school)
            for house in problem.facilities.housing
            if house.school and house.school not in problem.school_ids
        ]
        if missing:
            raise InputError(
                [Fault("error", "housing", f"complex {name}", f"a {problem.stage} school",
                       f"{school}, which takes no part", "use a model with the rule opening, or "
                       "correct the school") for name, school in missing]
            )  # fmt: skip
        return {key: found}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Two rows for each companion school."""
        from scipy.sparse import csr_matrix

        grown = builder.grown({"seats": np.ones(problem.school_count)})
        for s, children in self._children(problem, settings).items():
            name, none = problem.index.schools[s], csr_matrix((1, len(problem.pairs)))
            column = builder.open_column(s)
            if column >= 0:
                builder.must_open(s)
                builder.add_rows(none, {(0, column): 1.0}, np.ones(1), np.ones(1),
                                 [Tag(self.name, f"school {name} is open")])  # fmt: skip
            seats = problem.schools.seats[s]
            if not np.isnan(seats):
                builder.add_rows(
                    none, {(0, c): amount for c, amount, _ in grown.get(s, ())},
                    np.array([children - seats]), np.array([np.inf]),
                    [Tag(self.name, f"seats of school {name} for {children:,.0f} children")],
                )  # fmt: skip

    def _children(self, problem: Problem, settings: Settings) -> dict[int, float]:
        """Children of the complexes delivered by each year, by companion school."""
        assert problem.facilities is not None
        children: dict[int, float] = {}
        for t, year in enumerate(problem.years):
            for house in problem.facilities.housing:
                if not house.school or house.year > year:
                    continue
                s = problem.school_ids.index(house.school) + t * len(problem.school_ids)
                own = house.children
                if np.isnan(own):
                    rate = float(str(settings["children_a_dwelling"]))
                    own = rate * float(np.nan_to_num(house.dwellings))
                children[s] = children.get(s, 0.0) + own
        return children
