"""What decisions about schools amount to, recomputed: quality seats, temporary rooms, funding."""

from __future__ import annotations

import math

from zoning.plan.verify.facts import Facts

__all__ = ["decision_figures", "quality_seats"]

FUNDED_AS = 100.0


def quality_seats(facts: Facts, *, today: bool) -> float:
    """Return the seats of quality schools: those that stand, or those of the plan."""
    total = []
    for school, about in facts.items():
        seats = about.seats - (about.added.get("seats", 0.0) if today else 0.0)
        there = about.status == "existing" if today else school not in facts.closed
        if about.row["quality"] and there and not math.isnan(seats):
            total.append(seats)
    return math.fsum(total)


def decision_figures(facts: Facts) -> dict[str, float]:
    """Return the indicators of plans that decide about schools."""
    if not any(rule.name in ("opening", "expansion") for rule in facts.plan.rules):
        return {}
    options = {
        (row["school_id"], row["option"]): row for row in facts.county.expansions.to_dict("records")
    }
    rooms = []
    for row in facts.plan.built.to_dict("records"):
        option = options.get((row["school_id"], row["option"]))
        if option is not None and option["temporary"]:
            rooms.append((row["modules"] * option["classes"], row["modules"] * option["cost"]))
    small = [FUNDED_AS - facts.load(school) for school, _ in facts.working()]
    short = [n for n, (s, _) in zip(small, facts.working(), strict=True) if n > 0 and facts.load(s)]
    return {
        "quality_seats_today": quality_seats(facts, today=True),
        "quality_seats": quality_seats(facts, today=False),
        "temporary_classrooms": math.fsum(number for number, _ in rooms),
        "temporary_cost": math.fsum(cost for _, cost in rooms),
        "funded_beyond": math.fsum(short),
    }
