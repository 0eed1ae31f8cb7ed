"""The solver against trying every assignment: same value, valid bound, no plan only if none is."""

from __future__ import annotations

import pytest

import zoning
from tests.brute_force import BruteForce, best_values
from tests.comparing import at_most, compare, differences
from tests.tiny_counties import Tiny, tiny
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model

COUNTIES = 300
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_finds_the_best_plan(first: int) -> None:
    found = [compare(tiny(seed)) for seed in range(first, first + BATCH)]
    wrong = [text for text in found if text]
    assert not wrong, "\n".join(wrong)


def attacked(case: Tiny) -> str:
    """Solve with hardly any time; returns what is wrong with the bound, "" if nothing is."""
    seed = case.seed
    brute = BruteForce(case.county, case.model)
    plans = brute.plans()
    model = parse_model("tiny", case.model)
    try:
        plan = zoning.solve(
            case.county, model, stage="primary", gap=0.0, time_limit=0.05, work_limit=1
        )
    except NoPlanError as error:
        return f"seed {seed}: {error}" if plans and error.proved else ""
    best = best_values(plans, [slack for _, slack in brute.order()])
    # a later goal's bound holds under the levels reached before it, which may be higher than best
    first, optimum = plan.goals[0], best[0][0]
    wrong = []
    if not at_most(first.bound, optimum):
        wrong.append(f"seed {seed}: bound {first.bound} above the optimum {optimum}")
    if not at_most(optimum, first.value):
        wrong.append(f"seed {seed}: value {first.value} below the optimum {optimum}")
    held = plans
    for k, goal in enumerate(plan.goals):
        least = min(values[k] for _, values in held)
        if not at_most(goal.bound, least):
            wrong.append(f"seed {seed}: bound {goal.bound} of {goal.name} above {least}")
        if goal.level is not None:
            held = [p for p in held if at_most(p[1][k], goal.level)]
    return "; ".join(wrong)


@pytest.mark.parametrize("first", range(1000, 1040, 10))
def test_bound_holds_when_time_runs_out(first: int) -> None:
    cases = [tiny(seed, fractional=True) for seed in range(first, first + 10)]
    wrong = [text for text in map(attacked, cases) if text]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("seed", [2004, 2011, 2025, 2038, 2052])
def test_another_solver_finds_the_same(seed: int) -> None:
    case = tiny(seed)
    model = parse_model("tiny", case.model)
    brute = BruteForce(case.county, case.model)
    plans = brute.plans()
    assert plans, "choose a seed with a plan"
    plan = zoning.solve(case.county, model, stage="primary", gap=0.0, work_limit=1, solver="cbc")
    assert differences(plan, brute, plans) == []
