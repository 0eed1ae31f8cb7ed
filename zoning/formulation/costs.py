"""Money by column: what a plan's decisions cost once, and what they cost a year."""

from __future__ import annotations

import numpy as np

from zoning.formulation.builder import Builder


def capital(builder: Builder) -> tuple[dict[int, float], float]:
    """Yuan spent once, by extra column, and what is spent in every plan.

    Sites that open or are restored, dangerous buildings that are mended since they stay open,
    modules.
    """
    problem = builder.problem
    facilities = problem.facilities
    costs: dict[int, float] = {}
    spent = 0.0
    if facilities is None:
        return costs, spent
    site = problem.schools.candidate
    for s in range(problem.school_count):
        once = float(facilities.capital_cost[s]) if site[s] else 0.0
        if facilities.dangerous[s]:
            once += float(np.nan_to_num(facilities.repair_cost[s]))
        column = builder.open_column(s)
        if column >= 0 and once:
            costs[column] = once
        elif column < 0 and not site[s]:
            spent += once
    for k, column in builder.built.items():
        costs[column] = float(facilities.modules.cost[k])
    return costs, spent


def running(builder: Builder) -> tuple[dict[int, float], float]:
    """Yuan a year by extra column, and of the schools that are open in every plan."""
    problem = builder.problem
    costs: dict[int, float] = {}
    spent = 0.0
    for s, cost in enumerate(problem.schools.opening_cost.tolist()):
        column = builder.open_column(s)
        if column >= 0:
            costs[column] = cost
        else:
            spent += cost
    for k, column in builder.built.items():
        assert problem.facilities is not None
        costs[column] = float(problem.facilities.modules.yearly_cost[k])
    return {column: cost for column, cost in costs.items() if cost}, spent
