"""The rule `areas`: square metres a pupil, with what is built.

A school that is short today may shrink, never grow; once it builds, the area must be enough.
"""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_areas"]


def check_areas(facts: Facts, rule: Rule) -> list[Breach]:
    """Pupils times the norm within the area of each school whose area is known."""
    breaches = []
    for school, about in facts.working():
        load = facts.load(school)
        now = math.fsum(n for n in about.enrolled.values() if not math.isnan(n))
        now += math.fsum(about.outside.values())
        for key in ("building", "sports"):
            norm = amount(rule, key)
            built = about.added.get(f"{key}_area", 0.0)
            area = about.row[f"{key}_area"] + built
            if math.isnan(norm) or norm <= 0 or math.isnan(area):
                continue
            most = area / norm
            if about.status == "existing" and now > most and built <= 0:
                most = now
            if above(load, most):
                expected = f"at most {show(most)} pupils ({show(area)} m2, {show(norm)} a pupil)"
                breaches.append(
                    Breach(f"school {school}, {key} area", expected, show(load), pupils=load - most)
                )
    return breaches
