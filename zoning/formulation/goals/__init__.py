"""The goals, one file each. ``register_goal`` adds one that a planner wrote."""

from __future__ import annotations

from zoning.formulation.block import Goal
from zoning.formulation.goals.balance import Balance
from zoning.formulation.goals.capital_cost import CapitalCost
from zoning.formulation.goals.diverted import Diverted
from zoning.formulation.goals.moved import Moved
from zoning.formulation.goals.moved_again import MovedAgain
from zoning.formulation.goals.opening_cost import OpeningCost
from zoning.formulation.goals.running_cost import RunningCost
from zoning.formulation.goals.split_feeders import SplitFeeders
from zoning.formulation.goals.travel import Travel
from zoning.formulation.goals.violations import Violations
from zoning.formulation.goals.worst_off import JourneyOfWorstOff
from zoning.formulation.goals.young_boarders import YoungBoarders

GOALS: dict[str, Goal] = {
    goal.name: goal
    for goal in (
        Violations(), Travel(), JourneyOfWorstOff(), Moved(), Balance(), OpeningCost(),
        CapitalCost(), RunningCost(), YoungBoarders(), MovedAgain(), SplitFeeders(), Diverted(),
    )
}  # fmt: skip


def register_goal(goal: Goal) -> None:
    """Make a goal of the planner's own known by its name."""
    GOALS[goal.name] = goal
