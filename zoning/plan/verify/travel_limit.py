"""The rule `travel-limit`: no journey above the limit, or few enough of them."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount, limit_by

__all__ = ["check_travel_limit"]

_MEASURES = ("minutes", "metres")


def check_travel_limit(facts: Facts, rule: Rule) -> list[Breach]:
    """Every cell's journey is within the limit; with a share below 1, that share of pupils is.

    Journeys that the travel table does not know cannot be judged: a warning counts them.
    """
    share = amount(rule, "share", 1.0)
    cells = [cell for cell, school in facts.school_of.items() if school]
    beyond = [breach for cell in cells for breach in _beyond(facts, rule, cell)]
    unknown = _unknown(facts, rule, cells)
    if share >= 1:
        return [*beyond, *unknown]
    total = math.fsum(facts.pupils.values())
    pupils = math.fsum(breach.pupils for breach in beyond)
    most = (1 - share) * total
    if not above(pupils, most):
        return unknown
    expected = f"at most {show(most)} pupils beyond the travel limit ({100 * (1 - share):.4g} %)"
    return [Breach("", expected, show(pupils), pupils=pupils - most), *unknown]


def _lengths(facts: Facts, rule: Rule, cell: Cell) -> list[tuple[str, float, float]]:
    """Return (measure, length, limit) of a cell's journey for the measures that are limited."""
    found: list[tuple[str, float, float]] = []
    for school, _ in facts.parts(cell):  # a child may be drawn to any of them
        way = facts.journey(cell, facts.plan.measure, school)
        if way is not None and way.mode == "board":
            continue  # the limit is one of daily journeys
        for measure in _MEASURES:
            limit = limit_by(rule, measure, cell.band, facts.plan.stage)
            if not math.isnan(limit):
                length = math.nan if way is None else float(getattr(way, measure))
                found.append((measure, length, limit))
    return found


def _beyond(facts: Facts, rule: Rule, cell: Cell) -> list[Breach]:
    """Return at most one breach: the first limit that the cell's journey does not keep."""
    for measure, length, limit in _lengths(facts, rule, cell):
        if above(length, limit):
            where = f"unit {cell.unit}, band {cell.band}, school {facts.school_of[cell]}"
            expected = f"at most {show(limit)} {measure}"
            pupils = facts.pupils.get(cell, 0.0)
            return [Breach(where, expected, show(length), pupils=pupils)]
    return []


def _unknown(facts: Facts, rule: Rule, cells: list[Cell]) -> list[Breach]:
    found = [
        cell
        for cell in cells
        if any(math.isnan(length) for _, length, _ in _lengths(facts, rule, cell))
    ]
    if not found:
        return []
    pupils = math.fsum(facts.pupils.get(cell, 0.0) for cell in found)
    return [
        Breach(
            "",
            "journeys in the travel table for every limit",
            f"none for {len(found)} units (by band) with {show(pupils)} pupils, such as"
            f" {found[0].unit}: not checked",
            "add the journeys to the travel table",
            doubtful=True,
        )
    ]
