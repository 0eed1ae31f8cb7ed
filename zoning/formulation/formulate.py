"""A problem and a model make a formulation: permitted pairs, limits, rows, goals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Goal, Objective
from zoning.formulation.blocks import BLOCKS
from zoning.formulation.blocks.boarding import with_boarders
from zoning.formulation.blocks.contiguity import exempt_cells
from zoning.formulation.blocks.opening import MAY_MOVE
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import (
    ClassFormation,
    Contiguity,
    Extras,
    Opening,
    Rows,
    SchoolLimit,
    TotalLimit,
)
from zoning.formulation.enough import open_enough
from zoning.formulation.goals import GOALS
from zoning.formulation.model_file import GoalChoice, Model
from zoning.formulation.reach import reachable
from zoning.problem.arrays import (
    UPPER_STAYS,
    UPPER_TAKEN,
    Bools,
    Floats,
    Ints,
    Pairs,
    Problem,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.standards import Standards


@dataclass(frozen=True)
class ResolvedRule:
    """A rule with every parameter written out."""

    name: str
    parameters: dict[str, object]
    soft: bool


@dataclass(frozen=True)
class GoalTerm:
    """One goal in linear form, with its weight within its place in the order."""

    name: str
    unit: str
    weight: float
    parameters: dict[str, object]
    objective: Objective


@dataclass(frozen=True)
class OrderedGoal:
    """One place in the order: weighted terms, and the slack that later goals may give back."""

    terms: tuple[GoalTerm, ...]
    slack: float

    @property
    def name(self) -> str:
        """The goals' names, joined."""
        return " + ".join(term.name for term in self.terms)

    @property
    def objective(self) -> Objective:
        """The weighted sum in linear form."""
        if len(self.terms) == 1 and self.terms[0].weight == 1.0:
            return self.terms[0].objective
        pairs = sum(term.weight * term.objective.pairs for term in self.terms)
        extras: dict[int, float] = {}
        for term in self.terms:
            for column, cost in term.objective.extras.items():
                extras[column] = extras.get(column, 0.0) + term.weight * cost
        return Objective(np.asarray(pairs, dtype=np.float64), extras)


@dataclass(frozen=True)
class Formulation:
    """All that the search may know. ``problem.pairs`` are the permitted pairs.

    ``permitted`` gives by rule the pairs, of all asked for, that the rule alone permits, and
    ``reach_cut`` the cells that lost a pair because the school's root cannot reach them.
    ``built`` gives by option of what can be built the column that counts its modules.
    ``together`` is set where cells go to schools by groups: the group of each, -1 if in none.
    """

    problem: Problem
    limits: tuple[SchoolLimit, ...]
    classes: tuple[ClassFormation, ...]
    totals: tuple[TotalLimit, ...]
    contiguity: Contiguity | None
    opening: Opening | None
    extras: Extras
    rows: tuple[Rows, ...]
    goals: tuple[OrderedGoal, ...]
    rules: tuple[ResolvedRule, ...]
    notes: tuple[str, ...]
    permitted: Mapping[str, Bools]
    reach_cut: Bools
    built: Mapping[int, int]
    together: Ints | None = None

    @property
    def structured(self) -> bool:
        """True if limits, classes, totals, contiguity and opening say all that the rows say."""
        return all(rows.structured for rows in self.rows)


def measure_of(model: Model) -> str:
    """The measure that decides the mode of a pair: that of the first goal that has one."""
    for choice in model.goals:
        for name in choice.weights:
            if "measure" in GOALS.get(name, Goal()).parameters:
                settings = model.parameters.get(name, {})
                return str(settings.get("measure", "minutes"))
    return "minutes"


def check_names(model: Model) -> None:
    """Refuse rules, goals and parameters that nobody knows. Raises InputError, all at once."""
    faults = []
    for rule in model.rules:
        if rule not in BLOCKS:
            faults.append(_unknown("rule", rule, BLOCKS))
    for choice in model.goals:
        faults += [_unknown("goal", goal, GOALS) for goal in choice.weights if goal not in GOALS]
    faults += [
        Fault("error", "model", f"soft rule {rule}", "a rule that can be soft", rule,
              "make the rule hard, or leave it out")
        for rule in model.soft if rule in BLOCKS and not BLOCKS[rule].can_be_soft
    ]  # fmt: skip
    for name, settings in model.parameters.items():
        owner = BLOCKS.get(name) or GOALS.get(name)
        if owner is None:
            faults.append(_unknown("block in [parameters]", name, {**BLOCKS, **GOALS}))
            continue
        faults += [
            _unknown(f"parameter of {name}", parameter, owner.parameters)
            for parameter in settings if parameter not in owner.parameters
        ]  # fmt: skip
    if faults:
        raise InputError(faults)


def formulate(problem: Problem, model: Model, standards: Standards) -> Formulation:
    """Let every block of the model write its part.

    Raises InputError with everything that is wrong in the model's parameters.
    """
    check_names(model)
    check_years(model, len(problem.years))
    names = [*model.rules, *([] if "locks" in model.rules else ["locks"])]
    rules, resolved = _resolve(problem, model, names, standards)
    opening = next((rule.parameters for rule in rules if rule.name == "opening"), None)
    may_close = opening is not None and opening["existing"] == "may-close"
    if opening is not None:
        problem = _with_choices(problem, opening, rules)
    boarding = next((rule for rule in rules if rule.name == "boarding"), None)
    if boarding is not None:
        limits = next((r.parameters for r in rules if r.name == "travel-limit"), None)
        problem = with_boarders(problem, boarding.parameters, limits)
    permitted = {}
    for rule in rules:
        if not (rule.soft and rule.name == "travel-limit"):
            mask = BLOCKS[rule.name].permitted(problem, rule.parameters)
            if mask is not None:
                permitted[rule.name] = mask
    keep = np.ones(len(problem.pairs), dtype=bool)
    for mask in permitted.values():
        keep &= mask
    cut_off = np.zeros(problem.cells, dtype=bool)
    connect = next((rule for rule in rules if rule.name == "contiguity"), None)
    if connect is not None:
        reached = reachable(problem, keep, exempt_cells(problem, connect.parameters))
        cut_off[problem.pairs.cell[keep & ~reached]] = True
        keep = reached
    narrowed = replace(problem, pairs=keep_pairs(problem.pairs, keep), locked_out=np.zeros(0, bool))
    builder = Builder(narrowed, may_close=may_close, rooted=connect is not None)
    # limits of schools that may stay closed, or be enlarged, need the columns that say so
    first = ("opening", "expansion", "overflow")
    for rule in sorted(rules, key=lambda r: first.index(r.name) if r.name in first else 3):
        BLOCKS[rule.name].emit(narrowed, rule.parameters, builder, soft=rule.soft)
    open_enough(builder)
    goals = _goals(narrowed, model, resolved, builder)
    return Formulation(
        problem=narrowed,
        limits=tuple(builder.limits),
        classes=tuple(builder.classes),
        totals=tuple(builder.totals),
        contiguity=builder.contiguity,
        opening=builder.opening if narrowed.schools.may_lack.any() else None,
        extras=builder.extras,
        rows=tuple(builder.rows),
        goals=goals,
        rules=rules,
        notes=tuple(builder.notes),
        permitted=permitted,
        reach_cut=cut_off,
        built=builder.built,
        together=builder.together,
    )


def _with_choices(
    problem: Problem, opening: Mapping[str, object], rules: tuple[ResolvedRule, ...]
) -> Problem:
    """The problem with the schools, and the upper grades, that a plan may do without."""
    schools = problem.schools
    optional, movable = schools.optional, schools.upper > UPPER_STAYS
    if opening["existing"] == "may-close":
        optional = np.ones(problem.school_count, dtype=bool)
        for rule in rules:
            kept = BLOCKS[rule.name].kept(problem, rule.parameters)
            if kept is not None:
                optional &= ~kept | schools.candidate
    for rule in rules:
        gone = BLOCKS[rule.name].closed(problem, rule.parameters)
        if gone is not None:
            optional = optional | gone
        held = BLOCKS[rule.name].kept_bands(problem, rule.parameters)
        if held is not None:
            movable = movable & (~held | (schools.upper == UPPER_TAKEN))
    if opening["upper_grades"] != MAY_MOVE:
        movable = np.zeros_like(movable)
    return replace(problem, schools=replace(schools, optional=optional, movable=movable))


def check_years(model: Model, years: int) -> None:
    """Refuse what speaks of one year where there are several, or the other way about.

    Raises InputError, all at once, with the reason of each.
    """
    asked, expected = (f"{years} years", "one year") if years > 1 else ("one year", "several years")
    used: list[tuple[str, Block | Goal, bool]] = [
        (f"rule {name}", BLOCKS[name], years == 1 or BLOCKS[name].over_years)
        for name in model.rules
    ]
    used += [
        (f"goal {name}", GOALS[name], GOALS[name].over_years if years > 1 else GOALS[name].one_year)
        for choice in model.goals for name in choice.weights
    ]  # fmt: skip
    faults = [
        Fault("error", "model", what, ": ".join(filter(None, (expected, item.because))), asked,
              item.instead)
        for what, item, fits in used if not fits
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _resolve(
    problem: Problem, model: Model, names: list[str], standards: Standards
) -> tuple[tuple[ResolvedRule, ...], dict[str, dict[str, object]]]:
    """Rules and goals with every parameter written out; all that is wrong in them at once."""
    faults: list[Fault] = []

    def resolve(name: str, block: Block | Goal) -> dict[str, object]:
        settings = {**block.parameters, **model.parameters.get(name, {})}
        try:
            return block.resolve(problem, settings, standards)
        except InputError as error:
            faults.extend(error.faults)
            return {}

    rules = tuple(
        ResolvedRule(name, resolve(name, BLOCKS[name]), name in model.soft) for name in names
    )
    used = dict.fromkeys(name for choice in _choices(model) for name in choice.weights)
    goals = {name: resolve(name, GOALS[name]) for name in used}
    if faults:
        raise InputError(faults)
    return rules, goals


def _choices(model: Model) -> list[GoalChoice]:
    """The goals in order; what soft rules lack comes first, unless the model places it."""
    choices = list(model.goals)
    if model.soft and not any("violations" in choice.weights for choice in choices):
        choices.insert(0, GoalChoice({"violations": 1.0}))
    return choices


def _goals(
    problem: Problem, model: Model, resolved: dict[str, dict[str, object]], builder: Builder
) -> tuple[OrderedGoal, ...]:
    ordered = []
    for choice in _choices(model):
        terms = []
        for name, weight in choice.weights.items():
            goal, parameters = GOALS[name], resolved[name]
            objective = goal.emit(problem, parameters, builder)
            unit = goal.unit_of(parameters)
            terms.append(GoalTerm(name, unit, float(weight), parameters, objective))
        ordered.append(OrderedGoal(tuple(terms), float(choice.slack)))
    return tuple(ordered)


def keep_pairs(pairs: Pairs, keep: Bools) -> Pairs:
    """The pairs marked in ``keep``."""
    counts = np.bincount(pairs.cell[keep], minlength=len(pairs.pointer) - 1)
    pointer: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def kept(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else values[keep]

    def journeys(values: Floats) -> Floats:
        if len(values) and values.strides == (0,):  # one value for all stays one
            return np.broadcast_to(values[0], pointer[-1])
        return values[keep]

    weekly, far = pairs.weekly_journey, pairs.farthest_journey
    return Pairs(
        pointer, pairs.school[keep], journeys(pairs.metres), journeys(pairs.minutes),
        pairs.truncated, pairs.unlisted, kept(pairs.has_day), kept(pairs.boards),
        None if weekly is None else {name: values[keep] for name, values in weekly.items()},
        kept(pairs.weekly_share),
        None if far is None else {name: values[keep] for name, values in far.items()},
        kept(pairs.bus),
    )  # fmt: skip


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Fault:
    listed = ", ".join(sorted(known)) or "none"
    return Fault("error", "model", what, f"one of {listed}", f'"{name}"', "correct the name")
