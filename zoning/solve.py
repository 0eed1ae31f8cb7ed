"""From a county and a model to a verified plan: the one place that sees every room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from zoning.clash import no_plan
from zoning.errors import Fault, InputError, NoPlanError
from zoning.formulation.impossible import find_impossible
from zoning.formulation.model_file import Model
from zoning.problem.build import assignment_of
from zoning.question import Question, ask, questions
from zoning.search.clock import Clock, Progress
from zoning.search.memory import give_back_large_arrays

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import GoalResult, Plan
    from zoning.problem.arrays import Ints, Problem
    from zoning.search.goals import Solution
    from zoning.standards import Standards

T = TypeVar("T")

__all__ = ["Progress", "check", "solve"]

# an objective of zero is judged by its absolute gap
ABSOLUTE_GAP = 1e-6
# when rules exclude each other: seconds to see whether a plan exists without one of them
ATTEMPT_SECONDS = 5.0


def solve(
    county: County,
    model: str | Path | Model,
    *,
    stage: str,
    year: int | None = None,
    settings: Mapping[str, object] | None = None,
    time_limit: float | None = None,
    work_limit: int | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    solver: str = "highs",
    start: Plan | str | None = None,
    standards: Standards | str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Zone one stage of a county and return a verified plan with its proven bound.

    Args:
        county: the county.
        model: name of a shipped model, path of a model file, or a Model.
        stage: stage to zone, such as "primary".
        year: year of the pupils; the county's own year if left out.
        settings: parameters as ``{"travel-limit.minutes": 35}``.
        time_limit: seconds for the search (60 if neither limit is stated).
        work_limit: machine-independent steps; the same county, model, seed and work limit give
            the same plan, byte for byte, whatever the machine's speed.
        gap: relative gap at which a goal counts as optimal.
        seed: seed of all chance.
        solver: "highs", or the name of a solver that PuLP finds ("cbc", "gurobi" ...).
        start: a plan (of this or an earlier state), or the name of a plan in the county's
            assignments ("today"), to begin with; it may be broken.
        standards: standards to use; the county's own if left out.
        progress: called now and then with a Progress; it may raise KeyboardInterrupt to stop.

    Returns:
        The best plan found. Ctrl-C ends the search early and still returns it.

    Raises:
        InputError: something is wrong in the county, the model or an argument.
        NoPlanError: no plan exists (``proved``), or none was found within the limits.
    """
    _check_arguments(time_limit, work_limit, gap, seed, solver)
    give_back_large_arrays()
    if time_limit is None:
        time_limit = 60.0 if work_limit is None else float("inf")
    clock: Clock | None = None
    for question in questions(county, model, stage, year, settings, standards):
        starts = _starts(county, question.problem, stage, start, _counts_moves(question.model))
        clock = clock or Clock(time_limit, work_limit, progress)
        more = question.problem.pairs.unlisted is not None
        if more and find_impossible(question.formulation, question.problem):
            continue
        solution = _search(question, clock, seed, gap, solver, starts)
        if solution.incumbent is not None or clock.over:
            break
    assert clock is not None
    norms = question.standards
    if solution.incumbent is None:

        def attempt(other: Model) -> bool:
            asked = ask(county, other, stage, year, None, norms)
            brief = Clock(ATTEMPT_SECONDS, 1)
            return _search(asked, brief, seed, 0.5, solver, starts).incumbent is not None

        raise no_plan(solution, question.problem, question.model, clock.elapsed, attempt)
    # in a thread too: a Ctrl-C that comes late must not lose the plan
    make = partial(_make_plan, county, question, solution, clock, seed, solver, gap)
    plan = _patiently(make, clock)
    _all_placed(plan)
    del make, question, solution  # large; the verifier uses none of it
    return _patiently(lambda: _verified(county, plan), clock)


def check(
    county: County,
    model: str | Path | Model,
    *,
    stage: str,
    year: int | None = None,
    settings: Mapping[str, object] | None = None,
    standards: Standards | str | Path | None = None,
) -> tuple[Fault, ...]:
    """Everything that stands against a plan before any solver runs, and the county's warnings.

    Errors named here mean that no plan exists; an empty tuple does not promise one.

    Raises:
        InputError: something is wrong in the model or an argument.
    """
    for question in questions(county, model, stage, year, settings, standards):
        found = find_impossible(question.formulation, question.problem)
        if not found:
            break
    return (*found, *county.warnings)


def _check_arguments(
    time_limit: float | None, work_limit: int | None, gap: float, seed: int, solver: str
) -> None:
    faults = []

    def fault(name: str, expected: str, found: object) -> None:
        faults.append(
            Fault("error", "arguments", name, expected, repr(found), "correct the argument")
        )

    if time_limit is not None and not 0 < time_limit < np.inf:
        fault("time_limit", "seconds above 0, not endless", time_limit)
    if work_limit is not None and (isinstance(work_limit, float) or work_limit < 1):
        fault("work_limit", "a whole number of at least 1", work_limit)
    if not 0 <= gap < 1:
        fault("gap", "a share from 0 to below 1", gap)
    if isinstance(seed, float) or not 0 <= seed < 2**31:
        fault("seed", "a whole number from 0 to 2147483647", seed)
    if solver != "highs":
        from zoning.solvers.pulp import solver_names

        known = solver_names()
        if solver not in known:
            fault("solver", f"one of {', '.join(['highs', *known])}", solver)
    if faults:
        raise InputError(faults)


def _counts_moves(model: Model) -> bool:
    goals = {name for choice in model.goals for name in choice.weights}
    return "moved" in goals or "stability" in model.rules


def _starts(
    county: County, problem: Problem, stage: str, start: Plan | str | None, counts_moves: bool
) -> list[Ints]:
    if start is None:
        # where moving counts, today's zones (mended where they lie in pieces) are the best start
        return [problem.today] if counts_moves and (problem.today >= 0).any() else []
    if isinstance(start, str):
        names = county.plan_names
        if start not in names:
            raise InputError(
                Fault("error", "arguments", "start", f"a plan of the county ({', '.join(names)})",
                      f'"{start}"', "name one of them, or give a saved plan")
            )  # fmt: skip
        table = county.assignments
        return [assignment_of(table[table["plan"] == start], problem.index, stage)]
    if start.stage != stage:
        raise InputError(
            Fault("error", "arguments", "start", f"a plan of stage {stage}", start.stage,
                  "give a plan of the same stage")
        )  # fmt: skip
    table = start.cells.assign(stage=stage)
    return [assignment_of(table, problem.index, stage)]


def _search(
    question: Question, clock: Clock, seed: int, gap: float, solver: str, starts: list[Ints]
) -> Solution:
    """Search for the best plan.

    Raises NoPlanError if the question has no answer that needs a search to see it.
    """
    from zoning.search.engine import Engine
    from zoning.search.goals import solve_goals

    impossible = find_impossible(question.formulation, question.problem)
    if impossible:
        # a truncated travel table may leave out the very journeys that a plan needs
        raise NoPlanError(impossible, proved=question.problem.pairs.complete)
    engine = Engine(solver, seed)
    return _patiently(
        lambda: solve_goals(question.formulation, engine, clock, seed=seed, gap=gap, starts=starts),
        clock,
    )


def _patiently(work: Callable[[], T], clock: Clock) -> T:
    """Do the work in a thread of its own; Ctrl-C asks the clock to stop and waits for the end."""
    found: list[T] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # carried over to the planner's thread below
            failed.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="zoning", daemon=True).start()
    while not done.is_set():
        try:
            done.wait(0.2)  # not join(): an interrupted join may take a live thread for dead
        except KeyboardInterrupt:
            clock.interrupt()
    if failed:
        raise failed[0]
    return found[0]


def _all_placed(plan: Plan) -> None:
    """Refuse a plan whose receivers cannot take everybody who is to be diverted.

    Raises NoPlanError with the numbers. That no other zones would do is not proved.
    """
    from zoning.plan.diversions import unplaced

    if not any(rule.name == "overflow" for rule in plan.rules):
        return
    children = dict(zip(plan.schools["school_id"], plan.schools["pupils"], strict=True))
    faults = [
        Fault("error", "overflow", f"zone of school {school}",
              "a place for each of its children, there or at a receiver in reach",
              f"{number:,.6g} of {children[school]:,.6g} without one (protected groups "
              "stay, and receivers take whom their own zones leave places for)",
              "name more receivers, add classes, or permit longer journeys")
        for school, number in unplaced(plan.schools, plan.diversions).items()
    ]  # fmt: skip
    if faults:
        raise NoPlanError(faults, proved=False)


def _verified(county: County, plan: Plan) -> Plan:
    """The plan, once the verifier has found nothing wrong in it."""
    faults = [fault for fault in plan.verify(county) if fault.severity == "error"]
    if not faults:
        return plan
    raise InputError(
        [
            Fault("error", "solver", "", "a plan that the verifier accepts",
                  "a plan with the faults below (an error of this library, please report it)",
                  "try another seed"),
            *faults,
        ]
    )  # fmt: skip


def _make_plan(
    county: County,
    question: Question,
    solution: Solution,
    clock: Clock,
    seed: int,
    solver: str,
    gap: float,
) -> Plan:
    from zoning.plan import Plan, PlanStatus, Rule

    problem = question.formulation.problem
    assert solution.incumbent is not None
    goals, optimal = _goal_results(solution, gap)
    school = np.array(problem.index.schools, dtype=object)[solution.incumbent.assignment]
    cells = pd.DataFrame(
        {
            "unit_id": np.array(problem.index.units, dtype=object)[problem.cell_unit],
            "band": np.array(problem.index.bands, dtype=object)[problem.cell_band],
            "school_id": school,
        }
    )
    status = PlanStatus.FEASIBLE
    if optimal:
        status = PlanStatus.OPTIMAL
    elif clock.interrupted:
        status = PlanStatus.INTERRUPTED
    notes = [*question.formulation.notes, *_given_back(solution), *_today_in_pieces(question)]
    if county.straight_line is not None:
        notes.append(f"journeys: {county.straight_line} (no travel table)")
    if problem.pairs.truncated:
        notes.append("travel table is truncated: the bound holds for the pairs it lists")
    return Plan.from_assignment(
        county,
        stage=problem.stage,
        year=problem.year,
        place=problem.place,
        cells=cells,
        model=question.model.name,
        rules=[Rule(r.name, r.parameters, r.soft) for r in question.formulation.rules],
        goals=goals,
        status=status,
        solver=solver,
        seed=seed,
        seconds=round(clock.elapsed, 3),
        standards=question.standards.name,
        notes=notes,
        measure=problem.measure,
        built=_built(question, solution),
    )


def _built(question: Question, solution: Solution) -> pd.DataFrame:
    """The modules that the plan builds, as the plan keeps them."""
    formulation, found = question.formulation, solution.incumbent
    facilities = formulation.problem.facilities
    assert found is not None
    first = len(formulation.problem.pairs)
    rows = [
        {
            "school_id": formulation.problem.index.schools[facilities.modules.school[k]],
            "option": facilities.modules.option[k],
            "year": formulation.problem.year,
            "modules": round(float(found.columns[first + column])),
        }
        for k, column in formulation.built.items()
        if facilities is not None
    ]
    return pd.DataFrame(rows, columns=["school_id", "option", "year", "modules"])


def _today_in_pieces(question: Question) -> list[str]:
    """What happens to today's zones where they lie in pieces and moving counts."""
    from zoning.search.connected import detached_cells, zone_graph

    problem = question.formulation.problem
    if question.formulation.contiguity is None or not _counts_moves(question.model):
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


def _goal_results(solution: Solution, gap: float) -> tuple[list[GoalResult], bool]:
    """Goals as the plan keeps them, and whether each is proved within the tolerance."""
    from zoning.plan import GoalResult

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
        optimal &= short <= max(gap * abs(reached.best), ABSOLUTE_GAP)
    return results, optimal
