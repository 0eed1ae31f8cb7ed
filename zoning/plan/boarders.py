"""Who boards in a plan: cells whose daily journey is beyond the limit, where they may board.

From the assignment, the rules and the county alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["rule_named", "with_boarders"]


def rule_named(rules: Sequence[Rule], name: str) -> Rule | None:
    """Return the rule of a name, None if the plan has none."""
    return next((rule for rule in rules if rule.name == name), None)


def with_boarders(
    county: County,
    frame: pd.DataFrame,
    journeys: pd.DataFrame,
    rules: Sequence[Rule],
    *,
    stage: str,
    year: int,
    measure: str,
) -> pd.DataFrame:
    """Return the daily journeys with the weekly ones in place of those beyond the limit.

    Args:
        county: the county.
        frame: unit_id, band, school_id, in the order of `journeys`.
        journeys: mode, metres, minutes of the nearest daily way, blank and NaN if there is none.
        rules: the plan's rules; without the rule boarding the journeys come back as they are.
        stage: stage of schooling.
        year: year of the pupils.
        measure: the plan's measure.
    """
    rule = rule_named(rules, "boarding")
    if rule is None:
        return journeys
    weekly = county.travel[county.travel["mode"] == BOARD].astype(
        {"unit_id": "str", "school_id": "str"}
    )
    weekly = weekly.dropna(subset=[measure]).set_index(["unit_id", "school_id"])
    keys = pd.MultiIndex.from_frame(frame[["unit_id", "school_id"]])
    found = weekly[["metres", "minutes"]].reindex(keys).reset_index(drop=True)
    takes = set(county.schools.loc[county.schools["boarding"], "school_id"])
    barred = _too_young(county, rule, stage, year)
    may = found[measure].notna().to_numpy() & frame["school_id"].isin(takes).to_numpy()
    cells = zip(frame["unit_id"], frame["band"], strict=True)
    may = may & ~np.array([cell in barred for cell in cells], dtype=bool)
    board = may & _too_far(frame, journeys, rule_named(rules, "travel-limit"), measure)
    result = journeys.copy()
    result.loc[board, "mode"] = BOARD
    for name in ("metres", "minutes"):
        result.loc[board, name] = found.loc[board, name]
    return result


def _too_far(
    frame: pd.DataFrame, journeys: pd.DataFrame, limits: Rule | None, measure: str
) -> np.ndarray:
    """Mark rows without a daily journey within the limits of the band."""
    far = journeys[measure].isna().to_numpy()
    for name in ("minutes", "metres") if limits is not None else ():
        assert limits is not None
        table = limits.parameters.get(name)
        if isinstance(table, Mapping):
            most = frame["band"].map(lambda band, t=table: float(t.get(band, np.inf)))
            far = far | (journeys[name] > most * (1 + 1e-9)).to_numpy()
    return np.asarray(far, dtype=bool)


def _too_young(county: County, rule: Rule, stage: str, year: int) -> set[tuple[str, str]]:
    """Return the cells with children of the youngest grades who are not exempt."""
    listed = rule.parameters.get("young")
    young = set(listed) if isinstance(listed, tuple | list) else set()
    rows = county.exemptions
    rows = rows[rows["stage"] == stage]
    exempt = set(zip(rows["unit_id"], rows["grade"], strict=True))
    band_of = {g: b for b, grades in county.stage(stage).bands.items() for g in grades}
    pupils = county.placed_pupils
    pupils = pupils[(pupils["stage"] == stage) & (pupils["year"] == year) & (pupils["pupils"] > 0)]
    return {
        (str(unit), band_of[grade])
        for unit, grade in zip(pupils["unit_id"], pupils["grade"], strict=True)
        if grade in young and (unit, grade) not in exempt and (unit, "") not in exempt
    }
