"""The rule `school-size`: no school too small to be viable, none too large."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.money import kept
from zoning.plan.verify.parameters import amount

__all__ = ["check_school_size"]


def check_school_size(facts: Facts, rule: Rule) -> list[Breach]:
    """Least size of schools that are a choice, ceiling of all; what is larger today may shrink."""
    breaches = []
    least, choice = amount(rule, "least", 0.0), facts.optional - kept(facts)
    for school, about in facts.working():
        load = facts.load(school)
        if school in choice and above(least, load):
            breaches.append(
                Breach(f"school {school}", f"at least {show(least)} pupils", show(load),
                       pupils=least - load)
            )  # fmt: skip
        several = about.kind in ("nine-year", "twelve-year")
        most = amount(rule, "most_nine_year" if several else "most")
        if several:
            grades = facts.county.school_grades
            others = grades[(grades["school_id"] == school) & (grades["stage"] != facts.plan.stage)]
            most -= math.fsum(n for n in others["enrolled"] if not math.isnan(n))
        if about.status == "existing":
            now = math.fsum(n for n in about.enrolled.values() if not math.isnan(n))
            most = max(most, now + math.fsum(about.outside.values()))
        if above(load, most):
            breaches.append(
                Breach(f"school {school}", f"at most {show(most)} pupils", show(load),
                       pupils=load - most)
            )  # fmt: skip
    return breaches + _upper(facts, amount(rule, "least_upper", 0.0))


def _upper(facts: Facts, least: float) -> list[Breach]:
    """Upper grades that could have been given away, or not been taken, have enough pupils."""
    breaches = []
    for school, band in sorted(facts.movable - facts.lacking):
        if school in facts.closed:
            continue
        cells = [cell for cell in facts.cells_of[school] if cell.band == band]
        load = math.fsum(facts.pupils.get(cell, 0.0) for cell in cells)
        if above(least, load):
            breaches.append(
                Breach(f"school {school}, {band}", f"at least {show(least)} pupils", show(load),
                       pupils=least - load)
            )  # fmt: skip
    return breaches
