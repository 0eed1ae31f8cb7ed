"""A plan on one screen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zoning.county.vocabulary import BOARD
from zoning.plan.actions import ACTIONS
from zoning.plan.buses import whole_schools
from zoning.plan.goals import GoalResult
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from zoning.plan.plan import Plan

__all__ = ["describe", "gap_text", "goal_text", "number", "status_text"]

_MEANING = {
    PlanStatus.OPTIMAL: "proven best within the tolerance",
    PlanStatus.FEASIBLE: "better plans may exist, within the gap",
    PlanStatus.INTERRUPTED: "stopped early; the best found until then",
    PlanStatus.EDITED: "changed by hand, nothing proven",
}


def describe(plan: Plan) -> str:
    """Return what a planner wants to see first, in at most some 25 lines."""
    placed = "all grades" if plan.place == "all" else "entrants"
    lines = [
        f"{plan.county}: {plan.stage} {plan.year}, {placed}, model {plan.model}",
        f"status      {status_text(plan.status)}",
    ]
    lines += [f"goal        {goal_text(goal)}" for goal in plan.goals]
    lines += [
        f"journeys    {_journeys(plan)}",
        f"loads       {_loads(plan)}",
        f"moved       {_moved(plan)}",
        f"zones       {_zones(plan)}",
        *_decided(plan),
        f"made by     {plan.solver}, seed {plan.seed}, {plan.seconds:.1f} s,"
        f" standards {plan.standards}",
    ]
    lines += [f"note        {note}" for note in plan.notes]
    if plan.notice:
        lines.append(f"notice      {plan.notice}")
    return "\n".join(lines)


def number(value: float, digits: int = 0) -> str:
    """Return a number for reading: thousands apart, ``"unknown"`` for NaN."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "unlimited" if value > 0 else "none"
    return f"{value:,.{digits}f}"


def gap_text(goal: GoalResult) -> str:
    """Return the relative gap in per cent, or the absolute one where that says nothing."""
    if math.isinf(goal.bound):
        return "nothing proven"
    if math.isinf(goal.gap):
        return f"gap {number(goal.absolute_gap, 2)} {goal.unit}".rstrip()
    return f"gap {100 * goal.gap:.2f} %"


def status_text(status: PlanStatus) -> str:
    """Return a status with its meaning."""
    return f"{status}: {_MEANING[status]}"


def goal_text(goal: GoalResult) -> str:
    """Return a goal with its value, bound and gap."""
    digits = 0 if abs(goal.value) >= 1000 else 2
    text = f"{goal.name}: {number(goal.value, digits)} {goal.unit}".rstrip()
    bound = "" if math.isinf(goal.bound) else f", bound {number(goal.bound, digits)}"
    return f"{text}{bound}, {gap_text(goal)}"


def _journeys(plan: Plan) -> str:
    parts = []
    for measure, scale, unit in (("minutes", 1.0, "min"), ("metres", 1000.0, "km")):
        mean, longest = (plan.indicators[f"{which}_{measure}"] for which in ("mean", "longest"))
        if not math.isnan(mean):
            far = number(longest / scale, 1)
            parts.append(f"mean {number(mean / scale, 1)} {unit}, longest {far} {unit}")
    return "; ".join(parts) or "unknown"


def _loads(plan: Plan) -> str:
    figures = plan.indicators
    text = f"{number(figures['pupils'])} pupils, {_schools(plan)}"
    if not math.isnan(figures["utilisation_max"]):
        low, high = 100 * figures["utilisation_min"], 100 * figures["utilisation_max"]
        text += f", seats used {number(low)} % to {number(high)} %"
        over = number(figures["schools_over_seats"])
        text += f"; schools over their seats: {over}"
        if figures["schools_over_seats"]:
            text += f", by {number(figures['pupils_over_seats'], 1)} pupils"
    if not math.isnan(figures["largest_class"]):
        text += f"; largest class {number(figures['largest_class'], 1)}"
    if not math.isnan(figures["large_classes"]):
        limit = number(figures["large_class_limit"])
        text += f"; classes over {limit}: {number(figures['large_classes'])}"
    return text


def _schools(plan: Plan) -> str:
    if "state" not in plan.schools:
        return f"{len(plan.schools)} schools"
    open_ = int((plan.schools["state"] == "open").sum())
    return f"{open_} schools open, {len(plan.schools) - open_} closed"


def _moved(plan: Plan) -> str:
    figures = plan.indicators
    share = f"{100 * figures['moved_share']:.1f} % of those who have a school today"
    return f"{number(figures['moved'])} pupils, {share}"


def _decided(plan: Plan) -> list[str]:
    """Say what is done with schools and what it costs, and who boards."""
    lines = []
    if len(plan.actions):
        counts = plan.actions["action"].value_counts()
        parts = [f"{counts[name]} {name}" for name in ACTIONS if name in counts]
        once, yearly = plan.actions["cost"].sum(), plan.actions["yearly_cost"].sum()
        money = f"{number(once)} yuan once, {number(yearly)} yuan a year"
        lines.append(f"schools     {', '.join(parts)}; {money}")
    if len(plan.diversions):
        rows = plan.diversions
        lines.append(
            f"diverted    {number(rows['pupils'].sum(), 1)} pupils of "
            f"{rows['from_school'].nunique()} zones to {rows['to_school'].nunique()} schools"
        )
    if len(plan.feeders):
        pairs = plan.feeders[plan.feeders["units"] > 0]
        several = pairs.groupby(["school_id", "band"])["feeds"].nunique() > 1
        changed = int((plan.feeders["change"] == "new").sum())
        lines.append(
            f"feeders     {pairs['school_id'].nunique()} schools feed {pairs['feeds'].nunique()},"
            f" {int(several.sum())} of them several; {changed} pairs are new"
        )
    figures = plan.indicators
    if figures.get("temporary_classrooms"):
        rooms, cost = (number(figures[f"temporary_{n}"]) for n in ("classrooms", "cost"))
        lines.append(f"temporary   {rooms} classrooms, {cost} yuan of these")
    if figures.get("quality_seats_today", 0.0) != figures.get("quality_seats", 0.0):
        before, after = (number(figures[f"quality_seats{n}"]) for n in ("_today", ""))
        lines.append(f"quality     {after} seats at quality schools, {before} today")
    if figures.get("funded_beyond"):
        more = number(figures["funded_beyond"])
        lines.append(f"funding     schools under 100 count as 100: {more} pupils more")
    if "transport_cost" in plan.indicators:
        carried, yuan = (plan.indicators[n] for n in ("carried_pupils", "transport_cost"))
        lines.append(f"transport   {number(carried)} pupils carried; {number(yuan)} yuan a year")
    lines += _buses(plan)
    boarders = float(plan.assignment.loc[plan.assignment["mode"] == BOARD, "pupils"].sum())
    if boarders:
        lines.append(f"boarders    {number(boarders)} pupils")
    return lines


def _buses(plan: Plan) -> list[str]:
    if not len(plan.buses):
        return []
    rows = whole_schools(plan.buses)
    riders, buses, yuan = (
        number(float(rows[name].sum(min_count=1))) for name in ("pupils", "vehicles", "yearly_cost")
    )
    return [f"buses       {buses} for {riders} pupils of {len(rows)} schools; {yuan} yuan a year"]


def _zones(plan: Plan) -> str:
    zones = plan.cells.drop_duplicates(["school_id", "band"])
    pieces = int(plan.indicators["zones_in_pieces"])
    return f"{len(zones):,}, {pieces:,} of them in more than one piece"
