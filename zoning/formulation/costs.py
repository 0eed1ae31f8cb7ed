"""Money by column and year: what a plan's decisions cost once, and what they cost a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Spending(NamedTuple):
    """``yuan`` spent in a year for each unit of a column; column -1: in every plan."""

    year: int
    column: int
    yuan: float


def capital(builder: Builder) -> list[Spending]:
    """Yuan spent once.

    Sites that open or are restored, dangerous buildings that are mended since they stay open,
    modules in the year that they are decided. A site is paid for in the year that it opens.
    """
    problem = builder.problem
    facilities = problem.facilities
    if facilities is None:
        return []
    found = []
    site, a_year = problem.schools.candidate, len(problem.school_ids)
    for s, period in enumerate(problem.school_period.tolist()):
        once = float(facilities.capital_cost[s]) if site[s] else 0.0
        if facilities.dangerous[s]:
            once += float(np.nan_to_num(facilities.repair_cost[s]))
        column = teaching_column(builder, s)
        if not once or (site[s] and column < 0) or (period and not site[s]):
            continue  # a building that stands is mended at the beginning
        found.append(Spending(problem.years[period], column, once))
        if period:
            found.append(Spending(problem.years[period], builder.open_column(s - a_year), -once))
    for k, column in builder.built.items():
        found.append(Spending(decided_in(problem, k), column, float(facilities.modules.cost[k])))
    return found


def running(builder: Builder) -> list[Spending]:
    """Yuan a year of schools that teach, and of modules in the years of their use."""
    problem = builder.problem
    found = [
        Spending(problem.years[problem.school_period[s]], teaching_column(builder, s), cost)
        for s, cost in enumerate(problem.schools.opening_cost.tolist())
        if cost
    ]
    for k, column in builder.built.items():
        assert problem.facilities is not None
        cost = float(problem.facilities.modules.yearly_cost[k])
        first = problem.school_period[problem.facilities.modules.school[k]]
        found += [Spending(year, column, cost) for year in problem.years[first:] if cost]
    return found


def teaching_column(builder: Builder, s: int) -> int:
    """The column that is 1 where a school teaches in its year; -1: in every plan.

    Where zones of entrants are planned over several years, a school that is closed to them goes on
    with those who entered before: first with whoever is enrolled today, and where nobody of them is
    left, with the entrants of the earliest year that are still there.
    """
    problem, column = builder.problem, builder.open_column(s)
    if problem.periods is None or problem.place != "entrants" or problem.schools.candidate[s]:
        return column
    year = problem.years[int(problem.school_period[s])]
    grades = np.flatnonzero(problem.schools.serves_grade[s])
    stay = grades[: max(len(grades) - (year - problem.now + 1), 0)]
    if len(stay) and not (problem.schools.enrolled[s, stay] == 0.0).all():
        return -1  # where it is not known how many there are, there are some
    back = min(int(problem.school_period[s]), len(grades) - 1)
    return builder.open_column(s - back * len(problem.school_ids))


def decided_in(problem: Problem, k: int) -> int:
    """Year in which the modules of option ``k`` are decided; a plan for one year has no lead."""
    assert problem.facilities is not None
    modules = problem.facilities.modules
    year = problem.years[int(problem.school_period[modules.school[k]])]
    return year if problem.periods is None else year - int(modules.lead[k])


def discounted(
    spending: Iterable[Spending], discount: float, now: int
) -> tuple[dict[int, float], float]:
    """Yuan by column, and what is spent in every plan, worth what they are in the year ``now``."""
    costs: dict[int, float] = {}
    spent = 0.0
    for year, column, yuan in spending:
        worth = yuan / (1.0 + discount) ** (year - now)
        if column < 0:
            spent += worth
        else:
            costs[column] = costs.get(column, 0.0) + worth
    return {column: cost for column, cost in costs.items() if cost}, spent


def discount_of(goal: str, value: object) -> float:
    """The discount a year, a share. Raises InputError for anything else."""
    found = number(goal, "discount", value)
    if found < 1.0:
        return found
    raise InputError(
        Fault("error", "model", f"{goal}.discount", "a share a year from 0 to below 1 (0.05: 5 %)",
              repr(value), "correct the parameter")
    )  # fmt: skip


class MoneyGoal(Goal):
    """Yuan that decisions cost, each year's with its worth today; subclasses say which yuan."""

    parameters: ClassVar[Settings] = {"discount": 0.0}

    def spending(self, builder: Builder) -> list[Spending]:
        """Return the yuan that the goal is about."""
        raise TypeError(f"goal {self.name} spends nothing")

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the discount."""
        return {"discount": discount_of(self.name, settings.get("discount", 0.0))}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Cost by opening and module column."""
        discount = discount_of(self.name, settings["discount"])
        costs, _ = discounted(self.spending(builder), discount, problem.now)
        return Objective(np.zeros(len(problem.pairs)), costs)
