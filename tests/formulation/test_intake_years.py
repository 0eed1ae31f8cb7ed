"""Entrants over several years: what one year takes is not free in the next."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from zoning.county import County
from zoning.errors import NoPlanError
from zoning.formulation.model_file import Model, parse_model

GRADES = ("1", "2", "3")
MODEL = """
place = "entrants"
years = {years}
rules = ["intake", "contiguity", {more}]
[parameters.intake]
pupils = 30
[[goal]]
minimise = {{ travel = 1.0 }}
"""


def model(years: int = 2, more: str = "") -> Model:
    return parse_model("entrants", MODEL.format(years=years, more=more))


def county(entrants: tuple[float, ...], classes: float, rooms: float) -> County:
    """Four units in a row with a school at each end; so many entrants a unit in each year."""
    made = grid_county(
        4, 1, [(0, 0, float("nan")), (3, 0, float("nan"))], grades=GRADES, rooms=rooms,
        classes=classes,
    )  # fmt: skip
    units = made.units["unit_id"].tolist()
    pupils = pd.DataFrame(
        [
            (unit, "primary", "1", made.year + t, float(number))
            for t, number in enumerate(entrants)
            for unit in units
        ],
        columns=["unit_id", "stage", "grade", "year", "pupils"],
    )
    grades = made.school_grades.assign(enrolled=25.0)
    return made.replace(pupils=pupils, school_grades=grades)


def at(plan: zoning.RollingPlan, year: int, school: str) -> int:
    cells = plan.plan_of(year).cells
    return int((cells["school_id"] == school).sum())


def test_a_class_that_leaves_each_year_makes_one_free_each_year() -> None:
    # three rooms, a class a grade: one class of 30 is free in each year
    plan = zoning.solve_years(county((15.0, 15.0), 1.0, 3.0), model(), stage="primary")
    assert plan.status == "optimal" and not plan.verify()
    assert plan.years == (plan.now, plan.now + 1)
    assert [at(plan, year, "s1") for year in plan.years] == [2, 2]


def test_rooms_beyond_the_classes_may_be_used_in_either_year_but_once() -> None:
    # a fourth room: two classes in one of the years, but not in both
    with_room = county((15.0, 15.0), 1.0, 3.0)
    rooms = np.array([4.0, 3.0])
    with_room = with_room.replace(schools=with_room.schools.assign(rooms=rooms))
    far = with_room.travel
    far.loc[far["school_id"] == "s2", ["metres", "minutes"]] *= 50.0  # nobody wants to go there
    with_room = with_room.replace(travel=far)
    plan = zoning.solve_years(with_room, model(), stage="primary")
    assert plan.status == "optimal" and not plan.verify()
    assert sorted(at(plan, year, "s1") for year in plan.years) == [2, 3]


def test_too_many_entrants_in_the_second_year_have_no_plan() -> None:
    fits, over = county((15.0, 15.0), 1.0, 3.0), county((15.0, 15.5), 1.0, 3.0)
    assert zoning.solve_years(fits, model(), stage="primary").status == "optimal"
    with pytest.raises(NoPlanError) as caught:
        zoning.solve_years(over, model(), stage="primary")
    assert caught.value.proved


def test_a_wing_is_room_from_its_year_on() -> None:
    more = county((15.0, 22.0), 1.0, 3.0)
    wing = pd.DataFrame(
        {
            "school_id": ["s1", "s2"], "option": "wing", "classes": 1.0, "cost": 100.0,
            "lead_years": 1.0, "most": 1.0,
        }
    )  # fmt: skip
    more = more.replace(expansions=wing)
    plan = zoning.solve_years(more, model(more='"expansion"'), stage="primary")
    assert plan.status == "optimal" and not plan.verify()
    built = plan.plan_of(plan.now + 1).built
    assert set(built["year"]) == {plan.now} and len(built) >= 1
    assert plan.plan_of(plan.now).built.empty


def test_what_is_built_serves_those_who_are_there_first() -> None:
    # two rooms too few for who stays: a wing of one class leaves no room for who enters
    full = county((15.0, 15.0), 1.0, 3.0)
    full = full.replace(schools=full.schools.assign(rooms=[1.0, 6.0]))
    wing = pd.DataFrame({"school_id": ["s1"], "option": "wing", "classes": 1.0, "most": 2.0})
    near = full.travel
    near.loc[near["school_id"] == "s2", ["metres", "minutes"]] *= 50.0
    full = full.replace(expansions=wing, travel=near)
    asked = model(more='"expansion", "opening"').with_settings({"opening.existing": "may-close"})
    plan = zoning.solve_years(full, asked, stage="primary")
    # two classes in all: one room in the first year, two in the second, of which one is taken
    assert plan.status == "optimal" and not plan.verify()
    assert [at(plan, year, "s1") for year in plan.years] == [2, 2]
    few = full.replace(expansions=wing.assign(most=1.0))
    plan = zoning.solve_years(few, asked, stage="primary")
    assert [at(plan, year, "s1") for year in plan.years] == [0, 0]


def test_the_verifier_sees_a_year_that_takes_too_much() -> None:
    good = zoning.solve_years(county((15.0, 15.0), 1.0, 3.0), model(), stage="primary")
    one = good.plans[1]
    units = one.cells["unit_id"].tolist()
    worse = one.with_changes({units[2]: "s1"})
    from dataclasses import replace

    bad = zoning.RollingPlan.from_plans(
        good.source(), [good.plans[0], replace(worse, status=one.status)], rules=good.rules,
        goals=(), status=good.status, seconds=0.0,
    )  # fmt: skip
    said = "; ".join(map(str, bad.verify()))
    assert "at most 2 classes of 30 for entrants so far" in said
