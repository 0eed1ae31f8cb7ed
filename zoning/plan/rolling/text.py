"""A rolling plan on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zoning.plan.actions import ACTIONS
from zoning.plan.text import goal_text, number, status_text

if TYPE_CHECKING:
    import pandas as pd

    from zoning.plan.rolling.rolling_plan import RollingPlan

__all__ = ["describe"]

_WORDS = (*ACTIONS, "phase-out")


def describe(plan: RollingPlan) -> str:
    """Return what a planner wants to see first: goals, years, today's and later decisions."""
    first = plan.plans[0]
    lines = [
        f"{first.county}: {first.stage} {plan.years[0]} to {plan.years[-1]}, model {first.model}",
        f"status      {status_text(plan.status)}",
        *(f"goal        {goal_text(goal)}" for goal in plan.goals),
        *(_year(row) for row in plan.by_year.to_dict("records")),
    ]
    today = plan.decisions["decided"] == plan.now
    lines += [
        f"now ({plan.now})  {_decided(plan.decisions[today])}",
        f"later       {_decided(plan.decisions[~today])}",
        f"made by     {first.solver}, seed {first.seed}, {plan.seconds:.1f} s,"
        f" standards {first.standards}",
    ]
    lines += [f"note        {note}" for note in plan.notes]
    if first.notice:
        lines.append(f"notice      {first.notice}")
    return "\n".join(lines)


def _year(row: Mapping[Any, Any]) -> str:
    money = f"{number(row['capital'])} yuan once, {number(row['running'])} yuan running"
    if not row["open_schools"]:
        return f"{row['year']:<12}{number(row['capital'])} yuan once"
    return (
        f"{row['year']:<12}{number(row['pupils'])} pupils, {number(row['seats'])} seats, "
        f"{row['open_schools']} schools; mean {number(row['mean_minutes'], 1)} min, longest "
        f"{number(row['longest_minutes'], 1)}; {number(row['moved'])} moved "
        f"({number(row['moved_again'])} again); {money}"
    )


def _decided(table: pd.DataFrame) -> str:
    """Decisions counted by kind, with their years where they lie apart."""
    parts = []
    for action in _WORDS:
        rows = table[table["action"] == action]
        if len(rows) and action != "keep":
            years = ", ".join(map(str, sorted(set(rows["year"]))))
            parts.append(f"{len(rows)} {action} (from {years})")
    return "; ".join(parts) or "nothing to decide"
