"""The rule `overflow`: who is diverted where, in the order of groups and of receivers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, differs, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.daily_ways import daily_journeys
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.overflow_nearest import Sending, check_nearest
from zoning.plan.verify.parameters import amount, limit_by
from zoning.plan.verify.ways import Journey, nearest

__all__ = ["check_overflow", "diverted", "net_diverted"]

Child = tuple[str, str]
"""Unit and group."""
Row = dict[Hashable, Any]


def net_diverted(facts: Facts, school: str) -> float:
    """Pupils whom a school receives less those of its zone who go elsewhere."""
    rows = facts.plan.diversions
    if not len(rows):
        return 0.0
    come = math.fsum(rows.loc[rows["to_school"] == school, "pupils"])
    return come - math.fsum(rows.loc[rows["from_school"] == school, "pupils"])


def diverted(facts: Facts) -> float:
    """Children beyond the places of their zone's school, over all schools."""
    over = [facts.load(s) - facts.places[s] for s, _ in facts.items()]
    return math.fsum(number for number in over if number > 0)


def check_overflow(facts: Facts, rule: Rule) -> list[Breach]:
    """Each row of the table of diversions, and each zone's order of groups."""
    rows = facts.plan.diversions.to_dict("records")
    breaches = [breach for row in rows for breach in _row(facts, row)]
    breaches += _twice(rows)
    sent: defaultdict[str, defaultdict[Child, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        sent[row["from_school"]][row["unit_id"], row["group"]] += row["pupils"]
    received = {row["to_school"] for row in rows}
    for school, _ in facts.items():
        over = facts.load(school) - facts.places[school]
        out = math.fsum(sent[school].values())
        if differs(out, max(over, 0.0) if over == over else 0.0):
            expected = f"{show(max(over, 0.0))} children diverted from its zone"
            breaches.append(Breach(f"school {school}", expected, show(out)))
        if out > 0 and school in received:
            breaches.append(
                Breach(f"school {school}", "to divert children or to receive some", "both")
            )
        breaches += _priority(facts, school, sent[school])
    breaches += _asked_first(facts, rows)
    return breaches or _nearest(facts, sent, rows)


def _nearest(
    facts: Facts, sent: dict[str, defaultdict[Child, float]], rows: list[Row]
) -> list[Breach]:
    """Whoever goes goes as near as can be, as all of them together can."""
    to: defaultdict[Child, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        to[row["unit_id"], row["group"]][row["to_school"]] += row["pupils"]
    ranks, protected = _ranks(facts), _groups(facts, "protected")
    band = next(iter(facts.band_grades))
    levels = {
        (zone, ranks.get(group, math.inf))
        for zone, children in sent.items()
        for (_, group), pupils in children.items() if pupils > 0
    }  # fmt: skip
    leaving = []
    for (unit, group), pupils in _children(facts).items():
        level = facts.school_of.get(Cell(unit, band), ""), ranks.get(group, math.inf)
        if level in levels and group not in protected and pupils > 0:
            leaving.append((unit, group, level, pupils))
    journeys: defaultdict[str, dict[str, Journey]] = defaultdict(dict)
    for unit, school, way in daily_journeys(facts, facts.schools, {unit for unit, *_ in leaving}):
        if facts.serves(school, band) and _within(facts, Cell(unit, band), way):
            journeys[unit][school] = way
    sendings = [
        Sending(
            unit, group, level, pupils, to[unit, group],
            {s: (order, journeys[unit][s]) for s, order in _order(facts, level[0]).items()
             if s in journeys[unit]},
        )
        for unit, group, level, pupils in leaving
    ]  # fmt: skip
    left = {
        school: math.inf if math.isnan(facts.places[school])
        else facts.places[school] - facts.load(school) - net_diverted(facts, school)
        for school in facts.schools
    }  # fmt: skip
    return check_nearest(sendings, left)


def _order(facts: Facts, zone: str) -> dict[str, int]:
    """Receiver -> place in the order in which the receivers of a zone are asked."""
    ranks = _receivers(facts, zone)
    places = {rank: at for at, rank in enumerate(sorted(set(ranks.values())))}
    return {school: places[rank] for school, rank in ranks.items() if school != zone}


def _row(facts: Facts, row: Row) -> list[Breach]:
    """One row: a child of the zone, who may go, to a named receiver within the limit."""
    zone, to, unit = str(row["from_school"]), str(row["to_school"]), str(row["unit_id"])
    cell, group = Cell(unit, str(row["band"])), str(row["group"])
    where = f"unit {unit}, group {group!r}, from {zone} to {to}"
    breaches = []
    if cell.band not in facts.band_grades:
        return [Breach(where, "the band of the entrants", cell.band)]
    if facts.school_of.get(cell) != zone:
        breaches.append(Breach(where, f"a unit of the zone of {zone}", "another zone"))
    if group in _groups(facts, "protected"):
        breaches.append(Breach(where, "a group that may be diverted", "a protected one"))
    known = _children(facts).get((unit, group), 0.0)
    if not float(row["pupils"]) > 0 or above(float(row["pupils"]), known):
        expected = f"more than 0 and at most {show(known)} pupils"
        breaches.append(Breach(where, expected, show(float(row["pupils"]))))
    if to not in _receivers(facts, zone) or not facts.serves(to, cell.band):
        breaches.append(Breach(where, f"a receiver that is named for {zone}", to))
        return breaches
    way = _way(facts, cell, to)
    if way is None:
        breaches.append(Breach(where, "a journey within the limit", "none"))
    elif (way.mode != row["mode"] or differs(way.metres, float(row["metres"]))
          or differs(way.minutes, float(row["minutes"]))):  # fmt: skip
        found = f"{row['mode']}, {row['metres']} metres, {row['minutes']} minutes"
        breaches.append(Breach(where, str(tuple(way)), found))
    if not row["reason"]:
        breaches.append(Breach(where, "a reason in words", "none"))
    return breaches


def _twice(rows: list[Row]) -> list[Breach]:
    keys = [(row["unit_id"], row["group"], row["to_school"]) for row in rows]
    return [Breach(f"unit {key[0]}", "one row for each group and receiver", "two")
            for key in set(keys) if keys.count(key) > 1]  # fmt: skip


def _priority(facts: Facts, school: str, sent: dict[Child, float]) -> list[Breach]:
    """Nobody goes while a child of a group that is placed later keeps a place."""
    ranks = _ranks(facts)
    children = _children(facts)
    protected = _groups(facts, "protected")
    gone = [ranks.get(group, math.inf) for (_, group), pupils in sent.items() if pupils > 0]
    band = next(iter(facts.band_grades))
    for (unit, group), pupils in children.items():
        stays = facts.school_of.get(Cell(unit, band)) == school and group not in protected
        later = ranks.get(group, math.inf) > min(gone, default=math.inf)
        if stays and later and differs(sent.get((unit, group), 0.0), pupils):
            where = f"school {school}, unit {unit}, group {group!r}"
            found = f"{show(pupils - sent.get((unit, group), 0.0))} keep a place"
            return [Breach(where, "diverted before groups that are placed earlier", found)]
    return []


def _asked_first(facts: Facts, rows: list[Row]) -> list[Breach]:
    """A receiver asked earlier that could take the child has no place left."""
    breaches = []
    for row in rows:
        ranks = _receivers(facts, str(row["from_school"]))
        cell = Cell(str(row["unit_id"]), str(row["band"]))
        for other, rank in ranks.items():
            earlier = rank < ranks.get(str(row["to_school"]), math.inf)
            if not earlier or cell.band not in facts.band_grades:
                continue
            if not facts.serves(other, cell.band):
                continue
            if _way(facts, cell, other) is None:
                continue
            left = facts.places[other] - facts.load(other) - net_diverted(facts, other)
            if not left <= 1e-6 * max(1.0, abs(facts.places[other])):
                where = f"unit {cell.unit}, from {row['from_school']} to {row['to_school']}"
                breaches.append(Breach(where, f"{other}, which is asked first", f"{left:g} left"))
    return breaches


def _way(facts: Facts, cell: Cell, school: str) -> Journey | None:
    """The daily journey, if there is one within the limit of a hard rule travel-limit."""
    ways = [way for way in facts.ways.get((cell.unit, school), []) if way.mode != "board"]
    way = nearest(ways, facts.plan.measure)
    if way is None or math.isnan(getattr(way, facts.plan.measure)):
        return None
    return way if _within(facts, cell, way) else None


def _within(facts: Facts, cell: Cell, way: Journey) -> bool:
    """True if a journey keeps the limit of a hard rule travel-limit."""
    return not any(
        above(getattr(way, name), limit_by(rule, name, cell.band, facts.plan.stage))
        for rule in facts.plan.rules
        if rule.name == "travel-limit" and not rule.soft and amount(rule, "share", 1.0) >= 1
        for name in ("minutes", "metres")
    )


def _receivers(facts: Facts, school: str) -> dict[str, float]:
    """Return receiver -> rank; every other school, all alike, where none is named."""
    named = {
        row["receiver"]: math.inf if math.isnan(row["rank"]) else float(row["rank"])
        for row in facts.county.receivers.to_dict("records")
        if row["purpose"] == "overflow" and row["school_id"] == school
    }
    return named or {other: 0.0 for other in facts.schools if other != school}


def _ranks(facts: Facts) -> dict[str, float]:
    rows = facts.county.groups.to_dict("records")
    return {str(row["group"]): row["rank"] for row in rows if not math.isnan(row["rank"])}


def _groups(facts: Facts, flag: str) -> set[str]:
    return {str(row["group"]) for row in facts.county.groups.to_dict("records") if row[flag]}


def _children(facts: Facts) -> dict[Child, float]:
    """Return (unit, group) -> entrants who take a place."""
    entry = facts.county.stage(facts.plan.stage).grades[0]
    placed = {row["group"]: row["placed"] for row in facts.county.groups.to_dict("records")}
    found: defaultdict[Child, float] = defaultdict(float)
    for row in facts.county.pupils.to_dict("records"):
        key = (row["stage"], row["year"], row["grade"])
        if key == (facts.plan.stage, facts.plan.year, entry) and placed.get(row["group"], True):
            found[row["unit_id"], row["group"]] += row["pupils"]
    return dict(found)
