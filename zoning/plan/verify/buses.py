"""The rule `buses`: who rides, the buses that takes, and the plan's table of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, longer, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.figures import Figures, compare_table
from zoning.plan.verify.parameters import amount
from zoning.plan.verify.ways import Journey

__all__ = ["buses_of", "check_buses", "check_buses_table"]

_TOLERANCE = 1e-6
Riders = dict[str, list[tuple[float, Journey]]]
"""Unit -> how many of its children ride, and their way, by band."""


def check_buses(facts: Facts, rule: Rule) -> list[Breach]:
    """The buses of all schools together are within the fleet."""
    fleet = amount(rule, "fleet", math.inf)
    needed = math.fsum(figures["vehicles"] for figures in buses_of(facts, rule).values())
    if math.isinf(fleet) or needed <= fleet:
        return []
    return [Breach("the schools together", f"at most {show(fleet)} buses", show(needed))]


def check_buses_table(facts: Facts) -> list[Breach]:
    """Every school with riders and every unit they come from once, with every figure."""
    rules = [rule for rule in facts.plan.rules if rule.name == "buses"]
    unknown = dict.fromkeys(("trips", "vehicles", "yearly_cost"), math.nan)
    homes, schools = facts.county.units, facts.county.schools
    unit_names = dict(zip(homes["unit_id"], homes["name"], strict=True))
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    wanted: dict[tuple[object, ...], Figures] = {}
    needed = buses_of(facts, rules[0]) if rules else {}
    for school, units in _riders(facts, rules[0]).items() if rules else ():
        every = [ride for rides in units.values() for ride in rides]
        wanted[school, ""] = {"name": names[school], **_travel(every), **needed[school]}
        for unit, rides in units.items():
            wanted[school, unit] = {"name": unit_names[unit], **_travel(rides), **unknown}
    table = facts.plan.buses
    if not wanted and not len(table):
        return []
    return compare_table(table, ("school_id", "unit_id"), wanted)


def buses_of(facts: Facts, rule: Rule) -> dict[str, dict[str, float]]:
    """Return school -> pupils who ride, full trips each morning, vehicles, yuan a year."""
    places, trips = amount(rule, "seats"), amount(rule, "trips", 1.0)
    found = {}
    for school, units in _riders(facts, rule).items():
        pupils = math.fsum(number for rides in units.values() for number, _ in rides)
        full = math.nan if math.isnan(places) else float(_least(pupils, places))
        vehicles = math.nan if math.isnan(full) else float(-(-full // trips))
        cost = vehicles * amount(rule, "a_bus")
        found[school] = {
            "pupils": pupils, "trips": full, "vehicles": vehicles, "yearly_cost": cost
        }  # fmt: skip
    return found


def _least(pupils: float, places: float) -> int:
    """Return the least number of buses with so many places that hold the pupils."""
    number = int(pupils // places)
    return number + (pupils - number * places > _TOLERANCE * places)


def _riders(facts: Facts, rule: Rule) -> dict[str, Riders]:
    """Return school -> the children whose daily way to it is by bus, and too long to walk."""
    walk = amount(rule, "walk_metres")
    found: defaultdict[str, Riders] = defaultdict(dict)
    for cell in facts.school_of:
        for school, share in facts.parts(cell):
            way = facts.journey(cell, facts.plan.measure, school)
            number = share * facts.pupils.get(cell, 0.0)
            if number <= 0 or way is None or way.mode != "bus":
                continue
            if math.isnan(walk) or math.isnan(way.metres) or longer(way.metres, walk):
                found[school].setdefault(cell.unit, []).append((number, way))
    return dict(found)


def _travel(rides: Sequence[tuple[float, Journey]]) -> Figures:
    """Return how many ride, and the longest of their ways."""
    figures: Figures = {"pupils": math.fsum(number for number, _ in rides)}
    for measure in ("metres", "minutes"):
        known = [getattr(way, measure) for _, way in rides]
        figures[measure] = max((n for n in known if not math.isnan(n)), default=math.nan)
    return figures
