"""What is said about each zone and each school in the files that a GIS opens."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from zoning.output.shapes import geometry_status
from zoning.plan.sharing import by_zone, shares_of

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["over_full_schools", "school_properties", "unit_properties", "zone_properties"]

Value = str | int | float | bool | None
_DIGITS = 4


def zone_properties(plan: Plan, county: County) -> dict[tuple[str, str], dict[str, Value]]:
    """Return (school_id, band) -> the properties listed in `zoning.output.geojson`."""
    about, over = _school_rows(plan), over_full_schools(plan)
    shared = shares_of(plan.rules)
    about |= {zone: _together([about[school] for school in of]) for zone, of in shared.items()}
    bands = county.stage(plan.stage).bands
    common = _common(plan)
    zones: dict[tuple[str, str], dict[str, Value]] = {}
    placed = by_zone(plan.assignment[plan.assignment["school_id"] != ""], plan.rules)
    for key, rows in placed.groupby(["band", "school_id"], sort=False):
        band, school = map(str, key)
        row = about.get(school, {})
        zones[school, band] = {
            "school_id": school,
            "school": row.get("name"),
            "kind": row.get("kind"),
            "stage": plan.stage,
            "band": band,
            "grades": ", ".join(bands[band] if plan.place == "all" else bands[band][:1]),
            "year": plan.year,
            "units": int(rows["unit_id"].nunique()),
            "pupils": _number(float(rows["pupils"].sum())),
            **_journeys(rows),
            "school_pupils": row.get("pupils"),
            "school_outside": row.get("outside"),
            "school_seats": row.get("seats"),
            "utilisation": row.get("utilisation"),
            "over_full": bool(over & {school, *shared.get(school, ())}),
            **({"schools": ", ".join(shared[school])} if school in shared else {}),
            "geometry": geometry_status(county),
            **common,
        }
    return zones


def school_properties(plan: Plan, county: County) -> dict[str, dict[str, Value]]:
    """Return school_id -> its row in the plan's table of schools, its township and unit."""
    common, over = _common(plan), over_full_schools(plan)
    table = county.schools.set_index("school_id")
    return {
        school: {
            **row,
            "over_full": school in over,
            "township": str(table.loc[school, "township"]),
            "root_unit": str(table.loc[school, "root_unit"]),
            "year": plan.year,
            **common,
        }
        for school, row in _school_rows(plan).items()
    }


def unit_properties(plan: Plan, county: County) -> pd.DataFrame:
    """Return one row per cell: unit_id, name, band, school_id, from_school (today's), pupils,
    minutes, metres, mode and notice."""
    keys = ["unit_id", "band", "school_id", "mode", "metres", "minutes"]
    cells = plan.assignment.groupby(keys, sort=False, dropna=False)["pupils"].sum().reset_index()
    today = county.today
    today = today.loc[today["stage"] == plan.stage, ["unit_id", "band", "school_id"]]
    today = today.rename(columns={"school_id": "from_school"})
    cells = cells.merge(today, on=["unit_id", "band"], how="left").fillna({"from_school": ""})
    names = pd.DataFrame(county.units[["unit_id", "name"]])
    return cells.merge(names, on="unit_id", how="left").assign(notice=plan.notice)


def over_full_schools(plan: Plan) -> frozenset[str]:
    """Return the schools with more pupils (those from outside included) than known seats."""
    table = plan.schools
    beyond = table["pupils"] + table["outside"] - table["seats"]
    return frozenset(table.loc[beyond > 10**-_DIGITS, "school_id"].tolist())


def _common(plan: Plan) -> dict[str, Value]:
    """Return what every feature says, because a GIS shows nothing but features."""
    return {
        "county": plan.county,
        "model": plan.model,
        "status": str(plan.status),
        "gap": _number(plan.gap),
        "notice": plan.notice,
    }


def _school_rows(plan: Plan) -> dict[str, dict[str, Value]]:
    rows: dict[str, dict[str, Value]] = {}
    for row in plan.schools.to_dict("records"):
        values = {str(key): _number(value) for key, value in row.items()}
        rows[row["school_id"]] = values
    return rows


def _together(rows: list[dict[str, Value]]) -> dict[str, Value]:
    """What is said of the schools that share a zone: names, and sums where all are known."""

    def total(name: str) -> float | None:
        values = [row.get(name) for row in rows]
        known = [float(v) for v in values if isinstance(v, int | float)]
        return sum(known) if len(known) == len(values) else None

    pupils, outside, seats = total("pupils"), total("outside"), total("seats")
    used = (pupils or 0.0) + (outside or 0.0)
    return {
        "name": ", ".join(str(row.get("name")) for row in rows), "kind": rows[0].get("kind"),
        "pupils": pupils, "outside": outside, "seats": seats,
        "utilisation": _number(used / seats) if seats else None,
    }  # fmt: skip


def _journeys(rows: pd.DataFrame) -> dict[str, Value]:
    figures: dict[str, Value] = {}
    peopled = rows[rows["pupils"] > 0]
    for measure in ("minutes", "metres"):
        known = peopled[peopled[measure].notna()]
        weight = float(known["pupils"].sum())
        work = float((known["pupils"] * known[measure]).sum())
        figures[f"mean_{measure}"] = _number(work / weight) if weight else None
        figures[f"longest_{measure}"] = _number(float(known[measure].max())) if weight else None
    return figures


def _number(value: Value) -> Value:
    """Round a number; None if it is unknown or unlimited."""
    if not isinstance(value, float):
        return value
    return round(value, _DIGITS) if math.isfinite(value) else None
