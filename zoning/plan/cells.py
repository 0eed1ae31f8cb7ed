"""The assignment of a plan: who lives in each cell, and how far each cell's school is.

A cell is a unit in one band of the stage. Everything comes from the county's tables and the list
of cells with their schools; nothing comes from the solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.errors import Fault, InputError
from zoning.plan.boarders import with_boarders
from zoning.plan.goals import Rule
from zoning.plan.sharing import drawn, shares_of

if TYPE_CHECKING:
    from zoning.county import County, StraightLine

__all__ = [
    "ASSIGNMENT_NUMBERS",
    "ASSIGNMENT_TEXTS",
    "band_of_grades",
    "build_assignment",
    "chosen_measure",
    "daily_journeys",
    "grade_pupils",
]

# rows of a travel table that are looked at in one go
ROWS = 1 << 17
ASSIGNMENT_TEXTS = ("unit_id", "stage", "band", "group", "school_id", "mode")
ASSIGNMENT_NUMBERS = ("pupils", "metres", "minutes")
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
_MEASURES = ("minutes", "metres")


def band_of_grades(county: County, stage: str, place: str) -> dict[str, str]:
    """Return grade -> band for the grades that the plan places.

    Args:
        county: the county with its stages.
        stage: name of the stage.
        place: ``"all"`` for every grade, ``"entrants"`` for the entry grade alone.
    """
    which = county.stage(stage)
    grades = which.grades if place == "all" else (which.entry_grade,)
    return {grade: which.band_of(grade) for grade in grades}


def grade_pupils(county: County, stage: str, year: int, place: str) -> pd.DataFrame:
    """Return the pupils placed: unit_id, band, grade, group, pupils."""
    bands = band_of_grades(county, stage, place)
    table = county.placed_pupils
    chosen = (table["stage"] == stage) & (table["year"] == year) & table["grade"].isin(list(bands))
    found = table.loc[chosen, ["unit_id", "grade", "group", "pupils"]]
    return found.assign(band=found["grade"].astype(object).map(bands).astype("str"))


def chosen_measure(county: County, measure: str) -> str:
    """Return `measure`, or the other one if the travel table knows nothing in it."""
    if measure not in _MEASURES:
        fault = Fault(
            "error", "arguments", "measure", '"minutes" or "metres"', repr(measure), "use one"
        )
        raise InputError(fault)
    other = _MEASURES[measure == "minutes"]
    if county.straight_line is not None:
        return other if np.isnan(county.straight_line.scale(measure)) else measure
    known = bool(county.travel[measure].notna().any())
    return measure if known or not county.travel[other].notna().any() else other


def build_assignment(
    county: County,
    *,
    stage: str,
    year: int,
    place: str,
    cells: pd.DataFrame,
    measure: str,
    rules: Sequence[Rule] = (),
) -> pd.DataFrame:
    """Return the assignment table: one row per cell and group of pupils.

    A cell without pupils has one row with group ``""`` and 0 pupils; a cell that `cells` leaves
    out has the school ``""``. Journeys are NaN where the travel table has none.

    Args:
        county: the county.
        stage: name of the stage.
        year: year of the pupils.
        place: ``"all"`` or ``"entrants"``.
        cells: unit_id, band, school_id (or the name of a shared zone), one row per cell.
        measure: ``"minutes"`` or ``"metres"``: which mode of travel is the nearest.
        rules: the plan's rules: with the rule boarding, who lives too far boards; with the rule
            shared-zones, a cell of a zone has rows for each of its schools, with expected pupils.

    Raises:
        InputError: unknown unit, band or school, or a cell given twice.
    """
    bands = list(dict.fromkeys(band_of_grades(county, stage, place).values()))
    units = county.units["unit_id"].astype("str")
    placed = cells[["unit_id", "band", "school_id"]].astype("str")
    placed = placed[placed["school_id"] != ""]
    known = set(county.schools["school_id"].astype("str")) | shares_of(rules).keys()
    _check(placed, set(units), set(bands), known)
    frame = pd.MultiIndex.from_product([units, bands], names=["unit_id", "band"]).to_frame(
        index=False
    )
    frame = frame.astype("str").assign(order=np.arange(len(frame)))
    frame = frame.merge(placed, on=["unit_id", "band"], how="left")
    frame = frame.merge(_group_pupils(county, stage, year, place), how="left")
    frame = frame.sort_values(["order", "group"], kind="stable", ignore_index=True)
    frame = frame.fillna({"school_id": "", "group": "", "pupils": 0.0})
    frame = drawn(frame, rules).assign(stage=stage, year=year)
    journeys = daily_journeys(county, frame, measure)
    if county.straight_line is None:
        journeys = with_boarders(
            county, frame, journeys, rules, stage=stage, year=year, measure=measure
        )
    return _typed(pd.concat([frame, journeys], axis=1)[list(_COLUMNS)])


def daily_journeys(county: County, pairs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return mode, metres, minutes of each row's unit_id and school_id, in their order."""
    if county.straight_line is not None:
        return _straight_journeys(county, county.straight_line, pairs)
    return _least_journeys(county.travel, pairs, measure)


def _group_pupils(county: County, stage: str, year: int, place: str) -> pd.DataFrame:
    keys = ["unit_id", "band", "group"]
    pupils = grade_pupils(county, stage, year, place)
    pupils = pupils.astype({"unit_id": "str", "group": "str"})
    totals = pupils.groupby(keys, sort=False)["pupils"].sum().reset_index()
    return totals[totals["pupils"] > 0]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = dict.fromkeys(ASSIGNMENT_TEXTS, "str")
    numbers = dict.fromkeys(ASSIGNMENT_NUMBERS, "float64")
    return frame.astype({**texts, **numbers, "year": "int64"})


def _least_journeys(travel: pd.DataFrame, pairs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return mode, metres, minutes of the nearest daily mode for each row of `pairs`, in order."""
    units = travel["unit_id"].astype("category").cat
    schools = travel["school_id"].astype("category").cat
    width = len(schools.categories)
    unit_codes = units.categories.get_indexer(pd.Index(pairs["unit_id"]))
    school_codes = schools.categories.get_indexer(pd.Index(pairs["school_id"]))
    wanted = unit_codes.astype(np.int64) * width + school_codes
    wanted[(unit_codes < 0) | (school_codes < 0)] = -1
    keys = units.codes.to_numpy(np.int64)  # one array of the table's length, and no other
    keys *= width
    keys += schools.codes.to_numpy()
    sought = np.unique(wanted)
    near = np.concatenate(
        [np.isin(keys[k : k + ROWS], sought) for k in range(0, max(len(keys), 1), ROWS)]
    ) & (travel["mode"] != BOARD).to_numpy(dtype=bool)
    found = travel.loc[near, ["mode", "metres", "minutes"]].assign(key=keys[near])
    found = found.astype({"mode": "str"}).sort_values(["key", measure, "mode"])
    found = found.drop_duplicates("key").set_index("key").reindex(wanted)
    return found.reset_index(drop=True).fillna({"mode": ""})


def _straight_journeys(county: County, rule: StraightLine, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return mode, metres, minutes by straight line for each row of `pairs`, in their order."""
    from zoning.county.straight_line import STRAIGHT_LINE, straight_line_points

    begin, end = straight_line_points(county.units, county.schools, county.metric_crs)
    unit = pd.Index(county.units["unit_id"]).get_indexer(pd.Index(pairs["unit_id"]))
    school = pd.Index(county.schools["school_id"]).get_indexer(pd.Index(pairs["school_id"]))
    between = np.linalg.norm(begin[unit] - end[school], axis=1)
    between[school < 0] = np.nan
    return pd.DataFrame(
        {
            "mode": np.where(school < 0, "", STRAIGHT_LINE),
            "metres": rule.scale("metres") * between,
            "minutes": rule.scale("minutes") * between,
        }
    )


def _check(cells: pd.DataFrame, units: set[str], bands: set[str], schools: set[str]) -> None:
    """Raise InputError for what cannot stand in an assignment at all."""
    faults = []
    for column, known in (("unit_id", units), ("band", bands), ("school_id", schools)):
        unknown = sorted(set(cells[column]) - known)
        for value in unknown[:20]:
            expected = f"a {column} of the county" if column != "band" else "a band that is placed"
            faults.append(
                Fault("error", "cells", f"{column} {value}", expected, value, "correct the id")
            )
    twice = cells[cells.duplicated(["unit_id", "band"])]
    for unit, band in zip(twice["unit_id"][:20], twice["band"][:20], strict=True):
        where = f"unit {unit}, band {band}"
        faults.append(
            Fault("error", "cells", where, "one school per cell", "two", "keep one of the rows")
        )
    if faults:
        raise InputError(faults)
