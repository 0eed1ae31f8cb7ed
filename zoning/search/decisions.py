"""What is built in the end: of all that fit the plan, what the goals in their order ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from zoning.formulation.formulate import OrderedGoal
from zoning.search.judge import complete
from zoning.search.target import Incumbent, Target


def with_decisions(
    target: Target, goals: Sequence[OrderedGoal], best: Incumbent
) -> tuple[Target, Incumbent]:
    """The target with what is built settled, and the plan with it.

    The zones of the plan leave open how many modules are built: the first goal chooses, then the
    next, and in the end nothing is built that no rule or goal needs. A goal with a slack is held at
    its level only: what it gives back belongs to those after it. Without anything to build both are
    returned as they are.
    """
    formulation = target.formulation
    if not formulation.built:
        return target, best
    assert formulation.problem.facilities is not None
    chosen, extras = best.chosen, best.extras
    spare = np.zeros(target.matrix.columns)
    for k, column in formulation.built.items():
        spare[target.matrix.pairs + column] = 1.0 + formulation.problem.facilities.modules.cost[k]
    held = target
    asked = [goal for goal in goals if goal.slack == 0.0 or goal is goals[-1]]
    for cost, name in (
        *((target.matrix.cost(goal.objective), goal.name) for goal in asked), (spare, "spare"),
    ):  # fmt: skip
        held = held.aiming_at(cost)
        found = complete(held, chosen)
        extras = extras if found is None else found
        held = held.holding(cost, target.matrix.value(cost, chosen, extras), name)
    built = np.array(list(formulation.built.values()), dtype=np.int64)
    lower, upper = target.matrix.extra_lower.copy(), target.matrix.extra_upper.copy()
    lower[built] = upper[built] = np.round(extras[built])
    settled = replace(target, matrix=replace(target.matrix, extra_lower=lower, extra_upper=upper))
    return settled, replace(best, extras=extras)
