"""What is done with each school and when: today's decisions apart from later ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.plan.built import added_by_school
from zoning.plan.plan import Plan
from zoning.plan.rolling.teaching import Teaching

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["DECISION_NUMBERS", "DECISION_TEXTS", "decisions_table"]

DECISION_TEXTS = ("school_id", "name", "action", "built", "receivers", "reason")
DECISION_NUMBERS = ("pupils", "classes", "seats", "beds", "cost", "yearly_cost")
_ORDER = (
    "school_id", "name", "decided", "year", "action", "built", "pupils", "receivers", "classes",
    "seats", "beds", "cost", "yearly_cost", "reason",
)  # fmt: skip
_CLOSED = ("merge", "suspend")
_BACK = {"to-teaching-point": "to-complete", "to-complete": "to-teaching-point"}
_KINDS = {"expand": "keep", "repair": "keep", "suspend": "merge"}
"""Actions that are no new decision after another: a merged school stays closed when its zone
empties, and is then called suspended."""


def decisions_table(county: County, plans: Sequence[Plan]) -> pd.DataFrame:
    """Return one row for each decision, or one that says why nothing changes.

    Columns: school; ``decided``, the year in which it has to be decided (the county's own year:
    today's decisions), and ``year`` from which it holds; what is done (as in a plan's actions, and
    ``phase-out`` where a school takes no more entrants and teaches on until the children it has
    have left); ``built`` (modules by option); ``pupils`` at the school in that year; receivers of
    a school that closes or gives its upper grades away; classes, seats and beds that are added;
    ``cost`` (yuan, once) and ``yearly_cost`` (yuan a year, below 0 saved); the reason in words.
    Schools in the county's order, each by year.
    """
    about = county.schools.drop(columns="geometry").set_index("school_id")
    actions = [_by_school(plan.actions) for plan in plans]
    teaching = Teaching(county, plans)
    rows: list[dict[str, Any]] = []
    for school in plans[0].schools["school_id"].tolist():
        last = teaching.last.get(school, plans[0].year - 1)
        found = [
            _phased_out(row, last)
            for row in _of_school(county, plans, actions, school, about.loc[school], last)
        ]
        if not found and school in actions[0]:
            found = [_row(actions[0][school], plans[0].year, plans[0].year, "keep")]
        rows += found
    texts, numbers = dict.fromkeys(DECISION_TEXTS, "str"), dict.fromkeys(DECISION_NUMBERS, float)
    table = pd.DataFrame(rows, columns=list(_ORDER))
    return table.astype({**texts, **numbers, "decided": "int64", "year": "int64"})


def _by_school(table: pd.DataFrame) -> dict[str, Mapping[str, Any]]:
    rows = table.to_dict("records")
    return {str(row["school_id"]): {str(k): v for k, v in row.items()} for row in rows}


def _of_school(
    county: County,
    plans: Sequence[Plan],
    actions: Sequence[Mapping[str, Any]],
    school: str,
    about: pd.Series,
    last: int,
) -> Iterator[dict[str, Any]]:
    before = "keep" if about["status"] == "existing" else ""
    for k, (plan, here) in enumerate(zip(plans, actions, strict=True)):
        row = here.get(school)
        if row is None:
            continue
        now = str(row["action"])
        kind = _KINDS.get(now, now)
        teaches = now not in _CLOSED or last >= plan.year
        mended = k == 0 and bool(about["dangerous"]) and teaches
        if kind != before or mended:
            action = now if kind != before or now == "repair" else "repair"
            action = _BACK.get(before, action) if kind == "keep" else action
            yield _changed(row, plan.year, action, about, mended=mended)
            before = kind
        yield from _built(county, plan, school, row)


def _phased_out(row: dict[str, Any], last: int) -> dict[str, Any]:
    """The row, or where a school closes to entrants and has children until ``last``, that."""
    if row["action"] not in _CLOSED or last < row["year"]:
        return row
    said = f"whoever is there stays, and it costs what it did, until {last}: then the last leave"
    return {**row, "action": "phase-out", "reason": f"{row['reason']}; {said}"}


def _changed(
    row: Mapping[str, Any], year: int, action: str, about: pd.Series, *, mended: bool
) -> dict[str, Any]:
    """A row for a school that opens, closes, changes its grades or is mended."""
    cost = yearly = 0.0
    if action in ("new", "restore"):
        cost, yearly = float(about["capital_cost"]), float(about["opening_cost"])
        mended = bool(about["dangerous"])
    if action in _CLOSED:
        yearly = -float(about["opening_cost"])
    if mended and not math.isnan(about["repair_cost"]):
        cost += float(about["repair_cost"])
    return {**_row(row, year, year, action), "cost": cost, "yearly_cost": yearly}


def _built(
    county: County, plan: Plan, school: str, row: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """A row for the modules that stand from this year on, by the year of their decision."""
    table = plan.built[plan.built["school_id"] == school].merge(
        county.expansions[["school_id", "option", "lead_years", "cost", "yearly_cost"]],
        on=["school_id", "option"], how="left",
    )  # fmt: skip
    first = table["year"] + table["lead_years"].fillna(0).astype("int64")
    table = table[first == plan.year]
    for decided, new in table.groupby("year", sort=True):
        count = new["modules"]
        added = added_by_school(county, new, plan.rules, plan.stage)[school]
        yield {
            **_row(row, int(str(decided)), plan.year, "expand"),
            "built": ", ".join(
                f"{n} x {o}" for n, o in zip(count, new["option"], strict=True)
            ),
            **{name: added[name] for name in ("classes", "seats", "beds")},
            "cost": float((count * new["cost"]).sum()),
            "yearly_cost": float((count * new["yearly_cost"]).sum()),
        }  # fmt: skip


def _row(row: Mapping[str, Any], decided: int, year: int, action: str) -> dict[str, Any]:
    away = action in (*_CLOSED, "to-teaching-point")
    return {
        "school_id": row["school_id"], "name": row["name"], "decided": decided, "year": year,
        "action": action, "built": "", "pupils": float(row["pupils"]),
        "receivers": row["receivers"] if away else "", "classes": 0.0, "seats": 0.0, "beds": 0.0,
        "cost": 0.0, "yearly_cost": 0.0, "reason": row["reason"],
    }  # fmt: skip
