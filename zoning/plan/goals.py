"""The rules a plan was made under and the goals it was judged by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from zoning.plan.plain import plain_mapping

__all__ = ["GoalResult", "Rule"]


@dataclass(frozen=True)
class Rule:
    """One rule of the model with every default written out.

    Attributes:
        name: ``"seats"``, ``"class-size"``, ``"intake"``, ``"travel-limit"``, ``"utilisation"``,
            ``"contiguity"``, ``"township"``, ``"locks"``, ``"stability"`` or ``"opening"``.
        parameters: resolved numbers, e.g. ``{"minutes": {"primary-lower": 30}}``.
        soft: True if the rule may be broken; the violation is then the first goal.
    """

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    soft: bool = False

    def __post_init__(self) -> None:
        """Keep an own, plain copy of the parameters."""
        object.__setattr__(self, "parameters", plain_mapping(self.parameters))


@dataclass(frozen=True)
class GoalResult:
    """What was reached for one goal, and how much better it could be at most.

    Attributes:
        name: ``"violations"``, ``"travel"``, ``"journey-of-worst-off"``, ``"moved"``,
            ``"balance"`` or ``"opening-cost"``.
        value: what the plan reaches, in `unit`; less is better.
        bound: proven: no plan that holds the earlier goals at their levels is below it.
        unit: ``"pupil-minutes"``, ``"minutes"``, ``"pupils"`` ...
        level: the value it was held at while later goals were improved; None for the last goal.
        parameters: e.g. ``{"measure": "minutes"}``.
    """

    name: str
    value: float
    bound: float = -math.inf
    unit: str = ""
    level: float | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep plain numbers and an own copy of the parameters."""
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "bound", float(self.bound))
        object.__setattr__(self, "level", None if self.level is None else float(self.level))
        object.__setattr__(self, "parameters", plain_mapping(self.parameters))

    @property
    def absolute_gap(self) -> float:
        """Value minus bound, in the goal's unit; infinite if nothing is proven."""
        return self.value - self.bound

    @property
    def gap(self) -> float:
        """(value - bound) / |value|; 0 if they are equal, infinite if nothing is proven."""
        if self.value == self.bound:
            return 0.0
        if self.value == 0 or math.isinf(self.bound):
            return math.inf
        return self.absolute_gap / abs(self.value)
