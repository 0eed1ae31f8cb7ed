"""The rule `receive-first`: schools that take pupils of closed schools have the places at once."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_receive_first"]


def check_receive_first(facts: Facts, rule: Rule) -> list[Breach]:
    """Nothing late is built at such a school; its seats and places at table are enough."""
    leads = {
        (row["school_id"], row["option"]): row["lead_years"]
        for row in facts.county.expansions.to_dict("records")
    }
    breaches = []
    for school in sorted(_receiving(facts)):
        where, about = f"school {school}, which receives pupils", facts.schools[school]
        for row in facts.plan.built.to_dict("records"):
            lead = leads.get((school, row["option"]), 0.0)
            if row["school_id"] == school and row["year"] + lead > facts.plan.year:
                found = f"{row['option']}, which takes years to build"
                breaches.append(Breach(where, "nothing built that is not there yet", found))
        if above(facts.load(school), about.seats):
            expected = f"at most {show(about.seats)} pupils (seats)"
            breaches.append(Breach(where, expected, show(facts.load(school))))
        places = about.row["canteen"] + about.added.get("canteen", 0.0)
        eaters = _eaters(facts, school, amount(rule, "noon_minutes", math.inf))
        if above(eaters, places):
            expected = f"at most {show(places)} who eat at school"
            breaches.append(Breach(where, expected, show(eaters)))
    return breaches


def _receiving(facts: Facts) -> set[str]:
    """Return the schools that take pupils whose school of today is closed, or gave them away."""
    standing = {school for school, about in facts.items() if about.status == "existing"}
    return {
        facts.school_of[cell]
        for cell, before in facts.today.items()
        if before in facts.closed & standing
        or (
            (before, cell.band) in facts.lacking
            and facts.pupils.get(cell, 0.0) > 0
            and facts.school_of.get(cell, "") in facts.schools
        )
    }


def _eaters(facts: Facts, school: str, minutes: float) -> float:
    """Return the boarders of a school and those who live farther away than so many minutes."""
    total = []
    for cell in facts.cells_of[school]:
        way = facts.journey(cell, facts.plan.measure)
        if way is not None and (way.mode == "board" or above(way.minutes, minutes)):
            total.append(facts.pupils.get(cell, 0.0))
    return math.fsum(total)
