"""Seats, pupils and money by year (学位供需)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.plan.buses import whole_schools
from zoning.plan.plan import Plan
from zoning.plan.rolling.teaching import Teaching

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["SUPPLY_TEXTS", "YEAR_COUNTS", "supply_table", "years_table"]

SUPPLY_TEXTS = ("school_id", "name", "kind", "state")
YEAR_COUNTS = ("year", "open_schools")
_SCHOOL = ("pupils", "outside", "seats", "utilisation", "classes", "largest_class")
_BUSES = ("riders", "buses")


def supply_table(plans: Sequence[Plan]) -> pd.DataFrame:
    """Return one row a year and school: year, school_id, name, kind, state, pupils, outside,
    seats, utilisation, classes, largest_class, boarders (pupils), and where children ride buses
    by the rule buses, riders (pupils) and buses.

    Seats and classes count what is built by then; a closed school has neither.
    """  # fmt: skip
    parts = []
    for plan in plans:
        table = plan.schools
        state = table["state"] if "state" in table else pd.Series("open", index=table.index)
        part = table[["school_id", "name", "kind", *_SCHOOL]].assign(state=state, year=plan.year)
        part.loc[state == "closed", ["seats", "classes"]] = 0.0
        boards = plan.assignment[plan.assignment["mode"] == BOARD]
        beds = boards.groupby("school_id")["pupils"].sum()
        part["boarders"] = part["school_id"].map(beds).fillna(0.0)
        if any(len(one.buses) for one in plans):
            part[list(_BUSES)] = _buses(plan).reindex(part["school_id"], fill_value=0.0).to_numpy()
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    names = [name for name in (*_SCHOOL, "boarders", *_BUSES) if name in table]
    table, numbers = table[["year", *SUPPLY_TEXTS, *names]], dict.fromkeys(names, "float64")
    return table.astype({**dict.fromkeys(SUPPLY_TEXTS, "str"), **numbers, "year": "int64"})


def _buses(plan: Plan) -> pd.DataFrame:
    """Return riders and buses by school."""
    if not len(plan.buses):
        return pd.DataFrame(columns=list(_BUSES), dtype="float64")
    rows = whole_schools(plan.buses).set_index("school_id")[["pupils", "vehicles"]]
    return rows.set_axis(list(_BUSES), axis=1)


def years_table(county: County, plans: Sequence[Plan], moves: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each year from the first decisions to the last year planned.

    Columns: year; open_schools, pupils, seats (known ones), mean_minutes and longest_minutes of
    the planned years (0 schools and NaN before them); moved and moved_again (pupils); capital
    (yuan spent in the year: modules when they are decided, sites when they open, mended buildings
    in the first year planned) and running (yuan of the year: schools that teach, modules that
    stand). Where entrants are placed, open schools and seats are those for them, and a closed
    school teaches on while it has children.
    """
    teaching = Teaching(county, plans)
    capital = _capital(county, plans, teaching)
    of_year = {plan.year: plan for plan in plans}
    totals = moves.groupby("year")[["pupils", "again"]].sum()
    rows = []
    for year in range(min(county.year, plans[0].year), plans[-1].year + 1):
        plan, moved = of_year.get(year), totals.reindex([year], fill_value=0.0).iloc[0]
        rows.append(
            {
                "year": year,
                "open_schools": 0 if plan is None else len(_open(plan)),
                "pupils": math.nan if plan is None else plan.indicators["pupils"],
                "seats": math.nan if plan is None else float(_open(plan)["seats"].sum(min_count=1)),
                "mean_minutes": math.nan if plan is None else plan.indicators["mean_minutes"],
                "longest_minutes": math.nan if plan is None else plan.indicators["longest_minutes"],
                "moved": float(moved["pupils"]),
                "moved_again": float(moved["again"]),
                "capital": capital.get(year, 0.0),
                "running": 0.0 if plan is None else _running(county, plan, teaching),
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(YEAR_COUNTS, "int64"))


def _open(plan: Plan) -> pd.DataFrame:
    table = plan.schools
    return table[table["state"] == "open"] if "state" in table else table


def _capital(county: County, plans: Sequence[Plan], teaching: Teaching) -> dict[int, float]:
    """Yuan spent in each year."""
    spent: dict[int, float] = {}
    built = plans[-1].built.merge(county.expansions, on=["school_id", "option"], how="left")
    for year, part in built.groupby("year"):
        spent[int(str(year))] = float((part["modules"] * part["cost"]).sum())
    about = county.schools.drop(columns="geometry").set_index("school_id")
    opened: set[str] = set()
    for k, plan in enumerate(plans):
        here = set(teaching.of(plan.year)) - opened
        rows = about.loc[sorted(here)]
        site = rows["status"] != "existing"
        once = float(rows.loc[site, "capital_cost"].sum())
        mended = rows["dangerous"].astype(bool) & (site | (k == 0))
        once += float(rows.loc[mended, "repair_cost"].fillna(0.0).sum())
        spent[plan.year] = spent.get(plan.year, 0.0) + once
        opened |= here
    return spent


def _running(county: County, plan: Plan, teaching: Teaching) -> float:
    """Yuan of the year: what schools that teach, and modules, cost."""
    about = county.schools.set_index("school_id")["opening_cost"]
    built = plan.built.merge(county.expansions, on=["school_id", "option"], how="left")
    return float(
        about.reindex(teaching.of(plan.year)).sum()
        + (built["modules"] * built["yearly_cost"]).sum()
    )
