"""The county's tables of decisions; all of it assumed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from county_model.drawn import BOTH, Drawn, School, loads
from county_model.facts import GRADES, JUNIOR, YEAR, FloatArray
from county_model.options import expansions, feeder_table, merge_receivers, vetoes

NAMED = ["T01", "T04", "T05", "T08", "T11", "T16"]  # points with named receivers
DWELLINGS = 600
BUILDING = 3  # classes of a wing that is being built


def decisions(drawn: Drawn, road: FloatArray, companion: School) -> dict[str, pd.DataFrame]:
    """Return every table of decisions.

    Args:
        drawn: the county without them.
        road: road metres between villages.
        companion: the site that goes with new housing.
    """
    overflow = _overflow(drawn, road)
    return {
        "school_years": _wing_being_built(drawn),
        "expansions": expansions(drawn.schools),
        "vetoes": vetoes(
            [
                ("T05", "close", "hearing-against", "听证会记录(模拟)2020-05", YEAR + 2),
                ("T09", "close", "unsafe-road", "冬季山路结冰(模拟)", None),
                ("T13", "close", "hearing-against", "听证会记录(模拟)2020-06", YEAR + 1),
                ("P06", "expand", "other", "用地不足(模拟)", None),
            ]
        ),
        "receivers": pd.DataFrame([*merge_receivers(drawn, road, NAMED), *overflow]),
        "housing": _housing(drawn, companion),
        "feeders": feeder_table(drawn),
        "shared_zones": pd.DataFrame(
            {"zone": "积石镇初中", "stage": "junior", "school_id": ["J01", "J02"]}
        ),
    }


def _overflow(drawn: Drawn, road: FloatArray) -> list[dict[str, object]]:
    """Return for each primary school that is too full today the nearest that is not."""
    load = loads(drawn.plans["today"], drawn.pupils[0], len(drawn.schools)).sum(axis=1)
    seats = np.array([school.seats.get("primary", 0) for school in drawn.schools])
    whole = np.array(
        [s.kind == "complete-primary" and s.status == "existing" for s in drawn.schools]
    )
    villages = np.array([school.village for school in drawn.schools])
    rows: list[dict[str, object]] = []
    spare = np.flatnonzero(whole & (load < seats))
    for row in np.flatnonzero(whole & (load > seats)).tolist():
        near = spare[np.argmin(road[villages[row], villages[spare]])]
        rows.append(
            {
                "school_id": drawn.schools[row].school_id,
                "purpose": "overflow",
                "receiver": drawn.schools[near].school_id,
                "rank": 1,
            }
        )
    return rows


def _wing_being_built(drawn: Drawn) -> pd.DataFrame:
    """Return the rooms and seats of the fullest complete school from the next year on."""
    load = loads(drawn.plans["today"], drawn.pupils[0], len(drawn.schools)).sum(axis=1)
    over = [
        load[row] - school.seats["primary"]
        if school.kind == "complete-primary" and school.status == "existing"
        else -np.inf
        for row, school in enumerate(drawn.schools)
    ]
    school = drawn.schools[int(np.argmax(over))]
    rows = [
        (school.school_id, "", YEAR + 1, None, school.rooms + BUILDING),
        (school.school_id, "primary", YEAR + 1, school.seats["primary"] + 45 * BUILDING, None),
    ]
    names = ["school_id", "stage", "year", "seats", "rooms"]
    return pd.DataFrame(rows, columns=names).astype({"seats": "Int64", "rooms": "Int64"})


def _housing(drawn: Drawn, companion: School) -> pd.DataFrame:
    """Return the complex that takes all who move to town in its year, as counted in pupils."""
    year = int(str(companion.more["opens"]))
    at, village = year - YEAR, companion.village
    came = drawn.pupils[at, village, 1:] - drawn.pupils[at - 1, village, :-1]
    by_grade = dict(zip(BOTH[1:], came.tolist(), strict=True))
    rows = [
        {
            "complex_id": "H01",
            "name": "模拟小区",
            "unit_id": drawn.facts.villages["code"].iloc[village],
            "stage": stage,
            "year": year,
            "dwellings": DWELLINGS,
            "children": sum(by_grade.get(grade, 0) for grade in grades),
            "companion": companion.school_id if stage == "primary" else "",
        }
        for stage, grades in (("primary", GRADES), ("junior", JUNIOR))
    ]
    return pd.DataFrame(rows)
