r"""Moved: pupils whose school differs from today's.

.. math:: \min \sum_i \sum_{s \ne \tau_i} p_i x_{is}

A cell without a school today counts as not moved. Source: reassignment objectives of boundary
reviews (Gillani et al. 2023).
"""

from __future__ import annotations

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.blocks.stability import moved_pupils
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Moved(Goal):
    """Pupils who change school."""

    name = "moved"
    unit = "pupils"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that the county has today's zones."""
        if (problem.today < 0).all():
            raise InputError(
                Fault("error", "assignments", 'plan "today"', "today's zones (goal moved)", "none",
                      "add today's assignment, or leave the goal out")
            )  # fmt: skip
        return {}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Pupils moved, by pair."""
        return Objective(moved_pupils(problem), {})
