"""Reading a rule's resolved parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from zoning.plan.goals import Rule

__all__ = ["amount", "limit_by", "names"]


def amount(rule: Rule, name: str, default: float = math.nan) -> float:
    """Return a number; `default` if it is missing or None."""
    value = rule.parameters.get(name)
    return float(value) if isinstance(value, (int, float)) else default


def limit_by(rule: Rule, name: str, *keys: str) -> float:
    """Return a number that may be given by key: the first key that is there; NaN without any."""
    value = rule.parameters.get(name)
    if isinstance(value, Mapping):
        value = next((value[key] for key in keys if key in value), None)
    return float(value) if isinstance(value, (int, float)) else math.nan


def names(rule: Rule, name: str) -> set[str]:
    """Return a list of ids as a set."""
    value = rule.parameters.get(name)
    if isinstance(value, str):
        return {value}
    return {str(item) for item in value} if isinstance(value, Iterable) else set()
