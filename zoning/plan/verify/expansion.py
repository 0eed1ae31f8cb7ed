"""The rule `expansion`: what is built is listed, permitted, and where the school is open."""

from __future__ import annotations

from collections import Counter

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.vetoes import ruled_out

__all__ = ["check_expansion"]


def check_expansion(facts: Facts, rule: Rule) -> list[Breach]:
    """Whole modules, at most as many as the county lists, none where they are ruled out.

    What stands since an earlier year of a rolling plan was judged in that year.
    """
    options = {
        (row["school_id"], row["option"]): row for row in facts.county.expansions.to_dict("records")
    }
    breaches = []
    totals: Counter[tuple[str, str]] = Counter()
    fresh: set[tuple[str, str]] = set()
    rows = facts.plan.built
    columns = ("school_id", "option", "modules", "year")
    for school, option, number, decided in zip(*(rows[c].tolist() for c in columns), strict=True):
        totals[school, option] += number
        lead = options.get((school, option), {}).get("lead_years", 0.0)
        if decided + (0.0 if lead != lead else lead) >= facts.plan.year:
            fresh.add((school, option))
        if number < 0 or number != int(number):
            breaches.append(Breach(_name(school, option), "whole modules", str(number)))
    barred = ruled_out(facts, "expand")
    for (school, option), number in totals.items():
        where, row, about = _name(school, option), options.get((school, option)), None
        about = facts.schools.get(school)
        if row is None or about is None:
            breaches.append(Breach(where, "an option of the county", "none"))
            continue
        if above(number, row["most"]):
            breaches.append(Breach(where, f"at most {row['most']:g} modules", str(number)))
        if school in facts.closed:
            breaches.append(Breach(where, "nothing built at a closed school", f"{number} modules"))
        ruled = school in barred or not about.row["serviced"]
        if ruled and (school, option) in fresh:
            breaches.append(Breach(where, "nothing built: it is ruled out", f"{number} modules"))
        if bool(row["temporary"]) and not rule.parameters.get("temporary", True):
            breaches.append(Breach(where, "no temporary classrooms", f"{number} modules"))
    return breaches


def _name(school: str, option: str) -> str:
    return f"school {school}, option {option}"
