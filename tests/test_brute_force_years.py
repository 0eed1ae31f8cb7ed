"""Plans over several years against trying every plan of every year and every module."""

from __future__ import annotations

import pytest

import zoning
from tests.brute_years import BruteYears, possible
from tests.comparing import judge, judge_goals
from tests.tiny_years import TinyYears, tiny_years
from zoning.formulation.model_file import parse_model

COUNTIES = 20
"""`python -m tests.brute_years 0 240` tries more."""
BATCH = 10


def compare(case: TinyYears) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    brute = BruteYears(case.county, case.model, case.first, case.years)
    plans = dict(brute.plans())
    model = parse_model("tiny", case.model)
    return judge(
        f"seed {case.seed} ({case.focus}, {case.years} years from {case.first})",
        len(plans),
        lambda: zoning.solve_years(
            case.county, model, stage="primary", year=case.first, gap=0.0, work_limit=2
        ),
        lambda plan: differences(plan, brute, plans),
    )


def differences(plan, brute, plans) -> list[str]:
    values = next((its for key, its in plans.items() if _same(plan, brute, *key)), None)
    if values is None:
        return ["the plan breaks a hard rule"]
    slacks = [slack for _, slack in brute.order]
    wrong = judge_goals(plan.goals, values, list(plans.items()), slacks)
    return wrong if plan.status == "optimal" else [*wrong, f"status {plan.status}"]


def _same(plan, brute, years, modules) -> bool:
    """Is this the plan that was made?"""
    for one, choice in zip(plan.plans, years, strict=True):
        cells = one.cells.itertuples(index=False)
        if {(r.unit_id, r.band): r.school_id for r in cells} != dict(choice):
            return False
    built = {}
    for r in plan.plans[-1].built.itertuples(index=False):
        lead = brute.options[r.school_id, r.option]["lead_years"]
        built[r.school_id, r.option, r.year + int(0 if lead != lead else lead)] = r.modules
    return built == dict(modules)


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_plans_several_years_best(first: int) -> None:
    wrong = [compare(tiny_years(seed, possible)) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))
