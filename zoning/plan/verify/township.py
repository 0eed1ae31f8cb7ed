"""The rule `township`: pupils go to school in their own township."""

from __future__ import annotations

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import names

__all__ = ["check_township"]


def check_township(facts: Facts, rule: Rule) -> list[Breach]:
    """Unit and school lie in one township, exceptions (units, schools, townships) aside."""
    spared = names(rule, "except")
    units = facts.county.units
    township = dict(zip(units["unit_id"], units["township"], strict=True))
    breaches = []
    for cell, school in facts.school_of.items():
        if school not in facts.schools or cell.unit not in township:
            continue
        home, away = township[cell.unit], facts.schools[school].township
        if home != away and not spared & {cell.unit, school, home, away}:
            where = f"unit {cell.unit}, band {cell.band}"
            found = f"school {school} in {away or 'no township'}"
            pupils = facts.pupils.get(cell, 0.0)
            breaches.append(
                Breach(where, f"a school in {home or 'no township'}", found, pupils=pupils)
            )
    return breaches
