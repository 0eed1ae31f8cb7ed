"""The rule `seats`: nobody stands."""

from __future__ import annotations

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_seats"]


def check_seats(facts: Facts, rule: Rule) -> list[Breach]:
    """Pupils placed and from outside <= seats * factor, for schools with known seats.

    Where only entrants are placed, the rule `intake` stands in for this one.
    """
    factor = amount(rule, "factor", 1.0)
    breaches = []
    for school, about in [] if facts.entrants else facts.working():
        limit = about.seats * factor
        load = facts.load(school)
        if above(load, limit):
            expected = f"at most {show(limit)} pupils ({show(about.seats)} seats x {show(factor)})"
            where = f"school {school}"
            breaches.append(Breach(where, expected, show(load), pupils=load - limit))
    return breaches
