"""Schools: numbers that belong together, and what a site of each status may state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.county.schema import SCHEMA
from zoning.county.vocabulary import BOARD, POINTS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.county.draft import Draft

__all__ = ["check_schools"]


def check_schools(draft: Draft, year: object) -> None:
    """Check beds, posts, costs, years and central schools; adds to the draft's findings.

    Args:
        draft: the tables.
        year: the county's year, as it was stated.
    """
    _check_girls(draft)
    for table in ("schools", "expansions"):
        _check_beds(draft, table)
    _check_boarders(draft)
    _check_wardens(draft)
    _check_costs(draft)
    if isinstance(year, int):
        _check_opens(draft, year)
    _check_central(draft)
    _check_enrolled(draft)
    _check_board_journeys(draft)


def filled(frame: pd.DataFrame, *columns: str) -> NDArray[np.bool_]:
    """Return for each row whether one of the columns holds a number above 0."""
    some: NDArray[np.bool_] = (frame[list(columns)] > 0).any(axis=1).to_numpy(dtype=bool)
    return some


def where(frame: pd.DataFrame, column: str, *values: str) -> NDArray[np.bool_]:
    """Return for each row whether the column holds one of the texts."""
    hit: NDArray[np.bool_] = frame[column].isin(values).to_numpy(dtype=bool)
    return hit


def _check_girls(draft: Draft) -> None:
    if not draft.usable("pupils", "pupils", "girls"):
        return
    frame = draft.tables["pupils"]
    draft.findings.rows(
        SCHEMA["pupils"],
        frame,
        (frame["girls"] > frame["pupils"]).to_numpy(dtype=bool),
        "no more girls than pupils",
        lambda row: f"{frame['girls'].iloc[row]:g} girls of {frame['pupils'].iloc[row]:g} pupils",
        "correct one of the two numbers",
    )


def _check_beds(draft: Draft, table: str) -> None:
    if not draft.usable(table, "beds", "beds_girls", "beds_boys"):
        return
    frame = draft.tables[table]
    by_sex = frame["beds_girls"].fillna(0) + frame["beds_boys"].fillna(0)
    draft.findings.rows(
        SCHEMA[table],
        frame,
        (by_sex > frame["beds"]).to_numpy(dtype=bool),
        "beds_girls and beds_boys to be no more than beds",
        lambda row: f"{by_sex.iloc[row]:g} of {frame['beds'].iloc[row]:g} beds",
        "state in beds all beds together",
    )


def _check_boarders(draft: Draft) -> None:
    columns = ("beds", "beds_girls", "beds_boys", "wardens")
    if not draft.usable("schools", "boarding", *columns):
        return
    frame = draft.tables["schools"]
    draft.findings.rows(
        SCHEMA["schools"],
        frame,
        filled(frame, *columns) & ~frame["boarding"].to_numpy(dtype=bool),
        "beds and wardens only where boarding is true",
        "some, and boarding false",
        "write boarding true, or clear beds and wardens; beds to be built go to expansions",
    )


def _check_wardens(draft: Draft) -> None:
    if not draft.usable("schools", "staff", "wardens"):
        return
    frame = draft.tables["schools"]
    draft.findings.rows(
        SCHEMA["schools"],
        frame,
        (frame["wardens"] > frame["staff"]).to_numpy(dtype=bool),
        "no more wardens than staff, who are all posts together",
        lambda row: f"{frame['wardens'].iloc[row]:g} of {frame['staff'].iloc[row]:g} posts",
        "count the wardens in staff too",
    )


def _check_costs(draft: Draft) -> None:
    schema = SCHEMA["schools"]
    if not draft.usable("schools", "status"):
        return
    frame = draft.tables["schools"]
    stands = where(frame, "status", "existing")
    if draft.usable("schools", "capital_cost"):
        draft.findings.rows(
            schema,
            frame,
            stands & filled(frame, "capital_cost"),
            "capital_cost only of a site that does not stand yet, or is suspended",
            lambda row: f"{frame['capital_cost'].iloc[row]:g} at a school that stands",
            "state in expansions what can be built there, and in repair_cost what repairs cost",
        )
    if draft.usable("schools", "dangerous", "repair_cost"):
        dangerous = frame["dangerous"].to_numpy(dtype=bool)
        draft.findings.rows(
            schema,
            frame,
            dangerous & where(frame, "status", "candidate"),
            "dangerous only of buildings that stand",
            "true of a candidate site",
            "correct dangerous or status",
        )
        draft.findings.rows(
            schema,
            frame,
            frame["repair_cost"].notna().to_numpy(dtype=bool) & ~dangerous,
            "repair_cost only where dangerous is true",
            lambda row: f"{frame['repair_cost'].iloc[row]:g}, and dangerous false",
            "write dangerous true, or clear repair_cost",
        )


def _check_opens(draft: Draft, year: int) -> None:
    if not draft.usable("schools", "status", "opens"):
        return
    schema, frame = SCHEMA["schools"], draft.tables["schools"]
    stands = where(frame, "status", "existing")
    draft.findings.rows(
        schema,
        frame,
        stands & frame["opens"].notna().to_numpy(dtype=bool),
        "opens only of a candidate or suspended school",
        lambda row: f"{frame['opens'].iloc[row]:g} of a school that stands",
        "clear opens, or correct the status",
    )
    draft.findings.rows(
        schema,
        frame,
        ~stands & (frame["opens"] < year).to_numpy(dtype=bool),
        f"opens to be {year}, the county's year, or later",
        lambda row: f"{frame['opens'].iloc[row]:g}",
        "write the first year in which the school can be open, or leave it blank",
    )


def _check_central(draft: Draft) -> None:
    if not draft.usable("schools", "school_id", "central_school", "kind", "status"):
        return
    frame = draft.tables["schools"]
    central = frame["central_school"].to_numpy(dtype="object")
    about = frame.drop_duplicates("school_id").set_index("school_id")
    wrong = np.zeros(len(frame), dtype=bool)
    found: dict[int, str] = {}
    for row in np.flatnonzero((central != "") & np.isin(central, about.index)).tolist():
        school = about.loc[central[row]]
        if central[row] == frame["school_id"].iloc[row]:
            found[row] = "the school itself"
        elif school["kind"] in POINTS:
            found[row] = f"{central[row]}, which is of kind {school['kind']!r}"
        elif school["status"] != "existing":
            found[row] = f"{central[row]}, whose status is {school['status']!r}"
        elif school["central_school"] != "":
            found[row] = f"{central[row]}, which {school['central_school']} manages"
        wrong[row] = row in found
    draft.findings.rows(
        SCHEMA["schools"],
        frame,
        wrong,
        "central_school to be another school that stands, no teaching point, and its own manager",
        found.__getitem__,
        "name the central school of the township, or leave it blank",
    )


def _check_enrolled(draft: Draft) -> None:
    """Nobody sits in a school that is not open."""
    if not (
        draft.usable("school_grades", "school_id", "enrolled")
        and draft.usable("schools", "school_id", "status")
    ):
        return
    schools, frame = draft.tables["schools"], draft.tables["school_grades"]
    closed = set(schools.loc[schools["status"] != "existing", "school_id"])
    draft.findings.rows(
        SCHEMA["school_grades"],
        frame,
        draft.distinct("school_grades", "school_id").isin(closed) & filled(frame, "enrolled"),
        "enrolled pupils only at schools that stand",
        lambda row: f"{frame['enrolled'].iloc[row]:g} at a candidate or suspended school",
        "clear enrolled, or correct the school's status",
    )


def _check_board_journeys(draft: Draft) -> None:
    """A weekly journey leads to beds, or to where beds can be built."""
    if not (
        draft.usable("travel", "school_id", "mode")
        and draft.usable("schools", "school_id", "boarding")
    ):
        return
    schools, frame = draft.tables["schools"], draft.tables["travel"]
    beds = set(schools.loc[schools["boarding"], "school_id"])
    if draft.usable("expansions", "school_id", "beds"):
        built = draft.tables["expansions"]
        beds |= set(built.loc[built["beds"] > 0, "school_id"])
    elif "expansions" in draft.given:
        return
    known = draft.ids("schools", "school_id")
    draft.findings.rows(
        SCHEMA["travel"],
        frame,
        draft.distinct("travel", "mode").isin({BOARD})
        & draft.distinct("travel", "school_id").isin(known - beds),
        f"the mode {BOARD!r}, the weekly journey of boarders, only to schools with boarding true",
        lambda row: f"{frame['school_id'].iloc[row]}, which takes no boarders",
        "write boarding true there, list beds to be built in expansions, or remove the row",
    )
