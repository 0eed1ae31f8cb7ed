"""The rule `receivers`: pupils of a closed school are with the receivers named for it."""

from __future__ import annotations

from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts

__all__ = ["check_receivers"]


def check_receivers(facts: Facts, rule: Rule) -> list[Breach]:
    """Every cell of today's zone of a closed school, for the bands that a receiver serves."""
    named = defaultdict(set)
    for row in facts.county.receivers.to_dict("records"):
        if row["purpose"] == "merge":
            named[row["school_id"]].add(row["receiver"])
    breaches = []
    for cell, before in facts.today.items():
        able = {school for school in named[before] if facts.serves(school, cell.band)}
        if before in facts.closed and able and facts.school_of.get(cell) not in able:
            where = f"unit {cell.unit}, band {cell.band}, closed school {before}"
            expected = f"one of its receivers {', '.join(sorted(able))}"
            breaches.append(Breach(where, expected, facts.school_of.get(cell, "")))
    return breaches
