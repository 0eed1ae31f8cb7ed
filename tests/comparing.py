"""A plan of the solver against every plan there is: what the comparisons by brute force share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import zoning
from tests.brute_force import BruteForce, best_values
from tests.tiny_counties import Tiny
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.plan import GoalResult, Plan

SLACK = 2e-6
_Key = TypeVar("_Key")
_Plan = TypeVar("_Plan")


def close(a: float, b: float) -> bool:
    return abs(a - b) <= SLACK * max(1.0, abs(a), abs(b))


def at_most(a: float, b: float) -> bool:
    return a <= b + SLACK * max(1.0, abs(b))


def judge(
    label: str, possible: int, solve: Callable[[], _Plan], differences: Callable[[_Plan], list[str]]
) -> str:
    """Solve where so many plans are possible; returns what is wrong, "" if nothing is."""
    try:
        plan = solve()
    except NoPlanError as error:
        if possible:
            return f"{label}: {possible} plans exist, but {error}"
        return "" if error.proved else f"{label}: no plan exists, but that is not proved"
    except Exception as error:
        return f"{label}: {type(error).__name__} {error}"
    if not possible:
        return f"{label}: a plan was made where none is possible"
    return "; ".join(f"{label}: {text}" for text in differences(plan))


def judge_goals(
    goals: Sequence[GoalResult],
    values: Sequence[float],
    plans: list[tuple[_Key, tuple[float, ...]]],
    slacks: list[float],
) -> list[str]:
    """What is wrong with the goals of a plan that has ``values`` among all ``plans``."""
    wrong = []
    best = best_values(plans, slacks)
    for k, (goal, (optimum, level)) in enumerate(zip(goals, best, strict=True)):
        if not close(goal.value, values[k]):
            wrong.append(f"{goal.name} said to be {goal.value}, is {values[k]}")
        if not close(goal.bound, optimum):
            wrong.append(f"bound {goal.bound} of {goal.name}, optimum {optimum}")
        if not at_most(values[k], level):
            wrong.append(f"{goal.name} {values[k]}, optimum {optimum}, level {level}")
        if slacks[k] == 0.0 and not close(values[k], optimum):
            wrong.append(f"{goal.name} {values[k]} worse than the optimum {optimum}")
    return wrong


def compare(case: Tiny, kind: type[BruteForce] = BruteForce) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    brute = kind(case.county, case.model)
    plans = brute.plans()
    model = parse_model("tiny", case.model)
    return judge(
        f"seed {case.seed} ({case.focus})",
        len(plans),
        lambda: zoning.solve(case.county, model, stage="primary", gap=0.0, work_limit=2),
        lambda plan: differences(plan, brute, plans),
    )


def differences(
    plan: Plan, brute: BruteForce, plans: list[tuple[_Key, tuple[float, ...]]]
) -> list[str]:
    """What is wrong with the plan of one year, its zones and what it builds among all plans."""
    chosen = {(r.unit_id, r.band): r.school_id for r in plan.cells.itertuples(index=False)}
    chosen |= {(r.school_id, r.option): str(r.modules) for r in plan.built.itertuples(index=False)}
    values = next((v for choice, v in plans if dict(choice) == chosen), None)
    if values is None:
        return ["the plan breaks a hard rule"]
    wrong = judge_goals(plan.goals, values, plans, [slack for _, slack in brute.order()])
    return wrong if plan.status == "optimal" else [*wrong, f"status {plan.status}"]
