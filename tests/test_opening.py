"""Opening sites, end to end: tables, what is impossible, plans, verification and files."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county, unit_id
from zoning.county import County, read_county, write_county
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import Model, parse_model
from zoning.output.geojson import schools_geojson
from zoning.plan import GoalResult, Plan


def sites(
    schools: list[tuple[int, int, float]],
    status: list[str],
    costs: list[float] | None = None,
    *,
    width: int = 5,
    **changes: object,
) -> County:
    """A row of units with 12 pupils each; nobody has a school today."""
    county = grid_county(width, 1, schools, today=False, **changes)
    costs = [0.0] * len(schools) if costs is None else costs
    return county.replace(schools=county.schools.assign(status=status, opening_cost=costs))


ROW = sites(
    [(0, 0, 100.0), (2, 0, 100.0), (4, 0, 100.0)],
    ["existing", "candidate", "candidate"], [5.0, 100.0, 90.0],
)  # fmt: skip


def model(
    text: str = "", *, rules: str = '"opening", "seats"', goal: str = "travel = 1.0"
) -> Model:
    return parse_model(
        "sites",
        f"rules = [{rules}]\n[parameters.opening]\n{text}\n[[goal]]\nminimise = {{ {goal} }}",
    )


def solve(county: County, chosen: Model) -> Plan:
    return zoning.solve(county, chosen, stage="primary", gap=0.0, work_limit=1)


def states(plan: Plan) -> dict[str, str]:
    return dict(zip(plan.schools["school_id"], plan.schools["state"], strict=True))


# the county's tables ------------------------------------------------------------------------


def test_columns_at_their_defaults_leave_a_county_as_it_was(tmp_path) -> None:
    plain = grid_county(3, 1)
    said = plain.replace(schools=plain.schools.assign(status="existing", opening_cost=0.0))
    assert said.content_hash == plain.content_hash
    write_county(plain, tmp_path / "plain")
    assert "status" not in (tmp_path / "plain" / "schools.geojson").read_text("utf-8")
    assert list(plain.schools["status"]) == ["existing"]


def test_sites_are_written_and_read_again(tmp_path) -> None:
    write_county(ROW, tmp_path / "row")
    again = read_county(tmp_path / "row")
    assert again == ROW
    assert list(again.schools["status"]) == ["existing", "candidate", "candidate"]
    assert list(again.schools["opening_cost"]) == [5.0, 100.0, 90.0]
    dearer = ROW.schools.assign(opening_cost=[5.0, 100.0, 91.0])
    assert ROW.replace(schools=dearer).content_hash != ROW.content_hash


@pytest.mark.parametrize(
    ("column", "wrong", "right", "words"),
    [
        ("status", "planned", "candidate", "status to be one of 'existing', 'candidate'"),
        ("opening_cost", -1.0, 0.0, "of at least 0"),
    ],
)
def test_faults_of_the_columns(column: str, wrong: object, right: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ROW.replace(schools=ROW.schools.assign(**{column: wrong}))
    assert ROW.replace(schools=ROW.schools.assign(**{column: right}))


def test_nobody_goes_to_a_candidate_today() -> None:
    today = pd.DataFrame(
        [("today", unit_id(0, 0), "primary", "primary", "s2")],
        columns=["plan", "unit_id", "stage", "band", "school_id"],
    )
    with pytest.raises(InputError, match="found s2, whose status is 'candidate'"):
        ROW.replace(assignments=today)
    assert ROW.replace(assignments=today.assign(plan="draft"))


# which sites take part ----------------------------------------------------------------------


def test_candidates_take_no_part_without_the_rule() -> None:
    plan = solve(ROW, model(rules='"seats"'))
    assert set(plan.cells["school_id"]) == {"s1"}
    assert list(plan.schools["school_id"]) == ["s1"]
    assert "state" not in plan.schools


def test_a_lock_may_demand_a_candidate_only_under_the_rule() -> None:
    columns = ["unit_id", "stage", "band", "lock", "school_id"]
    locks = pd.DataFrame([(unit_id(4, 0), "", "", "must", "s3")], columns=columns)
    county = ROW.replace(locks=locks)
    with pytest.raises(InputError, match="candidate site s3"):
        solve(county, model(rules='"seats"'))
    assert states(solve(county, model(goal="opening-cost = 1.0"))) == {
        "s1": "open", "s2": "closed", "s3": "open",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("count = 1", {"s1"}),
        ("count = 3", {"s1", "s2", "s3"}),
        ("most = 2", {"s1", "s3"}),
        ("least = 2\nmost = 2", {"s1", "s3"}),
        ('count = 1\nexisting = "may-close"', {"s2"}),
        ('count = 2\nexisting = "may-close"', {"s1", "s3"}),
    ],
)
def test_how_many_are_open(text: str, open_: set[str]) -> None:
    # travel alone decides which; s1 with s3 and s2 with s3 travel alike, so s2 is made dearer
    plan = solve(ROW, model(text, goal="travel = 1.0, opening-cost = 0.001"))
    assert {school for school, state in states(plan).items() if state == "open"} == open_
    assert plan.status == "optimal"


def test_the_cost_of_opening_is_weighed_with_travel() -> None:
    # opening s3 saves unit 3 and unit 4 pupil-minutes; a dear site saves less than it costs
    weights = {"0.01": {"s2", "s3"}, "1000": set()}
    for weight, opened in weights.items():
        plan = solve(ROW, model(goal=f"travel = 1.0, opening-cost = {weight}"))
        assert {s for s, state in states(plan).items() if state == "open"} == {"s1", *opened}
        cost = sum({"s2": 100.0, "s3": 90.0}[s] for s in opened)
        travel = plan.indicators["pupil_minutes"]
        assert plan.goals[0].value == pytest.approx(travel + float(weight) * cost)


def test_the_cost_needs_the_rule() -> None:
    with pytest.raises(InputError, match="goal opening-cost: expected the rule opening"):
        solve(ROW, model(rules='"seats"', goal="opening-cost = 1.0"))


def test_a_closed_school_frees_its_unit_under_contiguity() -> None:
    rules = '"opening", "seats", "contiguity"'
    plan = solve(ROW, model("count = 1", rules=rules))
    assert set(plan.cells["school_id"]) == {"s1"}
    plan = solve(ROW, model('count = 1\nexisting = "may-close"', rules=rules))
    assert set(plan.cells["school_id"]) == {"s2"}


def test_limits_hold_where_a_school_is_open() -> None:
    # 48 pupils fill two sites of 30 seats to 80 %, but only one of 60 to the least 70 %
    county = sites([(0, 0, 30.0), (3, 0, 30.0)], ["candidate"] * 2, width=4)
    plan = solve(county, model(rules='"opening", "seats", "utilisation"', goal="travel = 1.0"))
    assert set(states(plan).values()) == {"open"}
    half = sites([(0, 0, 60.0), (3, 0, 60.0)], ["candidate"] * 2, width=4)
    plan = solve(half, model(rules='"opening", "seats", "utilisation"', goal="travel = 1.0"))
    assert sorted(states(plan).values()) == ["closed", "open"]


def test_balance_is_between_open_schools() -> None:
    county = sites([(0, 0, 60.0), (2, 0, 60.0), (4, 0, 60.0)], ["candidate"] * 3)
    plan = solve(county, model("most = 2", rules='"opening"', goal="balance = 1.0"))
    assert plan.goals[0].value == 0.0
    assert plan.goals[0].bound == pytest.approx(0.0, abs=1e-9)


# what is impossible -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "legal", "words"),
    [
        ("most = 0", "most = 1", "at most 0 open schools; found 1 that may not close"),
        ("least = 4", "least = 3", "at least 4 open schools; found 3 in all"),
        ("count = 4", "count = 3", "at least 4 open schools; found 3 in all"),
    ],
)
def test_another_number_than_there_can_be(text: str, legal: str, words: str) -> None:
    with pytest.raises(NoPlanError, match=words) as caught:
        solve(ROW, model(text))
    assert caught.value.proved
    assert solve(ROW, model(legal))


def test_too_few_seats_in_the_best_sites() -> None:
    county = sites([(0, 0, 24.0), (2, 0, 20.0), (4, 0, 24.0)], ["candidate"] * 3)
    with pytest.raises(NoPlanError, match=r"2 of them open at the most.*60.0 pupils; found 48.0"):
        solve(county, model("most = 2"))
    assert set(states(solve(county, model("most = 3"))).values()) == {"open"}


def test_numbers_that_clash_with_other_rules_are_named() -> None:
    # one site of three can be reached by everybody within the limit, but it has too few seats
    county = sites([(0, 0, 36.0), (2, 0, 24.0), (4, 0, 36.0)], ["candidate"] * 3)
    rules = '"opening", "seats", "contiguity"'
    with pytest.raises(NoPlanError) as caught:
        solve(county, model("count = 1", rules=rules))
    assert caught.value.proved
    assert solve(county, model("count = 2", rules=rules))


# plans --------------------------------------------------------------------------------------


def test_what_a_plan_says_of_closed_sites(tmp_path) -> None:
    plan = solve(ROW, model("most = 2", goal="travel = 1.0, opening-cost = 0.001"))
    row = plan.schools.set_index("school_id").loc["s2"]
    assert (row["state"], row["pupils"], row["units"], row["seats"]) == ("closed", 0.0, 0, 100.0)
    assert pd.isna(row["utilisation"])
    assert plan.indicators["utilisation_min"] > 0.0
    assert "2 schools open, 1 closed" in str(plan)
    assert plan.verify(ROW) == ()
    plan.save(tmp_path / "plan")
    again = Plan.load(tmp_path / "plan", ROW)
    assert states(again) == states(plan)
    assert again.verify(ROW) == ()
    text = schools_geojson(plan, ROW)
    said = {f["id"]: f["properties"]["state"] for f in json.loads(text)["features"]}
    assert said == states(plan)


def _faults(plan: Plan) -> list[str]:
    return [str(fault) for fault in plan.verify(ROW) if fault.severity == "error"]


def test_the_verifier_counts_open_schools() -> None:
    plan = solve(ROW, model("count = 2", goal="travel = 1.0, opening-cost = 0.001"))
    everywhere = plan.with_changes({unit_id(2, 0): "s2"}, ROW)
    assert any("expected at most 2; found 3" in fault for fault in _faults(everywhere))
    nowhere = plan.with_changes(dict.fromkeys((unit_id(x, 0) for x in range(5)), "s1"), ROW)
    assert any("expected at least 2; found 1" in fault for fault in _faults(nowhere))


def test_the_verifier_recomputes_the_cost() -> None:
    plan = solve(ROW, model("count = 2", goal="opening-cost = 1.0"))
    assert (plan.goals[0].value, plan.goals[0].unit) == (90.0, "yuan")
    wrong = replace(plan, goals=(GoalResult("opening-cost", 80.0, 80.0, "yuan"),))
    assert any("opening-cost: expected 90 yuan; found 80" in fault for fault in _faults(wrong))


def test_the_verifier_knows_no_candidates_without_the_rule() -> None:
    plan = solve(ROW, model(rules='"seats"'))
    assert any(
        "s2, which does not" in f for f in _faults(plan.with_changes({unit_id(2, 0): "s2"}, ROW))
    )


def test_a_start_with_other_sites_is_used() -> None:
    first = solve(ROW, model("count = 2", goal="opening-cost = 1.0"))
    plan = zoning.solve(
        ROW, model("count = 2"), stage="primary", gap=0.0, work_limit=1, start=first
    )
    assert plan.status == "optimal"


def test_same_seed_and_work_give_the_same_plan() -> None:
    county = sites(
        [(x, 0, 60.0) for x in (0, 2, 3, 5, 7)], ["candidate"] * 5, [300.0, 80.0, 90.0, 60.0, 70.0],
        width=8, pupils=12.0, seed=3,
    )  # fmt: skip
    chosen = model(
        rules='"opening", "seats", "contiguity"', goal="travel = 1.0, opening-cost = 1.0"
    )
    one, other = solve(county, chosen), solve(county, chosen)
    pd.testing.assert_frame_equal(one.assignment, other.assignment)


def test_the_shipped_model_chooses_sites() -> None:
    plan = zoning.solve(ROW, "siting", stage="primary", work_limit=1)
    assert {"opening-cost", "travel"} <= set(plan.goals[0].parameters)
    assert plan.verify(ROW) == ()
