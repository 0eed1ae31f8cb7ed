"""Plans over several years against trying every plan of every year and every module."""

from __future__ import annotations

import pytest

import zoning
from tests.brute_years import BruteYears, best_of, possible
from tests.test_brute_force import at_most, close
from tests.tiny_years import TinyYears, tiny_years
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model

COUNTIES = 20
"""`python -m tests.brute_years 0 240` tries more."""
BATCH = 10


def compare(case: TinyYears) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    brute = BruteYears(case.county, case.model, case.first, case.years)
    plans = dict(brute.plans())
    label = f"seed {case.seed} ({case.focus}, {case.years} years from {case.first})"
    try:
        plan = zoning.solve_years(
            case.county, parse_model("tiny", case.model), stage="primary", year=case.first,
            gap=0.0, work_limit=2,
        )  # fmt: skip
    except NoPlanError as error:
        if plans:
            return f"{label}: {len(plans)} plans exist, but {error}"
        return "" if error.proved else f"{label}: no plan exists, but that is not proved"
    except Exception as error:
        return f"{label}: {type(error).__name__} {error}"
    if not plans:
        return f"{label}: a plan was made where none is possible"
    return "; ".join(f"{label}: {text}" for text in differences(plan, brute, plans))


def differences(plan, brute, plans) -> list[str]:
    found = (values for key, values in plans.items() if _same(plan, brute, *key))
    values = next(found, None)
    if values is None:
        return ["the plan breaks a hard rule"]
    wrong = []
    best = best_of(plans, [slack for _, slack in brute.order])
    for k, (goal, (optimum, level)) in enumerate(zip(plan.goals, best, strict=True)):
        if not close(goal.value, values[k]):
            wrong.append(f"{goal.name} said to be {goal.value}, is {values[k]}")
        if not close(goal.bound, optimum):
            wrong.append(f"bound {goal.bound} of {goal.name}, optimum {optimum}")
        if not at_most(values[k], level):
            wrong.append(f"{goal.name} {values[k]}, optimum {optimum}, level {level}")
    if plan.status != "optimal":
        wrong.append(f"status {plan.status}")
    return wrong


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
