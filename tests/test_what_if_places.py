"""Questions of the form "what if" about schools: answers move the right way, clashes are named."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.plan import Plan

SEEDS = range(4)
SCHOOLS = [(0, 0, 90.0), (3, 0, 90.0), (1, 2, 90.0), (3, 2, 200.0)]


def county_of(seed: int, **columns: object) -> County:
    """A grid with three schools and a site, each of which can be enlarged twice."""
    county = grid_county(4, 3, SCHOOLS, pupils=18.0, seed=seed, rooms=6.0, today=False)
    return county.replace(
        schools=county.schools.assign(
            status=["existing"] * 3 + ["candidate"], opening_cost=100.0,
            capital_cost=[0.0, 0.0, 0.0, 700.0], **columns,
        ),
        expansions=pd.DataFrame(
            [(f"s{k}", "wing", 2.0, 30.0, 100.0 + 10 * k, 5.0, 2.0) for k in range(1, 5)],
            columns=["school_id", "option", "classes", "seats", "cost", "yearly_cost", "most"],
        ),
        assignments=_nearest_zones(county),
    )  # fmt: skip


def _nearest_zones(county: County) -> pd.DataFrame:
    travel = county.travel.astype({"unit_id": "str", "school_id": "str"})
    travel = travel[travel["school_id"] != "s4"].sort_values(["unit_id", "metres", "school_id"])
    zones = travel.drop_duplicates("unit_id")[["unit_id", "school_id"]]
    return zones.assign(plan="today", stage="primary", band="primary")


def solve(county: County, rules: str, goal: str, parameters: str = "") -> Plan:
    model = parse_model(
        "what-if", f"rules = [{rules}]\n{parameters}\n[[goal]]\nminimise = {{ {goal} }}"
    )
    return zoning.solve(county, model, stage="primary", gap=0.0, work_limit=2)


BUILD = '"opening", "expansion", "seats", "budget"'


@pytest.mark.parametrize("seed", SEEDS)
def test_a_larger_budget_never_gives_a_worse_plan(seed: int) -> None:
    county, values = county_of(seed), []
    for budget in (0, 300, 900, 5000):
        try:
            plan = solve(county, BUILD, "travel = 1.0", f"[parameters.budget]\ncapital = {budget}")
        except NoPlanError as error:
            assert error.proved
            values.append(float("inf"))
            continue
        assert plan.actions["cost"].sum() <= budget
        values.append(plan.objective)
    assert values == sorted(values, reverse=True)
    assert values[-1] < float("inf")


MERGE = '"opening", "expansion", "vetoes", "seats"'
MAY_CLOSE = '[parameters.opening]\nexisting = "may-close"'


@pytest.mark.parametrize("seed", SEEDS)
def test_a_vetoed_closure_is_never_closed(seed: int) -> None:
    county = county_of(seed)
    plan = solve(county, MERGE, "running-cost = 1.0", MAY_CLOSE)
    closed = plan.actions.loc[plan.actions["action"] == "merge", "school_id"].tolist()
    assert closed
    rows = [(school, "close", "hearing-against", "minutes 7") for school in closed]
    vetoes = pd.DataFrame(rows, columns=["school_id", "action", "reason", "source"])
    kept = solve(county.replace(vetoes=vetoes), MERGE, "running-cost = 1.0", MAY_CLOSE)
    said = kept.actions.set_index("school_id")
    for school in closed:
        assert said.loc[school, "action"] != "merge"
        if said.loc[school, "action"] == "keep":
            assert "closing is ruled out: hearing-against (minutes 7)" in said.loc[school, "reason"]
    # the first goal does not count what is kept anyway; the money as a whole does
    assert kept.actions["yearly_cost"].sum() >= plan.actions["yearly_cost"].sum() - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_larger_classes_never_need_more_of_them(seed: int) -> None:
    values = []
    for pupils in (12, 20, 45):
        parameters = f"[parameters.class-size]\npupils = {pupils}"
        try:
            plan = solve(
                county_of(seed), '"opening", "expansion", "class-size"', "capital-cost = 1.0",
                parameters,
            )  # fmt: skip
            values.append(plan.objective)
        except NoPlanError:
            values.append(float("inf"))
    assert values == sorted(values, reverse=True)
    assert values[-1] < float("inf")


@pytest.mark.parametrize("seed", SEEDS)
def test_longer_journeys_never_need_more_schools(seed: int) -> None:
    values = []
    for minutes in (30, 40, 60, 90):
        parameters = f"{MAY_CLOSE}\n[parameters.travel-limit]\nminutes = {minutes}"
        plan = solve(county_of(seed), '"opening", "travel-limit"', "opening-cost = 1.0", parameters)
        values.append(int((plan.schools["state"] == "open").sum()))
    assert values == sorted(values, reverse=True)


def boarders(seed: int, beds: float) -> County:
    """Long ways, beds at every school, a dormitory for each; everybody may board."""
    county = grid_county(4, 2, SCHOOLS[:2], pupils=12.0, seed=seed, side=3000.0, today=False)
    walk = county.travel.astype({"unit_id": "str", "school_id": "str", "mode": "str"})
    weekly = walk.assign(mode="board", minutes=walk["minutes"] + 60.0)
    return county.replace(
        schools=county.schools.assign(boarding=True, beds=beds),
        travel=pd.concat([walk, weekly], ignore_index=True),
        expansions=pd.DataFrame(
            [(s, "dormitory", 15.0, 100.0, 9.0) for s in ("s1", "s2")],
            columns=["school_id", "option", "beds", "cost", "most"],
        ),
    )


BOARD = "[parameters.boarding]\nyoung = []\n[parameters.travel-limit]\nminutes = 60"


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_beds_never_lower_the_cost(seed: int) -> None:
    values = []
    for beds in (90.0, 40.0, 15.0, 0.0):
        plan = solve(
            boarders(seed, beds), '"opening", "expansion", "boarding", "seats", "travel-limit"',
            "capital-cost = 1.0", BOARD,
        )  # fmt: skip
        modes = plan.assignment.drop_duplicates("unit_id").set_index("unit_id")
        day = modes[modes["mode"] == "walk"]
        assert (day["minutes"] <= 60.0 + 1e-6).all()
        assert (modes["mode"] == "board").any()
        values.append(plan.objective)
    assert values == sorted(values)
    assert values[-1] > 0


def test_the_youngest_board_only_by_exemption() -> None:
    county = boarders(1, 90.0)
    asked = BOARD.replace("young = []", 'young = ["1"]')
    rules = '"boarding", "travel-limit"'
    with pytest.raises(NoPlanError) as caught:
        solve(county, rules, "travel = 1.0", asked)
    far = [fault.where.removeprefix("unit ") for fault in caught.value.faults]
    assert far
    exempt = county.replace(
        exemptions=pd.DataFrame(
            [(unit, "primary", "", "no school in reach") for unit in far],
            columns=["unit_id", "stage", "grade", "reason"],
        )
    )
    plan = solve(exempt, rules, "young-boarders = 1.0", asked + "\n[parameters.young-boarders]\n"
                 "young = ['1']")  # fmt: skip
    assert plan.objective > 0


def test_a_budget_that_no_plan_keeps_is_named() -> None:
    dangerous = {
        "dangerous": [True, False, False, False],
        "repair_cost": [500.0] + [float("nan")] * 3,
    }
    county = county_of(1, **dangerous)
    rules = '"opening", "seats", "budget"'
    with pytest.raises(NoPlanError, match=r"capital: expected at most 499 yuan; found 500 yuan"):
        solve(county, rules, "travel = 1.0", "[parameters.budget]\ncapital = 499")
    enough = '"opening", "expansion", "seats", "budget"'
    assert solve(county, enough, "travel = 1.0", "[parameters.budget]\ncapital = 5000")
    with pytest.raises(NoPlanError, match=r"at least 9,000 yuan; found [\d,]+ yuan if everything"):
        solve(county, enough, "travel = 1.0", "[parameters.budget]\nleast_capital = 9000")


def test_the_verifier_finds_what_is_built_and_closed_wrongly() -> None:
    county = county_of(2)
    vetoes = pd.DataFrame(
        [("s1", "expand", "other"), ("s2", "close", "unsafe-road")],
        columns=["school_id", "action", "reason"],
    )
    county = county.replace(vetoes=vetoes)
    rules = '"opening", "expansion", "vetoes", "keep-isolated", "seats"'
    plan = solve(county, rules, "running-cost = 1.0", MAY_CLOSE)

    def faults(wrong: Plan) -> str:
        return "\n".join(str(f) for f in wrong.verify(county) if f.severity == "error")

    assert faults(plan) == ""
    built = pd.DataFrame(
        [("s1", "wing", 2024, 1), ("s2", "wing", 2024, 3)],
        columns=["school_id", "option", "year", "modules"],
    )
    text = faults(replace(plan, built=built))
    assert "school s1, option wing: expected nothing built: it is ruled out" in text
    assert "school s2, option wing: expected at most 2 modules; found 3" in text
    units = plan.cells.loc[plan.cells["school_id"] == "s2", "unit_id"]
    assert "school s2: expected it stays" in faults(plan.with_changes(dict.fromkeys(units, "s3")))
    actions = plan.actions.assign(cost=plan.actions["cost"] + 1.0, reason="")
    assert "actions" in faults(replace(plan, actions=actions))


def test_an_unknown_option_is_refused() -> None:
    county = county_of(0)
    plan = solve(county, '"opening", "expansion", "seats"', "capital-cost = 1.0")
    built = pd.DataFrame([("s1", "tower", 2024, 1)],
                         columns=["school_id", "option", "year", "modules"])  # fmt: skip
    with pytest.raises(InputError, match="option tower: expected a row of expansions"):
        Plan.from_assignment(
            county, stage="primary", year=2024, place="all", cells=plan.cells, model="m",
            rules=plan.rules, goals=(), status=plan.status, solver="", seed=0, seconds=0.0,
            standards="china", built=built,
        )  # fmt: skip


def test_a_plan_with_decisions_is_read_again(tmp_path) -> None:
    county = county_of(3)
    plan = solve(county, '"opening", "expansion", "seats"', "capital-cost = 1.0")
    plan.save(tmp_path / "plan")
    again = Plan.load(tmp_path / "plan", county)
    assert again == plan
    assert again.verify(county) == ()


def test_areas_hold_after_merging_and_a_short_school_only_shrinks() -> None:
    county = county_of(1, building_area=[100.0, 300.0, 300.0, 900.0])
    grades = county.school_grades
    enrolled = grades["school_id"].map({"s1": 8.0, "s2": 2.0, "s3": 2.0}).astype(float)
    county = county.replace(school_grades=grades.assign(enrolled=enrolled))
    norm = "[parameters.areas]\nbuilding = 5\nsports = 0\n" + MAY_CLOSE
    plan = solve(county, '"opening", "areas"', "travel = 1.0, opening-cost = 1.0", norm)
    pupils = plan.schools.set_index("school_id")["pupils"]
    # 100 m2 are enough for 20 pupils, but 48 are there today
    assert pupils["s1"] <= 48 and pupils["s2"] <= 60 and pupils["s3"] <= 60
    everybody = plan.with_changes(dict.fromkeys(plan.cells["unit_id"], "s2"))
    assert any("school s2, building area" in str(fault) for fault in everybody.verify(county))


def test_a_short_school_that_is_enlarged_has_what_it_has_then() -> None:
    """The violation of a soft rule counts alike in plan and verifier, which checks the value."""
    county = county_of(1, building_area=[100.0, 900.0, 900.0, 900.0])
    enrolled = county.school_grades["school_id"].map({"s1": 8.0}).fillna(0.0).astype(float)
    county = county.replace(
        school_grades=county.school_grades.assign(enrolled=enrolled),
        expansions=county.expansions.assign(building_area=20.0),
    )
    model = parse_model(
        "what-if", 'rules = ["expansion", "areas", "locks"]\nsoft = ["areas"]\n'
        "[parameters.areas]\nbuilding = 5\nsports = 0\n[[goal]]\nminimise = { moved = 1.0 }\n"
        "[[goal]]\nminimise = { violations = 1.0 }",
    )  # fmt: skip
    plan = zoning.solve(county, model, stage="primary", work_limit=1)
    assert plan.verify(county) == ()
    short = pd.DataFrame(
        [("s1", "wing", 2024, 1)], columns=["school_id", "option", "year", "modules"]
    )
    more = Plan.from_assignment(
        county, stage="primary", year=2024, place="all", cells=plan.cells, model="what-if",
        rules=[replace(rule, soft=False) for rule in plan.rules], goals=(), status=plan.status,
        solver="hand", seed=0, seconds=0.0, standards=county.standards, built=short,
    )  # fmt: skip
    # 120 m2 are enough for 24 pupils: whoever was there before has no claim once it is enlarged
    assert any("school s1, building area" in str(fault) for fault in more.verify(county))


def test_housing_opens_with_its_school() -> None:
    county = county_of(0)
    housing = pd.DataFrame(
        [("h1", "u0000", "primary", 2024, 230.0, "s4")],
        columns=["complex_id", "unit_id", "stage", "year", "children", "companion"],
    )
    rules, goal = '"opening", "expansion", "companions", "seats"', "capital-cost = 1.0"
    plan = solve(county.replace(housing=housing), rules, goal)
    said = plan.actions.set_index("school_id").loc["s4"]
    # 200 seats are there; one wing of 30 makes room for 230 children
    assert (said["action"], said["seats"], said["cost"]) == ("new", 30.0, 700.0 + 140.0)
    later = county.replace(housing=housing.assign(year=2025))
    free = solve(later, rules, goal)
    assert free.objective < plan.objective
    wrong = replace(plan, built=plan.built.iloc[:0])
    assert any("seats for 230 children" in str(fault) for fault in wrong.verify())
    with pytest.raises(NoPlanError):
        solve(county.replace(housing=housing.assign(children=261.0)), rules, goal)


@pytest.mark.parametrize("model", ["expansion", "new-schools", "consolidation", "boarding"])
def test_a_dangerous_building_is_mended_or_closes_under_every_model(model: str) -> None:
    nan = float("nan")
    county = county_of(1, dangerous=[True, False, False, False])
    county = county.replace(school_stages=county.school_stages.assign(seats=200.0))
    limits = {"travel-limit.minutes": 100}
    for repair, done in ((500.0, "and is mended"), (nan, "and cannot be mended")):
        costs = county.schools.assign(repair_cost=[repair, nan, nan, nan])
        asked = county.replace(schools=costs)
        plan = zoning.solve(asked, model, stage="primary", work_limit=1, settings=limits)
        said = plan.actions.set_index("school_id").loc["s1"]
        assert f"the building is dangerous {done}" in said["reason"]
        assert (said["action"] == "merge") == (repair != repair)
        assert said["cost"] == (repair if repair == repair else 0.0)


def test_a_weekly_way_is_no_alternative_to_a_school() -> None:
    county = boarders(1, 200.0)
    travel = county.travel.astype({"unit_id": "str", "school_id": "str", "mode": "str"})
    root = county.schools["root_unit"].iloc[1]
    by_day = travel["mode"] != "board"
    # to s2 all but its own unit have a weekly way alone
    far = by_day & (travel["school_id"] == "s2") & (travel["unit_id"] != root)
    county = county.replace(travel=travel[~far])
    rules, limit = '"opening", "boarding", "travel-limit"', f"{MAY_CLOSE}\n{BOARD}"
    dear = county.replace(schools=county.schools.assign(opening_cost=[900.0, 0.0]))
    assert "s1" not in set(solve(dear, rules, "opening-cost = 1.0", limit).cells["school_id"])
    limit += "\n[parameters.keep-isolated]\nminutes = 1000"
    plan = solve(dear, f'{rules}, "keep-isolated"', "opening-cost = 1.0", limit)
    assert "s1" in set(plan.cells["school_id"]) and plan.status == "optimal"
