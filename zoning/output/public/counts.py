"""How many pupils a public notice may tell: by school and grade, and by unit.

All numbers are sums of whole children by unit and grade, so they agree with each other; estimates
with fractions are rounded first (see `zoning.children.rounding`). Groups are never told apart, and
neither seats nor utilisation are given beside them: pupils would follow from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.children.rounding import round_cells
from zoning.errors import Fault, InputError
from zoning.output.public.masking import UnprotectedError, masked_cells
from zoning.plan.cells import grade_pupils

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["TOTAL", "Counts", "public_counts"]

TOTAL: Final = ""
"""Stands for all schools, units, bands or grades in a cell's name."""

Name = tuple[str, str, str]
"""(school_id, unit_id or `TOTAL`, band or grade or `TOTAL`); a band is written ``"band:..."``."""
_UNIT, _SCHOOL_GRADE, _SCHOOL_BAND, _SCHOOL = 1.0, 20.0, 100.0, 200.0
"""Loss when a cell of this kind is masked for another's sake; plus its share of the largest."""


@dataclass(frozen=True)
class Counts:
    """Pupils that may be published.

    Attributes:
        values: cell -> pupils; None where it is masked.
        grades: the grades that are told apart; empty if there is only one.
        bands: the bands of the plan.
    """

    values: dict[Name, int | None]
    grades: tuple[str, ...]
    bands: tuple[str, ...]

    @property
    def masked(self) -> int:
        """How many cells are masked."""
        return sum(value is None for value in self.values.values())


def public_counts(plan: Plan, county: County, threshold: int) -> Counts:
    """Return the pupils by school, grade and unit, small ones masked against subtraction.

    The county's totals stay open, since they are known from other publications.

    Raises:
        InputError: a small number cannot be hidden because the county's totals give it away.
    """
    children = _whole_children(plan, county)
    bands = tuple(dict.fromkeys(plan.assignment["band"]))
    grades = tuple(dict.fromkeys(children["grade"]))
    grades = grades if len(grades) > 1 else ()
    values, relations = _cells(children, plan, bands, grades)
    names = list(values)
    numbers = np.array([values[name] for name in names], dtype=float)
    known = np.array([name[0] == TOTAL for name in names], dtype=bool)
    try:
        masked = masked_cells(
            numbers,
            _matrix(relations, names),
            threshold=threshold,
            weights=_weights(names, numbers),
            known=known,
        )
    except UnprotectedError as error:
        raise InputError(_unprotected(names[error.cell], threshold)) from None
    shown = zip(names, numbers.tolist(), masked.tolist(), strict=True)
    return Counts({name: None if hide else int(n) for name, n, hide in shown}, grades, bands)


def _whole_children(plan: Plan, county: County) -> pd.DataFrame:
    """Return unit_id, band, grade, school_id, pupils: whole numbers that keep all margins."""
    pupils = grade_pupils(county, plan.stage, plan.year, plan.place).astype({"unit_id": "str"})
    keys = ["unit_id", "band", "grade"]
    summed = pupils.groupby(keys, as_index=False)[["pupils"]].sum()
    rows = summed.merge(plan.cells, on=["unit_id", "band"])
    order = {grade: at for at, grade in enumerate(county.stage(plan.stage).grades)}
    rows = rows.sort_values(
        ["grade", "unit_id"], key=lambda c: c.map(order) if c.name == "grade" else c
    )
    if not len(rows):
        return rows
    label = {
        name: rows.groupby(list(columns), sort=False).ngroup().to_numpy()
        for name, columns in {
            "unit": ("unit_id", "band"),
            "zone": ("school_id", "band"),
            "school": ("school_id",),
            "cell": ("school_id", "grade"),
            "grade": ("grade",),
        }.items()
    }
    whole = round_cells(
        rows["pupils"].to_numpy(),
        rows=[label["unit"], label["zone"], label["school"]],
        columns=[label["cell"], label["grade"]],
    )
    return rows.assign(pupils=whole)


def _cells(
    children: pd.DataFrame, plan: Plan, bands: tuple[str, ...], grades: tuple[str, ...]
) -> tuple[dict[Name, int], list[tuple[Name, list[Name]]]]:
    """Return the cells, and the sums among them as (total, its parts)."""
    values: dict[Name, int] = {}
    parts: dict[Name, set[tuple[str, Name]]] = {}

    def add(total: Name, kind: str, part: Name) -> None:
        parts.setdefault(total, set()).add((kind, part))

    cells = plan.cells.to_dict("records")
    for cell in cells:  # also those without children
        values[cell["school_id"], cell["unit_id"], f"band:{cell['band']}"] = 0
    for row in children.to_dict("records"):
        school, unit, band = row["school_id"], row["unit_id"], f"band:{row['band']}"
        zone = (school, TOTAL, band)
        of_grade = [(school, TOTAL, row["grade"]), (TOTAL, TOTAL, row["grade"])] if grades else []
        whole = [zone, (school, TOTAL, TOTAL), (TOTAL, TOTAL, TOTAL)]
        for name in ((school, unit, band), *of_grade, *whole):
            values[name] = values.get(name, 0) + int(row["pupils"])
        add(zone, "units", (school, unit, band))
        add((school, TOTAL, TOTAL), "bands", zone)
        add((TOTAL, TOTAL, TOTAL), "schools", (school, TOTAL, TOTAL))
        if grades:
            add(zone, "grades", of_grade[0])
            add(of_grade[1], "schools", of_grade[0])
            add((TOTAL, TOTAL, TOTAL), "grades", of_grade[1])
    relations = []
    for total, members in parts.items():
        for kind in sorted({kind for kind, _ in members}):
            relations.append((total, sorted(name for its, name in members if its == kind)))
    return values, relations


def _matrix(relations: list[tuple[Name, list[Name]]], names: list[Name]) -> object:
    from scipy.sparse import csr_array

    place = {name: at for at, name in enumerate(names)}
    row, column, sign = [], [], []
    for at, (total, members) in enumerate(relations):
        row += [at] * (len(members) + 1)
        column += [place[total], *(place[name] for name in members)]
        sign += [-1.0, *([1.0] * len(members))]
    return csr_array((sign, (row, column)), shape=(len(relations), len(names)))


def _weights(names: list[Name], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is lost with each cell: a unit's number rather than a school's, small first."""

    def kind(name: Name) -> float:
        if name[1] != TOTAL:
            return _UNIT
        if name[2] == TOTAL:
            return _SCHOOL
        return _SCHOOL_BAND if name[2].startswith("band:") else _SCHOOL_GRADE

    share = numbers / max(float(numbers.max(initial=0.0)), 1.0)
    return np.array([kind(name) for name in names]) * (1.0 + share)


def _unprotected(name: Name, threshold: int) -> Fault:
    school, unit, which = name
    where = ", ".join(
        text
        for text in (
            f"school {school}",
            f"unit {unit}" if unit else "",
            which.removeprefix("band:"),
        )
        if text
    )
    return Fault(
        "error",
        "pupils",
        where,
        f"enough other pupils to hide a number below {threshold}",
        "the county's own total gives it away",
        "publish without numbers of pupils (counts=False, --no-counts), or lower the threshold",
    )
