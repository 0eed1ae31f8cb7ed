"""What the verifier knows about journeys: the ways from units to schools."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from zoning.county import County, StraightLine
    from zoning.plan.plan import Plan

__all__ = ["Journey", "nearest", "ways_of"]

# rows of a travel table that are looked at in one go: it may have millions
ROWS = 1 << 15


class Journey(NamedTuple):
    """One way of getting from a unit to a school; NaN where the travel table does not say."""

    mode: str
    metres: float
    minutes: float


def nearest(ways: list[Journey], measure: str) -> Journey | None:
    """Return the journey with the least `measure`, unknown ones last, ties by mode."""

    def rank(way: Journey) -> tuple[bool, float, str]:
        amount: float = getattr(way, measure)
        return math.isnan(amount), 0.0 if math.isnan(amount) else amount, way.mode

    return min(ways, key=rank, default=None)


def ways_of(county: County, plan: Plan) -> dict[tuple[str, str], list[Journey]]:
    """Return the journeys of the plan's pairs of unit and school, from table or map."""
    if county.straight_line is not None:
        return _straight_ways(county, county.straight_line, plan)
    travel = county.travel
    units = pd.CategoricalDtype(pd.Index(travel["unit_id"].unique()))
    schools = pd.CategoricalDtype(pd.Index(travel["school_id"].unique()))
    pairs = _pairs(county, plan).drop_duplicates()
    known = pairs["unit_id"].isin(units.categories) & pairs["school_id"].isin(schools.categories)
    types = {"unit_id": units, "school_id": schools}
    wanted = pairs[known].astype(types)
    rows = pd.concat(
        wanted.merge(travel.iloc[begin : begin + ROWS].astype(types), on=["unit_id", "school_id"])
        for begin in range(0, max(len(travel), 1), ROWS)
    )
    ways: defaultdict[tuple[str, str], list[Journey]] = defaultdict(list)
    columns = ("unit_id", "school_id", "mode", "metres", "minutes")
    listed = zip(*(rows[column].tolist() for column in columns), strict=True)
    for unit, school, mode, metres, minutes in listed:
        ways[unit, school].append(Journey(mode, metres, minutes))
    return dict(ways)


def _pairs(county: County, plan: Plan) -> pd.DataFrame:
    """Return unit_id and school_id of the assignment, and of all who could be diverted."""
    pairs = plan.assignment[["unit_id", "school_id"]]
    if not len(plan.diversions):
        return pairs
    units = plan.diversions[["unit_id"]].drop_duplicates()
    return pd.concat([pairs, units.merge(county.schools[["school_id"]], how="cross")])


def _straight_ways(
    county: County, rule: StraightLine, plan: Plan
) -> dict[tuple[str, str], list[Journey]]:
    """Return one journey for each of the plan's pairs: the straight line times the detour."""
    starts = county.units.geometry.to_crs(county.metric_crs).centroid
    start_of = dict(zip(county.units["unit_id"], zip(starts.x, starts.y, strict=True), strict=True))
    ends = county.schools.geometry.to_crs(county.metric_crs)
    end_of = dict(zip(county.schools["school_id"], zip(ends.x, ends.y, strict=True), strict=True))
    rows = _pairs(county, plan)
    ways: dict[tuple[str, str], list[Journey]] = {}
    for unit, school in zip(rows["unit_id"], rows["school_id"], strict=True):
        if unit in start_of and school in end_of:
            metres = rule.detour * math.dist(start_of[unit], end_of[school])
            speed = rule.metres_a_minute
            minutes = math.nan if speed is None else metres / speed
            ways[unit, school] = [Journey("straight-line", metres, minutes)]
    return ways
