"""The rule `keep-isolated`: a school stays where a child would have no other one in reach."""

from __future__ import annotations

from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above
from zoning.plan.verify.children import Cell
from zoning.plan.verify.daily_ways import daily_journeys
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import limit_by
from zoning.plan.verify.ways import Journey

__all__ = ["alone", "check_keep_isolated", "isolated"]


def isolated(facts: Facts, rule: Rule) -> dict[str, tuple[str, float]]:
    """Return school -> (a unit that cannot do without it, its pupils in the band)."""
    found: dict[str, tuple[str, float]] = {}
    for school, cell in alone(facts, rule):
        found.setdefault(school, (cell.unit, facts.pupils[cell]))
    return found


def alone(facts: Facts, rule: Rule) -> list[tuple[str, Cell]]:
    """Return each school with a cell that has no other one within the limit today."""
    standing = [school for school, about in facts.items() if about.status == "existing"]
    served = {
        school: [
            band
            for band in facts.band_grades
            if facts.serves(school, band) and (school, band) not in facts.offered
        ]
        for school in standing
    }
    near: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for unit, school, way in daily_journeys(facts, standing):
        for band in served[school]:
            if _within(facts, rule, band, way):
                near[unit, band].append(school)
    return [
        (near[cell][0], cell)
        for cell, pupils in facts.pupils.items()
        if pupils > 0 and len(near[cell]) == 1
    ]


def _within(facts: Facts, rule: Rule, band: str, way: Journey) -> bool:
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
