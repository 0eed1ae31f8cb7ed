"""A small county with every table of decisions, for tests of what they may hold."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.builders import GRADES, grid_county
from zoning.county import County, Stage
from zoning.errors import Fault, InputError

NAN = float("nan")


def decided_county() -> County:
    """Make a county of 4 x 1 units and five schools, with a row in every table of decisions.

    s1 is a boarding central school, s2 a point it manages, s3 a candidate site of a
    nine-year school, s4 a junior school, s5 a suspended point.
    """
    base = grid_county(
        4,
        2,
        [(0, 0, NAN), (1, 0, NAN), (2, 0, NAN), (3, 0, NAN), (0, 1, NAN)],
        bands={"lower": ("1", "2", "3"), "upper": ("4", "5", "6")},
    )
    lower = [(school, "primary", grade) for school in ("s2", "s5") for grade in "123"]
    primary = [(school, "primary", grade) for school in ("s1", "s3") for grade in GRADES]
    junior = [(school, "junior", grade) for school in ("s3", "s4") for grade in "789"]
    grades = pd.DataFrame([*primary, *lower, *junior], columns=["school_id", "stage", "grade"])
    grades["enrolled"] = [
        9.0 if school in ("s1", "s2", "s4") else NAN for school in grades.school_id
    ]
    kinds = ["complete-primary", "teaching-point", "nine-year", "junior", "teaching-point"]
    schools = base.schools.assign(
        kind=kinds,
        status=["existing", "existing", "candidate", "existing", "suspended"],
        boarding=[True, False, True, True, False],
        beds=[60.0, NAN, 100.0, 80.0, NAN],
        beds_girls=[30.0, NAN, NAN, 40.0, NAN],
        beds_boys=[30.0, NAN, NAN, 40.0, NAN],
        canteen=[90.0, 12.0, 200.0, 100.0, NAN],
        staff=[12.0, 2.0, NAN, 20.0, NAN],
        wardens=[1.0, NAN, NAN, 2.0, NAN],
        central_school=["", "s1", "", "", "s1"],
        capital_cost=[0.0, 0.0, 5e6, 0.0, 1e5],
        dangerous=[False, True, False, False, False],
        repair_cost=[NAN, 3e5, NAN, NAN, NAN],
        opens=[NAN, NAN, 2026.0, NAN, 2025.0],
        quality=[True, False, False, False, False],
    )
    extra = base.travel.astype({"unit_id": str, "school_id": str, "mode": str})
    board = extra[extra["school_id"].isin(["s1", "s2"])].assign(mode="board")
    today = base.assignments
    today["school_id"] = "s1"
    return base.replace(
        stages=(*base.stages, Stage("junior", ("7", "8", "9"))),
        schools=schools,
        school_grades=grades,
        school_stages=None,
        travel=pd.concat([extra, board]),
        assignments=today,
        pupils=base.pupils.assign(girls=1.0),
        **decisions(),
    )


def decisions() -> dict[str, pd.DataFrame]:
    """Return every table of decisions with a row or two."""
    return {
        "school_years": pd.DataFrame(
            {"school_id": ["s1", "s4"], "stage": ["", "junior"], "year": [2025, 2026],
             "rooms": [8.0, NAN], "seats": [NAN, 150.0]}
        ),
        "expansions": pd.DataFrame(
            {"school_id": ["s1", "s2", "s4"], "option": ["wing", "dormitory", "hut"],
             "classes": [6, NAN, 1], "beds": [NAN, 20.0, NAN], "beds_girls": [NAN, 10.0, NAN],
             "beds_boys": [NAN, 10.0, NAN], "cost": [2e6, 1e6, 2e5], "lead_years": [2, 1, NAN],
             "most": [2, NAN, 3], "temporary": [False, False, True]}
        ),
        "vetoes": pd.DataFrame(
            {"school_id": ["s2", "s3", "s5"], "action": ["close", "open", "restore"],
             "reason": ["hearing-against", "other", "unsafe-road"],
             "source": ["hearing of 3 May", "", ""],
             "from_year": [NAN, 2024, NAN], "until_year": [2026, 2024, NAN]}
        ),
        "receivers": pd.DataFrame(
            {"school_id": ["s2", "s1"], "purpose": ["merge", "overflow"],
             "receiver": ["s1", "s3"], "rank": [1, NAN]}
        ),
        "exemptions": pd.DataFrame(
            {"unit_id": ["u0300", "u0200"], "stage": "primary", "grade": ["", "3"]}
        ),
        "housing": pd.DataFrame(
            {"complex_id": ["h1", "h1", "h2"], "unit_id": ["u0200", "u0200", "u0100"],
             "stage": ["primary", "junior", "primary"], "year": [2026, 2026, 2024],
             "children": [30.0, 15.0, NAN], "dwellings": [NAN, NAN, 90.0],
             "companion": ["s3", "s3", ""]}
        ),
        "feeders": pd.DataFrame(
            {"school_id": ["s1", "s1"], "stage": "primary", "feeds": ["s4", "s3"]}
        ),
        "shared_zones": pd.DataFrame(
            {"zone": "south", "stage": "primary", "school_id": ["s1", "s3"]}
        ),
        "groups": pd.DataFrame(
            {"group": ["resident"], "rank": [1], "protected": [True]}
        ),
    }  # fmt: skip


def faults(county: County, **changes: Any) -> tuple[Fault, ...]:
    """Return what is wrong with a county when it is changed so."""
    with pytest.raises(InputError) as caught:
        county.replace(**changes)
    return caught.value.faults


def changed(county: County, table: str, row: int, **cells: Any) -> Any:
    """Return a table of the county with some cells of one row set otherwise."""
    frame = county.table(table)
    for column, value in cells.items():
        if frame[column].dtype != "object":
            frame[column] = frame[column].astype("object")
        frame.loc[row, column] = value
    return frame
