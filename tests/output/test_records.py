"""A page for each school: what is done, for whom, with what, and why."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.test_what_if_places import MAY_CLOSE, county_of, solve
from zoning.county import County
from zoning.errors import InputError
from zoning.output import write_all
from zoning.output.records import safe
from zoning.plan import Plan

RULES = '"opening", "expansion", "seats", "areas", "teachers", "travel-limit"'
LIMITS = f"{MAY_CLOSE}\n[parameters.travel-limit]\nminutes = 60\n[parameters.areas]\nbuilding = 5\n"


def planned(**columns: object) -> tuple[County, Plan]:
    county = county_of(1, staff=[6.0, 6.0, 6.0, float("nan")], building_area=900.0, **columns)
    return county, solve(county, RULES, "running-cost = 1.0", LIMITS)


def test_a_page_says_what_the_plan_knows() -> None:
    _, plan = planned()
    rows = plan.actions.set_index("school_id")
    assert {"merge", "keep"} <= set(rows["action"])
    for school, row in rows.iterrows():
        page = plan.record(str(school))
        assert page.startswith("> 模拟数据,非真实学校 / modelled data")
        assert safe(row["reason"]) in page
        assert f"{row['cost']:,.0f} yuan once" in page
        units = plan.assignment.loc[plan.assignment["school_id"] == school, "unit_id"]
        assert all(f"| {unit} Unit" in page for unit in units)
        if row["action"] == "merge":
            assert f"**merge 撤并**, 2024, to 并入 {row['receivers']}" in page
            assert "| seats 学位 |" not in page
            continue
        figures = plan.schools.set_index("school_id").loc[school]
        assert f"| seats 学位 | {figures['pupils']:,.0f} | {figures['seats']:,.0f} |" in page
        assert f"| posts 教职工 | {figures['posts']:,.1f} | " in page
        assert f"({900 / figures['pupils']:,.1f} a pupil 生均, norm 标准 5)" in page


def test_what_is_built_is_named_with_its_time() -> None:
    county = county_of(2)
    options = county.expansions.assign(lead_years=2.0, temporary=True)
    county = county.replace(expansions=options, pupils=county.pupils.assign(pupils=4.0))
    plan = solve(county, '"expansion", "seats"', "capital-cost = 1.0")
    school = plan.built["school_id"].iloc[0]
    assert "x wing (temporary 临时), takes 2 years to build 工期 2 年" in plan.record(school)


def test_a_school_that_the_plan_does_not_decide_about_is_refused() -> None:
    _, plan = planned()
    with pytest.raises(InputError, match="a school that the plan's table of actions names"):
        plan.record("s9")
    assert plan.record("s1")
    with pytest.raises(InputError):
        solve(county_of(1), '"seats"', "travel = 1.0").record("s1")


def test_names_are_nothing_but_text(tmp_path) -> None:
    name = "<script>alert(1)</script> | **x** # y [z](javascript:a)"
    county, plan = planned(name=[name, "b", "c", "d"])
    write_all(plan, county, tmp_path / "plan")
    text = (tmp_path / "plan" / "records.md").read_text("utf-8")
    assert "<script" not in text and "\\](javascript" in text
    assert "&lt;script\\>" in text
    assert text.count("\n## ") == len(plan.actions)
    columns = pd.Series([line.count("|") - line.count("\\|") for line in text.splitlines()
                         if line.startswith("| ")])  # fmt: skip
    assert set(columns) == {4, 10}
