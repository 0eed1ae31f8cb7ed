"""Are the tables of a rolling plan what its years, their modules and the county say?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zoning.plan.verify.actions import action_of
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.buses import buses_of
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.figures import (
    Figures,
    Key,
    compare_table,
    journey_figures,
    school_figures,
)
from zoning.plan.verify.rolling_money import options_of, spending, teaching
from zoning.plan.verify.rolling_moves import moves
from zoning.plan.verify.school_facts import SchoolFacts, seats_of_module

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_by_year", "check_decisions", "check_moves", "check_supply"]

_CLOSED = ("merge", "suspend")
_BACK = {"to-teaching-point": "to-complete", "to-complete": "to-teaching-point"}


def check_moves(table: pd.DataFrame, years: Sequence[Facts]) -> list[Breach]:
    """Who changes school in which year."""
    return compare_table(table, ("year", "unit_id", "band"), {
        (move.year, *move.cell): {
            "from_school": move.before, "to_school": move.after, "pupils": move.pupils,
            "again": move.again,
        }
        for move in moves(years)
    })  # fmt: skip


def check_by_year(table: pd.DataFrame, years: Sequence[Facts]) -> list[Breach]:
    """Money, moves, pupils, seats, journeys and schools of each year."""
    found, of_year = moves(years), {facts.plan.year: facts for facts in years}
    money = {kind: spending(years, kind) for kind in ("capital", "running")}
    wanted: dict[Key, Figures] = {}
    first = min(years[0].county.year, years[0].plan.year)
    for year in range(first, years[-1].plan.year + 1):
        here = [move for move in found if move.year == year]
        wanted[(year,)] = {
            **{kind: math.fsum(s.yuan for s in of if s.year == year) for kind, of in money.items()},
            "moved": math.fsum(move.pupils for move in here),
            "moved_again": math.fsum(move.again for move in here),
            **_totals(of_year.get(year)),
        }
    return compare_table(table, ("year",), wanted)


def _totals(facts: Facts | None) -> Figures:
    """What a year adds up to; nothing of the years before the first one planned."""
    names = ("pupils", "seats", "mean_minutes", "longest_minutes")
    if facts is None:
        return {"open_schools": 0.0, **dict.fromkeys(names, math.nan)}
    working = facts.working()
    seats = [facts.places[school] for school, _ in working]
    means = journey_figures(facts)
    known = [n for n in seats if not math.isnan(n)]
    return {
        "open_schools": float(len(working)),
        "pupils": math.fsum(facts.pupils.values()),
        "seats": math.fsum(known) if known else math.nan,
        "mean_minutes": means["mean_minutes"],
        "longest_minutes": means["longest_minutes"],
    }


def check_supply(table: pd.DataFrame, years: Sequence[Facts]) -> list[Breach]:
    """Seats, classes and pupils of each school and year."""
    wanted: dict[Key, Figures] = {}
    none: Figures = {"riders": 0.0, "buses": 0.0}
    buses = [_buses(facts) for facts in years]
    copied = ("name", "kind", "pupils", "outside", "utilisation", "largest_class")
    for facts, rides in zip(years, buses, strict=True):
        for school, figures in school_figures(facts).items():
            shut = school in facts.closed
            boards = [
                facts.pupils.get(cell, 0.0)
                for cell in facts.cells_of[school]
                if (way := facts.journey(cell, facts.plan.measure)) and way.mode == "board"
            ]
            wanted[facts.plan.year, school] = {
                **{name: figures[name] for name in copied},
                "state": "closed" if shut else "open",
                "seats": 0.0 if shut else figures["seats"],
                "classes": 0.0 if shut else figures["classes"],
                "boarders": math.fsum(boards),
                **(rides.get(school, none) if any(buses) else {}),
            }
    return compare_table(table, ("year", "school_id"), wanted)


def _buses(facts: Facts) -> dict[str, Figures]:
    """Return school -> who rides to it and with how many buses."""
    return {
        school: {"riders": figures["pupils"], "buses": figures["vehicles"]}
        for rule in facts.plan.rules
        if rule.name == "buses"
        for school, figures in buses_of(facts, rule).items()
    }


def check_decisions(table: pd.DataFrame, years: Sequence[Facts]) -> list[Breach]:
    """Every opening, closing, mending and module once, with its years, money and seats."""
    wanted: dict[Key, Figures] = {}
    decides = any(rule.name in ("opening", "expansion") for rule in years[0].plan.rules)
    for school in years[0].schools if decides else ():
        own = dict(_of_school(years, school))
        now = action_of(years[0], school, years[0].schools[school])
        if not own and now:  # nothing changes: one row says why
            year = years[0].plan.year
            own[school, year, year, "keep"] = _figures(years[0], school, "keep")
        wanted |= own
    breaches = compare_table(table, ("school_id", "decided", "year", "action"), wanted)
    if not breaches:
        breaches = [
            Breach(f"school {row['school_id']}, reason", "a reason in words", "none")
            for row in table.to_dict("records") if not row["reason"]
        ]  # fmt: skip
    return breaches


def _of_school(years: Sequence[Facts], school: str) -> list[tuple[Key, Figures]]:
    """What changes at a school in the years."""
    before = "open" if years[0].schools[school].status == "existing" else ""
    found: list[tuple[Key, Figures]] = []
    for k, facts in enumerate(years):
        about, year = facts.schools[school], facts.plan.year
        now = action_of(facts, school, about)
        if not now:
            continue
        on = now in _CLOSED and school in dict(teaching(years, k))
        shut = now in _CLOSED and not on
        mended = facts is years[0] and bool(about.row["dangerous"]) and not shut
        kind = _kind(now)
        if kind != before or mended:
            action = now if kind != before or now == "repair" else "repair"
            if kind == "open":
                action = _BACK.get(before, action)
            figures = _figures(facts, school, action, mended=mended or kind == "site")
            if on:
                action = "phase-out"  # to entrants: whoever is there stays
            found.append(((school, year, year, action), figures))
        before = kind
        found += _enlarged(facts, school, about)
    return found


def _kind(action: str) -> str:
    """What a school is once the action is taken."""
    kinds = {"new": "site", "restore": "site", "merge": "closed", "suspend": "closed",
             "to-teaching-point": "to-teaching-point", "to-complete": "to-complete"}  # fmt: skip
    return kinds.get(action, "open")


def _figures(facts: Facts, school: str, action: str, *, mended: bool = False) -> Figures:
    """Money and pupils of a row that builds nothing."""
    about = facts.schools[school]
    cost = yearly = 0.0
    if action in ("new", "restore"):
        cost, yearly = float(about.row["capital_cost"]), about.opening_cost
    if action in _CLOSED:
        yearly = -about.opening_cost
    if mended and about.row["dangerous"] and not math.isnan(about.row["repair_cost"]):
        cost += float(about.row["repair_cost"])
    added = {"classes": 0.0, "seats": 0.0, "beds": 0.0}
    return {**_pupils(facts, school), "built": "", **added, "cost": cost, "yearly_cost": yearly}


def _pupils(facts: Facts, school: str) -> Figures:
    """Name and pupils of a school in the year."""
    pupils = math.fsum(facts.pupils.get(cell, 0.0) for cell in facts.cells_of[school])
    return {"name": facts.schools[school].name, "pupils": pupils}


def _enlarged(facts: Facts, school: str, about: SchoolFacts) -> list[tuple[Key, Figures]]:
    """The modules that stand from this year on, by the year of their decision."""
    options = options_of(facts)
    of_year: dict[int, list[tuple[int, Mapping[Any, Any]]]] = {}
    for row in facts.plan.built.to_dict("records"):
        option = options.get((row["school_id"], row["option"]))
        if row["school_id"] != school or option is None:
            continue
        lead = option["lead_years"]
        if row["year"] + (0 if lead != lead else int(lead)) == facts.plan.year:
            of_year.setdefault(row["year"], []).append((row["modules"], option))
    return [
        ((school, decided, facts.plan.year, "expand"), {
            **_pupils(facts, school),
            "built": ", ".join(f"{n} x {option['option']}" for n, option in modules),
            "seats": math.fsum(n * seats_of_module(facts.plan, about, o) for n, o in modules),
            **{
                name: math.fsum(n * option[name] for n, option in modules)
                for name in ("classes", "beds", "cost", "yearly_cost")
            },
        })
        for decided, modules in of_year.items()
    ]  # fmt: skip
