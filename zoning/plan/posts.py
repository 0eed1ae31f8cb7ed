"""Posts that each school of a plan needs, and those it has today.

From the plan's table of schools, its boarders, the rule `teachers` and the county alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.plan.boarders import rule_named
from zoning.plan.facilities import in_year
from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["with_posts"]


def with_posts(
    county: County,
    schools: pd.DataFrame,
    assignment: pd.DataFrame,
    rules: Sequence[Rule],
    year: int,
) -> pd.DataFrame:
    """Return the table of schools with ``posts`` (needed) and ``staff`` (posts filled today).

    Without the rule `teachers` the table comes back as it is.
    """
    rule = rule_named(rules, "teachers")
    if rule is None:
        return schools
    ways = assignment[assignment["mode"] == BOARD]
    boarders = ways.groupby("school_id")["pupils"].sum()
    a_pupil, a_class, a_school, a_boarder = (
        _number(rule, name)
        for name in ("pupils_a_post", "posts_a_class", "posts_a_school", "boarders_a_warden")
    )
    needed = []
    for row in schools.to_dict("records"):
        if row.get("state") == "closed":
            needed.append(0.0)
            continue
        counts = (
            (row["pupils"] + row["outside"]) / a_pupil, a_class * row["classes"], a_school,
        )  # fmt: skip
        wardens = float(boarders.get(row["school_id"], 0.0)) / a_boarder
        needed.append(max(n for n in (*counts, 0.0) if not math.isnan(n)) + wardens)
    filled = in_year(county, "staff", year)
    return schools.assign(
        posts=needed, staff=[float(filled[school]) for school in schools["school_id"]]
    )


def _number(rule: Rule, name: str) -> float:
    """Return a parameter; NaN if the rule does not count by it."""
    value = rule.parameters.get(name)
    return float(value) if isinstance(value, int | float) else math.nan
