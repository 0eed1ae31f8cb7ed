"""Are two plans the same? Their content is compared, not the county they were made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from zoning.plan.plan import Plan
    from zoning.plan.rolling import RollingPlan

__all__ = ["same_content"]


def same_content(a: Plan | RollingPlan, b: Plan | RollingPlan) -> bool:
    """Return True if two plans of one class agree, NaN equal to NaN; the county by its hash."""
    names = [item.name for item in fields(a) if item.name != "_county"]
    return all(_same(getattr(a, name), getattr(b, name)) for name in names)


def _same(a: object, b: object) -> bool:
    if isinstance(a, pd.DataFrame) and isinstance(b, pd.DataFrame):
        return a.equals(b)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    return bool(a == b)
