"""Hand-made plans for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tests.builders import grid_county, unit_id
from zoning.county import County
from zoning.errors import Fault
from zoning.plan import GoalResult, Plan, PlanStatus, Rule

__all__ = ["made", "pupils_table", "row_county", "wrong"]


def made(
    county: County,
    changes: Mapping[str | tuple[str, str], str] | None = None,
    *,
    rules: Sequence[Rule] = (),
    goals: Sequence[GoalResult] = (),
    place: str = "all",
    cells: pd.DataFrame | None = None,
    **fields: Any,
) -> Plan:
    """Return today's zones (or `cells`) as a plan, some units (or (unit, band)) elsewhere."""
    changes = changes or {}
    cells = (county.today if cells is None else cells)[["unit_id", "band", "school_id"]]
    if place == "entrants":
        stage = county.stages[0]
        cells = cells[cells["band"] == stage.band_of(stage.entry_grade)]
    schools = [
        changes.get((unit, band), changes.get(unit, school))
        for unit, band, school in cells.itertuples(index=False)
    ]
    given: dict[str, Any] = {
        "stage": county.stages[0].name,
        "year": county.year,
        "model": "by-hand",
        "status": PlanStatus.FEASIBLE,
        "solver": "hand",
        "seed": 0,
        "seconds": 0.5,
        "standards": county.standards,
    }
    return Plan.from_assignment(
        county,
        cells=cells.assign(school_id=schools),
        rules=rules,
        goals=goals,
        place=place,
        **(given | fields),
    )


def row_county(**fields: Any) -> County:
    """Return five units in a row, u0000 to u0400, s1 in the first and s2 in the last.

    Each unit has 12 pupils, 2 in each grade. Today s1 has the first three, s2 the last two.
    A unit's side is 1,000 metres, walked in 16 2/3 minutes.
    """
    given: dict[str, Any] = {"schools": [(0, 0, 40.0), (4, 0, 40.0)]}
    return grid_county(5, 1, **(given | fields))


def pupils_table(counts: Mapping[tuple[int, str], float], **columns: Any) -> pd.DataFrame:
    """Return a table of pupils from (column of the unit, grade) -> pupils."""
    rows = [(unit_id(x, 0), grade, number) for (x, grade), number in counts.items()]
    table = pd.DataFrame(rows, columns=["unit_id", "grade", "pupils"])
    return table.assign(**({"stage": "primary", "year": 2024} | columns))


def wrong(plan: Plan, county: County) -> set[str]:
    """Return what the verifier calls wrong: the tables and rules of its errors."""
    faults: tuple[Fault, ...] = plan.verify(county)
    return {fault.table for fault in faults if fault.severity == "error"}
