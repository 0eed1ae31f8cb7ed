"""How a plan ended."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["PlanStatus"]


class PlanStatus(StrEnum):
    """How good a plan is proven to be, and what stopped the search."""

    OPTIMAL = "optimal"
    """Every goal is proven within the tolerance of its bound."""
    FEASIBLE = "feasible"
    """A plan that keeps every hard rule; the gap is larger than the tolerance."""
    INTERRUPTED = "interrupted"
    """The search was stopped from outside; the best plan found until then."""
    EDITED = "edited"
    """Changed by hand: nothing is proven, the bounds are minus infinity."""
