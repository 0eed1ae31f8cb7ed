"""Are the values of a rolling plan's goals those of its years?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zoning.errors import Fault
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.verify.breach import Breach, differs, faults_of, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.goals import WEIGHTED, consistent, unknown, value_of
from zoning.plan.verify.parameters import amount
from zoning.plan.verify.rolling_intake import years_over
from zoning.plan.verify.rolling_money import spending
from zoning.plan.verify.rolling_moves import moves

if TYPE_CHECKING:
    from zoning.plan.rolling import RollingPlan

__all__ = ["check_rolling_goals"]


def check_rolling_goals(plan: RollingPlan, years: Sequence[Facts]) -> tuple[Fault, ...]:
    """Compare every goal with its recomputed value; warn of goals that cannot be recomputed."""
    breaches: list[Breach] = []
    doubts: list[Fault] = []
    soft = next((rule for rule in plan.rules if rule.name == "intake" and rule.soft), None)
    for goal in plan.goals:
        value = _value(years, goal, soft)
        if math.isnan(value):
            doubts.append(unknown(goal))
        elif differs(value, goal.value):
            breaches.append(Breach(goal.name, f"{show(value)} {goal.unit}", show(goal.value)))
        breaches += consistent(goal, goal.value if math.isnan(value) else value)
        if plan.status == "optimal" and math.isinf(goal.bound):
            breaches.append(Breach(goal.name, "a bound, since the status is optimal", "no bound"))
    return (*faults_of("goals", breaches), *doubts)


def _value(years: Sequence[Facts], goal: GoalResult, intake: Rule | None) -> float:
    """Return the value of a goal; ``intake`` is the rule, where it is soft over all years."""
    if goal.unit == WEIGHTED:
        return math.fsum(
            _weighted(years, name, term, intake) for name, term in goal.parameters.items()
        )
    if goal.name == "moved":
        return math.fsum(move.pupils for move in moves(years))
    if goal.name == "moved-again":
        return math.fsum(move.again for move in moves(years))
    if goal.name in ("capital-cost", "running-cost"):
        discount, now = (
            amount(Rule(goal.name, goal.parameters), "discount", 0.0),
            years[0].county.year,
        )
        return math.fsum(
            one.yuan / (1.0 + discount) ** (one.year - now)
            for one in spending(years, goal.name.removesuffix("-cost")) if one.choice
        )  # fmt: skip
    if goal.name == "violations" and intake is not None:
        over = years_over(years, intake)
        return over + math.fsum(value_of(facts, goal) for facts in years)
    each = [value_of(facts, goal) for facts in years]
    return max(each) if goal.name == "journey-of-worst-off" else math.fsum(each)


def _weighted(years: Sequence[Facts], name: str, term: object, intake: Rule | None) -> float:
    """Return one term of a weighted sum: its goal's value times its weight."""
    if not isinstance(term, Mapping):
        return math.nan
    rest = {key: value for key, value in term.items() if key != "weight"}
    weight = float(term.get("weight", math.nan))
    return weight * _value(years, GoalResult(name, 0.0, parameters=rest), intake)
