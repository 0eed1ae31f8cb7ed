"""The solver against trying every assignment: same value, valid bound, no plan only if none is."""

from __future__ import annotations

import pytest

import zoning
from tests.brute_force import BruteForce, best_values
from tests.tiny_counties import Tiny, tiny
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model

COUNTIES = 300
BATCH = 10
SLACK = 2e-6


def close(a: float, b: float) -> bool:
    return abs(a - b) <= SLACK * max(1.0, abs(a), abs(b))


def at_most(a: float, b: float) -> bool:
    return a <= b + SLACK * max(1.0, abs(b))


def compare(case: Tiny, kind: type[BruteForce] = BruteForce) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    seed = case.seed
    brute = kind(case.county, case.model)
    plans = brute.plans()
    label = f"seed {seed} ({case.focus})"
    try:
        plan = zoning.solve(
            case.county, parse_model("tiny", case.model), stage="primary", gap=0.0, work_limit=2
        )
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
    chosen = {(row.unit_id, row.band): row.school_id for row in plan.cells.itertuples(index=False)}
    values = next((v for choice, v in plans if dict(choice) == chosen), None)
    if values is None:
        return ["the plan breaks a hard rule"]
    wrong = []
    slacks = [slack for _, slack in brute.order()]
    best = best_values(plans, slacks)
    for k, (goal, (optimum, level)) in enumerate(zip(plan.goals, best, strict=True)):
        if not close(goal.value, values[k]):
            wrong.append(f"{goal.name} said to be {goal.value}, is {values[k]}")
        if not at_most(goal.bound, optimum):
            wrong.append(f"bound {goal.bound} of {goal.name} above the optimum {optimum}")
        if not at_most(values[k], level):
            wrong.append(f"{goal.name} {values[k]}, optimum {optimum}, level {level}")
        if not close(goal.bound, optimum):
            wrong.append(f"bound {goal.bound} of {goal.name} below the optimum {optimum}")
        if slacks[k] == 0.0 and not close(values[k], optimum):
            wrong.append(f"{goal.name} {values[k]} worse than the optimum {optimum}")
    if plan.status != "optimal":
        wrong.append(f"status {plan.status}")
    return wrong


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
