"""Corners of the rules that random counties meet seldom, each in its smallest county."""

from __future__ import annotations

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.plan import Plan

TRAVEL = "\n[[goal]]\nminimise = { travel = 1.0 }\n"
LOCKS = ["unit_id", "stage", "band", "lock", "school_id"]


def solved(county: County, text: str, **arguments: object) -> Plan:
    given = {"stage": "primary", "work_limit": 1, "gap": 0.0} | arguments
    return zoning.solve(county, parse_model("edge", text), **given)


def row(**changes: object) -> County:
    """Three units in a row, s1 in the first and s2 in the last."""
    fields: dict[str, object] = {"grades": ("1", "2")}
    return grid_county(3, 1, ((0, 0, 100.0), (2, 0, 100.0)), **(fields | changes))


def test_a_must_without_a_journey_is_not_forgotten() -> None:
    county = row(locks=pd.DataFrame([("u0100", "primary", "", "must", "s2")], columns=LOCKS))
    travel = county.travel
    gone = (travel["unit_id"] == "u0100") & (travel["school_id"] == "s2")
    with pytest.raises(NoPlanError) as caught:
        solved(county.replace(travel=travel[~gone]), "rules = []" + TRAVEL)
    assert caught.value.proved
    assert caught.value.faults[0].table == "locks"


@pytest.mark.parametrize("how", ["lock", "parameter"])
def test_a_school_in_an_island_still_has_its_zone(how: str) -> None:
    county = row()
    text = 'rules = ["contiguity"]\n'
    if how == "lock":
        county = row(locks=pd.DataFrame([("u0000", "", "", "island", "")], columns=LOCKS))
    else:
        text += '[parameters.contiguity]\nislands = ["u0000"]\n'
    plan = solved(county, text + TRAVEL)
    assert plan.status == "optimal"
    assert dict(zip(plan.cells["unit_id"], plan.cells["school_id"], strict=True))["u0000"] == "s1"


def test_a_school_in_an_island_keeps_the_zone_around_it() -> None:
    """s2 has no place for the middle: a plan exists only if s1's zone may hold it."""
    locks = pd.DataFrame([("u0000", "", "", "island", "")], columns=LOCKS)
    county = grid_county(
        3, 1, ((0, 0, 100.0), (2, 0, 12.0)), grades=("1", "2"), pupils=12.0, locks=locks
    )
    plan = solved(county, 'rules = ["seats", "contiguity"]' + TRAVEL)
    assert dict(zip(plan.cells["unit_id"], plan.cells["school_id"], strict=True))["u0100"] == "s1"


@pytest.mark.parametrize("rule", ["seats", "class-size"])
def test_seats_and_classes_do_not_bind_entrants(rule: str) -> None:
    """Where entrants are placed the rule ``intake`` stands in for them."""
    county = grid_county(
        3, 1, ((0, 0, 1.0), (2, 0, 1.0)), grades=("1", "2"), classes=0.0, pupils=12.0
    )
    plan = solved(county, f'place = "entrants"\nrules = ["{rule}"]' + TRAVEL)
    assert plan.status == "optimal"


def test_entrants_without_the_rule_intake() -> None:
    plan = solved(row(), 'place = "entrants"\nrules = ["contiguity"]' + TRAVEL)
    assert plan.status == "optimal"


def test_travel_limit_stated_for_the_stage_holds_in_its_bands() -> None:
    county = row(bands={"primary-lower": ("1",), "primary-upper": ("2",)})
    model = (
        'rules = ["travel-limit", "seats"]\n[parameters.travel-limit]\n'
        "minutes = { primary = 20, primary-lower = 40 }\n[[goal]]\nminimise = { moved = 1.0 }\n"
    )
    plan = solved(county, model)
    upper = plan.assignment[plan.assignment["band"] == "primary-upper"]
    assert (upper["minutes"] <= 20).all()


def test_travel_limit_stated_for_the_stage_alone_excludes_plans() -> None:
    county = row(bands={"primary-lower": ("1",), "primary-upper": ("2",)})
    model = 'rules = ["travel-limit"]\n[parameters.travel-limit]\nminutes = { primary = 10 }\n'
    with pytest.raises(NoPlanError):
        solved(county, model + TRAVEL)


def test_balance_is_never_below_zero() -> None:
    county = grid_county(2, 1, ((0, 0, 60.0), (1, 0, 60.0)), grades=("1", "2"))
    plan = solved(county, "rules = []\n[[goal]]\nminimise = { balance = 1.0 }")
    assert plan.goals[0].value >= 0.0
    assert (plan.goals[0].value, plan.goals[0].bound) == pytest.approx((0.0, 0.0), abs=1e-9)


@pytest.mark.parametrize("goal", ["journey-of-worst-off", "balance"])
def test_values_of_goals_are_those_of_the_tables(goal: str) -> None:
    plan = solved(row(), f"rules = []\n[[goal]]\nminimise = {{ {goal} = 1.0 }}")
    used = plan.schools["utilisation"]
    found = {
        "journey-of-worst-off": plan.indicators["longest_minutes"],
        "balance": used.max() - used.min(),
    }
    assert plan.goals[0].value == pytest.approx(found[goal], rel=1e-7, abs=1e-9)


def test_a_plan_that_gives_back_within_the_slack_is_optimal() -> None:
    """Each goal is proved best; that a later one uses the slack takes nothing from the proof."""
    today = pd.DataFrame(
        [("today", f"u{x:02d}00", "primary", "primary", "s2" if x else "s1") for x in range(4)],
        columns=["plan", "unit_id", "stage", "band", "school_id"],
    )
    county = grid_county(
        4, 1, ((0, 0, 100.0), (3, 0, 100.0)), grades=("1",), assignments=today, today=False
    )
    plan = solved(
        county,
        "rules = []\n[[goal]]\nminimise = { travel = 1.0 }\nslack = 0.9\n"
        "[[goal]]\nminimise = { moved = 1.0 }",
    )
    assert [goal.value for goal in plan.goals] == pytest.approx([600.0, 0.0])
    assert plan.goals[0].bound == pytest.approx(400.0)
    assert plan.goals[0].level == pytest.approx(760.0)
    assert plan.status == "optimal"


def test_goal_before_is_held_without_slack() -> None:
    county = row()
    plan = solved(
        county, "rules = []\n[[goal]]\nminimise = { moved = 1.0 }\n[[goal]]\n"
        "minimise = { travel = 1.0 }",
    )  # fmt: skip
    assert plan.goals[0].value == 0.0
    assert plan.indicators["moved"] == 0.0


def test_a_child_far_from_every_school_without_pupils_there_is_no_limit() -> None:
    """The journey of the worst-off is about children: an empty unit does not count."""
    county = grid_county(
        4, 1, ((0, 0, 100.0), (1, 0, 100.0)), grades=("1",),
        pupils={(0, 0): 5.0, (1, 0): 5.0, (2, 0): 5.0},
    )  # fmt: skip
    plan = solved(county, "rules = []\n[[goal]]\nminimise = { journey-of-worst-off = 1.0 }")
    assert plan.goals[0].value == pytest.approx(1000 / 60)


def test_no_pupils_at_all() -> None:
    county = row(pupils=None)
    plan = solved(county, 'rules = ["seats", "contiguity"]' + TRAVEL)
    assert plan.status == "optimal"
    assert plan.goals[0].value == 0.0


def test_one_unit_and_one_school() -> None:
    county = grid_county(1, 1, ((0, 0, 100.0),), grades=("1",))
    plan = solved(county, 'rules = ["seats", "contiguity", "travel-limit"]' + TRAVEL)
    assert plan.status == "optimal"
    assert (plan.goals[0].value, plan.goals[0].bound) == (0.0, 0.0)


def test_no_rules_and_equal_journeys() -> None:
    """Ties are no trouble: some plan of the one value there is."""
    county = row()
    plan = solved(county.replace(travel=county.travel.assign(minutes=10.0)), "rules = []" + TRAVEL)
    assert (plan.status, plan.goals[0].value) == ("optimal", 360.0)


def test_least_utilisation_of_a_school_that_nobody_can_reach_excludes_plans() -> None:
    county = row()
    travel = county.travel
    near = county.replace(travel=travel[(travel["school_id"] == "s1") | (travel["metres"] == 0)])
    model = 'rules = ["utilisation", "locks"]\n[parameters.utilisation]\nmin = 0.1\nmax = 2.0\n'
    locked = pd.DataFrame([("u0200", "", "", "must-not", "s2")], columns=LOCKS)
    assert solved(near, model + TRAVEL).status == "optimal"
    with pytest.raises(NoPlanError) as caught:
        solved(near.replace(locks=locked), model + TRAVEL)
    assert caught.value.proved


def test_arms_that_meet_in_a_school_on_an_island_hang_together() -> None:
    """The school's own unit joins its zone even if it is named as an island."""
    county = grid_county(3, 1, ((1, 0, 1000.0),))
    text = 'rules = ["contiguity"]\n[parameters.contiguity]\nislands = ["u0100"]\n'
    assert solved(county, text + TRAVEL).status == "optimal"


def test_a_truncated_travel_table_proves_no_impossibility() -> None:
    county = grid_county(6, 1, ((0, 0, 40.0), (5, 0, 1000.0)), pupils=12.0)
    travel = county.travel
    near = (travel["school_id"] == "s1") | travel["unit_id"].isin(["u0500"])
    for truncated in (False, True):
        cut = county.replace(travel=travel[near], travel_truncated=truncated)
        with pytest.raises(NoPlanError) as caught:
            solved(cut, 'rules = ["seats"]' + TRAVEL)
        assert caught.value.proved is not truncated


def test_an_endless_time_limit_is_refused() -> None:
    with pytest.raises(InputError, match="not endless"):
        solved(row(), "rules = []" + TRAVEL, time_limit=float("inf"))


def test_a_unit_locked_to_a_farther_school_gets_there_by_moves_alone() -> None:
    """No proof is at hand where there are many pairs: annealing itself must keep the lock."""
    from zoning.formulation.matrix import build_matrix
    from zoning.question import ask
    from zoning.search import anneal
    from zoning.search.clock import Clock
    from zoning.search.grow import grow_zones
    from zoning.search.judge import judge
    from zoning.search.target import Target

    locks = pd.DataFrame([("u0303", "", "", "must", "s2")], columns=LOCKS)
    schools = ((0, 0, 900.0), (7, 7, 900.0))
    county = grid_county(8, 8, schools, pupils=12.0, locks=locks)
    model = parse_model("edge", 'rules = ["seats", "contiguity"]' + TRAVEL)
    formulation = ask(county, model, "primary", None, None, None).formulation
    matrix = build_matrix(formulation)
    target = Target(
        formulation, matrix, matrix.cost(formulation.goals[0].objective), formulation.totals, True
    )
    start = grow_zones(target.graph, target.scores())
    run = anneal.run_once(anneal.prepare(target), start, 500, 0, Clock(60.0, 1))
    assert run.best is not None
    assert judge(target, run.best) is not None
