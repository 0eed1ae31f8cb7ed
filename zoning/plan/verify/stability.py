"""The rule `stability`: few pupils change school."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_stability", "moved_pupils"]


def moved_pupils(facts: Facts) -> float:
    """Pupils whose school differs from today's; those without a school today have not moved."""
    return math.fsum(
        facts.pupils.get(cell, 0.0)
        for cell, school in facts.school_of.items()
        if school and facts.zone_today(cell, school) != school
    )


def check_stability(facts: Facts, rule: Rule) -> list[Breach]:
    """Pupils moved <= share * pupils with a school today, and <= pupils, whichever are given."""
    with_school = math.fsum(facts.pupils.get(cell, 0.0) for cell in facts.today)
    limits = [amount(rule, "share") * with_school, amount(rule, "pupils")]
    limit = min((limit for limit in limits if not math.isnan(limit)), default=math.inf)
    moved = moved_pupils(facts)
    if not above(moved, limit):
        return []
    return [Breach("", f"at most {show(limit)} pupils moved", show(moved), pupils=moved - limit)]
