"""Who is carried to school in a plan and what it costs, recomputed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import longer
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount
from zoning.plan.verify.ways import Journey

__all__ = ["transport", "transport_figures"]


def transport(facts: Facts, parameters: Mapping[str, object]) -> tuple[float, float]:
    """Return the pupils who are carried, and yuan a year for them."""
    told = Rule("transport-cost", parameters)
    week = next((amount(r, "week", 1.0) for r in facts.plan.rules if r.name == "boarding"), 1.0)
    a_pupil, a_km, days = (amount(told, key, 0.0) for key in ("a_pupil", "a_pupil_km", "days"))
    pupils, yuan = [], []
    for cell, number in facts.pupils.items():
        way = facts.journey(cell, facts.plan.measure)
        if number <= 0 or way is None or not _carried(way, told):
            continue
        kilometres = 0.0 if math.isnan(way.metres) else way.metres / 1000
        share = week if way.mode == "board" else 1.0
        pupils.append(number)
        yuan.append(number * share * (a_pupil + a_km * 2 * days * kilometres))
    return math.fsum(pupils), math.fsum(yuan)


def _carried(way: Journey, told: Rule) -> bool:
    return way.mode in ("board", "bus") or any(
        longer(length, amount(told, key, math.inf))
        for length, key in ((way.metres, "walk_metres"), (way.minutes, "walk_minutes"))
    )


def transport_figures(facts: Facts) -> dict[str, float]:
    """Return the indicators of a plan with the goal `transport-cost`."""
    for goal in facts.plan.goals:
        told: object = goal.parameters.get("transport-cost")
        if goal.name == "transport-cost" and not isinstance(told, Mapping):
            told = goal.parameters
        if isinstance(told, Mapping):
            pupils, yuan = transport(facts, told)
            return {"carried_pupils": pupils, "transport_cost": yuan}
    return {}
