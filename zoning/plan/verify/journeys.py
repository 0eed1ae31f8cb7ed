"""Are the journeys those of the travel table, and is every pair of unit and school permitted?"""

from __future__ import annotations

from zoning.plan.verify.breach import Breach, differs, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.ways import Journey

__all__ = ["check_journeys"]

_UNKNOWN = Journey("", float("nan"), float("nan"))


def check_journeys(facts: Facts) -> list[Breach]:
    """Each row has the mode, metres and minutes of the nearest way in the plan's measure.

    A pair that a complete travel table does not list is not permitted.
    """
    breaches = []
    absent: set[Cell] = set()
    rows = facts.plan.assignment
    columns = ("unit_id", "band", "school_id", "mode", "metres", "minutes")
    listed = zip(*(rows[column].tolist() for column in columns), strict=True)
    for unit, band, school, mode, metres, minutes in listed:
        cell = Cell(unit, band)
        where = f"unit {unit}, band {band}, school {school}"
        way = facts.journey(cell, facts.plan.measure, school)
        if way is None and school and not facts.county.travel_truncated and cell not in absent:
            absent.add(cell)
            expected = "a pair of unit and school in the travel table"
            breaches.append(Breach(where, expected, "no row: there is no way to get there"))
        wanted = way or _UNKNOWN
        same = mode == wanted.mode
        if not same or differs(metres, wanted.metres) or differs(minutes, wanted.minutes):
            breaches.append(Breach(where, _text(wanted), _text(Journey(mode, metres, minutes))))
    return breaches


def _text(way: Journey) -> str:
    return f"{way.mode or 'no mode'}, {show(way.metres)} metres, {show(way.minutes)} minutes"
