"""The rule `travel-limit`: no journey above the limit, or few enough of them."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Cell, Facts
from zoning.plan.verify.parameters import amount, limit_by

__all__ = ["check_travel_limit"]

_MEASURES = ("minutes", "metres")


def check_travel_limit(facts: Facts, rule: Rule) -> list[Breach]:
    """Every cell's journey is within the limit; with a share below 1, that share of pupils is."""
    share = amount(rule, "share", 1.0)
    beyond = [breach for cell in facts.school_of for breach in _beyond(facts, rule, cell)]
    if share >= 1:
        return beyond
    total = math.fsum(facts.pupils.values())
    pupils = math.fsum(breach.pupils for breach in beyond)
    most = (1 - share) * total
    if not above(pupils, most):
        return []
    expected = f"at most {show(most)} pupils beyond the travel limit ({100 * (1 - share):.4g} %)"
    return [Breach("", expected, show(pupils), pupils=pupils - most)]


def _beyond(facts: Facts, rule: Rule, cell: Cell) -> list[Breach]:
    """Return at most one breach: the first limit that the cell's journey does not keep."""
    school = facts.school_of[cell]
    if not school:
        return []
    way = facts.journey(cell, facts.plan.measure)
    for measure in _MEASURES:
        limit = limit_by(rule, measure, cell.band, facts.plan.stage)
        length = math.nan if way is None else float(getattr(way, measure))
        if above(length, limit) or (math.isnan(length) and not math.isnan(limit)):
            where = f"unit {cell.unit}, band {cell.band}, school {school}"
            expected = f"at most {show(limit)} {measure}"
            pupils = facts.pupils.get(cell, 0.0)
            return [Breach(where, expected, show(length), pupils=pupils)]
    return []
