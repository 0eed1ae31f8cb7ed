"""The rule `vetoes`: what a hearing or a rule has taken out of the plan's hands."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts

__all__ = ["barred", "check_vetoes", "kept_by_veto", "ruled_out"]


def ruled_out(facts: Facts, action: str) -> set[str]:
    """Return the schools for which an action is ruled out in the plan's year."""
    return {
        row["school_id"]
        for row in facts.county.vetoes.to_dict("records")
        if row["action"] == action
        and not row["from_year"] > facts.plan.year
        and not row["until_year"] < facts.plan.year
    }


def kept_by_veto(facts: Facts) -> set[str]:
    """Return the standing schools that may not close, and that can stay."""
    used = {facts.today[cell] for cell, n in facts.pupils.items() if n > 0 and cell in facts.today}
    kept = ruled_out(facts, "close")
    not_merged, not_suspended = ruled_out(facts, "merge"), ruled_out(facts, "suspend")
    for school, about in facts.items():
        pupils = math.fsum(n for n in about.enrolled.values() if not math.isnan(n))
        if school in (not_merged if pupils > 0 or school in used else not_suspended):
            kept.add(school)
    standing = {school for school, about in facts.items() if about.status == "existing"}
    return (kept & standing) - barred(facts)


def barred(facts: Facts) -> set[str]:
    """Return the schools and sites that may not be open."""
    found = set()
    not_opened, not_restored = ruled_out(facts, "open"), ruled_out(facts, "restore")
    for school, about in facts.items():
        row, site = about.row, about.status != "existing"
        if site and (school in not_opened or not row["serviced"] or row["opens"] > facts.plan.year):
            found.add(school)
        if about.status == "suspended" and school in not_restored:
            found.add(school)
        if row["dangerous"] and math.isnan(row["repair_cost"]):
            found.add(school)
    return found


def check_vetoes(facts: Facts, rule: Rule) -> list[Breach]:
    """Schools that may not close have pupils or a zone; those that may not be open have none."""
    used = set(facts.school_of.values())
    breaches = [
        Breach(f"school {school}", "it stays: closing is ruled out", "closed")
        for school in sorted(kept_by_veto(facts) & facts.closed)
    ]
    breaches += [
        Breach(f"school {school}", "closed: it may not be open", "units in its zone")
        for school in sorted(barred(facts) & used)
    ]
    lower = ruled_out(facts, "upgrade")
    breaches += [
        Breach(f"school {school}", f"no unit of {band}: taking it is ruled out", "units of it")
        for school, band in sorted(facts.offered)
        if school in lower and (school, band) in facts.zones
    ]
    complete = ruled_out(facts, "downgrade")
    for school, about in facts.working():
        bands = [band for band in facts.band_grades if facts.serves(school, band)]
        if school not in complete or about.status != "existing" or len(bands) < 2:
            continue
        taught = {cell.band for cell in facts.cells_of[school]}
        breaches += [
            Breach(f"school {school}", f"it keeps {band}: handing it over is ruled out", "no unit")
            for band in bands
            if band not in taught
        ]
    return breaches
