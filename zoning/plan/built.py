"""What a plan builds: modules by school and option, and what they add to each school.

Taken from the plan's list of modules, the county's tables and the rules' parameters alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import POINTS
from zoning.errors import Fault, InputError
from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["BUILT", "Added", "added_by_school", "no_modules", "tidy_built"]

BUILT: Mapping[str, str] = {
    "school_id": "str", "option": "str", "year": "int64", "modules": "int64",
}  # fmt: skip
"""Columns of the list of modules: school, option, year of the decision, number."""

AMOUNTS = (
    "classes", "seats", "beds", "beds_girls", "beds_boys", "canteen", "building_area",
    "sports_area", "site_area",
)  # fmt: skip
Added = Mapping[str, Mapping[str, float]]
"""School -> amount by name, of all its modules."""


def no_modules() -> pd.DataFrame:
    """Return a list without modules."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in BUILT.items()})


def tidy_built(county: County, built: pd.DataFrame | None) -> pd.DataFrame:
    """Return the list in its types and order, entries without modules left out.

    Raises:
        InputError: an option that the county does not list.
    """
    if built is None or built.empty:
        return no_modules()
    table = built.loc[built["modules"] > 0, list(BUILT)].astype(dict(BUILT))
    options = county.expansions
    known = set(zip(options["school_id"], options["option"], strict=True))
    faults = [
        Fault("error", "built", f"school {school}, option {option}", "a row of expansions",
              "none", "correct the ids")
        for school, option in zip(table["school_id"], table["option"], strict=True)
        if (school, option) not in known
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return table.sort_values(["year", "school_id", "option"], ignore_index=True)


def added_by_school(
    county: County, built: pd.DataFrame, rules: Sequence[Rule], stage: str
) -> dict[str, dict[str, float]]:
    """Return what the modules add to each school, by name of the amount."""
    found: defaultdict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0.0))
    if built.empty:
        return {}
    kinds = county.schools.set_index("school_id")["kind"]
    options = {
        (row["school_id"], row["option"]): row for row in county.expansions.to_dict("records")
    }
    for school, option, number in zip(
        built["school_id"], built["option"], built["modules"], strict=True
    ):
        row = options[school, option]
        for name in AMOUNTS:
            one = float(row[name])
            if math.isnan(one):
                one = float(row["classes"]) * _class_size(rules, stage, str(kinds[school]))
            found[school][name] += number * one
    return dict(found)


def _class_size(rules: Sequence[Rule], stage: str, kind: str) -> float:
    """Return the pupils of a class in a module that states no seats; 0 if no rule says."""
    for rule in rules:
        sizes = rule.parameters.get("pupils")
        if rule.name == "expansion" and isinstance(sizes, Mapping):
            usual = float(sizes.get(stage, 0.0))
            return float(sizes.get("incomplete-primary", usual)) if kind in POINTS else usual
    return 0.0
