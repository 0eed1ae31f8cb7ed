"""The verifier finds beds, tables, areas and grades that a changed plan no longer has."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.builders import grid_county
from tests.test_what_if_places import BOARD, MAY_CLOSE, boarders, county_of, solve
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.plan import Plan


def said(plan: Plan, county: County) -> str:
    return "\n".join(str(fault) for fault in plan.verify(county) if fault.severity == "error")


def remade(plan: Plan, county: County) -> Plan:
    """The same zones and modules in another county."""
    return Plan.from_assignment(
        county, stage=plan.stage, year=plan.year, place=plan.place, cells=plan.cells, model="m",
        rules=plan.rules, goals=(), status=plan.status, solver="", seed=0, seconds=0.0,
        standards="china", built=plan.built,
    )  # fmt: skip


@pytest.mark.parametrize("column", ["beds_girls", "beds_boys", "canteen"])
def test_beds_and_places_at_table_that_are_taken_away(column: str) -> None:
    county = boarders(1, 90.0)
    schools = county.schools.assign(canteen=90.0, beds_girls=45.0, beds_boys=45.0)
    county = county.replace(schools=schools)
    plan = solve(county, '"boarding", "travel-limit"', "travel = 1.0", BOARD)
    assert said(plan, county) == ""
    fewer = county.replace(schools=schools.assign(**{column: 0.0}))
    assert f"{column}: expected at most 0 boarders" in said(remade(plan, fewer), fewer)


def test_a_dormitory_that_is_left_out() -> None:
    county = boarders(1, 0.0)
    rules = '"opening", "expansion", "boarding", "travel-limit"'
    plan = solve(county, rules, "capital-cost = 1.0", BOARD)
    assert "beds" in said(replace(plan, built=plan.built.iloc[:0]), county)


def test_ground_that_is_taken_away() -> None:
    county = county_of(1, sports_area=[900.0] * 4, building_area=[900.0] * 4)
    norm = "[parameters.areas]\nbuilding = 5\nsports = 5"
    plan = solve(county, '"areas"', "travel = 1.0", norm)
    for key in ("sports", "building"):
        less = county.replace(schools=county.schools.assign(**{f"{key}_area": 10.0}))
        assert f"{key} area: expected at most 2 pupils" in said(remade(plan, less), less)


def banded(veto: bool) -> County:
    """Two bands; the first school is far from all but its own unit."""
    county = grid_county(4, 1, ((0, 0, 99.0), (2, 0, 99.0)),
                         bands={"lower": ("1", "2", "3"), "upper": ("4", "5", "6")})  # fmt: skip
    rows = [("s1", "downgrade", "hearing-against")] if veto else []
    vetoes = pd.DataFrame(rows, columns=["school_id", "action", "reason"])
    return county.replace(vetoes=vetoes, locks=pd.DataFrame(
        [(unit, "primary", "upper", "must-not", "s1") for unit in ("u0000", "u0100")],
        columns=["unit_id", "stage", "band", "lock", "school_id"],
    ))  # fmt: skip


def test_a_school_that_must_stay_complete_keeps_its_upper_grades() -> None:
    rules = '"opening", "vetoes", "locks"'
    free = solve(banded(veto=False), rules, "travel = 1.0", MAY_CLOSE)
    action = free.actions.set_index("school_id").loc["s1", "action"]
    assert action == "to-teaching-point"
    county = banded(veto=True)
    held = solve(county, rules, "travel = 1.0", MAY_CLOSE)
    kept = held.cells[held.cells["school_id"] == "s1"]
    assert set(kept["band"]) in ({"lower", "upper"}, set())
    assert "handing it over is ruled out" in said(remade(free, county), county)


def test_quality_seats_are_gained_where_they_are_asked_for() -> None:
    county = county_of(1, quality=[True, False, False, True])
    rules, goal = '"opening", "expansion", "budget"', "quality-seats = 1.0"
    values = []
    for money in (0, 300, 1000, 5000):
        asked = f"[parameters.quality-seats]\ngain = 300\n[parameters.budget]\ncapital = {money}"
        plan = solve(county, rules, goal, asked)
        figures = plan.indicators
        gained = figures["quality_seats"] - figures["quality_seats_today"]
        assert plan.objective == pytest.approx(max(0.0, 300 - gained))
        values.append(round(plan.objective, 6))
    # two wings at the school, the site, and two wings there: 60 + 200 + 60 seats
    assert values == [300.0, 240.0, 40.0, 0.0]
    for name in ("quality_seats", "quality_seats_today", "funded_beyond", "temporary_cost"):
        wrong = replace(plan, indicators={**figures, name: figures[name] + 1.0})
        assert name in said(wrong, county)
    assert f"quality     {figures['quality_seats']:,.0f} seats at quality schools" in str(plan)
    with pytest.raises(InputError, match="quality schools of the stage"):
        solve(county_of(1), rules, goal)


def test_temporary_classrooms_are_told_with_their_cost() -> None:
    county = county_of(2)
    county = county.replace(expansions=county.expansions.assign(temporary=True),
                            pupils=county.pupils.assign(pupils=4.0))  # fmt: skip
    plan = solve(county, '"expansion", "seats"', "capital-cost = 1.0")
    rooms = 2 * plan.built["modules"].sum()
    assert plan.indicators["temporary_classrooms"] == rooms > 0
    assert f"temporary   {rooms} classrooms, {plan.objective:,.0f} yuan of these" in str(plan)
    with pytest.raises(NoPlanError):
        solve(county, '"expansion", "seats"', "capital-cost = 1.0",
              "[parameters.expansion]\ntemporary = false")  # fmt: skip
