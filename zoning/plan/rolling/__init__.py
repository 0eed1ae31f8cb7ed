"""Plans over several years: one plan a year, and what is decided when (滚动规划)."""

from zoning.plan.rolling.rolling_plan import RollingPlan

__all__ = ["RollingPlan"]
