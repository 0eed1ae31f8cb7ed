"""The rule `utilisation`: schools neither empty nor over-full."""

from __future__ import annotations

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_utilisation"]


def check_utilisation(facts: Facts, rule: Rule) -> list[Breach]:
    """min * seats <= pupils and those from outside <= max * seats, where seats are known."""
    breaches = []
    for school, _ in facts.working():
        load, seats = facts.use(school)
        least, most = amount(rule, "min") * seats, amount(rule, "max") * seats
        if above(load, most):
            expected = f"at most {show(most)} pupils"
            breaches.append(Breach(f"school {school}", expected, show(load), pupils=load - most))
        if above(least, load):
            expected = f"at least {show(least)} pupils"
            breaches.append(Breach(f"school {school}", expected, show(load), pupils=least - load))
    return breaches
