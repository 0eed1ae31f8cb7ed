"""Why there is no plan: too few places in reach, or rules that exclude each other, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from zoning.errors import Fault, NoPlanError
from zoning.formulation.model_file import Model

if TYPE_CHECKING:
    from zoning.problem.arrays import Problem
    from zoning.search.goals import Solution
    from zoning.search.transport import Scarcity

Attempt = Callable[[Model], bool]
"""Says whether a plan is found for a model; may raise NoPlanError where none exists."""

NAMED = 6
# more than a county has schools
ANY_NUMBER = 1_000_000


def no_plan(
    solution: Solution, problem: Problem, model: Model, seconds: float, attempt: Attempt
) -> NoPlanError:
    """The error for a search without a plan, with what is known of the reason.

    With a truncated travel table nothing is proved: journeys that it leaves out may exist.
    """
    proved = problem.pairs.complete
    scarce = solution.transport.scarce if solution.transport is not None else None
    if solution.infeasible and scarce is not None:
        return NoPlanError(_scarcity(scarce, problem), proved=proved)
    if solution.infeasible:
        return NoPlanError(_clash(model, attempt), proved=proved)
    fault = Fault(
        "error",
        "search",
        f"after {seconds:.0f} s",
        "a plan",
        "none yet; it is not proved that none exists",
        "allow more time, or make a rule soft",
    )
    return NoPlanError(fault, proved=False)


def _scarcity(scarce: Scarcity, problem: Problem) -> Fault:
    units = [problem.index.units[problem.cell_unit[cell]] for cell in scarce.cells]
    schools = [problem.index.schools[school] for school in scarce.schools]
    return Fault(
        "error",
        "seats",
        f"{len(set(units))} units ({_some(units)})",
        f"places for their {scarce.pupils:,.0f} pupils at the schools in reach ({_some(schools)})",
        f"{scarce.places:,.0f} places",
        "add seats there, or permit longer journeys",
    )


def _clash(model: Model, attempt: Attempt) -> Fault:
    """Name the rules without which a plan exists: each hard rule is left out in turn.

    A rule that is not named may still take part in a clash in which several would have to give
    way.
    """
    hard = [rule for rule in model.rules if rule != "locks" and rule not in model.soft]
    giving = ", ".join(rule for rule in hard if _gives_way(model, rule, attempt))
    found = "none, and leaving out one rule alone was not seen to give one"
    remedy = "relax more than one rule, or look at the locks"
    if giving:
        found = f"none; there is one without {giving.replace(', ', ', or without ')}"
        remedy = f"relax, soften or leave out one of: {giving}"
    expected = f"at least one plan under {', '.join(model.rules)}"
    return Fault("error", "model", "rules taken together", expected, found, remedy)


def _gives_way(model: Model, rule: str, attempt: Attempt) -> bool:
    rules = tuple(other for other in model.rules if other != rule)
    parameters = {block: values for block, values in model.parameters.items() if block != rule}
    if rule == "opening":  # without it nothing is built: what can give way are its numbers
        rules, stated = model.rules, model.parameters.get(rule, {})
        parameters[rule] = {key: v for key, v in stated.items() if key == "existing"}
    goals = {goal for choice in model.goals for goal in choice.weights}
    if rule == "overflow" and "diverted" in goals:
        return False
    if rule == "shared-zones":  # without it other schools are asked about
        return False
    if rule == "feeders":  # a goal may count its splits: they become free
        rules, stated = model.rules, model.parameters.get(rule, {})
        free = {"most_split": ANY_NUMBER, "keep_today": False, "nine_year_first": False}
        parameters[rule] = {**stated, **free}
    try:
        return attempt(replace(model, rules=rules, parameters=parameters))
    except NoPlanError:
        return False


def _some(ids: list[str]) -> str:
    distinct = list(dict.fromkeys(ids))
    more = "" if len(distinct) <= NAMED else f" and {len(distinct) - NAMED} more"
    return ", ".join(distinct[:NAMED]) + more
