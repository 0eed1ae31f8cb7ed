"""Plans: the assignment, the figures that follow from it, verification and comparison."""

from zoning.plan.compare import Comparison
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.plan import Plan
from zoning.plan.rolling import RollingPlan
from zoning.plan.status import PlanStatus

__all__ = ["Comparison", "GoalResult", "Plan", "PlanStatus", "RollingPlan", "Rule"]
