"""Which children of a plan ride a bus, and what buses that takes.

From the assignment, the rule `buses` and the county alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import BUS
from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["BUS_TEXTS", "buses_table", "whole_schools"]

BUS_TEXTS = ("school_id", "unit_id", "name")
_NUMBERS = ("pupils", "metres", "minutes", "trips", "vehicles", "yearly_cost")
_TOLERANCE = 1e-6


def buses_table(county: County, assignment: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return the riders of each school and unit, and the buses of each school.

    Children ride whose way is by bus and longer than the rule lets them walk. A row with unit_id
    ``""`` is about the whole school, and those of its units follow it.

    Columns: school_id, unit_id, name (of the unit or the school), pupils who ride, metres and
    minutes one way (of a school: the longest; NaN unknown). NaN in the rows of units: trips to the
    school each morning, and from it each afternoon, with full buses; vehicles (a bus may make more
    than one of these trips); yearly_cost (yuan a year).
    """
    walk = assignment["metres"] <= _number(rule, "walk_metres") * (1.0 + 1e-9)
    rides = assignment[(assignment["mode"] == BUS) & ~walk & (assignment["pupils"] > 0)]
    if rides.empty:
        return pd.DataFrame()
    units = rides.groupby(["school_id", "unit_id"], sort=False).agg(
        pupils=("pupils", "sum"), metres=("metres", "max"), minutes=("minutes", "max")
    )
    units = units.reset_index()
    names = dict(zip(county.units["unit_id"], county.units["name"], strict=True))
    units["name"] = [names[unit] for unit in units["unit_id"]]
    parts = []
    for school, name in zip(county.schools["school_id"], county.schools["name"], strict=True):
        own = units[units["school_id"] == school]
        if len(own):
            parts += [_whole_school(str(school), str(name), own, rule), own]
    table: pd.DataFrame = pd.concat(parts, ignore_index=True)
    table = table.reindex(columns=[*BUS_TEXTS, *_NUMBERS])
    return table.astype(dict.fromkeys(BUS_TEXTS, "str") | dict.fromkeys(_NUMBERS, "float64"))


def whole_schools(buses: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of buses that are about whole schools; none if it is empty."""
    rows: pd.DataFrame = buses[buses["unit_id"] == ""] if len(buses) else buses
    return rows


def _whole_school(school: str, name: str, units: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return the row of a school, from those of its units."""
    pupils = math.fsum(units["pupils"])
    seats, trips = _number(rule, "seats"), _number(rule, "trips")
    full = vehicles = math.nan
    if not math.isnan(seats):
        full = float(math.ceil(pupils / seats - _TOLERANCE))
        vehicles = float(math.ceil(full / trips))
    row = {
        "school_id": school,
        "unit_id": "",
        "name": name,
        "pupils": pupils,
        "metres": units["metres"].max(),
        "minutes": units["minutes"].max(),
        "trips": full,
        "vehicles": vehicles,
        "yearly_cost": vehicles * _number(rule, "a_bus"),
    }
    return pd.DataFrame([row])


def _number(rule: Rule, name: str) -> float:
    """Return a parameter; NaN if it is not known."""
    value = rule.parameters.get(name)
    return float(value) if isinstance(value, int | float) else math.nan
