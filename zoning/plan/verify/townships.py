"""The rules `one-per-township` and `no-duplicate`: a school in each, and none built twice."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.daily_ways import daily_journeys
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount, names
from zoning.plan.verify.ways import Journey

__all__ = ["check_no_duplicate", "check_one_per_township"]


def check_one_per_township(facts: Facts, rule: Rule) -> list[Breach]:
    """Every township with pupils has an open school that teaches the whole stage."""
    units = facts.county.units
    township = dict(zip(units["unit_id"], units["township"], strict=True))
    asked = {township[cell.unit] for cell, pupils in facts.pupils.items() if pupils > 0}
    served = {
        about.township
        for school, about in facts.working()
        if all(
            facts.serves(school, band) and (school, band) not in facts.lacking
            for band in facts.band_grades
        )
    }
    return [
        Breach(f"township {name}", f"an open school that teaches all of {facts.plan.stage}", "none")
        for name in sorted(asked - served - names(rule, "except") - {""})
    ]


def check_no_duplicate(facts: Facts, rule: Rule) -> list[Breach]:
    """No site is open near a standing school whose seats today's zone would leave empty."""
    share, under = amount(rule, "share"), {}
    for school, about in facts.items():
        zone = [cell for cell, before in facts.today.items() if before == school]
        load = math.fsum(facts.pupils.get(cell, 0.0) for cell in zone)
        load += math.fsum(about.outside.values())
        seats = about.seats - about.added.get("seats", 0.0)
        if about.status == "existing" and seats > 0 and above(share, load / seats):
            under[school] = load / seats
    sites = {s: about for s, about in facts.working() if about.status != "existing"}
    breaches = []
    for site, about in sites.items():
        ways = {school: way for _, school, way in daily_journeys(facts, under, {about.root})}
        for school in sorted(ways):
            if _shares_a_band(facts, site, school) and _near(rule, ways[school]):
                breaches.append(
                    Breach(f"school {site}", f"closed: school {school} nearby uses "
                           f"{show(round(100 * under[school], 1))} % of its seats", "open")
                )  # fmt: skip
    return breaches


def _shares_a_band(facts: Facts, site: str, school: str) -> bool:
    return any(facts.serves(site, b) and facts.serves(school, b) for b in facts.band_grades)


def _near(rule: Rule, way: Journey) -> bool:
    """True if the journey is within what is stated in both measures."""
    limits = {name: amount(rule, name) for name in ("minutes", "metres")}
    return all(
        not math.isnan(getattr(way, name)) and not above(getattr(way, name), limit)
        for name, limit in limits.items()
        if not math.isnan(limit)
    )
