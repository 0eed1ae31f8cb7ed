"""The tiny counties: every plan is tried, so what their READMEs say is known to be true."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import networkx as nx
import pandas as pd

from zoning.county import County, read_county

DATA = Path(__file__).parents[2] / "data"
GRADES = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}
LIMITS = {"primary-lower": 30.0, "primary-upper": 40.0}
Zones = Mapping[str, str]


def _ways(county: County) -> nx.Graph[str]:
    return nx.from_pandas_edgelist(county.adjacency, "unit_a", "unit_b")


def _contiguous(ways: nx.Graph[str], roots: Mapping[str, str], zones: Zones) -> bool:
    members = {school: [u for u in zones if zones[u] == school] for school in roots}
    return all(
        roots[school] in zone and nx.is_connected(ways.subgraph(zone))
        for school, zone in members.items()
    )


def _town_plans() -> Iterator[tuple[dict[str, float], dict[str, str]]]:
    """Yield the pupils of each school and the zones of every contiguous plan of Tiny Town."""
    county = read_county(DATA / "tiny-town")
    pupils = county.pupils.groupby("unit_id")["pupils"].sum().to_dict()
    roots = dict(zip(county.schools["school_id"], county.schools["root_unit"], strict=True))
    ways, free = _ways(county), [unit for unit in pupils if unit not in roots.values()]
    for choice in itertools.product(roots, repeat=len(free)):
        zones = dict(zip(free, choice, strict=True)) | {u: s for s, u in roots.items()}
        loads = dict.fromkeys(roots, 0.0)
        for unit, school in zones.items():
            loads[school] += pupils[unit]
        if max(loads.values()) <= 450 and _contiguous(ways, roots, zones):
            yield loads, zones


def test_tiny_town_is_overcrowded_today_and_can_be_relieved() -> None:
    county = read_county(DATA / "tiny-town")
    assert len(county.units) == 12
    assert len(county.adjacency) == 17
    pupils = county.pupils.groupby("unit_id")["pupils"].sum()
    today = county.today.set_index("unit_id")["school_id"]
    assert pupils.groupby(today).sum().to_dict() == {"C": 500, "E": 240, "W": 450}
    moved = [sum(zones[u] != today[u] for u in zones) for _, zones in _town_plans()]
    assert min(moved) == 1
    assert len(moved) > 10


def _valley_band(county: County, band: str) -> list[dict[str, str]]:
    """Return every contiguous plan of one band of Tiny Valley that keeps time limits and locks."""
    minutes = county.travel.groupby(["unit_id", "school_id"], observed=True)["minutes"].min()
    schools = county.schools
    if band == "primary-upper":
        schools = schools[schools["kind"] != "teaching-point"]
    roots = dict(zip(schools["school_id"], schools["root_unit"], strict=True))
    locked = {"V1": {"A"}, "V3": {"A", "B"}}
    if band == "primary-upper":
        locked["V5"] = {"B"}
    units = county.units["unit_id"].tolist()
    choices = [
        [
            school
            for school in roots
            if (unit, school) in minutes.index
            and minutes[unit, school] <= LIMITS[band]
            and school in locked.get(unit, roots)
        ]
        for unit in units
    ]
    plans = [dict(zip(units, choice, strict=True)) for choice in itertools.product(*choices)]
    return [zones for zones in plans if _contiguous(_ways(county), roots, zones)]


def _loads(county: County, zones: Zones, school: str, band: str) -> list[float]:
    pupils = county.pupils[county.pupils["unit_id"].map(zones.get) == school]
    by_grade: pd.Series[float] = pupils.groupby("grade")["pupils"].sum()
    return [float(by_grade.get(grade, 0.0)) for grade in GRADES[band]]


def test_tiny_valley_has_few_plans_and_today_is_none_of_them() -> None:
    county = read_county(DATA / "tiny-valley")
    lower, upper = (_valley_band(county, band) for band in GRADES)
    feasible = 0
    for low, high in itertools.product(lower, upper):
        loads = {
            school: _loads(county, low, school, "primary-lower")
            + _loads(county, high, school, "primary-upper")
            for school in ("A", "B", "T")
        }
        seats = sum(loads["T"]) <= 30 and sum(loads["A"]) <= 270 and sum(loads["B"]) <= 270
        rooms = sum(math.ceil(load / 55) for load in loads["B"]) <= 7
        feasible += seats and rooms and max(loads["A"]) <= 55
    assert (len(lower), len(upper), feasible) == (7, 4, 11)
    today = county.today[county.today["band"] == "primary-lower"].set_index("unit_id")["school_id"]
    assert sum(_loads(county, today.to_dict(), "T", "primary-lower")) == 43


def test_tiny_valley_entrants_fit_only_without_the_lower_glen() -> None:
    county = read_county(DATA / "tiny-valley")
    grades = county.school_grades
    staying = grades[(grades["school_id"] == "T") & (grades["grade"] != "3")]["enrolled"].sum()
    entrants = county.pupils[county.pupils["grade"] == "1"].set_index("unit_id")["pupils"]
    assert 30 - staying == 12
    assert entrants[["V7", "V8"]].sum() <= 12 < entrants[["V6", "V7", "V8"]].sum()
