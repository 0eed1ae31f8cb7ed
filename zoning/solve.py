"""From a county and a model to a verified plan: the one place that sees every room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from zoning.clash import no_plan
from zoning.errors import Fault, InputError, NoPlanError
from zoning.formulation.model_file import MOST_YEARS, Model, load_model
from zoning.question import Question, ask, questions
from zoning.results import Effort, counts_moves, make_plan, make_rolling_plan
from zoning.search.clock import Clock, Progress
from zoning.search.memory import give_back, give_back_large_arrays
from zoning.start import starts_of

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import Plan, RollingPlan
    from zoning.problem.arrays import Ints
    from zoning.search.goals import Solution
    from zoning.standards import Standards

T = TypeVar("T")
P = TypeVar("P", "Plan", "RollingPlan")

__all__ = ["Progress", "check", "solve", "solve_years"]

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
    start: Plan | RollingPlan | str | None = None,
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
        start: a plan (of this or an earlier state; of several years the nearest one counts), or
            the name of a plan in the county's assignments ("today"), to begin with; it may be
            broken.
        standards: standards to use; the county's own if left out.
        progress: called now and then with a Progress; it may raise KeyboardInterrupt to stop.

    Returns:
        The best plan found. Ctrl-C ends the search early and still returns it.

    Raises:
        InputError: something is wrong in the county, the model or an argument.
        NoPlanError: no plan exists (``proved``), or none was found within the limits.
    """
    chosen = _model(model)
    if chosen.years > 1:
        raise _wrong_years(chosen, "a model for one year", "call zoning.solve_years")
    return _solve(
        county, chosen, make_plan, stage, year, settings, standards,
        _Limits(time_limit, work_limit, gap, seed, solver, progress), start,
    )  # fmt: skip


def solve_years(
    county: County,
    model: str | Path | Model,
    *,
    stage: str,
    year: int | None = None,
    years: int | None = None,
    settings: Mapping[str, object] | None = None,
    time_limit: float | None = None,
    work_limit: int | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    solver: str = "highs",
    start: RollingPlan | Plan | str | None = None,
    standards: Standards | str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RollingPlan:
    """Plan one stage of a county over several years (三年滚动规划).

    Args:
        county: the county, with the pupils of every year.
        model: a model for several years, such as "three-year-plan", or one for one year together
            with ``years``.
        stage: stage to plan, such as "primary".
        year: first year planned; if left out the one after the county's own, or the county's own
            where the model places entrants. Decisions are taken from the county's own year on.
        years: number of years; the model's if left out.
        start: last year's plan, whose later years are gone on with (each year begins with the
            nearest one that it has), a plan of one year or a plan in the county's assignments,
            which stand for all years; it may be broken.
        settings: as for `solve`, and so are the other arguments.

    Returns:
        The best plan found, with a verified plan for each year.

    Raises:
        InputError: something is wrong in the county, the model or an argument.
        NoPlanError: no plan exists (``proved``), or none was found within the limits.
    """
    chosen = _model(model)
    if years is not None:
        _check_years(years)
        chosen = replace(chosen, years=years)
    if chosen.years < 2:
        raise _wrong_years(chosen, "a model for several years", "state years, or call zoning.solve")
    if year is not None:
        _check_first_year(year, county.year)
    return _solve(
        county, chosen, make_rolling_plan, stage, year, settings, standards,
        _Limits(time_limit, work_limit, gap, seed, solver, progress), start,
    )  # fmt: skip


def _check_first_year(year: object, now: int) -> None:
    if not isinstance(year, (int, np.integer)) or year < now:
        raise InputError(
            Fault("error", "arguments", "year", f"a whole year, {now} (the county's own) or later",
                  repr(year), "plan years that are still to come")
        )  # fmt: skip


@dataclass(frozen=True)
class _Limits:
    """When a search stops, and what it is done with."""

    time: float | None
    work: int | None
    gap: float
    seed: int
    solver: str
    progress: Callable[[Progress], None] | None

    def clock(self) -> Clock:
        seconds = self.time
        if seconds is None:
            seconds = 60.0 if self.work is None else float("inf")
        return Clock(seconds, self.work, self.progress)


def _solve(
    county: County,
    model: Model,
    make: Callable[[County, Question, Solution, Effort], P],
    stage: str,
    year: int | None,
    settings: Mapping[str, object] | None,
    standards: Standards | str | Path | None,
    limits: _Limits,
    start: Plan | RollingPlan | str | None,
) -> P:
    """Search, make the plan, and verify it."""
    _check_arguments(limits)
    give_back_large_arrays()
    seed, solver = limits.seed, limits.solver
    clock: Clock | None = None
    for question in questions(county, model, stage, year, settings, standards):
        starts = starts_of(
            county, question.problem, start, counts_moves=counts_moves(question.model)
        )
        clock = clock or limits.clock()
        if question.impossible and question.problem.pairs.unlisted is not None:
            continue
        trusted = start is not None and not isinstance(start, str)
        solution = _search(question, clock, seed, limits.gap, solver, starts, trusted)
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
    effort = Effort(clock, seed, solver, limits.gap)
    made = partial(make, county, question, solution, effort)
    give_back()  # what the search left
    plan = _patiently(made, clock)
    _all_placed(plan)
    del made, question, solution  # large; the verifier uses none of it
    return _patiently(lambda: _verified(county, plan), clock)


def _model(model: str | Path | Model) -> Model:
    return model if isinstance(model, Model) else load_model(model)


def _check_years(years: object) -> None:
    if isinstance(years, bool) or not isinstance(years, int) or not 2 <= years <= MOST_YEARS:
        raise InputError(
            Fault("error", "arguments", "years", f"a whole number from 2 to {MOST_YEARS}",
                  repr(years), "correct the argument")
        )  # fmt: skip


def _wrong_years(model: Model, expected: str, remedy: str) -> InputError:
    found = f"{model.name}, for {model.years} year{'' if model.years == 1 else 's'}"
    return InputError(Fault("error", "arguments", "model", expected, found, remedy))


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
        if not question.impossible:
            break
    return (*question.impossible, *county.warnings)


def _check_arguments(limits: _Limits) -> None:
    time_limit, work_limit, gap = limits.time, limits.work, limits.gap
    seed, solver = limits.seed, limits.solver
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


def _search(
    question: Question,
    clock: Clock,
    seed: int,
    gap: float,
    solver: str,
    starts: list[Ints],
    trusted: bool = False,
) -> Solution:
    """Search for the best plan; ``trusted`` starts were plans once.

    Raises NoPlanError if the question has no answer that needs a search to see it.
    """
    from zoning.search.engine import Engine
    from zoning.search.goals import solve_goals

    if question.impossible:
        # a truncated travel table may leave out the very journeys that a plan needs
        raise NoPlanError(question.impossible, proved=question.problem.pairs.complete)
    engine = Engine(solver, seed)
    return _patiently(
        lambda: solve_goals(
            question.formulation, engine, clock, seed=seed, gap=gap, starts=starts, trusted=trusted
        ),
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


def _all_placed(plan: Plan | RollingPlan) -> None:
    """Refuse a plan whose receivers cannot take everybody who is to be diverted.

    Raises NoPlanError with the numbers. That no other zones would do is not proved.
    """
    from zoning.plan import RollingPlan
    from zoning.plan.diversions import unplaced

    if isinstance(plan, RollingPlan) or not any(r.name == "overflow" for r in plan.rules):
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


def _verified(county: County, plan: P) -> P:
    """The plan, once the verifier has found nothing wrong in it."""
    faults: list[Fault] = [fault for fault in plan.verify(county) if fault.severity == "error"]
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
