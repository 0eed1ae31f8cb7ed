"""Is every cell placed once, with the county's pupils, at a school that teaches its grades?"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from zoning.plan.verify.breach import Breach, differs, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["check_placement", "check_pupils", "check_shape"]

_COLUMNS = (
    "unit_id",
    "stage",
    "band",
    "year",
    "group",
    "school_id",
    "pupils",
    "mode",
    "metres",
    "minutes",
)


def check_shape(plan: Plan, county: County) -> list[Breach]:
    """Columns, stage, year and place of the assignment: without them nothing can be checked."""
    breaches = []
    missing = [column for column in _COLUMNS if column not in plan.assignment.columns]
    if missing:
        found = f"none of {', '.join(missing)}"
        return [Breach("", f"the columns {', '.join(_COLUMNS)}", found)]
    if plan.stage not in {stage.name for stage in county.stages}:
        return [Breach("", "a stage of the county", plan.stage)]
    for column, value in (("stage", plan.stage), ("year", plan.year)):
        others = set(plan.assignment[column]) - {value}
        if others:
            breaches.append(Breach(column, str(value), ", ".join(sorted(map(str, others)))))
    if plan.place not in ("all", "entrants"):
        breaches.append(Breach("place", '"all" or "entrants"', repr(plan.place)))
    return breaches


def check_placement(facts: Facts) -> list[Breach]:
    """Every cell once, at one known school that serves every grade of the band."""
    rows = facts.plan.assignment
    given: defaultdict[Cell, set[str]] = defaultdict(set)
    for unit, band, school in zip(rows["unit_id"], rows["band"], rows["school_id"], strict=True):
        given[Cell(unit, band)].add(school)
    breaches = [
        Breach(_name(cell), "a unit and band of the county", "neither or only one of them")
        for cell in given
        if cell not in facts.pupils
    ]
    for cell in facts.pupils:
        schools = sorted(given[cell]) if cell in given else []
        zone = facts.zone_of.get(schools[0], "") if schools else ""
        if zone and schools == sorted(facts.shared[zone]):
            schools = [zone]
        elif zone:
            expected = f"all schools of the shared zone {zone}, or none"
            breaches.append(Breach(_name(cell), expected, " and ".join(schools)))
            continue
        if len(schools) != 1 or schools == [""]:
            found = " and ".join(schools) or "no school"
            breaches.append(Breach(_name(cell), "exactly one school", found))
        elif not facts.serves(schools[0], cell.band):
            grades = ", ".join(facts.county.stage(facts.plan.stage).bands[cell.band])
            found = f"{schools[0]}, which does not"
            breaches.append(Breach(_name(cell), f"a school that serves the grades {grades}", found))
    return breaches


def check_pupils(facts: Facts) -> list[Breach]:
    """The assignment's pupils, cell by cell and group by group, are the county's."""
    wanted = _county_groups(facts)
    found: defaultdict[tuple[Cell, str], float] = defaultdict(float)
    rows = facts.plan.assignment
    columns = ("unit_id", "band", "group", "school_id", "pupils")
    keys: Counter[tuple[Cell, str, str]] = Counter()
    breaches = []
    for unit, band, group, school, pupils in zip(*(rows[c] for c in columns), strict=True):
        cell, member = Cell(unit, band), facts.zone_of.get(school, "")
        keys[cell, group, school if member else ""] += 1
        found[cell, group] += pupils
        if member:
            number = facts.shares[member][school] * wanted.get((cell, group), 0.0)
            if differs(pupils, number):
                where = f"{_name(cell)}, group {group!r}, school {school}"
                breaches.append(Breach(where, f"{show(number)} pupils drawn", show(pupils)))
    breaches += [
        Breach(f"{_name(cell)}, group {group!r}", "one row", f"{count} rows")
        for (cell, group, _), count in keys.items()
        if count > 1
    ]
    for key in sorted(wanted.keys() | found.keys()):
        cell, group = key
        if differs(found.get(key, 0.0), wanted.get(key, 0.0)):
            expected = f"{show(wanted.get(key, 0.0))} pupils as in the county's table"
            where = f"{_name(cell)}, group {group!r}"
            breaches.append(Breach(where, expected, show(found.get(key, 0.0))))
    return breaches


def _county_groups(facts: Facts) -> dict[tuple[Cell, str], float]:
    band_of = {grade: band for band, grades in facts.band_grades.items() for grade in grades}
    table = facts.county.pupils
    columns = ("unit_id", "stage", "grade", "year", "group", "pupils")
    groups: defaultdict[tuple[Cell, str], float] = defaultdict(float)
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    away = {row["group"] for row in facts.county.groups.to_dict("records") if not row["placed"]}
    for unit, stage, grade, year, group, pupils in rows:
        if (
            group not in away
            and stage == facts.plan.stage
            and year == facts.plan.year
            and grade in band_of
        ):
            groups[Cell(unit, band_of[grade]), group] += pupils
    return dict(groups)


def _name(cell: Cell) -> str:
    return f"unit {cell.unit}, band {cell.band}"
