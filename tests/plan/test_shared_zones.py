"""Shared zones: what the verifier finds wrong, what the files say, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from tests.formulation.rendering import formulated
from tests.plan.made import wrong
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.output.geojson import zones_geojson
from zoning.output.public import publish
from zoning.plan import Plan

SEATS = (30.0, 60.0, 40.0)


def county_of(members: tuple[str, ...] = ("s1", "s2"), **fields: Any) -> County:
    """Six units of 12 pupils in a row; s1 in the first, s2 in the second, s3 in the last."""
    places = [(x, 0, seats) for x, seats in zip((0, 1, 5), SEATS, strict=True)]
    county = grid_county(6, 1, places)
    zone = pd.DataFrame({"zone": "town", "stage": "primary", "school_id": list(members)})
    return county.replace(shared_zones=zone, **fields)


def ask(county: County, rules: str = '"seats"', more: str = "", goal: str = "travel") -> Plan:
    text = f'rules = ["shared-zones", {rules}]\n{more}\n[[goal]]\nminimise = {{ {goal} = 1.0 }}'
    return zoning.solve(county, parse_model("shared", text), stage="primary", gap=0.0, work_limit=2)


COUNTY = county_of()
PLAN = ask(COUNTY, '"seats", "contiguity"')


def test_children_are_drawn_by_free_places() -> None:
    rows = PLAN.schools.set_index("school_id")
    assert PLAN.cells["school_id"].tolist() == ["town"] * 3 + ["s3"] * 3
    assert rows["pupils"].tolist() == pytest.approx([12.0, 24.0, 36.0])
    assert rows["units"].tolist() == [3, 3, 3]
    assert rows["utilisation"].tolist() == pytest.approx([0.4, 0.4, 0.9])
    first = PLAN.assignment[PLAN.assignment["unit_id"] == "u0000"]
    assert first["school_id"].tolist() == ["s1", "s2"]
    assert first["pupils"].tolist() == pytest.approx([4.0, 8.0])
    # to s1 of a third of 0 + 1 + 2 km, to s2 of two thirds of 1 + 0 + 1, to s3 0 + 1 + 2
    assert PLAN.objective == pytest.approx(12 * (3 / 3 + 2 * 2 / 3 + 3) * 1000 / 60)
    # whoever is at one of the two today is in the zone today
    assert PLAN.moved["unit_id"].tolist() == ["u0300"]
    assert rows["moved_out"].tolist() == [0.0, 12.0, 0.0] and rows.loc["s3", "moved_in"] == 12.0


def test_places_are_those_that_pupils_from_outside_leave() -> None:
    grades = COUNTY.school_grades
    held = grades.assign(outside=[5.0 if s == "s2" else 0.0 for s in grades["school_id"]])
    plan = ask(county_of(school_grades=held))
    rows = plan.schools.set_index("school_id")
    assert rows.loc["s1", "pupils"] == pytest.approx(rows.loc["s2", "pupils"])
    assert plan.verify() == ()
    full = grades.assign(outside=[11.0 if s == "s2" else 0.0 for s in grades["school_id"]])
    with pytest.raises(InputError, match="6 pupils from outside more"):
        ask(county_of(school_grades=full))


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [(0, "pupils", 5.0), (0, "school_id", "s2"), (1, "school_id", "s3"), (0, "minutes", 3.0),
     (1, "unit_id", "u0100")],
)  # fmt: skip
def test_a_changed_assignment(row: int, column: str, value: Any) -> None:
    table = PLAN.assignment.copy()
    table.loc[row, column] = value
    assert "assignment" in wrong(replace(PLAN, assignment=table), COUNTY)


def test_a_cell_with_one_of_the_schools_alone() -> None:
    alone = PLAN.assignment.drop(index=1)
    assert "assignment" in wrong(replace(PLAN, assignment=alone), COUNTY)
    edited = PLAN.with_changes({"u0200": "s1"})
    assert "assignment" in wrong(edited, COUNTY)
    moved = PLAN.with_changes({"u0200": "s3"})
    assert wrong(moved, COUNTY) == {"seats"}  # 48 pupils, 40 seats
    back = moved.with_changes({"u0200": "town"})
    assert wrong(back, COUNTY) == set() and back.objective == pytest.approx(PLAN.objective)


@pytest.mark.parametrize("column", ["pupils", "units", "mean_minutes", "longest_metres", "seats"])
def test_a_changed_figure_of_a_school(column: str) -> None:
    table = PLAN.schools.copy()
    table.loc[0, column] += 1
    assert wrong(replace(PLAN, schools=table), COUNTY) == {"schools"}


def test_a_changed_share() -> None:
    rules = tuple(
        replace(r, parameters={"zones": {"town": {"s1": 0.5, "s2": 0.5}}})
        if r.name == "shared-zones" else r for r in PLAN.rules
    )  # fmt: skip
    assert wrong(replace(PLAN, rules=rules), COUNTY) == {"shared-zones"}


def test_every_school_must_be_within_the_limit() -> None:
    limits = '"travel-limit"', "[parameters.travel-limit]\nmetres = {}"
    near = ask(COUNTY, limits[0], limits[1].format(4000))
    assert near.cells["school_id"].tolist()[:3] == ["town"] * 3
    # u0200 is 2 km from s1, though but 1 km from s2 and 3 km from s3
    with pytest.raises(NoPlanError, match="u0200"):
        ask(COUNTY, limits[0], limits[1].format(1999))
    worst = ask(COUNTY, '"seats"', goal="journey-of-worst-off")
    assert worst.objective == pytest.approx(2000 / 60)


def test_the_zone_holds_all_its_schools() -> None:
    apart = county_of(("s1", "s3"))
    with pytest.raises(NoPlanError):
        ask(apart, '"seats", "contiguity"')
    assert ask(apart).status == "optimal"


@pytest.mark.parametrize(
    ("lock", "school", "expected"),
    [("must", "s1", "town"), ("must-not", "s2", "s3"), ("must", "s3", "s3"),
     ("frozen", "", "town")],
)  # fmt: skip
def test_a_lock_on_one_of_the_schools_is_one_on_the_zone(
    lock: str, school: str, expected: str
) -> None:
    rows = pd.DataFrame(
        [("u0200", "primary", "", lock, school)],
        columns=["unit_id", "stage", "band", "lock", "school_id"],
    )
    plan = ask(county_of(locks=rows), '"locks"')
    assert dict(zip(plan.cells["unit_id"], plan.cells["school_id"], strict=True))[
        "u0200"
    ] == expected  # fmt: skip


def test_files_tell_the_zone_and_its_schools(tmp_path: Path) -> None:
    zones = json.loads(zones_geojson(PLAN, COUNTY))["features"]
    assert [z["properties"]["school_id"] for z in zones] == ["town", "s3"]
    town = zones[0]["properties"]
    assert (town["schools"], town["pupils"], town["school_seats"]) == ("s1, s2", 36.0, 90.0)
    assert town["units"] == 3 and "schools" not in zones[1]["properties"]
    PLAN.save(tmp_path / "plan")
    assert Plan.load(tmp_path / "plan", COUNTY) == PLAN
    publish(PLAN, tmp_path / "public", COUNTY, edition="public")
    assert "town (School s1, School s2)" in (tmp_path / "public" / "zones.en.csv").read_text()
    assert PLAN.compare(PLAN.with_changes({"u0200": "s3"})).pupils == pytest.approx(12.0)


# what is refused, and its nearest legal neighbour


@pytest.mark.parametrize("rule", ["class-size", "utilisation", "opening", "boarding"])
def test_rules_about_single_schools_are_refused(rule: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(COUNTY, f'"{rule}"')
    assert [fault.where for fault in caught.value.faults] == [f"rule {rule}"]


def test_the_goal_balance_is_refused() -> None:
    with pytest.raises(InputError, match="goal balance"):
        ask(COUNTY, goal="balance")
    assert ask(COUNTY, goal="moved").objective == 0


def test_zones_are_needed() -> None:
    with pytest.raises(InputError, match="a shared zone of stage primary"):
        ask(COUNTY.replace(shared_zones=None))
    with pytest.raises(InputError, match="a shared zone of stage primary"):
        formulated(COUNTY.replace(shared_zones=None), 'rules = ["shared-zones"]\n[[goal]]\n'
                   "minimise = { travel = 1.0 }")  # fmt: skip


def test_places_must_be_known() -> None:
    stages = COUNTY.school_stages
    with pytest.raises(InputError, match=r"zone town, school s2.*not known"):
        ask(county_of(school_stages=stages.assign(seats=[30.0, None, 40.0])))
    assert ask(county_of(school_stages=stages.assign(seats=[30.0, 60.0, None]))).verify() == ()
    with pytest.raises(InputError, match="at least one free place"):
        ask(county_of(school_stages=stages.assign(seats=[0.0, 0.0, 90.0])))


def test_schools_must_stand_and_teach_the_same() -> None:
    site = COUNTY.schools.assign(status=["existing", "candidate", "existing"])
    today = COUNTY.assignments
    with pytest.raises(InputError, match="a site or a suspended school"):
        ask(county_of(schools=site, assignments=today[today["school_id"] != "s2"]))
    grades = COUNTY.school_grades
    fewer = grades[(grades["school_id"] != "s2") | (grades["grade"] != "6")]
    with pytest.raises(InputError, match="teach the same grades"):
        ask(county_of(school_grades=fewer, assignments=today[today["school_id"] != "s2"]))


def test_a_zone_named_like_a_school_is_refused() -> None:
    named = COUNTY.shared_zones.assign(zone="s3")
    with pytest.raises(InputError, match="a name that no school has as its id"):
        COUNTY.replace(shared_zones=named)
