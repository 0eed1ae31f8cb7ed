"""A hand-made plan over three years: five units in a row, a school that closes, a site that opens.

Units u0000 to u0400 have 12 pupils each, 2 in each grade, in every year: of those of a cell, 10 are
there a year later and 8 after two. School s1 stands in the first unit, s2 in the last, and the site
s3 lies in the middle; today s1 has the first three units and s2 the last two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tests.builders import grid_county
from zoning.county import County
from zoning.errors import Fault
from zoning.plan import GoalResult, Plan, PlanStatus, RollingPlan, Rule

YEARS = (2025, 2026, 2027)
ZONES = {2025: "s1 s1 s1 s1 s2", 2026: "s1 s1 s3 s3 s2", 2027: "s1 s1 s3 s3 s3"}
"""School of each unit by year: u3 moves twice, u2 and u4 once."""
WING, ROOMS = ("s3", "wing", 2025, 1), ("s1", "rooms", 2025, 1)
BUILT = {2025: [], 2026: [WING], 2027: [ROOMS, WING]}
"""Modules that stand in a year: (school, option, year of the decision, number)."""
CAPITAL = 500 / 1.1 + 1000 / 1.21
TRAVEL = {"measure": "minutes"}
GOALS = (
    GoalResult("moved", 40, 0, "pupils"),
    GoalResult("moved-again", 8, 0, "pupils"),
    GoalResult("capital-cost", CAPITAL, 0, "yuan", None, {"discount": 0.1}),
    GoalResult("running-cost", 525, 0, "yuan a year", None, {"discount": 0.0}),
    GoalResult("journey-of-worst-off", 3000 / 60, 0, "minutes", None, TRAVEL),
    GoalResult("travel", 12 * (6 + 2 + 4) * 1000 / 60, 0, "pupil-minutes", None, TRAVEL),
)
RULES = (
    Rule("opening", {"existing": "may-close", "sites": "may-open"}),
    Rule("expansion", {"temporary": True, "pupils": {"primary": 45.0}}),
    Rule("vetoes"),
    Rule("seats", {"factor": 1.0}),
)


def three_years(**fields: Any) -> County:
    """Return the county: closing s2 is ruled out until 2026."""
    places = [(0, 0, 48.0), (4, 0, 24.0), (2, 0, 12.0)]
    county = grid_county(5, 1, places, rooms=6.0)
    pupils = [county.pupils.assign(year=year) for year in (2024, *YEARS)]
    today = county.assignments.assign(school_id=["s1", "s1", "s1", "s2", "s2"])
    given: dict[str, Any] = {
        "assignments": today,
        "pupils": pd.concat(pupils, ignore_index=True),
        "schools": county.schools.assign(
            status=["existing", "existing", "candidate"], opening_cost=100.0,
            capital_cost=[0.0, 0.0, 1000.0],
        ),
        "expansions": pd.DataFrame(
            [("s1", "rooms", 1.0, math.nan, 200.0, 5.0, 2.0),
             ("s3", "wing", 2.0, 24.0, 300.0, 10.0, 1.0)],
            columns=["school_id", "option", "classes", "seats", "cost", "yearly_cost",
                     "lead_years"],
        ),
        "vetoes": pd.DataFrame(
            [("s2", "close", "hearing-against", "minutes 7", 2026)],
            columns=["school_id", "action", "reason", "source", "until_year"],
        ),
    }  # fmt: skip
    return county.replace(**(given | fields))


COUNTY = three_years()


def rolling(
    county: County = COUNTY,
    zones: Mapping[int, str] | None = None,
    built: Mapping[int, Sequence[tuple[str, str, int, int]]] | None = None,
    *,
    budget: Mapping[str, object] | None = None,
    goals: Sequence[GoalResult] = (),
    rules: Sequence[Rule] = RULES,
) -> RollingPlan:
    """Return the plan, or one with other zones or modules in some years; tables are computed."""
    zones, built = {**ZONES, **(zones or {})}, {**BUILT, **(built or {})}
    units = county.units["unit_id"].tolist()
    plans = [
        Plan.from_assignment(
            county, stage="primary", year=year, place="all", model="by-hand", rules=rules, goals=(),
            cells=pd.DataFrame(
                {"unit_id": units, "band": "primary", "school_id": zones[year].split()}
            ),
            built=pd.DataFrame(
                built[year], columns=["school_id", "option", "year", "modules"]
            ),
            status=PlanStatus.FEASIBLE, solver="hand", seed=0, seconds=0.5,
            standards=county.standards,
        )
        for year in YEARS
    ]  # fmt: skip
    if budget is not None:
        rules = [*rules, Rule("budget", budget)]
    return RollingPlan.from_plans(
        county, plans, rules=rules, goals=goals, status=PlanStatus.FEASIBLE, seconds=0.5
    )


def wrong(plan: RollingPlan, county: County = COUNTY) -> set[str]:
    """Return what the verifier calls wrong: the tables and rules of its errors."""
    faults: tuple[Fault, ...] = plan.verify(county)
    return {fault.table for fault in faults if fault.severity == "error"}
