"""The rule `teachers`: the posts that all schools need are there."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.boarding import boards
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.class_figures import class_sizes
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_teachers", "posts_needed"]


def check_teachers(facts: Facts, rule: Rule) -> list[Breach]:
    """Posts by pupils, classes or school, whichever is most, and wardens, within the county's."""
    needed = math.fsum(posts_needed(facts, rule, school) for school, _ in facts.working())
    there = amount(rule, "posts")
    if math.isnan(there):
        there = _filled(facts)
    if math.isnan(there) or above(needed, there):
        return [Breach("the schools together", f"at most {show(there)} posts", show(needed))]
    return []


def posts_needed(facts: Facts, rule: Rule, school: str) -> float:
    """Return the posts of one open school."""
    counts = [amount(rule, "posts_a_school", 0.0), 0.0]
    ratio, a_class = amount(rule, "pupils_a_post"), amount(rule, "posts_a_class", 0.0)
    if not math.isnan(ratio):
        counts.append(facts.load(school) / ratio)
    classes = class_sizes(facts, school).classes
    if not math.isnan(classes):
        counts.append(a_class * classes)
    boarders = math.fsum(facts.pupils[c] for c in facts.cells_of[school] if boards(facts, c))
    return max(counts) + boarders / amount(rule, "boarders_a_warden", math.inf)


def _filled(facts: Facts) -> float:
    """Return the posts filled today, of schools with several stages the part of this one.

    Infinite if no school's posts are known: the rule then does not bind.
    """
    standing = [about for _, about in facts.items() if about.status == "existing"]
    if all(math.isnan(about.row["staff"]) for about in standing):
        return math.inf
    total = 0.0
    grades = facts.county.school_grades
    other = grades[grades["stage"] != facts.plan.stage]
    for school, about in facts.items():
        if about.status != "existing":
            continue
        own = math.fsum(n for n in about.enrolled.values() if not math.isnan(n))
        rows = other.loc[other["school_id"] == school, "enrolled"]
        more = math.fsum(n for n in rows if not math.isnan(n))
        total += float(about.row["staff"]) * (own / (own + more) if more > 0 else 1.0)
    return total
