"""Figures that only some plans have: who is carried, and what else decisions about schools mean.

From the plan's tables, its rules and goals and the county alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import BOARD, BUS
from zoning.plan.boarders import rule_named
from zoning.plan.built import Added
from zoning.plan.goals import GoalResult, Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["FURTHER", "decision_figures", "goal_parameters", "transport_figures"]

FURTHER: Mapping[str, str] = {
    "carried_pupils": "pupils who board, go by bus or live too far to walk",
    "transport_cost": "yuan a year for them",
    "quality_seats_today": "seats of quality schools that stand",
    "quality_seats": "seats of quality schools in the plan, with what is built",
    "temporary_classrooms": "temporary classrooms that are used",
    "temporary_cost": "yuan once for them",
    "funded_beyond": "pupils for whom schools of fewer than 100 are funded beyond their number",
}
"""Indicator -> what it says. The first two of plans with the goal `transport-cost`, the others of
plans that decide about schools."""

FUNDED_AS = 100.0
"""Schools with fewer pupils are funded as if they had so many (supervision 2017 No. 6)."""


def goal_parameters(goals: Sequence[GoalResult], name: str) -> Mapping[str, object] | None:
    """Return the parameters of a goal that stands alone or in a weighted sum, None without it."""
    for goal in goals:
        if goal.name == name:
            own = goal.parameters.get(name)
            return own if isinstance(own, Mapping) else goal.parameters
        term = goal.parameters.get(name)
        if isinstance(term, Mapping):
            return term
    return None


def transport_figures(
    assignment: pd.DataFrame, rules: Sequence[Rule], goals: Sequence[GoalResult]
) -> dict[str, float]:
    """Return who is carried, and what it costs a year, where the plan has the goal for it."""
    told = goal_parameters(goals, "transport-cost")
    if told is None:
        return {}
    boarding = rule_named(rules, "boarding")
    week = 1.0 if boarding is None else _number(boarding.parameters, "week")
    board = assignment["mode"] == BOARD
    carried = board | (assignment["mode"] == BUS)
    for key, column in (("walk_metres", "metres"), ("walk_minutes", "minutes")):
        most = _number(told, key)
        if not math.isnan(most):
            carried |= assignment[column] > most * (1.0 + 1e-9)
    rows = assignment[carried & (assignment["pupils"] > 0)]
    share = (rows["mode"] == BOARD).map({True: week, False: 1.0}).astype(float)
    a_km = 2.0 * _number(told, "days") * _number(told, "a_pupil_km") / 1000.0
    yuan = _number(told, "a_pupil") + a_km * rows["metres"].fillna(0.0)
    return {
        "carried_pupils": math.fsum(rows["pupils"]),
        "transport_cost": math.fsum(rows["pupils"] * share * yuan),
    }


def decision_figures(
    county: County, schools: pd.DataFrame, built: pd.DataFrame, added: Added,
    seats: Mapping[str, float],
) -> dict[str, float]:  # fmt: skip
    """Return what the decisions about schools amount to.

    ``seats`` are those of each school with what is built, also where only entrants are placed.
    """
    quality = county.schools.set_index("school_id")[["quality", "status"]]
    listed = quality["quality"].reindex(schools["school_id"]).to_numpy(dtype=bool)
    stands = (quality["status"] == "existing").reindex(schools["school_id"]).to_numpy(dtype=bool)
    gained = [added.get(school, {}).get("seats", 0.0) for school in schools["school_id"]]
    every = schools["school_id"].map(seats)
    open_ = schools["state"] == "open" if "state" in schools else pd.Series(True, schools.index)
    table = built.merge(county.expansions, on=["school_id", "option"], how="left")
    table = table[table["temporary"].astype(bool)]
    load = (schools["pupils"] + schools["outside"])[open_]
    small = load[(load > 0) & (load < FUNDED_AS)]
    return {
        "quality_seats_today": math.fsum((every - gained)[listed & stands].dropna()),
        "quality_seats": math.fsum(every[listed & open_].dropna()),
        "temporary_classrooms": math.fsum(table["modules"] * table["classes"]),
        "temporary_cost": math.fsum(table["modules"] * table["cost"]),
        "funded_beyond": math.fsum(FUNDED_AS - small),
    }


def _number(parameters: Mapping[str, object], name: str) -> float:
    value = parameters.get(name)
    return float(value) if isinstance(value, int | float) else math.nan
