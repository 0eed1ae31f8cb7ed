"""The rule `boarding`: beds by sex and places at table for everyone who boards."""

from __future__ import annotations

import math
from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts

__all__ = ["boards", "check_boarding", "young_boarders"]


def boards(facts: Facts, cell: Cell) -> bool:
    """True if the children of a cell board."""
    way = facts.journey(cell, facts.plan.measure)
    return way is not None and way.mode == "board"


def young_boarders(facts: Facts, young: set[str]) -> float:
    """Return the boarders of the grades listed."""
    return math.fsum(
        facts.grade_pupils.get((cell.unit, grade), 0.0)
        for cell in facts.school_of
        if boards(facts, cell)
        for grade in facts.band_grades[cell.band]
        if grade in young
    )


def check_boarding(facts: Facts, rule: Rule) -> list[Breach]:
    """Who boards is in `Facts.journey`; here each school's beds and places at table."""
    total: defaultdict[str, float] = defaultdict(float)
    girls: defaultdict[str, float] = defaultdict(float)
    for cell, school in facts.school_of.items():
        if boards(facts, cell):
            total[school] += facts.pupils[cell]
            girls[school] += _girls(facts, cell)
    breaches = []
    for school, number in total.items():
        row, added = facts.schools[school].row, facts.schools[school].added
        limits = [("beds", number), ("canteen", number)]
        if not math.isnan(row["beds_girls"] + row["beds_boys"]):
            limits += [("beds_girls", girls[school]), ("beds_boys", number - girls[school])]
        for name, load in limits:
            places = row[name] + added.get(name, 0.0)
            if above(load, places):
                where = f"school {school}, {name}"
                breaches.append(Breach(where, f"at most {show(places)} boarders", show(load)))
    return breaches


def _girls(facts: Facts, cell: Cell) -> float:
    """Return the girls of a cell; half of the pupils if a part of them is not known."""
    known = facts.girls.get(cell, 0.0)
    return facts.pupils[cell] / 2 if math.isnan(known) else known
