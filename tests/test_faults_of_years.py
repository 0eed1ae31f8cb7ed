"""Questions over several years that have no answer: what is wrong, where, and by how much."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import zoning
from tests.plan.rolling.rolling_made import COUNTY
from zoning.cli import app
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model

TRAVEL = "\n[[goal]]\nminimise = { travel = 1.0 }\n"
PLACES = (
    'rules = ["opening", "expansion", "vetoes", "seats", "budget"]\n'
    '[parameters.opening]\nexisting = "may-close"\n[parameters.budget]\n'
)
HOUSED = 'rules = ["opening", "expansion", "companions", "seats", "contiguity"]'


def solve(text: str, county: County = COUNTY, **arguments: object) -> zoning.RollingPlan:
    model = parse_model("mine", text + TRAVEL)
    given = {"stage": "primary", "work_limit": 1, "gap": 0.0} | arguments
    return zoning.solve_years(county, model, **given)


@pytest.mark.parametrize("years", [0, 1, 21, 2.5, "3", True])
def test_a_wrong_number_of_years(years: object) -> None:
    with pytest.raises(InputError, match="years: expected a whole number from 2 to 20; found"):
        solve('rules = ["seats"]', years=years)
    if years == 1 and years is not True:
        return  # a model for one year, see below
    text = f"years = {'true' if years is True else repr(years)}\nrules = []"
    with pytest.raises(InputError, match=r"mine\.toml, years: expected a whole number from 1 to"):
        solve(text)


def test_models_for_one_year_and_for_several() -> None:
    with pytest.raises(InputError, match=r"found mine, for 1 year\. To mend: state years, or"):
        solve("rules = []")
    with pytest.raises(InputError, match=r"three-year-plan, for 3 years.*call zoning.solve_years"):
        zoning.solve(COUNTY, "three-year-plan", stage="primary", work_limit=1)
    assert solve("rules = []", years=2).years == (2025, 2026)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('rules = ["stability"]\n[parameters.stability]\nshare = 0.5', "rule stability: expected"),
        ("rules = []\n[[goal]]\nminimise = { balance = 1.0 }", "goal balance: expected"),
        ('rules = ["feeders"]', "rule feeders: expected one year: it knows this year's graduates"),
        ('rules = ["shared-zones"]', "rule shared-zones: expected one year: the lottery decides"),
        ('rules = ["overflow", "intake"]', "rule overflow: expected one year: whom it sends"),
    ],
)
def test_rules_and_goals_of_one_year(text: str, found: str) -> None:
    with pytest.raises(InputError, match=f"{found}.*; found 2 years"):
        solve(f"years = 2\n{text}")


def test_a_goal_of_several_years() -> None:
    model = parse_model("mine", "rules = []\n[[goal]]\nminimise = { moved-again = 1.0 }")
    with pytest.raises(InputError, match=r"moved-again: expected several years: .*; found one"):
        zoning.solve(COUNTY, model, stage="primary", work_limit=1)


@pytest.mark.parametrize("year", [2023, "2025", 2025.5])
def test_a_year_that_cannot_be_planned(year: object) -> None:
    with pytest.raises(InputError, match=r"year: expected a whole year, 2024 .* or later; found"):
        solve("years = 2\nrules = []", year=year)
    assert solve("years = 2\nrules = []", year=2024).years == (2024, 2025)


def test_every_year_without_pupils_is_named() -> None:
    with pytest.raises(InputError) as caught:
        solve("years = 3\nrules = []", year=2027)
    said = [fault.expected for fault in caught.value.faults]
    assert said == [f"pupils of stage primary in year {year}" for year in (2028, 2029)]
    assert solve("years = 3\nrules = []", year=2025).years[-1] == 2027


@pytest.mark.parametrize(
    ("budget", "found"),
    [
        ("capital = { 2023 = 1, 2025 = 1, 2027 = 1 }",
         "budget.capital: expected years of the plan: 2024, 2025, 2026; found 2023, 2027"),
        ("running = { soon = 1 }", "budget.running: expected years of the plan: .*; found soon"),
        ('capital = { 2025 = "much" }', "budget.capital: expected a number of at least 0"),
        ("capital = { 2025 = 1 }\nleast_capital = { 2025 = 2 }",
         "least_capital of 2025: expected at most 1; found 2"),
    ],
)  # fmt: skip
def test_a_wrong_budget(budget: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        solve(f"years = 2\n{PLACES}{budget}")


@pytest.mark.parametrize(
    ("least", "most", "found"),
    [
        ("running = 200", "running = 99", "running of 2025: expected at most 99 yuan; found 100"),
        ("least_capital = 1500", "least_capital = 1501",
         "at least 1,501 yuan; found 1,500 yuan if everything"),
        ("least_capital = { 2024 = 500 }", "least_capital = { 2024 = 501 }",
         "least_capital of 2024: expected at least 501 yuan; found 500 yuan"),
    ],
)  # fmt: skip
def test_a_budget_that_no_plan_keeps(least: str, most: str, found: str) -> None:
    with pytest.raises(NoPlanError, match=found) as caught:
        solve(f"years = 3\n{PLACES}{most}")
    assert caught.value.proved
    assert solve(f"years = 3\n{PLACES}{least}").status == "optimal"


def housing(children: float, year: int = 2026) -> County:
    columns = ["complex_id", "unit_id", "stage", "year", "dwellings", "children", "companion"]
    row = ("c1", "u0200", "primary", year, math.nan, children, "s3")
    return COUNTY.replace(housing=pd.DataFrame([row], columns=columns))


def test_housing_without_seats() -> None:
    with pytest.raises(NoPlanError) as caught:
        solve(f"years = 3\n{HOUSED}", housing(37.0))
    first, second = caught.value.faults  # 12 seats, and a wing with 24 from 2025 on
    assert str(first) == (
        "housing, seats of school s3 in 2026 for 37 children: expected so many once all is built "
        "that can be; found 1 too few. To mend: list more that can be built by then, or correct "
        "the children, the dwellings or the companion."
    )
    assert "s3 in 2027" in second.where
    plan = solve(f"years = 3\n{HOUSED}", housing(36.0))
    assert plan.plan_of(2026).built["option"].tolist() == ["wing"]
    assert plan.decisions.query("action == 'expand'")["year"].min() <= 2026


def more_pupils(factor: float, **where: object) -> County:
    """The county with more pupils in some rows."""
    table = COUNTY.pupils
    rows = pd.Series(True, index=table.index)
    for column, value in where.items():
        rows &= table[column] == value
    return COUNTY.replace(
        pupils=table.assign(pupils=table["pupils"].where(~rows, factor * table["pupils"]))
    )


def test_a_companion_without_places_for_its_own_unit() -> None:
    county = more_pupils(3.5, unit_id="u0200", year=2026).replace(housing=housing(1.0).housing)
    with pytest.raises(NoPlanError, match=r"s3 in 2026: expected places for the 42.0 pupils of its "
                       r"own unit u0200, 2026; found 36.0 places"):  # fmt: skip
        solve(f"years = 3\n{HOUSED}", county)


def test_the_year_with_too_few_seats_is_named() -> None:
    with pytest.raises(NoPlanError) as caught:
        solve('years = 3\nrules = ["seats"]', more_pupils(1.3, year=2026))
    (fault,) = caught.value.faults
    assert (fault.where, fault.expected, fault.found) == (
        "all schools together in 2026", "places for 78.0 pupils", "72.0 places",
    )  # fmt: skip
    model = parse_model("mine", 'years = 3\nrules = ["seats"]' + TRAVEL)
    assert zoning.check(more_pupils(1.3, year=2026), model, stage="primary")[0] == fault
    assert zoning.check(more_pupils(1.2, year=2026), model, stage="primary") == ()


# the command line -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county and a model in files."""
    out = tmp_path_factory.mktemp("years")
    zoning.write_county(COUNTY, out / "county")
    (out / "model.toml").write_text(f'years = 2\nrules = ["seats"]{TRAVEL}', encoding="utf-8")
    return out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--set", "seats.factor=0.5"), 3, "all schools together in 2025"),
        (("--year", "2027"), 1, "pupils of stage primary in year 2028"),
        (("--years", "21"), 1, "a whole number from 2 to 20"),
        (("--years", "1"), 2, "--years"),
        (("--start", "tomorrow"), 1, "or the name of a plan in the county's assignments"),
    ],
)
def test_exit_codes_and_nothing_left_behind(
    folder: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    out = tmp_path / "plan"
    told = CliRunner().invoke(
        app, ["solve", str(folder / "county"), "--model", str(folder / "model.toml"), "--stage",
              "primary", "--out", str(out), "--work-limit", "1", *words],
    )  # fmt: skip
    assert told.exit_code == code, told.output
    assert said in told.output
    assert not out.exists()


def test_a_plan_over_years_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    words = ["--model", str(folder / "model.toml"), "--stage", "primary", "--out", str(out)]
    solve_ = ["solve", str(folder / "county"), *words, "--work-limit", "1", "--years", "3"]
    told = CliRunner().invoke(app, solve_)
    assert told.exit_code == 0, told.output
    assert "primary 2025 to 2027" in told.output and "by_year.csv" in told.output
    again = CliRunner().invoke(app, solve_)
    assert again.exit_code == 1 and "holds files" in again.output
    verify = ["verify", str(out), "--county", str(folder / "county")]
    assert CliRunner().invoke(app, verify).exit_code == 0
    path = out / "rolling-plan.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"s1"', '"s2"', 1), encoding="utf-8")
    wrong = CliRunner().invoke(app, verify)
    assert wrong.exit_code == 1 and "the plan is wrong in" in wrong.output
