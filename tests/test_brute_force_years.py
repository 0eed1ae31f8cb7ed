"""Plans over several years against trying every plan of every year and every module."""

from __future__ import annotations

import numpy as np
import pytest

import zoning
from tests.brute_years import Block, BruteYears, best_of, possible
from tests.comparing import at_most, close, judge
from tests.tiny_years import TinyYears, tiny_years
from zoning import RollingPlan
from zoning.formulation.model_file import parse_model

COUNTIES = 11
"""One about each rule or goal; `python -m tests.brute_years 0 240` tries more."""
FOUND = (123,)
"""Too many entrants under a soft rule `intake`, which the verifier did not count."""


def compare(case: TinyYears) -> str:
    """Solve a tiny county both ways; returns what is wrong, "" if nothing is."""
    brute = BruteYears(case.county, case.model, case.first, case.years)
    blocks = list(brute.blocks())
    model = parse_model("tiny", case.model)
    return judge(
        case.label,
        sum(len(block.at) for block in blocks),
        lambda: zoning.solve_years(
            case.county, model, stage="primary", year=case.first, gap=0.0, work_limit=2
        ),
        lambda plan: differences(plan, brute, blocks),
    )


def differences(plan: RollingPlan, brute: BruteYears, blocks: list[Block]) -> list[str]:
    values = _values(plan, brute, blocks)
    if values is None:
        return ["the plan breaks a hard rule"]
    wrong = []
    best = best_of(blocks, [slack for _, slack in brute.order])
    for k, (goal, (optimum, level)) in enumerate(zip(plan.goals, best, strict=True)):
        if not close(goal.value, values[k]):
            wrong.append(f"{goal.name} said to be {goal.value}, is {values[k]}")
        if not close(goal.bound, optimum):
            wrong.append(f"bound {goal.bound} of {goal.name}, optimum {optimum}")
        if not at_most(values[k], level):
            wrong.append(f"{goal.name} {values[k]}, optimum {optimum}, level {level}")
    if plan.status != "optimal":
        wrong.append(f"status {plan.status}")
    return wrong + [str(fault) for fault in plan.verify() if fault.severity == "error"]


def _values(plan: RollingPlan, brute: BruteYears, blocks: list[Block]) -> np.ndarray | None:
    """The goals of the plan that was made, by brute force; None if it is none of those."""
    built = {}
    for r in plan.plans[-1].built.itertuples(index=False):
        use = r.year + brute.lead((r.school_id, r.option))
        built[r.school_id, r.option, use] = r.modules
    block = next((block for block in blocks if dict(block.schedule) == built), None)
    if block is None:
        return None
    same = np.ones(len(block.at), dtype=bool)
    for t, (one, year) in enumerate(zip(plan.plans, block.years, strict=True)):
        chosen = {(r.unit_id, r.band): r.school_id for r in one.cells.itertuples(index=False)}
        own = [k for k, choice in enumerate(year.choices) if dict(choice) == chosen]
        same &= np.isin(block.at[:, t], own)
    found = np.flatnonzero(same)
    return block.values[found[0]] if len(found) else None


@pytest.mark.parametrize("seed", [*range(COUNTIES), *FOUND])
def test_solver_plans_several_years_best(seed: int) -> None:
    assert not compare(tiny_years(seed, possible))
