"""Daily journeys between any units and schools, from the county's table or map."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator

from zoning.plan.verify.facts import Facts
from zoning.plan.verify.ways import Journey, nearest

__all__ = ["daily_journeys"]


def daily_journeys(
    facts: Facts, schools: Collection[str], units: Collection[str] | None = None
) -> Iterator[tuple[str, str, Journey]]:
    """Yield (unit, school, journey) by the mode that a plan uses; unknown ones are left out.

    All units if ``units`` is left out.
    """
    if facts.county.straight_line is not None:
        yield from _straight(facts, schools, units)
        return
    ways: defaultdict[tuple[str, str], list[Journey]] = defaultdict(list)
    table = facts.county.travel
    table = table[(table["mode"] != "board") & table["school_id"].isin(list(schools))]
    if units is not None:
        table = table[table["unit_id"].isin(list(units))]
    columns = ("unit_id", "school_id", "mode", "metres", "minutes")
    for unit, school, *way in zip(*(table[c].tolist() for c in columns), strict=True):
        ways[unit, school].append(Journey(*way))
    for (unit, school), listed in ways.items():
        shortest = nearest(listed, facts.plan.measure)
        if shortest is not None and not math.isnan(getattr(shortest, facts.plan.measure)):
            yield unit, school, shortest


def _straight(
    facts: Facts, schools: Collection[str], units: Collection[str] | None
) -> Iterator[tuple[str, str, Journey]]:
    """Straight lines in the metric system, times the detour."""
    county, rule = facts.county, facts.county.straight_line
    assert rule is not None
    starts = county.units.geometry.to_crs(county.metric_crs).centroid
    ends = county.schools.geometry.to_crs(county.metric_crs)
    place_of = dict(zip(county.schools["school_id"], zip(ends.x, ends.y, strict=True), strict=True))
    for unit, x, y in zip(county.units["unit_id"], starts.x, starts.y, strict=True):
        for school in schools if units is None or unit in units else ():
            metres = rule.detour * math.dist((x, y), place_of[school])
            minutes = math.nan if rule.metres_a_minute is None else metres / rule.metres_a_minute
            yield unit, school, Journey("straight-line", metres, minutes)
