r"""Transport cost: what it costs a year to bring to school whoever cannot walk.

A pair is carried, :math:`(i,s) \in V`, if its way is a bus, if its children board, or if the
journey is longer than a child can walk, in metres :math:`d_{is}` or in minutes. With
:math:`a` yuan a carried pupil a year, :math:`b` yuan a pupil and kilometre, two journeys on each
of :math:`D` days, and the share of days :math:`w_{is}` that the journey is made (1, or that of the
rule `boarding` for boarders, who go home once a week):

.. math::

   \min \sum_{(i,s) \in V} p_i\, w_{is} \Bigl(a + \frac{2 D b\, d_{is}}{1000}\Bigr) x_{is}

Over several years the years add up, without discount.
Source: 2,993 yuan a pupil and year for 41 buses and 3,000 pupils, Taishan 2014; walks of usually at
most 2 km, the Hebei version of State Council Office 2012 No. 48; transport cost beside travel, Zhao
and Dai 2019.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Bools, Problem
from zoning.standards import Standards


class TransportCost(Goal):
    """Yuan a year for pupils who are carried."""

    name = "transport-cost"
    unit = "yuan a year"
    parameters: ClassVar[Settings] = {
        "a_pupil": 2993.0, "a_pupil_km": 0.0, "days": 200.0, "walk_metres": 2000.0,
        "walk_minutes": None,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the numbers, and that metres are known where yuan a kilometre are stated."""
        found = {
            key: None if settings[key] is None else number(self.name, key, settings[key])
            for key in self.parameters
        }
        found["days"] = number(self.name, "days", settings["days"], high=366.0)
        if found["a_pupil_km"] and np.isnan(problem.pairs.metres).all():
            raise InputError(
                Fault("error", "travel", "column metres",
                      "metres of journeys (transport-cost.a_pupil_km)", "none",
                      "fill the column, or state a cost a pupil alone")
            )  # fmt: skip
        return dict(found)

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Yuan by pair."""
        pairs = problem.pairs
        a_pupil, a_km, days = (
            float(str(settings[key] or 0.0)) for key in ("a_pupil", "a_pupil_km", "days")
        )
        metres = np.where(pairs.board, pairs.weekly("metres"), pairs.metres)
        yuan = a_pupil + 2.0 * days * a_km * np.nan_to_num(metres) / 1000.0
        carried = carried_pairs(problem, settings)
        return Objective(problem.pupils[pairs.cell] * pairs.trips * yuan * carried, {})


def carried_pairs(problem: Problem, settings: Settings) -> Bools:
    """Pairs whose children are carried; an unknown journey is walked."""
    pairs = problem.pairs
    carried = pairs.board | pairs.by_bus
    for key, lengths in (("walk_metres", pairs.metres), ("walk_minutes", pairs.minutes)):
        if settings[key] is not None:
            carried = carried | (lengths > float(str(settings[key])) * (1.0 + 1e-9))
    return carried
