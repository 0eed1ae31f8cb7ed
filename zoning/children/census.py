r"""A census by age, turned into grades and spread over units.

A child begins grade 1 in school year :math:`t` if it is 6 years old before 1 September of
:math:`t` (the cut-off of 31 August). A census counts completed ages on another day. With
:math:`d` the years from the census to the cut-off, the children of the grade whose age is
:math:`a` at the cut-off had an age in :math:`[a - d, a + 1 - d)` at the census. An age class
:math:`[l, h)` with :math:`P_{lh}` persons is taken as evenly filled, so

.. math:: T_a = e \sum_{[l, h)} P_{lh} \, \frac{|[l, h) \cap [a - d, a + 1 - d)|}{h - l}

with :math:`e` the share of them who go to school here. Nobody dies or moves between the two days;
where that matters, age the estimate year by year (`age_cohorts`).

Source of the ages: Compulsory Education Law of China, article 11 (a child begins school at six);
the day is set by education bureaus. The even filling is the uniform case of the usual separation
of grouped ages: D. A. Swanson and J. S. Siegel (eds.), The Methods and Materials of Demography,
2nd ed. (2004), appendix C.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.children.estimate import Estimate
from zoning.children.inputs import CENSUS, argument_fault, as_day, check_known, known_stages, tidy
from zoning.children.spread import spread
from zoning.county.findings import Findings
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.children.parts import Parts
    from zoning.county import County

__all__ = ["CUT_OFF", "ENTRY_AGES", "from_census"]

ENTRY_AGES: Final = {"preschool": 3, "primary": 6, "junior": 12, "senior": 15}
"""Completed age before the cut-off at which the entry grade of a stage begins."""
CUT_OFF: Final = (9, 1)
"""Month and day by which the age must be completed: before 1 September."""

_AGE: Final = re.compile(r"(\d{1,3})(?:\s*(?:-|–|~|至)\s*(\d{1,3}))?\s*岁?")
_DAYS: Final = 365.25
_LARGEST_AGE: Final = 130
_NEAR: Final = 1e-9


def from_census(
    county: County,
    census: pd.DataFrame,
    parts: Parts,
    *,
    date: datetime.date | str,
    year: int | None = None,
    stages: Sequence[str] | None = None,
    entry_ages: Mapping[str, int] | None = None,
    attendance: float = 1.0,
    source: str = "",
    whole: bool = True,
) -> Estimate:
    """Return the pupils of each unit and grade from a census by region and age.

    Args:
        county: the county, with its stages and grades.
        census: region, age (completed years: ``"6"``, or a class ``"5-9"``), group (such as
            migrant; blank: resident) and people. Ages that no grade needs may be there.
        parts: which units the regions consist of, and their weights.
        date: the day of the census, such as ``"2020-11-01"``.
        year: the school year wanted; None: the county's.
        stages: stages wanted; None: all.
        entry_ages: where they differ from `ENTRY_AGES`, as 11 for a junior school after five
            primary grades.
        attendance: share of the children who are at school here, 0 to 1.
        source: who published the census, for the record.
        whole: True for whole numbers that keep the sums of each region and grade.

    Raises:
        InputError: with everything that is wrong.
    """
    year = county.year if year is None else year
    ages = dict(ENTRY_AGES) | dict(entry_ages or {})
    wanted = [
        (name, grade, ages[name] + at)
        for name in known_stages(county, stages)
        for at, grade in enumerate(county.stage(name).grades)
    ]
    if not 0 <= attendance <= 1:
        expected = "a share of 0 to 1"
        raise InputError(argument_fault("attendance", expected, repr(attendance), "correct it"))
    day = as_day(date, "date")
    delay = _delay(day, year, min(age for *_, age in wanted))
    table = _classes(census, set(parts.table["region"]))
    totals = _grades(table, wanted, delay)
    totals = totals.assign(year=year, pupils=attendance * totals["pupils"])
    pupils = spread(totals, parts, CENSUS.name, whole=whole)
    method = f"census of {day.isoformat()} by age, spread by {parts.method}"
    method += f", attendance {attendance:g}" if attendance != 1 else ""
    return Estimate.make(pupils, method, source)


def _delay(date: datetime.date, year: int, youngest: int) -> float:
    """Return the years from the census to the cut-off; refuse a year of children yet unborn."""
    same_year = datetime.date(date.year, *CUT_OFF)
    delay = year - date.year + (same_year - date).days / _DAYS
    if delay > youngest:
        last = date.year + youngest - ((date.month, date.day) < CUT_OFF)
        remedy = "ask for an earlier year, then age the estimate with births (age_cohorts)"
        expected = f"a school year by which the youngest were born at the census, to {last}"
        raise InputError(argument_fault("year", expected, str(year), remedy))
    return delay


def _classes(census: pd.DataFrame, regions: set[str]) -> pd.DataFrame:
    """Return the census with its age classes as columns low and high (years, high excluded)."""
    findings = Findings()
    tidied = tidy(CENSUS, census, findings)
    if tidied is not None:
        what = "a region that units belong to"
        check_known(CENSUS, tidied, "region", regions, findings, what=what)
    findings.raise_errors()
    assert tidied is not None
    table = tidied
    bounds = [_bounds(text) for text in table["age"]]
    wrong = np.array([each is None for each in bounds], dtype=bool)
    findings.rows(
        CENSUS,
        table,
        wrong,
        "a completed age or a class of ages, such as 6 or 5-9",
        lambda row: repr(table["age"].iloc[row]),
        "write the first and the last age of the class; remove totals",
    )
    findings.raise_errors()
    table["low"], table["high"] = np.array(bounds, dtype=float).T if len(bounds) else ([], [])
    table = table.sort_values(["region", "group", "low"], ignore_index=True)
    before = table.groupby(["region", "group"])["high"].shift(1)
    findings.rows(
        CENSUS,
        table,
        (table["low"] < before).to_numpy(dtype=bool),
        "age classes that do not overlap",
        lambda row: f"{table['age'].iloc[row]!r} beside {table['age'].iloc[row - 1]!r}",
        "keep either the single ages or the classes (rows are counted sorted by age)",
    )
    findings.raise_errors()
    return table


def _bounds(text: str) -> tuple[int, int] | None:
    found = _AGE.fullmatch(text.strip())
    if found is None:
        return None
    low, high = int(found[1]), int(found[2] or found[1]) + 1
    return (low, high) if low < high <= _LARGEST_AGE else None


def _grades(
    table: pd.DataFrame, wanted: list[tuple[str, str, int]], delay: float
) -> pd.DataFrame:  # fmt: skip
    """Return region, group, stage, grade, pupils; refuse ages that the census does not cover."""
    pieces = []
    width = table["high"] - table["low"]
    for stage, grade, age in wanted:
        first, last = age - delay, age + 1 - delay
        common = (table["high"].clip(upper=last) - table["low"].clip(lower=first)).clip(lower=0)
        part = table[["region", "group"]].assign(pupils=table["people"] * common / width)
        part["covered"] = common
        sums = part.groupby(["region", "group"], as_index=False)[["pupils", "covered"]].sum()
        pieces.append(sums.assign(stage=stage, grade=grade))
    totals = pd.concat(pieces, ignore_index=True)
    youngest = math.floor(min(age for *_, age in wanted) - delay)
    oldest = math.ceil(max(age for *_, age in wanted) + 1 - delay) - 1
    findings = Findings()
    for (region, group), rows in totals[totals["covered"] < 1 - _NEAR].groupby(["region", "group"]):
        grades = ", ".join(rows["stage"] + " " + rows["grade"])
        findings.error(
            CENSUS.name,
            f"region {region}, group {group}",
            f"every age from {youngest} to {oldest}",
            f"ages missing that grades {grades} need",
            "add them, with 0 where there is nobody",
        )
    findings.raise_errors()
    return totals.drop(columns="covered")
