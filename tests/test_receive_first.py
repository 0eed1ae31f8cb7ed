"""The rule receive-first: no school closes before there is room where its pupils go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.test_what_if_places import MAY_CLOSE, county_of, solve
from zoning.county import County
from zoning.plan import Plan, Rule

RULES = '"opening", "expansion", "seats"'
FIRST = Rule("receive-first", {"noon_minutes": 1000.0})
EVERYBODY_AT_HOME = f"{MAY_CLOSE}\n[parameters.receive-first]\nnoon_minutes = 1000\n"


def slow(county: County, years: float) -> County:
    """Every wing takes so many years to build; the site is not there."""
    options = county.expansions
    return county.replace(
        expansions=options.assign(lead_years=years),
        schools=county.schools.assign(serviced=[True, True, True, False]),
    )


def merged(plan: Plan) -> dict[str, list[str]]:
    """Receivers by school that closes."""
    table = plan.actions[plan.actions["action"] == "merge"]
    return {row["school_id"]: row["receivers"].split(", ") for row in table.to_dict("records")}


@pytest.mark.parametrize("seed", range(4))
def test_no_school_closes_before_its_receivers_are_ready(seed: int) -> None:
    rules, goal = f'{RULES}, "vetoes"', "running-cost = 1.0"
    values = {}
    for years in (0, 1):
        county = slow(county_of(seed), years)
        plan = solve(county, f'{rules}, "receive-first"', goal, EVERYBODY_AT_HOME)
        values[years] = plan.objective
        enlarged = set(plan.built["school_id"])
        for school, receivers in merged(plan).items():
            assert years == 0 or not enlarged & set(receivers)
            reason = plan.actions.set_index("school_id").loc[school, "reason"]
            assert "there is room now: " in reason
    free = solve(county, rules, goal, MAY_CLOSE)
    assert free.objective <= values[0] + 1e-6 <= values[1] + 2e-6


def test_a_wing_that_is_not_there_yet_is_found() -> None:
    county = slow(county_of(1), 1)
    free = solve(county, f'{RULES}, "vetoes"', "running-cost = 1.0", MAY_CLOSE)
    receivers = {school for several in merged(free).values() for school in several}
    assert receivers & set(free.built["school_id"])
    faults = replace(free, rules=(*free.rules, FIRST)).verify(county)
    assert "wing, which takes years to build" in str(faults)


def test_pupils_who_eat_at_school_find_a_place_at_table() -> None:
    county = county_of(1).replace(expansions=None)
    tables = [150.0, 0.0, 5.0, float("nan")]
    county = county.replace(schools=county.schools.assign(canteen=tables))
    rules, goal = '"opening", "receive-first"', "opening-cost = 1.0"
    one = f"{MAY_CLOSE}\nmost = 1\nsites = 'none'\n[parameters.receive-first]\nnoon_minutes = "
    county = county.replace(school_stages=county.school_stages.assign(seats=900.0))
    plan = solve(county, rules, goal, f"{one}1000")
    assert len(merged(plan)) == 2
    plan = solve(county, rules, goal, f"{one}35")
    (open_,) = plan.schools.loc[plan.schools["state"] == "open", "school_id"]
    far = plan.assignment.loc[plan.assignment["minutes"] > 35, "pupils"].sum()
    assert far <= dict(zip(["s1", "s2", "s3"], tables, strict=False))[open_]
    fewer = county.replace(schools=county.schools.assign(canteen=[far - 1, 0.0, 0.0, 0.0]))
    rebuilt = Plan.from_assignment(
        fewer, stage="primary", year=2024, place="all", cells=plan.cells, model="m",
        rules=plan.rules, goals=(), status=plan.status, solver="", seed=0, seconds=0.0,
        standards="china",
    )  # fmt: skip
    assert "who eat at school" in str(rebuilt.verify(fewer))


def test_seats_count_where_the_model_has_no_rule_on_seats() -> None:
    county = slow(county_of(2), 1)
    plan = solve(county, '"opening", "receive-first"', "opening-cost = 1.0", EVERYBODY_AT_HOME)
    rows = plan.schools.set_index("school_id")
    for receivers in merged(plan).values():
        for receiver in receivers:
            assert rows.loc[receiver, "pupils"] <= rows.loc[receiver, "seats"]
    crowded = plan.with_changes(dict.fromkeys(plan.cells["unit_id"], "s1"))
    assert "at most 90 pupils (seats)" in str(crowded.verify(county))
