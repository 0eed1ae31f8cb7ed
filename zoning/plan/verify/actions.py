"""Is the table of actions what the assignment, the modules and the county say?"""

from __future__ import annotations

import math

from zoning.plan.verify.breach import Breach, differs, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.money import modules_money
from zoning.plan.verify.school_facts import SchoolFacts
from zoning.plan.verify.upper import bands_of

__all__ = ["action_of", "check_actions"]


def check_actions(facts: Facts) -> list[Breach]:
    """What is done with each school, its cost once and a year; the reason must not be empty."""
    if not any(rule.name in ("opening", "expansion") for rule in facts.plan.rules):
        return []
    table = facts.plan.actions
    rows = {str(row["school_id"]): row for row in table.to_dict("records")}
    wanted = {school: action_of(facts, school, about) for school, about in facts.items()}
    wanted = {school: action for school, action in wanted.items() if action}
    if sorted(wanted) != sorted(rows) or len(rows) != len(table):
        return [Breach("", f"actions for {len(wanted)} schools", f"{len(table)} rows, not these")]
    breaches = []
    for school, action in wanted.items():
        row, where = rows[school], f"school {school}"
        if row["action"] != action:
            breaches.append(Breach(f"{where}, action", action, str(row["action"])))
        for name, value in _money(facts, school, action).items():
            if differs(float(row[name]), value):
                breaches.append(Breach(f"{where}, {name}", show(value), show(float(row[name]))))
        if not row["reason"]:
            breaches.append(Breach(f"{where}, reason", "a reason in words", "none"))
    return breaches


def action_of(facts: Facts, school: str, about: SchoolFacts) -> str:
    """Name what the plan does with a school; "" for a site that stays closed."""
    zone = [cell for cell, before in facts.today.items() if before == school]
    if school in facts.closed:
        if about.status != "existing":
            return ""
        return "merge" if math.fsum(facts.pupils.get(c, 0.0) for c in zone) > 0 else "suspend"
    if about.status != "existing":
        return "new" if about.status == "candidate" else "restore"
    bands = bands_of(facts, school)
    taught = [band for band in bands if (school, band) in facts.zones]
    some = 0 < len(taught) < len(bands) and taught == bands[: len(taught)]
    if about.kind == "complete-primary" and some:
        return "to-teaching-point"
    if any((school, band) in facts.offered for band in taught):
        return "to-complete"
    if about.added:
        return "expand"
    return "repair" if about.row["dangerous"] else "keep"


def _money(facts: Facts, school: str, action: str) -> dict[str, float]:
    """Return yuan once, yuan a year, and pupils, of one school."""
    about, row = facts.schools[school], facts.schools[school].row
    once = math.fsum(modules_money(facts, "cost", school))
    yearly = math.fsum(modules_money(facts, "yearly_cost", school))
    if action in ("new", "restore"):
        once, yearly = once + row["capital_cost"], yearly + about.opening_cost
    if action in ("merge", "suspend"):
        yearly -= about.opening_cost
    elif row["dangerous"] and not math.isnan(row["repair_cost"]):
        once += row["repair_cost"]
    zone = [cell for cell, before in facts.today.items() if before == school]
    return {
        "cost": once,
        "yearly_cost": yearly,
        "pupils_today": math.fsum(facts.pupils.get(cell, 0.0) for cell in zone),
        "pupils": math.fsum(facts.pupils.get(cell, 0.0) for cell in facts.cells_of[school]),
    }
