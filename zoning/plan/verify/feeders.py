"""The rule `feeders`: graduates of one school go on together; its goal and its table."""

from __future__ import annotations

import math
from collections import defaultdict

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, differs, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import amount

__all__ = ["check_feeders", "check_feeders_table", "splits"]

Feeds = dict[tuple[str, str], dict[str, list[Cell]]]
"""(Feeding school, band) -> school -> the cells that go there."""


def check_feeders(facts: Facts, rule: Rule) -> list[Breach]:
    """Few schools a feeding school; own graduates stay; none but today's schools if so asked."""
    most = 1 + amount(rule, "most_split", 0.0)
    today, breaches = _named(facts), []
    for (feeder, band), parts in _feeds(facts, rule).items():
        where = f"school {feeder}, band {band}"
        if len(parts) > most:
            found = f"{len(parts)}: {', '.join(sorted(parts))}"
            breaches.append(Breach(where, f"graduates at {most:g} schools at most", found))
        allowed = {school for school in today.get(feeder, set()) if school in facts.schools}
        if rule.parameters.get("keep_today") and allowed:
            breaches += _elsewhere(where, parts, allowed | {feeder}, "as today")
        stays = rule.parameters.get("nine_year_first") and facts.serves(feeder, band)
        if stays and feeder not in facts.closed:
            breaches += _elsewhere(where, parts, {feeder}, "its own graduates stay")
    return breaches


def _elsewhere(
    where: str, parts: dict[str, list[Cell]], allowed: set[str], why: str
) -> list[Breach]:
    return [
        Breach(f"{where}, unit {cell.unit}", f"{' or '.join(sorted(allowed))} ({why})", school)
        for school, cells in parts.items()
        for cell in cells
        if school not in allowed
    ]


def splits(facts: Facts) -> float:
    """Return the schools beyond the first that feeding schools feed; NaN without the rule."""
    rule = next((rule for rule in facts.plan.rules if rule.name == "feeders"), None)
    if rule is None:
        return math.nan
    return float(sum(len(parts) - 1 for parts in _feeds(facts, rule).values()))


def check_feeders_table(facts: Facts) -> list[Breach]:
    """The table of who feeds whom, row by row."""
    rule = next((rule for rule in facts.plan.rules if rule.name == "feeders"), None)
    if rule is None:
        return []
    table = facts.plan.feeders
    rows = {(str(r["school_id"]), str(r["band"]), str(r["feeds"])): r
            for r in table.to_dict("records")}  # fmt: skip
    today = _named(facts)
    wanted: dict[tuple[str, str, str], tuple[str, int, float]] = {}
    for (feeder, band), parts in _feeds(facts, rule).items():
        named = set(today.get(feeder, ()))
        if any(row == (feeder, facts.plan.stage) for row in _teaching(facts)):
            named.add(feeder)
        for school in today.get(feeder, ()):
            wanted[feeder, band, school] = ("ends", 0, 0.0)
        for school, cells in parts.items():
            change = "as-today" if school in named else "new" if named else "unstated"
            pupils = math.fsum(facts.pupils.get(cell, 0.0) for cell in cells)
            wanted[feeder, band, school] = (change, len(cells), pupils)
    if sorted(wanted) != sorted(rows) or len(rows) != len(table):
        return [Breach("", f"{len(wanted)} pairs of schools", f"{len(table)} rows, not these")]
    breaches = []
    for key, (change, units, pupils) in wanted.items():
        row, where = rows[key], f"school {key[0]}, band {key[1]}, to {key[2]}"
        if row["change"] != change or row["units"] != units:
            expected = f"{change}, {units} units"
            breaches.append(Breach(where, expected, f"{row['change']}, {row['units']} units"))
        if differs(float(row["pupils"]), pupils):
            breaches.append(Breach(where, f"{show(pupils)} pupils", show(float(row["pupils"]))))
    return breaches


def _teaching(facts: Facts) -> set[tuple[str, str]]:
    rows = facts.county.school_grades
    return set(zip(rows["school_id"].tolist(), rows["stage"].tolist(), strict=True))


def _before(facts: Facts) -> tuple[str, str]:
    """Return the stage before the plan's, and its band with the last grade."""
    names = [stage.name for stage in facts.county.stages]
    at = names.index(facts.plan.stage)
    if at == 0:
        return "", ""
    stage = facts.county.stages[at - 1]
    bands = [band for band, grades in stage.bands.items() if stage.grades[-1] in grades]
    return stage.name, bands[0]


def _feeds(facts: Facts, rule: Rule) -> Feeds:
    stage, last = _before(facts)
    plan = str(rule.parameters.get("plan", "today"))
    zone_of = {
        row["unit_id"]: row["school_id"]
        for row in facts.county.assignments.to_dict("records")
        if (row["plan"], row["stage"], row["band"]) == (plan, stage, last)
    }
    found: defaultdict[tuple[str, str], dict[str, list[Cell]]] = defaultdict(dict)
    for cell, school in facts.school_of.items():
        if cell.unit in zone_of and school:
            found[zone_of[cell.unit], cell.band].setdefault(school, []).append(cell)
    return dict(found)


def _named(facts: Facts) -> dict[str, set[str]]:
    """Return school -> the schools that the county names for its graduates."""
    stage, _ = _before(facts)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in facts.county.feeders.to_dict("records"):
        if row["stage"] == stage:
            named[row["school_id"]].add(row["feeds"])
    return dict(named)
