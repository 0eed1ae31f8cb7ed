"""From what a search found to plans: tables with ids, goals with bounds, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.formulation.costs import decided_in
from zoning.formulation.model_file import Model
from zoning.question import Question
from zoning.search.clock import Clock

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import GoalResult, Plan, PlanStatus, RollingPlan
    from zoning.search.goals import Solution

# an objective of zero is judged by its absolute gap
ABSOLUTE_GAP = 1e-6


@dataclass(frozen=True)
class Effort:
    """How a solution was sought: what a plan keeps of the arguments of `solve`."""

    clock: Clock
    seed: int
    solver: str
    gap: float


def make_plan(county: County, question: Question, solution: Solution, effort: Effort) -> Plan:
    """The plan of a question about one year."""
    goals, status = _goal_results(solution, effort)
    return _year_plan(
        county, question, solution, effort, 0,
        rules=[rule.name for rule in question.formulation.rules],
        goals=goals, status=status, notes=_notes(county, question, solution),
    )  # fmt: skip


def make_rolling_plan(
    county: County, question: Question, solution: Solution, effort: Effort
) -> RollingPlan:
    """The plan of a question about several years."""
    from zoning.formulation.blocks import BLOCKS
    from zoning.plan import RollingPlan, Rule

    rules = question.formulation.rules
    single = [rule.name for rule in rules if not BLOCKS[rule.name].joins_years]
    goals, status = _goal_results(solution, effort)
    plans = [
        _year_plan(
            county, question, solution, effort, t, rules=single, goals=[], status=status, notes=[]
        )
        for t in range(len(question.problem.years))
    ]
    return RollingPlan.from_plans(
        county,
        plans,
        rules=[Rule(r.name, r.parameters, r.soft) for r in rules],
        goals=goals,
        status=status,
        seconds=round(effort.clock.elapsed, 3),
        notes=_notes(county, question, solution),
    )


def _year_plan(
    county: County,
    question: Question,
    solution: Solution,
    effort: Effort,
    period: int,
    *,
    rules: list[str],
    goals: list[GoalResult],
    status: PlanStatus,
    notes: list[str],
) -> Plan:
    """The plan of one of the years (from 0)."""
    from zoning.plan import Plan, Rule

    problem = question.formulation.problem
    assert solution.incumbent is not None
    ids = np.array(problem.school_ids, dtype=object)
    here = problem.cell_period == period
    cells = pd.DataFrame(
        {
            "unit_id": np.array(problem.index.units, dtype=object)[problem.cell_unit[here]],
            "band": np.array(problem.index.bands, dtype=object)[problem.cell_band[here]],
            "school_id": ids[solution.incumbent.assignment[here] % len(ids)],
        }
    )
    kept = [rule for rule in question.formulation.rules if rule.name in rules]
    return Plan.from_assignment(
        county,
        stage=problem.stage,
        year=problem.years[period],
        place=problem.place,
        cells=cells,
        model=question.model.name,
        rules=[Rule(r.name, r.parameters, r.soft) for r in kept],
        goals=goals,
        status=status,
        solver=effort.solver,
        seed=effort.seed,
        seconds=round(effort.clock.elapsed, 3),
        standards=question.standards.name,
        notes=notes,
        measure=problem.measure,
        built=_built(question, solution, period),
    )


def _notes(county: County, question: Question, solution: Solution) -> list[str]:
    notes = [*question.formulation.notes, *_given_back(solution), *_today_in_pieces(question)]
    if county.straight_line is not None:
        notes.append(f"journeys: {county.straight_line} (no travel table)")
    if question.formulation.problem.pairs.truncated:
        notes.append("travel table is truncated: the bound holds for the pairs it lists")
    return notes


def _built(question: Question, solution: Solution, period: int) -> pd.DataFrame:
    """The modules that stand in a year, with the year of their decision."""
    formulation, found = question.formulation, solution.incumbent
    problem, facilities = formulation.problem, formulation.problem.facilities
    assert found is not None
    rows = [
        {
            "school_id": problem.school_id(int(facilities.modules.school[k])),
            "option": facilities.modules.option[k],
            "year": decided_in(problem, k),
            "modules": round(float(found.extras[column])),
        }
        for k, column in formulation.built.items()
        if facilities is not None and problem.school_period[facilities.modules.school[k]] <= period
    ]
    return pd.DataFrame(rows, columns=["school_id", "option", "year", "modules"])


def _today_in_pieces(question: Question) -> list[str]:
    """What happens to today's zones where they lie in pieces and moving counts."""
    from zoning.search.connected import detached_cells, zone_graph

    problem = question.formulation.problem
    if question.formulation.contiguity is None or not counts_moves(question.model):
        return []
    apart = detached_cells(zone_graph(question.formulation), problem.today) & (problem.today >= 0)
    if not apart.any():
        return []
    return [
        f"today {problem.pupils[apart].sum():,.0f} pupils live in parts that lie detached from "
        "their school's zone: connected zones move them, or join the part along its way"
    ]


def _given_back(solution: Solution) -> list[str]:
    """What later goals took of a goal's slack: its gap in the plan is then no lack of proof."""
    return [
        f"{r.goal.name}: {r.best:,.2f} was reached; later goals gave back {r.value - r.best:,.2f}"
        for r in solution.reached
        if r.value - r.best > 1e-6 * max(1.0, abs(r.best))
    ]


def counts_moves(model: Model) -> bool:
    """True if a rule or goal speaks of the pupils who change school."""
    goals = {name for choice in model.goals for name in choice.weights}
    return "moved" in goals or "stability" in model.rules


def _goal_results(solution: Solution, effort: Effort) -> tuple[list[GoalResult], PlanStatus]:
    """Goals as the plan keeps them, and what is proved of them all."""
    from zoning.plan import GoalResult, PlanStatus

    results, optimal = [], True
    for reached in solution.reached:
        terms = reached.goal.terms
        parameters: dict[str, object] = dict(terms[0].parameters)
        unit = terms[0].unit
        if len(terms) > 1 or terms[0].weight != 1.0:
            parameters = {t.name: {"weight": t.weight, **t.parameters} for t in terms}
            unit = "weighted"
        level = None
        if reached.level is not None:
            level = max(reached.level, reached.value)
        results.append(
            GoalResult(reached.goal.name, reached.value, min(reached.bound, reached.value),
                       unit, level, parameters)
        )  # fmt: skip
        short = reached.best - reached.bound
        optimal &= short <= max(effort.gap * abs(reached.best), ABSOLUTE_GAP)
    if optimal:
        return results, PlanStatus.OPTIMAL
    return results, PlanStatus.INTERRUPTED if effort.clock.interrupted else PlanStatus.FEASIBLE
