"""What a search may begin with: plans, drafts and today's zones as schools of cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault, InputError
from zoning.problem.build import assignment_of

if TYPE_CHECKING:
    import pandas as pd

    from zoning.county import County
    from zoning.plan import Plan, RollingPlan
    from zoning.problem.arrays import Ints, Problem

    Start = Plan | RollingPlan | str

__all__ = ["starts_of"]


def starts_of(
    county: County, problem: Problem, start: Start | None, *, counts_moves: bool
) -> list[Ints]:
    """School of each cell in what a planner gives to begin with, -1 where it says nothing.

    Over several years a plan of some of them gives each year the nearest one that it has: last
    year's plan its later years, and its last year to those beyond. A plan of one year, and a plan
    in the county's assignments, stand for all years. With no start it is today's zones where
    moving counts.

    Raises:
        InputError: it is no plan, of another stage, or knows none of the units and schools.
    """
    if start is None:
        # where moving counts, today's zones (mended where they lie in pieces) are the best start
        return [problem.today] if counts_moves and (problem.today >= 0).any() else []
    tables = _tables(county, problem, start)
    index = replace(problem.index, schools=problem.school_ids)
    parts = []
    for t, year in enumerate(problem.years):
        found = assignment_of(
            tables[min(tables, key=lambda y: abs(y - year))], index, problem.stage
        )
        parts.append(np.where(found < 0, -1, found + t * len(problem.school_ids)))
    assignment: Ints = np.concatenate(parts)
    if (assignment < 0).all():
        raise _refused(
            f"a plan of {county.name}, of today or earlier",
            f"{_named(start)}, which places none of its units at one of its schools",
            "name another plan, or leave start out",
        )
    return [assignment]


def _tables(county: County, problem: Problem, start: Start) -> dict[int, pd.DataFrame]:
    """Tables of unit, stage, band and school by year."""
    from zoning.plan import Plan, RollingPlan

    if isinstance(start, str):
        names = county.plan_names
        if start not in names:
            raise _refused(
                f"a plan of the county ({', '.join(names)})", f'"{start}"',
                "name one of them, or give a saved plan",
            )  # fmt: skip
        table = county.assignments
        return {problem.year: table[table["plan"] == start]}
    if not isinstance(start, Plan | RollingPlan):
        raise _refused(
            "a Plan, a RollingPlan, or the name of a plan of the county", type(start).__name__,
            "give a plan; a draft is read with Plan.from_assignment or stands in assignments.csv",
        )  # fmt: skip
    plans = start.plans if isinstance(start, RollingPlan) else (start,)
    if plans[0].stage != problem.stage:
        raise _refused(
            f"a plan of stage {problem.stage}", plans[0].stage, "give a plan of the same stage"
        )
    return {plan.year: plan.cells.assign(stage=plan.stage) for plan in plans}


def _named(start: Start) -> str:
    """The start in words."""
    from zoning.plan import RollingPlan

    if isinstance(start, str):
        return f'plan "{start}"'
    plan = start.plans[0] if isinstance(start, RollingPlan) else start
    return f"a plan of {plan.county} for {plan.year}"


def _refused(expected: str, found: str, remedy: str) -> InputError:
    return InputError(Fault("error", "arguments", "start", expected, found, remedy))
