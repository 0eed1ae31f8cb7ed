"""Are the goals' values those of the assignment, and do value, bound and level agree?"""

from __future__ import annotations

import math
from collections.abc import Mapping

from zoning.errors import Fault
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.status import PlanStatus
from zoning.plan.verify.boarding import young_boarders
from zoning.plan.verify.breach import Breach, above, differs, faults_of, show
from zoning.plan.verify.decided import quality_seats
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.feeders import splits
from zoning.plan.verify.money import capital_spent, opening_cost, running_spent
from zoning.plan.verify.overflow import diverted
from zoning.plan.verify.parameters import amount, names
from zoning.plan.verify.rules import CHECKS
from zoning.plan.verify.stability import moved_pupils
from zoning.plan.verify.transport import transport

__all__ = ["WEIGHTED", "check_goals", "consistent", "goal_values", "unknown", "value_of"]

WEIGHTED = "weighted"
"""Unit of a goal that is a weighted sum; its parameters hold each term's weight and own ones."""


def goal_values(facts: Facts) -> tuple[float, ...]:
    """Return the value of each goal, recomputed; NaN if the verifier does not know it."""
    return tuple(value_of(facts, goal) for goal in facts.plan.goals)


def check_goals(facts: Facts) -> tuple[Fault, ...]:
    """Compare every goal with its recomputed value; warn of goals that cannot be recomputed."""
    breaches: list[Breach] = []
    doubts: list[Fault] = []
    for goal, value in zip(facts.plan.goals, goal_values(facts), strict=True):
        if math.isnan(value):
            doubts.append(unknown(goal))
        elif differs(value, goal.value):
            breaches.append(Breach(goal.name, f"{show(value)} {goal.unit}", show(goal.value)))
        breaches += consistent(goal, goal.value if math.isnan(value) else value)
        if facts.plan.status == PlanStatus.OPTIMAL and math.isinf(goal.bound):
            found = "no bound"
            breaches.append(Breach(goal.name, "a bound, since the status is optimal", found))
    return (*faults_of("goals", breaches), *doubts)


def consistent(goal: GoalResult, value: float) -> list[Breach]:
    """Bound, value and level of a goal agree."""
    breaches = []
    if above(goal.bound, value):
        expected = f"a bound of at most the value {show(value)}"
        breaches.append(Breach(goal.name, expected, show(goal.bound)))
    if math.isnan(goal.bound):
        breaches.append(Breach(goal.name, "a bound", "not a number"))
    if goal.level is not None and above(value, goal.level):
        expected = f"at most the level {show(goal.level)} that it was held at"
        breaches.append(Breach(goal.name, expected, show(value)))
    return breaches


def value_of(facts: Facts, goal: GoalResult) -> float:
    """Return the value of a goal, recomputed; NaN if the verifier does not know it."""
    if goal.unit == WEIGHTED:
        return math.fsum(_weighted(facts, name, term) for name, term in goal.parameters.items())
    measure = str(goal.parameters.get("measure", facts.plan.measure))
    if goal.name == "violations":
        return _violations(facts)
    if goal.name == "moved":
        return moved_pupils(facts)
    if goal.name == "diverted":
        return diverted(facts)
    if goal.name == "split-feeders":
        return splits(facts)
    if goal.name == "balance":
        return _balance(facts)
    if goal.name == "opening-cost":
        return opening_cost(facts)
    if goal.name == "young-boarders":
        return young_boarders(facts, names(Rule(goal.name, goal.parameters), "young"))
    if goal.name == "capital-cost":
        return capital_spent(facts, every=False)
    if goal.name == "running-cost":
        return running_spent(facts, every=False)
    if goal.name == "quality-seats":
        wanted = quality_seats(facts, today=True) + float(str(goal.parameters.get("gain", 0.0)))
        return max(0.0, wanted - quality_seats(facts, today=False))
    if goal.name == "transport-cost":
        return transport(facts, goal.parameters)[1]
    if goal.name == "travel" and measure in ("minutes", "metres"):
        return math.fsum(pupils * length for pupils, length in _journeys(facts, measure))
    if goal.name == "journey-of-worst-off" and measure in ("minutes", "metres"):
        return max((length for _, length in _journeys(facts, measure, daily=True)), default=0.0)
    return math.nan


def _weighted(facts: Facts, name: str, term: object) -> float:
    """Return one term of a weighted sum: its goal's value times its weight."""
    if not isinstance(term, Mapping):
        return math.nan
    rest = {key: value for key, value in term.items() if key != "weight"}
    weight = float(term.get("weight", math.nan))
    return weight * value_of(facts, GoalResult(name, 0.0, parameters=rest))


def _journeys(facts: Facts, measure: str, *, daily: bool = False) -> list[tuple[float, float]]:
    """Return (pupils, journey) of every cell with pupils, by the mode that the plan uses.

    Boarders count as many pupils as they travel of a week's days.
    """
    found = []
    week = next((amount(r, "week", 1.0) for r in facts.plan.rules if r.name == "boarding"), 1.0)
    for cell, pupils in facts.pupils.items():
        for school, share in facts.parts(cell) if pupils > 0 else ():
            way = facts.journey(cell, facts.plan.measure, school)
            if way is not None and way.mode == "board":
                if not daily:
                    found.append((week * pupils, float(getattr(way, measure))))
                continue
            found.append(
                (share * pupils, math.nan if way is None else float(getattr(way, measure)))
            )
    if any(math.isnan(length) for _, length in found):
        return [(1.0, math.nan)]
    return found


def _balance(facts: Facts) -> float:
    """Return the largest minus the smallest pupils / seats over schools with known seats."""
    uses = [facts.use(school) for school, _ in facts.working()]
    shares = [load / seats for load, seats in uses if seats > 0]
    return max(shares) - min(shares) if shares else 0.0


def _violations(facts: Facts) -> float:
    """Return the pupils by whom the soft rules are broken; NaN if a rule cannot say by how many."""
    soft = [rule for rule in facts.plan.rules if rule.soft]
    if any(rule.name not in CHECKS for rule in soft):
        return math.nan
    breaches = [breach for rule in soft for breach in CHECKS[rule.name](facts, rule)]
    return math.fsum(breach.pupils for breach in breaches)


def unknown(goal: GoalResult) -> Fault:
    """Return the warning for a goal that cannot be recomputed."""
    return Fault(
        "warning",
        "goals",
        goal.name,
        "a goal whose value the verifier can recompute",
        "one that it cannot: not checked by the verifier",
        "check this goal by other means",
    )
