"""What a plan does with each school, what it costs, and why: one row a school (一校一案).

Computed from the assignment, the modules and the county, never from a solver's variables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.plan.built import Added
from zoning.plan.goals import Rule
from zoning.plan.reasons import Reasons
from zoning.plan.upper import UpperGrades

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["ACTIONS", "ACTION_NUMBERS", "ACTION_TEXTS", "actions_table"]

ACTIONS = (
    "keep", "new", "restore", "expand", "merge", "suspend", "to-teaching-point", "to-complete",
    "repair",
)  # fmt: skip
"""What may be done with a school, in words of the table."""

ACTION_TEXTS = ("school_id", "name", "action", "receivers", "reason")
ACTION_NUMBERS = (
    "pupils_today", "pupils", "classes", "seats", "beds", "cost", "yearly_cost",
)  # fmt: skip
_ORDER = (
    "school_id", "name", "year", "action", "pupils_today", "pupils", "receivers", "classes",
    "seats", "beds", "cost", "yearly_cost", "reason",
)  # fmt: skip


def actions_table(
    county: County,
    assignment: pd.DataFrame,
    schools: pd.DataFrame,
    built: pd.DataFrame,
    added: Added,
    rules: Sequence[Rule],
    *,
    stage: str,
    year: int,
    measure: str,
) -> pd.DataFrame:
    """Return one row for each school that stands or is opened.

    Columns: what is done; ``pupils_today`` (of the year, living in today's zone); ``pupils`` in
    the plan; ``receivers`` of a school that closes, or of the upper grades that it gives away (ids,
    most pupils first); classes, seats and
    beds that are built; ``cost`` (yuan, once); ``yearly_cost`` (yuan a year that the decision
    adds or, below 0, saves); the reason in words. Sites that stay empty have no row.
    """
    about = county.schools.drop(columns="geometry").set_index("school_id")
    pupils = dict(zip(schools["school_id"], schools["pupils"], strict=True))
    shut = set(schools.loc[schools["state"] == "closed", "school_id"]) if "state" in schools else ()
    today = _today(county, assignment, stage)
    once, yearly = _module_costs(county, built)
    upper = UpperGrades(county, assignment, stage)
    reasons = Reasons(
        county, assignment, schools, today, upper, rules, stage=stage, measure=measure
    )  # fmt: skip
    rows = []
    for school in schools["school_id"].tolist():
        row = about.loc[school]
        own = today[today["from_school"] == school]
        before = math.fsum(own["pupils"])
        open_ = school not in shut
        action = _action(row, upper, open_=open_, before=before, built=school in added)
        if action == "":
            continue
        cost, more = once.get(school, 0.0), yearly.get(school, 0.0)
        if action in ("new", "restore"):
            cost, more = cost + float(row["capital_cost"]), more + float(row["opening_cost"])
        if open_ and bool(row["dangerous"]) and not math.isnan(row["repair_cost"]):
            cost += float(row["repair_cost"])
        if action in ("merge", "suspend"):
            more -= float(row["opening_cost"])
        gain = added.get(school, {})
        rows.append(
            {
                "school_id": school, "name": str(row["name"]), "year": year, "action": action,
                "pupils_today": before, "pupils": float(pupils[school]),
                "receivers": _receivers(_leaving(own, action, upper.gone(school))),
                "classes": gain.get("classes", 0.0), "seats": gain.get("seats", 0.0),
                "beds": gain.get("beds", 0.0), "cost": cost, "yearly_cost": more,
                "reason": reasons.of(school, action, gain, more),
            }
        )  # fmt: skip
    texts = dict.fromkeys(ACTION_TEXTS, "str")
    numbers = dict.fromkeys(ACTION_NUMBERS, "float64")
    table = pd.DataFrame(rows, columns=list(_ORDER))
    return table.astype({**texts, **numbers, "year": "int64"})


def _action(
    row: pd.Series, upper: UpperGrades, *, open_: bool, before: float, built: bool
) -> str:  # fmt: skip
    """Name what is done; "" for a site or suspended school that stays as it is."""
    status, school = str(row["status"]), str(row.name)
    if not open_:
        if status != "existing":
            return ""
        return "merge" if before > 0 else "suspend"
    if status == "candidate":
        return "new"
    if status == "suspended":
        return "restore"
    if upper.gone(school):
        return "to-teaching-point"
    if upper.taken(school):
        return "to-complete"
    if built:
        return "expand"
    return "repair" if bool(row["dangerous"]) else "keep"


def _leaving(own: pd.DataFrame, action: str, gone: Sequence[str]) -> pd.DataFrame:
    """Return the cells of today's zone that others have to take."""
    if action == "merge":
        return own
    return own[own["band"].isin(gone)] if action == "to-teaching-point" else own.iloc[:0]


def _today(county: County, assignment: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return cells with today's school: unit_id, band, from_school, school_id, pupils, journey."""
    from zoning.plan.tables import today_schools

    keys = ["unit_id", "band", "school_id"]
    cells = assignment.groupby(keys, sort=False).agg(
        pupils=("pupils", "sum"), minutes=("minutes", "first"), metres=("metres", "first")
    )
    found = cells.reset_index().merge(today_schools(county, stage), on=["unit_id", "band"])
    described = county.stage(stage)
    place = {band: k for k, band in enumerate(dict(described.bands) or {stage: ()})}
    # youngest band first: a teaching point keeps the first one
    return found.sort_values("band", key=lambda band: band.map(place), kind="stable")


def _receivers(own: pd.DataFrame) -> str:
    """Ids of the schools that take a zone's pupils, most pupils first."""
    totals = own.groupby("school_id")["pupils"].sum()
    order = sorted(totals.index, key=lambda school: (-totals[school], school))
    return ", ".join(school for school in order if school)


def _module_costs(
    county: County, built: pd.DataFrame
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return yuan once and yuan a year of the modules by school."""
    table = built.merge(county.expansions, on=["school_id", "option"], how="left")
    once = (table["modules"] * table["cost"]).groupby(table["school_id"]).sum()
    yearly = (table["modules"] * table["yearly_cost"]).groupby(table["school_id"]).sum()
    return (
        {str(school): float(cost) for school, cost in once.items()},
        {str(school): float(cost) for school, cost in yearly.items()},
    )
