"""Who changes school in which year, and who does so again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.plan.cells import grade_pupils
from zoning.plan.plan import Plan
from zoning.plan.tables import today_schools

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["MOVE_NUMBERS", "MOVE_TEXTS", "moves_table"]

MOVE_TEXTS = ("unit_id", "band", "from_school", "to_school")
MOVE_NUMBERS = ("pupils", "again")
Cell = tuple[str, str]


def moves_table(county: County, plans: Sequence[Plan]) -> pd.DataFrame:
    """Return one row for each cell whose school changes: year, cell, both schools, pupils.

    ``pupils`` are those who were in the cell before, in the year of the county for the first
    planned year, and are still there: grade by grade no more than there were a year before.
    ``again`` counts those of them who moved before under the plan, once for each earlier move.
    """
    present = _Present(county, plans)
    today = today_schools(county, plans[0].stage).rename(columns={"from_school": "school_id"})
    before, last = _schools(today), county.year
    moved: defaultdict[Cell, list[int]] = defaultdict(list)
    rows = []
    for plan in plans:
        now = _schools(plan.cells)
        for cell, school in now.items():
            old = before.get(cell, "")
            pupils = 0.0 if old in ("", school) else present.from_to(cell, last, plan.year)
            if pupils > 0:
                again = [present.from_to(cell, year, plan.year) for year in moved[cell]]
                rows.append((plan.year, *cell, old, school, pupils, math.fsum(again)))
                moved[cell].append(last)
        before, last = now, plan.year
    table = pd.DataFrame(rows, columns=["year", *MOVE_TEXTS, *MOVE_NUMBERS])
    texts, numbers = dict.fromkeys(MOVE_TEXTS, "str"), dict.fromkeys(MOVE_NUMBERS, "float64")
    return table.astype({**texts, **numbers, "year": "int64"})


def _schools(cells: pd.DataFrame) -> dict[Cell, str]:
    """School by cell."""
    columns = ("unit_id", "band", "school_id")
    rows = zip(*(cells[column].tolist() for column in columns), strict=True)
    return {(unit, band): school for unit, band, school in rows}


class _Present:
    """Pupils who are in a cell in two years, in the later one a higher grade of the same band."""

    def __init__(self, county: County, plans: Sequence[Plan]) -> None:
        stage = county.stage(plans[0].stage)
        self.bands = dict(stage.bands) or {stage.name: stage.grades}
        found: defaultdict[tuple[str, str, int], float] = defaultdict(float)
        for year in {county.year, *(plan.year for plan in plans)}:
            table = grade_pupils(county, stage.name, year, plans[0].place)
            columns = ("unit_id", "grade", "pupils")
            for unit, grade, pupils in zip(*(table[c].tolist() for c in columns), strict=True):
                found[unit, grade, year] += pupils
        self.pupils = dict(found)

    def from_to(self, cell: Cell, first: int, last: int) -> float:
        """Pupils of a cell in both years; grade by grade no more than there were in the first."""
        unit, band = cell
        grades, years = self.bands[band], last - first
        return math.fsum(
            min(
                self.pupils.get((unit, grades[g - years], first), 0.0),
                self.pupils.get((unit, grades[g], last), 0.0),
            )
            for g in range(years, len(grades))
        )
