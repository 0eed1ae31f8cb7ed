"""The rule `keep-isolated`: a school stays where a child would have no other one in reach."""

from __future__ import annotations

import math
from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above
from zoning.plan.verify.facts import Cell, Facts, Journey, nearest
from zoning.plan.verify.parameters import limit_by

__all__ = ["alone", "check_keep_isolated", "isolated"]


def isolated(facts: Facts, rule: Rule) -> dict[str, tuple[str, float]]:
    """Return school -> (a unit that cannot do without it, its pupils in the band)."""
    found: dict[str, tuple[str, float]] = {}
    for school, cell in alone(facts, rule):
        found.setdefault(school, (cell.unit, facts.pupils[cell]))
    return found


def alone(facts: Facts, rule: Rule) -> list[tuple[str, Cell]]:
    """Return each school with a cell that has no other one within the limit today."""
    ways = defaultdict(list)
    standing = {school for school, about in facts.items() if about.status == "existing"}
    table = facts.county.travel
    columns = ("unit_id", "school_id", "mode", "metres", "minutes")
    for unit, school, mode, metres, minutes in zip(
        *(table[column].tolist() for column in columns), strict=True
    ):
        if school in standing and mode != "board":
            ways[unit, school].append(Journey(mode, metres, minutes))
    found: list[tuple[str, Cell]] = []
    for cell, pupils in facts.pupils.items():
        if pupils <= 0:
            continue
        near = [
            school
            for school in standing
            if facts.serves(school, cell.band)
            and (school, cell.band) not in facts.offered
            and _within(facts, rule, cell.band, ways[cell.unit, school])
        ]
        if len(near) == 1:
            found.append((near[0], cell))
    return found


def _within(facts: Facts, rule: Rule, band: str, ways: list[Journey]) -> bool:
    known = [way for way in ways if not math.isnan(getattr(way, facts.plan.measure))]
    way = nearest(known, facts.plan.measure)
    if way is None:
        return False
    return not any(
        above(getattr(way, measure), limit_by(rule, measure, band, facts.plan.stage))
        for measure in ("minutes", "metres")
    )


def check_keep_isolated(facts: Facts, rule: Rule) -> list[Breach]:
    """None of these schools is closed.

    That none gives away the band that it is needed for, the rule `opening` sees to.
    """
    return [
        Breach(
            f"school {school}",
            f"it stays: unit {unit} with {pupils:,.10g} pupils has no other one within the limit",
            "closed",
        )
        for school, (unit, pupils) in isolated(facts, rule).items()
        if school in facts.closed
    ]
