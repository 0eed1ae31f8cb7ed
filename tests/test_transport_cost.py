"""The goal transport-cost: what it costs a year to bring to school whoever cannot walk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.test_what_if_places import BOARD, boarders, county_of, solve
from zoning.errors import InputError
from zoning.plan import Plan

CARRIED = (
    "[parameters.transport-cost]\na_pupil = 100\na_pupil_km = 0.5\nwalk_metres = 1500\n"
)  # fmt: skip


def cost(plan: Plan, week: float = 1.0) -> float:
    """Yuan a year from the plan's assignment."""
    rows = plan.assignment[plan.assignment["pupils"] > 0]
    board = rows["mode"] == "board"
    carried = board | (rows["metres"] > 1500)
    share = board.map({True: week, False: 1.0}).astype(float)
    yuan = rows["pupils"] * share * (100 + 2 * 200 * 0.5 * rows["metres"] / 1000)
    return float(yuan[carried].sum())


@pytest.mark.parametrize("goal", ["transport-cost = 1.0", "transport-cost = 2.0, travel = 0.01"])
def test_the_cost_is_a_figure_of_the_plan(goal: str) -> None:
    county = county_of(1)
    plan = solve(county, '"opening", "seats"', goal, CARRIED)
    figures = plan.indicators
    assert figures["transport_cost"] == pytest.approx(cost(plan))
    assert f"{figures['carried_pupils']:,.0f} pupils carried" in str(plan)
    for name in ("carried_pupils", "transport_cost"):
        wrong = {**figures, name: figures[name] + 1.0}
        assert name in str(replace(plan, indicators=wrong).verify(county))
    goals = (replace(plan.goals[0], value=plan.goals[0].value + 9.0),)
    assert "transport-cost" in str(replace(plan, goals=goals).verify(county))
    other = plan.with_changes({plan.cells["unit_id"][11]: "s1"})
    assert other.indicators["transport_cost"] == pytest.approx(cost(other))
    assert "transport cost" in str(plan.compare(other))


def test_a_plan_without_the_goal_has_no_such_figure() -> None:
    plan = solve(county_of(1), '"seats"', "travel = 1.0")
    assert "transport_cost" not in plan.indicators


def test_boarders_are_carried_once_a_week() -> None:
    county = boarders(1, 90.0)
    plan = solve(county, '"boarding", "travel-limit"', "transport-cost = 1.0", BOARD + "\n"
                 + CARRIED)  # fmt: skip
    assert (plan.assignment["mode"] == "board").any()
    assert plan.objective == pytest.approx(cost(plan, 0.2))


def test_a_cost_a_kilometre_needs_metres() -> None:
    county = county_of(1)
    bare = county.replace(travel=county.travel.assign(metres=float("nan")))
    with pytest.raises(InputError, match=r"metres of journeys \(transport-cost.a_pupil_km\)"):
        solve(bare, '"seats"', "transport-cost = 1.0", CARRIED)
    assert solve(bare, '"seats"', "transport-cost = 1.0").objective == 0.0
