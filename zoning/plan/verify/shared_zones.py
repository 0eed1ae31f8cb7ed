"""The rule `shared-zones`: who is drawn to which school of a zone, by free places."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, differs, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.intake import intake_places
from zoning.plan.verify.parameters import amount

__all__ = ["check_shared_zones", "shares"]


def shares(facts: Facts, schools: list[str]) -> dict[str, float]:
    """Return school -> its share of the children of a shared zone; NaN if places are not known."""
    free = {school: max(_free(facts, school), 0.0) for school in schools}
    total = math.fsum(free.values())
    return {school: places / total if total else math.nan for school, places in free.items()}


def _free(facts: Facts, school: str) -> float:
    """Places less the pupils from outside who hold them."""
    about = facts.schools.get(school)
    if about is None:
        return math.nan
    rules = {rule.name: rule for rule in facts.plan.rules}
    if "intake" in rules:
        entry = facts.county.stage(facts.plan.stage).grades[0]
        return intake_places(facts, about, rules["intake"]) - about.outside.get(entry, 0.0)
    factor = amount(rules["seats"], "factor", 1.0) if "seats" in rules else 1.0
    return factor * about.seats - math.fsum(about.outside.values())


def check_shared_zones(facts: Facts, rule: Rule) -> list[Breach]:
    """The zones are the county's, and the shares those of the places."""
    stated = rule.parameters.get("zones")
    found = {
        (str(zone), str(school)): float(share)
        for zone, of in (stated.items() if isinstance(stated, dict) else ())
        for school, share in of.items()
    }
    wanted = {
        (zone, school): share for zone, of in facts.shares.items() for school, share in of.items()
    }
    if found.keys() != wanted.keys():
        return [Breach("zones", "the county's shared zones of the stage", "others")]
    return [
        Breach(f"zone {zone}, school {school}", f"share {show(share)}", show(found[zone, school]))
        for (zone, school), share in wanted.items()
        if differs(share, found[zone, school])
    ]
