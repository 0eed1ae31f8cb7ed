"""Who changes school between the years of a plan, recomputed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts

__all__ = ["Move", "moves"]


class Move(NamedTuple):
    """A cell whose school changes in a year; pupils who were there, and those who moved before."""

    year: int
    cell: Cell
    before: str
    after: str
    pupils: float
    again: float


def moves(years: Sequence[Facts]) -> list[Move]:
    """Return every change of school of children who keep living in a cell."""
    counts = _counts(years)
    today = years[0].county.year
    found: list[Move] = []
    schools = [years[0].today, *(facts.school_of for facts in years)]
    dates = [today, *(facts.plan.year for facts in years)]
    for k, facts in enumerate(years):
        for cell, after in facts.school_of.items():
            before = schools[k].get(cell, "")
            if not before or not after or before == after:
                continue
            grades = facts.band_grades.get(cell.band, [])
            pupils = _there(counts, cell, grades, dates[k], dates[k + 1])
            if pupils <= 0:
                continue
            earlier = [move.year for move in found if move.cell == cell]
            again = math.fsum(
                _there(counts, cell, grades, dates[dates.index(year, 1) - 1], dates[k + 1])
                for year in earlier
            )
            found.append(Move(dates[k + 1], cell, before, after, pupils, again))
    return found


def _counts(years: Sequence[Facts]) -> dict[tuple[int, str, str], float]:
    """(Year, unit, grade) -> pupils of the grades that are placed."""
    counts: defaultdict[tuple[int, str, str], float] = defaultdict(float)
    for facts in years:
        for (unit, grade), pupils in facts.grade_pupils.items():
            counts[facts.plan.year, unit, grade] = pupils
    first = years[0]
    if first.county.year not in {facts.plan.year for facts in years}:
        table = first.county.pupils
        placed = {grade for grades in first.band_grades.values() for grade in grades}
        groups = first.county.groups.to_dict("records")
        away = {row["group"] for row in groups if not row["placed"]}
        columns = ("unit_id", "stage", "grade", "year", "group", "pupils")
        for unit, stage, grade, year, group, pupils in zip(
            *(table[column].tolist() for column in columns), strict=True
        ):
            if group in away:
                continue
            if stage == first.plan.stage and year == first.county.year and grade in placed:
                counts[year, unit, grade] += pupils
    return dict(counts)


def _there(
    counts: dict[tuple[int, str, str], float], cell: Cell, grades: list[str], first: int, last: int
) -> float:
    """Pupils in the cell in both years: in the later one, in a grade so many years higher."""
    total = []
    for at, grade in enumerate(grades):
        start = at - (last - first)
        if start >= 0 and last >= first:
            young = counts.get((first, cell.unit, grades[start]), 0.0)
            total.append(min(young, counts.get((last, cell.unit, grade), 0.0)))
    return math.fsum(total)
