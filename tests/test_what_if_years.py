"""Questions of the form "what if" over several years: answers move the right way."""

from __future__ import annotations

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from zoning.county import County
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.plan import RollingPlan

SEEDS = range(3)
YEARS = (2025, 2026, 2027)
CLOSE = '[parameters.opening]\nexisting = "may-close"\n'
BUILD = '"opening", "expansion", "vetoes", "seats"'


def county_of(seed: int, vetoes: list[tuple[str, str, int | None, int | None]] = ()) -> County:
    """Eight units, three schools and a site, wings that take a year, more children every year."""
    county = grid_county(
        4, 2, [(0, 0, 70.0), (3, 0, 60.0), (1, 1, 50.0), (3, 1, 20.0)], pupils=15.0, seed=seed,
        rooms=9.0, today=False,
    )  # fmt: skip
    travel = county.travel.astype({"unit_id": "str", "school_id": "str"})
    near = travel[travel["school_id"] != "s4"].sort_values(["unit_id", "metres", "school_id"])
    zones = near.drop_duplicates("unit_id")[["unit_id", "school_id"]]
    table = county.pupils
    later = [
        table.assign(year=year, pupils=(table["pupils"] * (1 + 0.1 * k)).round())
        for k, year in enumerate((2024, *YEARS))
    ]
    columns = ["school_id", "action", "from_year", "until_year"]
    return county.replace(
        schools=county.schools.assign(
            status=["existing"] * 3 + ["candidate"], opening_cost=100.0,
            capital_cost=[0.0, 0.0, 0.0, 700.0],
        ),
        pupils=pd.concat(later, ignore_index=True),
        expansions=pd.DataFrame(
            [(f"s{k}", "wing", 30.0, 100.0 + 10 * k, 5.0, 2.0, 1 + (k == 3)) for k in range(1, 5)],
            columns=["school_id", "option", "seats", "cost", "yearly_cost", "most", "lead_years"],
        ),
        assignments=zones.assign(plan="today", stage="primary", band="primary"),
        vetoes=pd.DataFrame(vetoes, columns=columns).assign(reason="hearing-against"),
    )  # fmt: skip


def solve(
    county: County, goal: str, parameters: str = "", *, rules: str = BUILD, years: int = 3
) -> RollingPlan:
    model = parse_model("what-if", f"years = {years}\nrules = [{rules}]\n{parameters}\n[[goal]]\n"
                        f"minimise = {{ {goal} }}")  # fmt: skip
    return zoning.solve_years(county, model, stage="primary", gap=0.0, work_limit=2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_larger_budget_never_gives_a_worse_plan(seed: int) -> None:
    values = []
    for budget in ("0", "{ 2024 = 240, 2025 = 0, 2026 = 0, 2027 = 0 }", "240", "5000"):
        try:
            parameters = f"[parameters.budget]\ncapital = {budget}"
            plan = solve(county_of(seed), "travel = 1.0", parameters, rules=f'{BUILD}, "budget"')
        except NoPlanError as error:
            assert error.proved
            values.append(float("inf"))
            continue
        values.append(plan.goals[-1].value)
    assert values == sorted(values, reverse=True)
    assert values[-1] < float("inf")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_vetoed_closure_waits_for_the_end_of_the_veto(seed: int) -> None:
    plan = solve(county_of(seed), "running-cost = 1.0", CLOSE)
    closed = plan.decisions.query("action == 'merge'")["school_id"].tolist()
    assert closed
    kept = solve(county_of(seed, [(s, "close", None, 2026) for s in closed]), "running-cost = 1.0",
                 CLOSE)  # fmt: skip
    states = kept.supply.set_index(["year", "school_id"])["state"]
    for school in closed:
        assert states[2025, school] == states[2026, school] == "open"
    running = [p.by_year["running"].sum() for p in (plan, kept)]
    assert running[0] <= running[1] + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_closes_before_its_receivers_have_the_places(seed: int) -> None:
    county = county_of(seed)
    plan = solve(county, "running-cost = 1.0, capital-cost = 0.05", CLOSE)
    leads = county.expansions.set_index("school_id")["lead_years"]
    own = county.school_stages.set_index("school_id")["seats"]
    for one in plan.plans:
        ready = [
            row for row in one.built.itertuples(index=False)
            if row.year + leads[row.school_id] <= one.year and row.year >= county.year
        ]  # fmt: skip
        assert len(ready) == len(one.built)
        for row in one.schools.query("state == 'open'").itertuples(index=False):
            wings = sum(m.modules for m in ready if m.school_id == row.school_id)
            assert row.pupils <= own[row.school_id] + 30 * wings + 1e-6
    assert (plan.decisions["action"] == "merge").any()


@pytest.mark.parametrize("seed", SEEDS)
def test_shorter_lead_times_never_give_a_worse_plan(seed: int) -> None:
    county, values = county_of(seed), []
    for lead in (3.0, 1.0, 0.0):
        sooner = county.replace(expansions=county.expansions.assign(lead_years=lead))
        plan = solve(sooner, "capital-cost = 0.1, travel = 1.0, moved = 5.0")
        values.append(plan.goals[-1].value)
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_longer_horizon_costs_at_least_what_its_first_years_cost(seed: int) -> None:
    goal = "capital-cost = 1.0, running-cost = 1.0, travel = 1.0, moved = 5.0"
    values = [solve(county_of(seed), goal, CLOSE, years=years).goals[-1] for years in (2, 3)]
    assert values[0].bound <= values[1].value + 1e-6
