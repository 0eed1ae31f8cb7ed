"""Keeping a rolling plan: `rolling-plan.json`, and a folder with the plan of each year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.county.files import staged_folder
from zoning.errors import Fault, InputError
from zoning.plan.files import (
    goal_from_json,
    goal_to_json,
    read_json,
    read_part,
    refused,
    rule_from_json,
    rule_to_json,
    save_plan,
    table_from_json,
    table_to_json,
)
from zoning.plan.plain import number_from_json
from zoning.plan.plan import Plan
from zoning.plan.rolling.decisions import DECISION_TEXTS
from zoning.plan.rolling.moves import MOVE_TEXTS
from zoning.plan.rolling.rolling_plan import FORMAT, RollingPlan
from zoning.plan.rolling.supply import SUPPLY_TEXTS, YEAR_COUNTS
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["ROLLING_FILE", "load_rolling", "rolling_json", "save_rolling"]

ROLLING_FILE = "rolling-plan.json"
_TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decisions": (DECISION_TEXTS, ("decided", "year")),
    "supply": (SUPPLY_TEXTS, ("year",)),
    "by_year": ((), YEAR_COUNTS),
    "moves": (MOVE_TEXTS, ("year",)),
}
"""Table -> its columns of text and of whole numbers."""


def rolling_json(plan: RollingPlan) -> str:
    """Return the text of `rolling-plan.json`: all but the plans of the years."""
    content: dict[str, object] = {
        "format": plan.format,
        "years": list(plan.years),
        "now": plan.now,
        "status": str(plan.status),
        "seconds": plan.seconds,
        "goals": [goal_to_json(goal) for goal in plan.goals],
        "rules": [rule_to_json(rule) for rule in plan.rules],
        "notes": list(plan.notes),
        **{name: table_to_json(getattr(plan, name)) for name in _TABLES},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def save_rolling(plan: RollingPlan, folder: Path, *, overwrite: bool) -> None:
    """Write everything, or nothing.

    Raises:
        InputError: the folder holds files and `overwrite` is False.
    """
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise InputError(
            Fault("error", "arguments", str(folder), "an empty or new folder",
                  "one that holds files", "choose another folder, or pass overwrite=True")
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for one in plan.plans:
        save_plan(one, folder / str(one.year), overwrite=overwrite)
    with staged_folder(folder, last=ROLLING_FILE) as staging:
        (staging / ROLLING_FILE).write_bytes(rolling_json(plan).encode("utf-8"))


def load_rolling(folder: Path, county: County | None = None) -> RollingPlan:
    """Read a rolling plan; see `RollingPlan.load`."""
    content = read_json(folder / ROLLING_FILE)
    if content.get("format") != FORMAT:
        found = f"format {content.get('format')!r}"
        raise refused("", f"format {FORMAT}", found, "use the version that wrote it")
    years = read_part("the years", lambda: [int(year) for year in content["years"]])
    plans = tuple(Plan.load(folder / str(year), county) for year in years)
    return read_part("the plan", lambda: _plan(content, plans, county))


def _plan(
    content: Mapping[str, Any], plans: tuple[Plan, ...], county: County | None
) -> RollingPlan:
    tables: dict[str, pd.DataFrame] = {
        name: table_from_json(content[name], texts, whole)
        for name, (texts, whole) in _TABLES.items()
    }
    return RollingPlan(
        plans=plans,
        now=int(content["now"]),
        rules=tuple(rule_from_json(rule) for rule in content["rules"]),
        goals=tuple(goal_from_json(goal) for goal in content["goals"]),
        status=PlanStatus(content["status"]),
        seconds=number_from_json(content["seconds"]),
        notes=tuple(str(note) for note in content["notes"]),
        decisions=tables["decisions"],
        supply=tables["supply"],
        by_year=tables["by_year"],
        moves=tables["moves"],
        _county=county,
    )
