"""The county's tables of decisions; all of it assumed."""

from __future__ import annotations

import pandas as pd
from county_model.drawn import Drawn
from county_model.facts import YEAR, FloatArray
from county_model.options import expansions, feeder_table, merge_receivers, vetoes

NAMED = ["T01", "T03"]  # points with named receivers
NEW_BEDS = 40  # of a dormitory that is being built


def decisions(drawn: Drawn, road: FloatArray, exempt: list[int]) -> dict[str, pd.DataFrame]:
    """Return every table of decisions.

    Args:
        drawn: the county without them.
        road: road metres between villages.
        exempt: villages from which no school is within the limit of grades 1 to 3.
    """
    return {
        "school_years": _dormitory_being_built(drawn),
        # grades 7 to 9 grow by a third until 2025
        "expansions": expansions(drawn.schools, wings=4, dormitories=6),
        "vetoes": vetoes(
            [
                ("T02", "close", "hearing-against", "听证会记录(模拟)2020-04", YEAR + 2),
                ("T05", "close", "unsafe-road", "冬季大雪封山(模拟)", None),
            ]
        ),
        "receivers": pd.DataFrame(merge_receivers(drawn, road, NAMED)),
        "exemptions": pd.DataFrame(
            {
                "unit_id": drawn.facts.villages["code"].iloc[exempt],
                "stage": "primary",
                "grade": "",
                "reason": "30 分钟内无学校 / no school within 30 minutes",
            }
        ),
        "feeders": feeder_table(drawn),
    }


def _dormitory_being_built(drawn: Drawn) -> pd.DataFrame:
    """Return the beds of the county's first junior school from the next year on."""
    school = next(school for school in drawn.schools if school.school_id == "J01")
    row = {"beds": school.more["beds"], "canteen": school.more["canteen"]}
    return pd.DataFrame(
        [
            {
                "school_id": school.school_id,
                "stage": "",
                "year": YEAR + 1,
                **{name: int(str(number)) + NEW_BEDS for name, number in row.items()},
            }
        ]
    )
