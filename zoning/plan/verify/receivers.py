"""The rule `receivers`: pupils of a closed school are with the receivers named for it."""

from __future__ import annotations

from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts

__all__ = ["check_receivers"]


def check_receivers(facts: Facts, rule: Rule) -> list[Breach]:
    """Every cell that today's school no longer takes, for the bands that a receiver serves.

    It is closed, or has given the band away.
    """
    named = defaultdict(set)
    for row in facts.county.receivers.to_dict("records"):
        if row["purpose"] == "merge":
            named[row["school_id"]].add(row["receiver"])
    breaches = []
    for cell, before in facts.today.items():
        able = {school for school in named[before] if facts.serves(school, cell.band)}
        left = before in facts.closed or (before, cell.band) in facts.lacking
        if left and able and facts.school_of.get(cell) not in able:
            what = "closed school" if before in facts.closed else "given away by school"
            where = f"unit {cell.unit}, band {cell.band}, {what} {before}"
            expected = f"one of its receivers {', '.join(sorted(able))}"
            breaches.append(Breach(where, expected, facts.school_of.get(cell, "")))
    return breaches
