"""Building, merging and keeping schools against trying every plan and every module."""

from __future__ import annotations

import pytest

import zoning
from tests.brute_force import best_values
from tests.brute_places import BrutePlaces
from tests.test_brute_force import at_most, close
from tests.tiny_counties import Tiny
from tests.tiny_places import tiny_places
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model

COUNTIES = 40
BATCH = 10


def compare(case: Tiny, force: type[BrutePlaces] = BrutePlaces) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    brute = force(case.county, case.model)
    plans = brute.plans()
    label = f"seed {case.seed} ({case.focus})"
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
    chosen = {(r.unit_id, r.band): r.school_id for r in plan.cells.itertuples(index=False)}
    chosen |= {(r.school_id, r.option): str(r.modules) for r in plan.built.itertuples(index=False)}
    values = next((v for choice, v in plans if dict(choice) == chosen), None)
    if values is None:
        return ["the plan breaks a hard rule"]
    wrong = []
    best = best_values(plans, [slack for _, slack in brute.order()])
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


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_builds_and_merges_best(first: int) -> None:
    wrong = [compare(tiny_places(seed)) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))
