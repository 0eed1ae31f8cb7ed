"""The rule `opening`: how many schools are open."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount
from zoning.plan.verify.upper import check_upper_grades

__all__ = ["check_opening"]


def check_opening(facts: Facts, rule: Rule) -> list[Breach]:
    """The open schools, those that stand and stay among them, are as many as asked for.

    Where upper grades may move, no school teaches them without the lower ones, and none is without
    a band that it may not give away.
    """
    count = amount(rule, "count")
    least, most = (count if not math.isnan(count) else amount(rule, s) for s in ("least", "most"))
    found = len(facts.working())
    breaches = []
    if found < least:
        breaches.append(Breach("open schools", f"at least {least:g}", str(found), pupils=math.nan))
    if found > most:
        breaches.append(Breach("open schools", f"at most {most:g}", str(found), pupils=math.nan))
    if rule.parameters.get("sites") == "none":
        breaches += [
            Breach(f"school {school}", "closed: no site is opened", "units in its zone")
            for school, about in facts.working()
            if about.candidate
        ]
    if facts.upper_moves:
        breaches += check_upper_grades(facts)
    return breaches
