"""The tables of a plan: its schools, who moves, and the indicators.

All are computed from the assignment and the county, never from a solver's variables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.plan.cells import band_of_grades, grade_pupils
from zoning.plan.classes import ClassSizes, Teaching, form_classes, places_for_entrants
from zoning.plan.goals import Rule
from zoning.plan.pieces import Zone
from zoning.plan.sharing import by_zone, drawn

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["INDICATORS", "indicators", "moved_table", "school_classes", "school_table"]

INDICATORS: Mapping[str, str] = {
    "pupils": "pupils placed",
    "pupil_minutes": "sum of journeys one way, minutes",
    "pupil_metres": "sum of journeys one way, metres",
    "mean_minutes": "mean journey of a pupil, minutes",
    "mean_metres": "mean journey of a pupil, metres",
    "longest_minutes": "longest journey of a pupil, minutes",
    "longest_metres": "longest journey of a pupil, metres",
    "moved": "pupils whose school differs from today's",
    "moved_share": "moved / pupils who have a school today",
    "schools_over_seats": "schools with more pupils than seats",
    "pupils_over_seats": "pupils beyond the seats of their schools",
    "utilisation_min": "least pupils / seats of a school with known seats",
    "utilisation_max": "largest pupils / seats of a school with known seats",
    "largest_class": "pupils in the largest class",
    "large_class_limit": "more pupils than this make a large class",
    "large_classes": "classes above the limit",
    "zones_in_pieces": "zones (school and band) in more than one piece",
    "pupils_without_journey": "pupils whose journey the travel table does not know",
}
"""Indicator -> what it says. NaN where the county does not know enough."""

_TOLERANCE = 1e-6
Loads = Mapping[str, Mapping[str, float]]
"""School -> grade -> pupils, those from outside included."""


def today_schools(county: County, stage: str) -> pd.DataFrame:
    """Return today's schools of the stage: unit_id, band, from_school."""
    today = county.today
    rows = today.loc[today["stage"] == stage, ["unit_id", "band", "school_id"]].astype("str")
    return rows.rename(columns={"school_id": "from_school"})


def moved_table(
    county: County, assignment: pd.DataFrame, stage: str, zone_of: Mapping[str, str]
) -> pd.DataFrame:
    """Return the cells whose school differs from today's, in the county's order of units.

    Columns: unit_id, name, band, from_school, to_school, pupils. A cell without a school today
    has not moved; a cell without pupils is listed too, since its zone changes. A cell whose
    school today shares a zone (``zone_of``: school -> zone) has not moved if it is in that zone;
    the name of a zone may stand in ``assignment`` and in to_school.
    """
    keys = ["unit_id", "band", "school_id"]
    cells = assignment.groupby(keys, sort=False)["pupils"].sum().reset_index()
    cells = cells.merge(today_schools(county, stage), on=["unit_id", "band"], how="inner")
    before = pd.Series([zone_of.get(s, s) for s in cells["from_school"]], index=cells.index)
    cells = cells[(before != cells["school_id"]) & (cells["school_id"] != "")]
    units = county.units[["unit_id", "name"]].astype("str")
    table = cells.merge(pd.DataFrame(units), on="unit_id", how="left")
    table = table.rename(columns={"school_id": "to_school"})
    columns = ["unit_id", "name", "band", "from_school", "to_school", "pupils"]
    return table[columns].reset_index(drop=True)


def school_classes(
    county: County,
    teaching: Mapping[str, Teaching],
    assignment: pd.DataFrame,
    *,
    stage: str,
    year: int,
    place: str,
    closed: frozenset[str] = frozenset(),
    rules: Sequence[Rule] = (),
) -> tuple[Loads, dict[str, ClassSizes]]:
    """Return the pupils by school and grade, and the classes they form; none where closed."""
    bands = band_of_grades(county, stage, place)
    loads = {
        school: {
            grade: about.outside[grade]
            for grade in about.grades
            if grade in bands and school not in closed
        }
        for school, about in teaching.items()
    }
    cells = assignment.drop_duplicates(["unit_id", "band"])[["unit_id", "band", "school_id"]]
    pupils = grade_pupils(county, stage, year, place).astype({"unit_id": "str"})
    placed = drawn(pupils.merge(by_zone(cells, rules), on=["unit_id", "band"]), rules)
    totals = placed.groupby(["school_id", "grade"])["pupils"].sum().reset_index()
    columns = (totals[column].tolist() for column in ("school_id", "grade", "pupils"))
    for school, grade, number in zip(*columns, strict=True):
        if school in loads and number > 0:
            loads[school][grade] = loads[school].get(grade, 0.0) + number
    classes = {
        school: ClassSizes(0.0, ())
        if school in closed
        else form_classes(about, loads[school], place)
        for school, about in teaching.items()
    }
    return loads, classes


def school_table(
    county: County,
    assignment: pd.DataFrame,
    moved: pd.DataFrame,
    teaching: Mapping[str, Teaching],
    classes: Mapping[str, ClassSizes],
    *,
    stage: str,
    place: str,
    class_limits: Mapping[str, float] | None,
    closed: frozenset[str] | None,
) -> pd.DataFrame:
    """Return one row per school of the stage, in the county's order of schools.

    `seats` are those of the stage; where only entrants are placed they are the places for entrants
    (NaN unless the model has a rule on the intake), so that `utilisation` compares like with like.
    With ``closed`` (the schools without any unit that need not be open) a column ``state`` says
    which schools are open; a closed one has no pupils, not even from outside, and no classes.
    Journeys are means over pupils (not units), NaN without pupils or travel figures.
    """
    bands = band_of_grades(county, stage, place)
    about = county.schools.set_index("school_id")
    rows = []
    for school, figures in teaching.items():
        shut = closed is not None and school in closed
        outside = math.fsum(n for g, n in figures.outside.items() if g in bands and not shut)
        seats = figures.seats
        if place == "entrants":
            seats = math.nan
            if class_limits is not None:
                seats = places_for_entrants(figures, class_limits, stage)
        rows.append(
            {
                "school_id": school,
                "name": str(about.loc[school, "name"]),
                "kind": figures.kind,
                "stage": stage,
                "state": "closed" if shut else "open",
                "outside": outside,
                "seats": seats,
                "classes": classes[school].classes,
                "largest_class": classes[school].largest,
            }
        )
    table = pd.DataFrame(rows).merge(_travel_by_school(assignment), on="school_id", how="left")
    table = table.fillna({"pupils": 0.0, "units": 0})
    used = (table["pupils"] + table["outside"]) / table["seats"].replace(0, np.nan)
    table["utilisation"] = used.where(table["state"] == "open")
    for column, end in (("moved_in", "to_school"), ("moved_out", "from_school")):
        pupils = moved.groupby(end)["pupils"].sum()
        table[column] = pupils.reindex(table["school_id"]).fillna(0.0).to_numpy()
    return _arranged(table if closed is not None else table.drop(columns="state"))


_TEXTS = ("school_id", "name", "kind", "stage", "state")
_ORDER = (
    *_TEXTS,
    "pupils",
    "outside",
    "seats",
    "utilisation",
    "classes",
    "largest_class",
    "mean_metres",
    "longest_metres",
    "mean_minutes",
    "longest_minutes",
    "units",
    "moved_in",
    "moved_out",
)


def _arranged(table: pd.DataFrame) -> pd.DataFrame:
    order = [column for column in _ORDER if column in table]
    types = {column: "str" if column in _TEXTS else "float64" for column in order}
    return table[order].astype({**types, "units": "int64"})


def _travel_by_school(assignment: pd.DataFrame) -> pd.DataFrame:
    """Return pupils, units and journeys by school."""
    groups = assignment.groupby("school_id", sort=False)
    table = pd.DataFrame({"pupils": groups["pupils"].sum(), "units": groups["unit_id"].nunique()})
    peopled = assignment[(assignment["pupils"] > 0) & (assignment["mode"] != BOARD)]
    for measure in ("metres", "minutes"):
        known = peopled[peopled[measure].notna()]
        work = (known["pupils"] * known[measure]).groupby(known["school_id"]).sum()
        weight = known.groupby("school_id")["pupils"].sum()
        table[f"mean_{measure}"] = work / weight
        table[f"longest_{measure}"] = known.groupby("school_id")[measure].max()
    return table.reset_index()


def indicators(
    county: County,
    assignment: pd.DataFrame,
    schools: pd.DataFrame,
    classes: Mapping[str, ClassSizes],
    *,
    stage: str,
    moved: pd.DataFrame,
    pieces: Mapping[Zone, int],
    large_class: float,
) -> dict[str, float]:
    """Return the plan's figures, the keys of `INDICATORS` in that order."""
    pupils = math.fsum(assignment["pupils"])
    figures = {"pupils": pupils, **_journeys(assignment)}
    with_school = assignment.merge(today_schools(county, stage), on=["unit_id", "band"])
    had_school = float(with_school["pupils"].sum())
    figures["moved"] = float(moved["pupils"].sum())
    figures["moved_share"] = figures["moved"] / had_school if had_school else 0.0
    over = (schools["pupils"] + schools["outside"] - schools["seats"]).fillna(0.0).clip(lower=0)
    figures["schools_over_seats"] = float((over > _TOLERANCE * schools["seats"].clip(1)).sum())
    figures["pupils_over_seats"] = float(over.sum())
    figures["utilisation_min"] = float(schools["utilisation"].min())
    figures["utilisation_max"] = float(schools["utilisation"].max())
    figures["largest_class"] = float(schools["largest_class"].max())
    figures["large_class_limit"] = large_class
    figures["large_classes"] = _large_classes(classes, large_class)
    figures["zones_in_pieces"] = float(sum(count > 1 for count in pieces.values()))
    peopled = assignment[assignment["pupils"] > 0]
    unknown = peopled["metres"].isna() & peopled["minutes"].isna()
    figures["pupils_without_journey"] = float(peopled.loc[unknown, "pupils"].sum())
    return {name: figures[name] for name in INDICATORS}


def _journeys(assignment: pd.DataFrame) -> dict[str, float]:
    """Return the sums, means and maxima over pupils whose daily journey is known."""
    figures = {}
    peopled = assignment[(assignment["pupils"] > 0) & (assignment["mode"] != BOARD)]
    for measure in ("minutes", "metres"):
        known = peopled[peopled[measure].notna()]
        work = float((known["pupils"] * known[measure]).sum())
        weight = float(known["pupils"].sum())
        unknown = known.empty and not peopled.empty
        figures[f"pupil_{measure}"] = math.nan if unknown else work
        figures[f"mean_{measure}"] = work / weight if weight else math.nan
        figures[f"longest_{measure}"] = float(known[measure].max())
    return figures


def _large_classes(classes: Mapping[str, ClassSizes], limit: float) -> float:
    if math.isnan(limit) or all(math.isnan(sizes.classes) for sizes in classes.values()):
        return math.nan
    return float(sum(sizes.above(limit) for sizes in classes.values()))
