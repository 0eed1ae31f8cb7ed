"""Plans over several years that go on from last year's, from one year's, or from a draft."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import zoning
from tests.test_what_if_years import BUILD, CLOSE, YEARS, county_of
from zoning.cli import app
from zoning.county import County, write_county
from zoning.errors import InputError
from zoning.formulation.model_file import Model, parse_model
from zoning.plan import Plan, RollingPlan
from zoning.problem.stack import build_problem_of_years
from zoning.search.clock import Progress
from zoning.start import starts_of

GOAL = "minimise = { running-cost = 1.0, capital-cost = 0.15, travel = 1.0, moved = 5.0 }"


def model(years: int = 3) -> Model:
    text = f"years = {years}\nrules = [{BUILD}]\n{CLOSE}\n[[goal]]\n{GOAL}"
    return parse_model("mine", text)


def stop(_: Progress) -> None:
    raise KeyboardInterrupt


def solved(county: County, years: int = 3, **arguments: object) -> RollingPlan:
    given = {"stage": "primary", "work_limit": 1} | arguments
    return zoning.solve_years(county, model(years), **given)


@pytest.fixture(scope="module")
def county() -> County:
    return county_of(1)


@pytest.fixture(scope="module")
def good(county: County) -> RollingPlan:
    return solved(county)


def a_year_later(county: County, plan: RollingPlan) -> County:
    """The county when the first planned year has come, its zones hold and its sites stand."""
    today = plan.plans[0].cells.assign(plan="today", stage="primary")
    open_ = set(today["school_id"])
    schools = county.schools
    status = ["existing" if s in open_ else its
              for s, its in zip(schools["school_id"], schools["status"], strict=True)]  # fmt: skip
    table = county.pupils
    last = table[table["year"] == YEARS[-1]]
    return county.replace(
        year=YEARS[0], assignments=today, schools=schools.assign(
            status=status,
            capital_cost=[0.0 if its == "existing" else 700.0 for its in status],
        ),
        pupils=pd.concat([table, last.assign(year=YEARS[-1] + 1)], ignore_index=True),
    )  # fmt: skip


def schools_of(county: County, start: object, years: tuple[int, ...]) -> dict[int, list[str]]:
    """What each year begins with: the school of each unit, "" if none."""
    problem = build_problem_of_years(county, "primary", years=years, candidates=True)
    (found,) = starts_of(county, problem, start, counts_moves=False)
    ids = np.array([*problem.school_ids, ""], dtype=object)
    each = found.reshape(len(years), -1)
    return {
        year: ids[np.where(row < 0, -1, row - k * len(problem.school_ids))].tolist()
        for k, (year, row) in enumerate(zip(years, each, strict=True))
    }


def zones(plan: Plan, county: County) -> list[str]:
    school = plan.cells.set_index("unit_id")["school_id"]
    return school.reindex(county.units["unit_id"].astype("str")).tolist()


def test_a_good_start_is_kept_without_any_time(county: County, good: RollingPlan) -> None:
    stopped = solved(county, start=good, progress=stop)
    assert not stopped.verify()
    assert stopped.goals[0].value <= good.goals[0].value * (1 + 1e-9)
    short = solved(county, start=good, work_limit=None, time_limit=1e-6)
    assert short.goals[0].value <= good.goals[0].value * (1 + 1e-9)


def test_last_years_plan_gives_its_later_years(county: County, good: RollingPlan) -> None:
    later = a_year_later(county, good)
    begun = schools_of(later, good, (2026, 2027, 2028))
    assert begun[2026] == zones(good.plan_of(2026), county)
    assert begun[2027] == begun[2028] == zones(good.plan_of(2027), county)
    plan = solved(later, start=good)
    assert plan.years == (2026, 2027, 2028)
    assert not plan.verify()


def test_a_plan_of_one_year_and_a_draft_stand_for_all_years(
    county: County, good: RollingPlan
) -> None:
    one = good.plan_of(2026)
    assert set(map(tuple, schools_of(county, one, YEARS).values())) == {tuple(zones(one, county))}
    draft = one.cells.assign(plan="draft", stage="primary")
    drawn = county.replace(assignments=pd.concat([county.assignments, draft], ignore_index=True))
    assert schools_of(drawn, "draft", YEARS) == schools_of(county, one, YEARS)
    for start in (one, "draft", "today"):
        assert not solved(drawn, start=start).verify()


def test_a_plan_of_one_year_begins_with_the_nearest_year_of_several(
    county: County, good: RollingPlan
) -> None:
    begun = zoning.solve(
        county, replace(model(), years=1), stage="primary", year=2027, start=good, work_limit=1
    )
    assert begun.year == 2027 and not begun.verify()


def changed(plan: RollingPlan, schools: list[str]) -> RollingPlan:
    """The plan with these schools in turn for its units, in each year from another one on."""
    plans = []
    for k, one in enumerate(plan.plans):
        turned = [schools[(i + k) % len(schools)] for i in range(len(one.assignment))]
        plans.append(replace(one, assignment=one.assignment.assign(school_id=turned)))
    return replace(plan, plans=tuple(plans))


@pytest.mark.parametrize(
    "schools",
    [["s1"], ["s4", "s1"], ["s1", "s2", "s3", "s4", "gone"], ["", "", "", "s2"]],
    ids=["overfull", "site before its time", "in pieces, one school unknown", "hardly anything"],
)
def test_a_broken_start_leads_to_a_plan(
    county: County, good: RollingPlan, schools: list[str]
) -> None:
    plan = solved(county, start=changed(good, schools))
    assert not plan.verify()
    assert plan.goals[0].bound <= good.goals[0].value * (1 + 1e-6)


def test_a_start_that_knows_nothing_of_the_county_is_refused(
    county: County, good: RollingPlan
) -> None:
    units = good.plans[0].assignment.assign(unit_id="elsewhere")
    strange = replace(good, plans=tuple(replace(one, assignment=units) for one in good.plans))
    junior = replace(good, plans=tuple(replace(one, stage="junior") for one in good.plans))
    wrong: list[tuple[object, str]] = [
        (strange, "places none of its units at one of its schools"),
        (changed(good, ["gone"]), "places none of its units at one of its schools"),
        (junior, "expected a plan of stage primary; found junior"),
        ("tomorrow", "expected a plan of the county (today)"),
        ({"u0000": "s1"}, "expected a Plan, a RollingPlan, or the name of a plan of the county"),
    ]
    for start, said in wrong:
        with pytest.raises(InputError) as caught:
            solved(county, start=start)
        assert said in str(caught.value)
    solved(county, start=changed(good, ["gone", "s1"]))


def test_the_command_line_goes_on_from_a_folder(
    county: County, good: RollingPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_county(county, tmp_path / "county")
    good.save(tmp_path / "last")
    (tmp_path / "mine.toml").write_text(
        f"years = 3\nrules = [{BUILD}]\n{CLOSE}\n[[goal]]\n{GOAL}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    words = "solve county --model mine.toml --stage primary --work-limit 1 --start"
    done = CliRunner().invoke(app, [*words.split(), "last", "--out", "next"])
    assert done.exit_code == 0, done.output
    plan = RollingPlan.load(tmp_path / "next")
    assert plan.goals[0].value <= good.goals[0].value * (1 + 1e-9)
    (tmp_path / "last" / "2026" / "plan.json").unlink()
    cut = CliRunner().invoke(app, [*words.split(), "last", "--out", "more"])
    assert cut.exit_code == 1 and "2026" in cut.output
    assert not (tmp_path / "more").exists()
