r"""Utilisation band: no school stands half empty while others are full.

For every school :math:`s` with known seats :math:`Q_s` and bounds :math:`a \le b`:

.. math:: a\,Q_s \le \sum_i p_i x_{is} + o_s \le b\,Q_s

Source: utilisation bands of school boards (Chicago 80-110 %, Colorado 75-100 %).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, fill, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Utilisation(Block):
    """Pupils over seats within a band."""

    name = "utilisation"
    parameters: ClassVar[Settings] = {"min": None, "max": None}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the band from the standards where the model does not state it."""
        bounds: dict[str, object] = {}
        for side in ("min", "max"):
            value = settings.get(side)
            if value is None:
                standard = standards.get(f"utilisation.{side}")
                value = standard.value if standard else (0.0 if side == "min" else 1.0)
            bounds[side] = number(self.name, side, value)
        if number(self.name, "min", bounds["min"]) > number(self.name, "max", bounds["max"]):
            raise InputError(
                Fault("error", "model", "utilisation", "min of at most max",
                      f"min {bounds['min']}, max {bounds['max']}", "correct the two parameters")
            )  # fmt: skip
        return bounds

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils of each school with known seats from both sides."""
        seats = problem.schools.seats
        known = ~np.isnan(seats)
        outside = problem.schools.outside.sum(axis=1)
        least = number(self.name, "min", settings["min"])
        most = number(self.name, "max", settings["max"])
        low = least * np.nan_to_num(seats) - outside
        high = most * np.nan_to_num(seats) - outside
        builder.limit_schools(
            self.name, "utilisation", problem.pupils,
            fill(low, known, -np.inf), fill(high, known), soft=soft,
            grows={"seats": np.full(len(seats), most)}, floor={"seats": np.full(len(seats), least)},
        )  # fmt: skip
