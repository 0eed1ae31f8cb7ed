"""The rule `companions`: new housing has its school, open and large enough."""

from __future__ import annotations

import math
from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_companions"]


def check_companions(facts: Facts, rule: Rule) -> list[Breach]:
    """Every companion school named for housing of the stage delivered by the plan's year."""
    children: defaultdict[str, float] = defaultdict(float)
    for row in facts.county.housing.to_dict("records"):
        if row["stage"] == facts.plan.stage and row["companion"] and row["year"] <= facts.plan.year:
            own = row["children"]
            if math.isnan(own):
                dwellings = 0.0 if math.isnan(row["dwellings"]) else row["dwellings"]
                own = amount(rule, "children_a_dwelling", 0.0) * dwellings
            children[row["companion"]] += own
    breaches = []
    for school, number in children.items():
        if school not in facts.schools or school in facts.closed:
            breaches.append(Breach(f"school {school}", "open: housing is delivered", "closed"))
        elif above(number, facts.schools[school].seats):
            found = show(facts.schools[school].seats)
            breaches.append(Breach(f"school {school}", f"seats for {show(number)} children", found))
    return breaches
