r"""Children from enrolment: by school and grade, or by village with the grades of the whole.

**By school.** Who is enrolled in a grade lives in the school's zone of today; the pupils from
outside the zoning are taken off, and the rest is spread over the zone's units.

**By village.** Where the villages' pupils :math:`U_u` (all grades together) and the grades'
pupils :math:`G_g` (all villages together) are known, the table that adds up to both and is
otherwise without pattern (the one of maximal entropy, which iterative proportional fitting finds)
is :math:`x_{ug} = U_u G_g / \sum_h G_h`. It is rounded so that both margins hold exactly. Cohorts
of single villages differ more than that; the method says that the grades are a proportion.

Source: W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11 (1940) 427-444.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from zoning.children.estimate import Estimate
from zoning.children.inputs import (
    GRADE_TOTALS,
    UNIT_TOTALS,
    argument_fault,
    check_known,
    known_stages,
    tidy,
)
from zoning.children.spread import round_rows, spread
from zoning.county.findings import Findings, listed
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.children.parts import Parts
    from zoning.county import County

__all__ = ["from_school_enrolment", "from_unit_totals"]


def from_school_enrolment(
    county: County, parts: Parts, *, stage: str, source: str = "", whole: bool = True
) -> Estimate:
    """Return the pupils of each unit from the county's ``enrolled``, spread over today's zones.

    Args:
        county: has ``enrolled`` in `school_grades`, and today's zones.
        parts: what `parts_by_zone` returned for the stage, with any weights.
        stage: the stage.
        source: where the enrolment comes from; blank: what the county's record says.
        whole: True for whole numbers; each school's grade keeps its sum (if that is whole).

    Raises:
        InputError: enrolment is not known, or below the pupils from outside.
    """
    (name,) = known_stages(county, [stage])
    bands = county.stage(name).bands
    rows = county.school_grades
    rows = rows[rows["stage"] == name]
    band_of = {grade: band for band, grades in bands.items() for grade in grades}
    rows = rows.assign(band=rows["grade"].map(band_of), pupils=rows["enrolled"] - rows["outside"])
    rows = rows.assign(region=rows["school_id"] + "/" + rows["band"])
    zoned = set(parts.table["region"])
    _check_enrolment(rows, zoned)
    rows = rows[rows["region"].isin(zoned)]
    totals = rows[["region", "stage", "grade", "pupils"]]
    totals = totals.assign(year=county.year, group="resident")
    pupils = spread(totals, parts, "school_grades", whole=whole)
    method = f"enrolment by school and grade, spread over today's zones by {parts.method}"
    record = county.provenance.get("school_grades")
    return Estimate.make(pupils, method, source or (record.source if record else ""))


def _check_enrolment(rows: pd.DataFrame, zoned: set[str]) -> None:
    """Refuse what is unknown or negative, and enrolled children without a zone to live in."""
    findings = Findings()
    for row in rows.to_dict("records"):
        where = f"school {row['school_id']}, grade {row['grade']}"
        pupils, zone = row["pupils"], row["region"] in zoned
        if zone and math.isnan(row["enrolled"]):
            remedy = "fill in the pupils enrolled, 0 where there are none"
            findings.error("school_grades", where, "a number in column enrolled", "a blank", remedy)
        elif pupils < 0:
            found = f"{row['enrolled']:g} enrolled and {row['outside']:g} from outside"
            expected, remedy = "no more pupils from outside than are enrolled", "correct one"
            findings.error("school_grades", where, expected, found, remedy)
        elif not zone and pupils > 0:
            found = f"none, but {pupils:g} pupils who live in the county"
            remedy = "add the zone to the plan 'today', or count them as outside"
            findings.error("school_grades", where, "a zone of today", found, remedy)
    findings.raise_errors()


def from_unit_totals(
    county: County,
    units: pd.DataFrame,
    grades: pd.DataFrame,
    *,
    stage: str,
    year: int | None = None,
    group: str = "resident",
    source: str = "",
    whole: bool = True,
) -> Estimate:
    """Return the pupils of each unit and grade from the villages' and the grades' totals.

    Args:
        county: the county.
        units: unit_id and pupils (all grades of the stage).
        grades: grade and pupils (all units); of the same total.
        stage: the stage.
        year: the school year; None: the county's.
        group: the children's group.
        source: where the numbers come from.
        whole: True for whole numbers; totals that are whole hold exactly.

    Raises:
        InputError: with everything that is wrong; both totals are named if they differ.
    """
    (name,) = known_stages(county, [stage])
    findings = Findings()
    of_unit = tidy(UNIT_TOTALS, units, findings)
    of_grade = tidy(GRADE_TOTALS, grades, findings)
    if of_unit is not None:
        known = set(county.units["unit_id"])
        check_known(UNIT_TOTALS, of_unit, "unit_id", known, findings, what="a unit of the county")
    if of_grade is not None:
        known = set(county.stage(name).grades)
        check_known(GRADE_TOTALS, of_grade, "grade", known, findings, what=f"a grade of {name}")
    findings.raise_errors()
    assert of_unit is not None and of_grade is not None
    total, other = float(of_unit["pupils"].sum()), float(of_grade["pupils"].sum())
    _check_totals(county, name, of_grade, total, other)
    cells = of_unit.merge(of_grade, how="cross", suffixes=("", "_of_grade"))
    cells["pupils"] = cells["pupils"] * cells["pupils_of_grade"] / (total or 1.0)
    cells = cells.assign(
        stage=name, year=county.year if year is None else year, group=group, all="all"
    )
    if whole:
        cells = round_rows(cells, ("unit_id", "all"))
    method = "pupils by unit, in grades by the proportions of the whole"
    return Estimate.make(cells, method, source)


def _check_totals(
    county: County, stage: str, of_grade: pd.DataFrame, total: float, other: float
) -> None:
    lacking = [g for g in county.stage(stage).grades if g not in set(of_grade["grade"])]
    if lacking:
        expected = f"every grade of {stage} in the grade totals"
        remedy = "add them, with 0 where there is nobody"
        raise InputError(argument_fault("grades", expected, f"none for {listed(lacking)}", remedy))
    if abs(total - other) > 1e-6 * max(1.0, total):
        expected = f"grade totals that add up to the {total:g} pupils of the units"
        remedy = "find the pupils that only one of the tables counts"
        raise InputError(argument_fault("grades", expected, f"{other:g}", remedy))
