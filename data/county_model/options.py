"""Tables of decisions that every drawn county has: what can be built, closed and joined."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .boarding import feeders
from .drawn import BOTH, Drawn, School
from .facilities import dormitory, temporary, wing
from .facts import FloatArray

WING, POINT_WING = 3, 1  # classes
DORMITORY = 40  # beds


def expansions(schools: tuple[School, ...], wings: int = 2, dormitories: int = 3) -> pd.DataFrame:
    """Return what can be built at the schools that stand.

    Wings at complete and junior schools, up to three rooms at a teaching point, which may become
    a complete school by them; dormitories where children board; temporary classrooms.

    Args:
        schools: every school.
        wings: most wings at a school.
        dormitories: most dormitories at a school.
    """
    rows = []
    for school in schools:
        if school.status != "existing":
            continue
        point = school.kind == "teaching-point"
        rows.append(wing(school, POINT_WING if point else WING, 3 if point else wings))
        if school.boarding:
            rows.append(dormitory(school, DORMITORY, dormitories))
        if not point:
            rows.append(temporary(school))
    table = pd.DataFrame(rows)
    whole = [
        "classes", "beds", "beds_girls", "beds_boys", "canteen", "cost", "yearly_cost",
        "lead_years", "most", "sports_area",
    ]  # fmt: skip
    table = table.astype(dict.fromkeys(whole, "Int64"))
    return table.assign(temporary=table["temporary"].eq(True))


def merge_receivers(drawn: Drawn, road: FloatArray, named: list[str]) -> list[dict[str, object]]:
    """Return for each named point the two nearest complete schools, the nearest first."""
    complete = [
        row for row, school in enumerate(drawn.schools)
        if school.status == "existing" and school.teaches("primary-upper")
    ]  # fmt: skip
    rows: list[dict[str, object]] = []
    for school in drawn.schools:
        if school.school_id not in named:
            continue
        far = road[school.village, [drawn.schools[row].village for row in complete]]
        for rank, place in enumerate(np.argsort(far, kind="stable")[:2].tolist(), start=1):
            receiver = drawn.schools[complete[place]].school_id
            rows.append(
                {
                    "school_id": school.school_id,
                    "purpose": "merge",
                    "receiver": receiver,
                    "rank": rank,
                }
            )
    return rows


def feeder_table(drawn: Drawn) -> pd.DataFrame:
    """Return today's feeders."""
    today = drawn.plans["today"]
    leavers = drawn.pupils[0][:, BOTH.index(6)]
    rows = feeders(drawn.schools, today["primary-upper"], today["junior"], leavers)
    return pd.DataFrame(rows)


def vetoes(rows: list[tuple[str, str, str, str, int | None]]) -> pd.DataFrame:
    """Return vetoes: school, action, reason, source and the last year."""
    names = ["school_id", "action", "reason", "source", "until_year"]
    return pd.DataFrame(rows, columns=names).astype({"until_year": "Int64"})
