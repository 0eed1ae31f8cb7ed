"""A figure that does not follow from the county's tables is found."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.plan.made import made, row_county, wrong
from zoning.errors import InputError
from zoning.plan import GoalResult, Plan, PlanStatus, Rule

TRAVEL = {"measure": "minutes"}
WORK = 12 * 4000 / 60
COUNTY = row_county(classes=1.0)
PLAN = made(
    COUNTY,
    {"u0200": "s2"},
    rules=[Rule("seats"), Rule("contiguity")],
    goals=[
        GoalResult("journey-of-worst-off", 2000 / 60, 20, "minutes", 34, TRAVEL),
        GoalResult("travel", WORK, WORK, "pupil-minutes", None, TRAVEL),
        GoalResult("moved", 12, 0, "pupils"),
        GoalResult("balance", 0.3, 0.1, "share of seats"),
    ],
)


def changed(table: str, row: int, column: str, value: Any) -> Plan:
    """Return the plan with one value of one table replaced."""
    frame: pd.DataFrame = getattr(PLAN, table).copy()
    frame.loc[row, column] = value
    return replace(PLAN, **{table: frame})


def test_the_plan_itself_is_right() -> None:
    assert PLAN.verify() == ()


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "found"),
    [
        ("assignment", 0, "pupils", 13.0, {"assignment"}),
        ("assignment", 0, "pupils", 12.00002, {"assignment"}),
        ("assignment", 1, "metres", 900.0, {"assignment"}),
        ("assignment", 1, "minutes", 16.0, {"assignment"}),
        ("assignment", 1, "minutes", math.nan, {"assignment"}),
        ("assignment", 1, "mode", "bus", {"assignment"}),
        ("assignment", 1, "group", "boarder", {"assignment"}),
        ("assignment", 1, "unit_id", "u0000", {"assignment"}),
        ("assignment", 1, "unit_id", "nowhere", {"assignment"}),
        ("assignment", 1, "band", "upper", {"assignment"}),
        ("assignment", 1, "stage", "junior", {"assignment"}),
        ("assignment", 1, "year", 2023, {"assignment"}),
        ("assignment", 1, "school_id", "", {"assignment"}),
        ("assignment", 1, "school_id", "s9", {"assignment"}),
        ("schools", 0, "pupils", 25.0, {"schools"}),
        ("schools", 0, "seats", 41.0, {"schools"}),
        ("schools", 0, "utilisation", 0.5, {"schools"}),
        ("schools", 0, "outside", 1.0, {"schools"}),
        ("schools", 0, "classes", 7.0, {"schools"}),
        ("schools", 0, "largest_class", 3.0, {"schools"}),
        ("schools", 0, "mean_metres", 1.0, {"schools"}),
        ("schools", 0, "longest_metres", 1.0, {"schools"}),
        ("schools", 0, "mean_minutes", 1.0, {"schools"}),
        ("schools", 0, "longest_minutes", 1.0, {"schools"}),
        ("schools", 0, "units", 1, {"schools"}),
        ("schools", 0, "moved_out", 0.0, {"schools"}),
        ("schools", 1, "moved_in", 0.0, {"schools"}),
        ("schools", 1, "name", "Other", {"schools"}),
        ("schools", 1, "kind", "junior", {"schools"}),
        ("schools", 1, "school_id", "s1", {"schools"}),
        ("moved", 0, "pupils", 11.0, {"moved"}),
        ("moved", 0, "from_school", "s2", {"moved"}),
        ("moved", 0, "to_school", "s1", {"moved"}),
        ("moved", 0, "unit_id", "u0100", {"moved"}),
        ("moved", 0, "name", "Other", {"moved"}),
    ],
)
def test_a_changed_table(table: str, row: int, column: str, value: Any, found: set[str]) -> None:
    assert found <= wrong(changed(table, row, column, value), COUNTY)


@pytest.mark.parametrize("name", [n for n in PLAN.indicators if n != "large_class_limit"])
def test_a_changed_indicator(name: str) -> None:
    figures = {**PLAN.indicators, name: PLAN.indicators[name] + 0.1}
    assert wrong(replace(PLAN, indicators=figures), COUNTY) == {"indicators"}
    figures = {key: value for key, value in PLAN.indicators.items() if key != name}
    assert wrong(replace(PLAN, indicators=figures), COUNTY) == {"indicators"}


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_changed_goal(number: int) -> None:
    def with_goal(**changes: float | None) -> Plan:
        goals = list(PLAN.goals)
        goals[number] = replace(goals[number], **changes)  # type: ignore[arg-type]
        return replace(PLAN, goals=tuple(goals))

    value = PLAN.goals[number].value
    assert wrong(with_goal(value=value + 0.01), COUNTY) == {"goals"}
    assert wrong(with_goal(bound=value + 0.01), COUNTY) == {"goals"}
    assert wrong(with_goal(bound=value), COUNTY) == set()
    assert wrong(with_goal(bound=math.nan), COUNTY) == {"goals"}
    assert wrong(with_goal(level=value - 0.01), COUNTY) == {"goals"}
    assert wrong(with_goal(level=value), COUNTY) == set()


def test_optimal_needs_a_bound() -> None:
    goals = tuple(replace(goal, bound=-math.inf) for goal in PLAN.goals)
    assert wrong(replace(PLAN, goals=goals), COUNTY) == set()
    assert wrong(replace(PLAN, goals=goals, status=PlanStatus.OPTIMAL), COUNTY) == {"goals"}


def test_an_unknown_goal_is_a_warning() -> None:
    (fault,) = replace(PLAN, goals=(GoalResult("cost", 3, 2),)).verify()
    assert (fault.severity, fault.table, fault.where) == ("warning", "goals", "cost")


def test_a_row_too_many_and_a_row_too_few() -> None:
    rows = PLAN.assignment
    twice = pd.concat([rows, rows.head(1)], ignore_index=True)
    assert "assignment" in wrong(replace(PLAN, assignment=twice), COUNTY)
    assert "assignment" in wrong(replace(PLAN, assignment=rows.iloc[1:]), COUNTY)
    split = pd.concat([rows, rows.head(1).assign(school_id="s2", group="other", pupils=0.0)])
    assert "assignment" in wrong(replace(PLAN, assignment=split), COUNTY)
    assert "schools" in wrong(replace(PLAN, schools=PLAN.schools.iloc[1:]), COUNTY)
    assert "moved" in wrong(replace(PLAN, moved=PLAN.moved.iloc[1:]), COUNTY)


def test_a_missing_column_is_named() -> None:
    (fault,) = replace(PLAN, assignment=PLAN.assignment.drop(columns="mode")).verify()
    assert "mode" in fault.found


def test_a_school_that_does_not_teach_every_grade() -> None:
    grades = COUNTY.school_grades
    county = COUNTY.replace(
        school_grades=grades[(grades["school_id"] == "s1") | (grades["grade"] != "6")]
    )
    faults = made(county, {"u0200": "s2"}).verify()
    assert {fault.where for fault in faults} == {
        f"unit {unit}, band primary" for unit in ("u0200", "u0300", "u0400")
    }


def test_a_pair_without_a_way_is_not_permitted() -> None:
    travel = COUNTY.travel
    absent = (travel["unit_id"] == "u0200") & (travel["school_id"] == "s2")
    county = COUNTY.replace(travel=travel[~absent])
    assert wrong(made(county), county) == set()
    assert wrong(made(county, {"u0200": "s2"}), county) == {"assignment"}
    cut = county.replace(travel_truncated=True)
    assert wrong(made(cut, {"u0200": "s2"}), cut) == set()


def test_another_county_is_refused() -> None:
    other = row_county(schools=[(0, 0, 41.0), (4, 0, 40.0)])
    with pytest.raises(InputError, match="the county that the plan was made for"):
        PLAN.verify(other)
    with pytest.raises(InputError, match="none: a plan read from a file"):
        replace(PLAN, _county=None).verify()


def test_the_same_county_read_again_is_accepted() -> None:
    assert PLAN.verify(row_county(classes=1.0)) == ()
