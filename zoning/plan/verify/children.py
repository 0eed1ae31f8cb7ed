"""What the verifier knows about children: how many there are, of what grade, and where."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["Cell", "exempt_children", "girls_of_cells", "grade_pupils", "schools_today"]


class Cell(NamedTuple):
    """A unit in one band of the stage."""

    unit: str
    band: str


def grade_pupils(county: County, plan: Plan, placed: set[str]) -> dict[tuple[str, str], float]:
    """Return (unit, grade) -> pupils in the plan's year, zeros left out."""
    totals: defaultdict[tuple[str, str], float] = defaultdict(float)
    table, away = county.pupils, _elsewhere(county)
    columns = ("unit_id", "stage", "grade", "year", "group", "pupils")
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    for unit, stage, grade, year, group, pupils in rows:
        if group in away:
            continue
        if stage == plan.stage and year == plan.year and grade in placed and pupils:
            totals[unit, grade] += pupils
    return dict(totals)


def girls_of_cells(
    county: County, plan: Plan, band_grades: dict[str, list[str]]
) -> dict[Cell, float]:
    """Return the girls of each cell; NaN where a part of them is not known."""
    band_of = {grade: band for band, grades in band_grades.items() for grade in grades}
    found: defaultdict[Cell, float] = defaultdict(float)
    table, away = county.pupils, _elsewhere(county)
    columns = ("unit_id", "stage", "grade", "year", "group", "girls")
    for unit, stage, grade, year, group, girls in zip(
        *(table[column].tolist() for column in columns), strict=True
    ):
        if group in away:
            continue
        if stage == plan.stage and year == plan.year and grade in band_of:
            found[Cell(unit, band_of[grade])] += girls
    return dict(found)


def exempt_children(county: County, stage: str) -> set[tuple[str, str]]:
    """Return (unit, grade) of young children who may board; grade ``""``: all grades."""
    rows = county.exemptions.to_dict("records")
    return {(row["unit_id"], row["grade"]) for row in rows if row["stage"] == stage}


def schools_today(county: County, stage: str) -> dict[Cell, str]:
    """Return cell -> today's school."""
    table = county.today
    columns = ("unit_id", "stage", "band", "school_id")
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    return {Cell(unit, band): school for unit, its, band, school in rows if its == stage}


def _elsewhere(county: County) -> set[str]:
    """Return the groups whose children take no place."""
    return {str(row["group"]) for row in county.groups.to_dict("records") if not row["placed"]}
