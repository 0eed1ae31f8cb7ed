"""Do the plan's tables and indicators follow from its assignment?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zoning.plan.verify.breach import Breach, above, differs, show
from zoning.plan.verify.children import Cell
from zoning.plan.verify.class_figures import Sizes, class_sizes
from zoning.plan.verify.decided import decision_figures
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.pieces import pieces_of
from zoning.plan.verify.stability import moved_pupils
from zoning.plan.verify.teachers import posts_needed
from zoning.plan.verify.transport import transport_figures
from zoning.plan.verify.ways import Journey

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Figures", "check_indicators", "check_moved", "check_schools", "compare_row", "compare_table",
    "journey_figures", "school_figures",
]  # fmt: skip

_UNKNOWN = Journey("", math.nan, math.nan)
Figures = dict[str, float | str]
Key = tuple[object, ...]
"""What a row of a table is about: its ids."""
Part = tuple[Cell, str, float]
"""A cell, one of the schools its children go to, and how many of them do."""


def check_schools(facts: Facts) -> list[Breach]:
    """The table of schools, row by row and column by column."""
    table = facts.plan.schools
    if table.columns.has_duplicates or "school_id" not in table.columns:
        return [Breach("", "the column school_id once", "another table")]
    rows = {str(row["school_id"]): row for row in table.to_dict("records")}
    wanted = school_figures(facts)
    if sorted(wanted) != sorted(table["school_id"]):
        return [Breach("", f"{len(wanted)} schools, each once", f"{len(table)} rows, not these")]
    return [
        breach
        for school, figures in wanted.items()
        for breach in compare_row(f"school {school}", figures, rows[school])
    ]


def check_moved(facts: Facts) -> list[Breach]:
    """The table of cells whose school differs from today's."""
    names = dict(zip(facts.county.units["unit_id"], facts.county.units["name"], strict=True))
    wanted: dict[Cell, Figures] = {
        cell: {
            "name": names.get(cell.unit, ""),
            "from_school": facts.today[cell],
            "to_school": school,
            "pupils": facts.pupils.get(cell, 0.0),
        }
        for cell, school in facts.school_of.items()
        if school and facts.zone_today(cell, school) != school
    }
    table = facts.plan.moved
    rows = {Cell(row["unit_id"], row["band"]): row for row in table.to_dict("records")}
    if rows.keys() != wanted.keys() or len(rows) != len(table):
        return [Breach("", f"{len(wanted)} units that move", f"{len(table)} rows, not these")]
    return [
        breach
        for cell, figures in wanted.items()
        for breach in compare_row(f"unit {cell.unit}, band {cell.band}", figures, rows[cell])
    ]


def check_indicators(facts: Facts) -> list[Breach]:
    """Every indicator; those that only copy a standard are not recomputed."""
    figures: Figures = {**journey_figures(facts), **_load_figures(facts), **_zone_figures(facts)}
    figures |= transport_figures(facts)
    figures |= decision_figures(facts)
    return compare_row("", figures, facts.plan.indicators)


def compare_row(where: str, wanted: Figures, found: Mapping[Any, object]) -> list[Breach]:
    """Where the row of a table differs from what is recomputed."""
    breaches = []
    for name, value in wanted.items():
        its = found.get(name)
        place = f"{where}, {name}" if where else name
        if isinstance(value, str):
            if its != value:
                breaches.append(Breach(place, repr(value), repr(its)))
        elif not isinstance(its, (int, float)) or differs(float(its), value):
            shown = show(float(its)) if isinstance(its, (int, float)) else repr(its)
            breaches.append(Breach(place, show(value), shown))
    return breaches


def compare_table(
    table: pd.DataFrame, keys: Sequence[str], wanted: Mapping[Key, Figures]
) -> list[Breach]:
    """Every row once, and every figure in it."""
    if not set(keys) <= set(table.columns) or table.columns.has_duplicates:
        return [Breach("", f"the columns {', '.join(keys)}, each once", "another table")]
    rows: dict[Key, Mapping[Any, Any]] = {
        tuple(row[key] for key in keys): row for row in table.to_dict("records")
    }
    if rows.keys() != wanted.keys() or len(rows) != len(table):
        odd = [
            "/".join(map(str, key)) for key in (*wanted, *rows) if (key in wanted) != (key in rows)
        ]
        found = f"{len(table)} rows, with differences at {', '.join(odd[:5]) or 'rows held twice'}"
        return [Breach("", f"{len(wanted)} rows, each once", found)]
    return [
        breach
        for key, figures in wanted.items()
        for breach in compare_row("/".join(map(str, key)), figures, rows[key])
    ]


def school_figures(facts: Facts) -> dict[str, Figures]:
    """Return school_id -> the row of the table of schools, recomputed."""
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    moved: defaultdict[tuple[str, str], float] = defaultdict(float)
    for cell, zone in facts.school_of.items():
        pupils = facts.pupils.get(cell, 0.0)
        before = facts.today.get(cell, zone)
        moves = bool(zone) and facts.zone_today(cell, zone) != zone
        for school, share in facts.parts(cell):
            parts[school].append((cell, school, share * pupils))
            moved["in", school] += share * pupils if moves else 0.0
        moved["out", before] += pupils if moves else 0.0
    choice = any(rule.name == "opening" for rule in facts.plan.rules)
    staffed = [rule for rule in facts.plan.rules if rule.name == "teachers"]
    figures: dict[str, Figures] = {}
    for school, about in facts.items():
        seats, open_ = facts.places[school], school not in facts.closed
        sizes = class_sizes(facts, school) if open_ else Sizes(0.0, [])
        outside = math.fsum(n for grade, n in about.outside.items() if grade in facts.loads[school])
        figures[school] = {
            **({"state": "open" if open_ else "closed"} if choice else {}),
            "name": about.name,
            "kind": about.kind,
            "stage": facts.plan.stage,
            "pupils": math.fsum(pupils for _, _, pupils in parts[school]),
            "outside": outside,
            "seats": seats,
            "utilisation": facts.load(school) / seats if seats and open_ else math.nan,
            "classes": sizes.classes,
            "largest_class": max((size for _, size in sizes.sizes), default=math.nan),
            "units": len({cell.unit for cell, _, _ in parts[school]}),
            "moved_in": moved["in", school],
            "moved_out": moved["out", school],
            **_means(facts, parts[school]),
        }
        for rule in staffed:
            needed = posts_needed(facts, rule, school) if open_ else 0.0
            figures[school] |= {"posts": needed, "staff": about.row["staff"]}
    return figures


def _means(facts: Facts, parts: list[Part]) -> Figures:
    """Return the mean and longest journeys of some pupils."""
    figures: Figures = {}
    for measure in ("metres", "minutes"):
        known = _known(facts, parts, measure)
        weight = math.fsum(pupils for pupils, _ in known)
        work = math.fsum(pupils * length for pupils, length in known)
        figures[f"mean_{measure}"] = work / weight if weight else math.nan
        figures[f"longest_{measure}"] = max((length for _, length in known), default=math.nan)
    return figures


def _known(facts: Facts, parts: list[Part], measure: str) -> list[tuple[float, float]]:
    """Return (pupils, journey) where there are pupils and a known journey in the plan's mode."""
    pairs = []
    for cell, school, pupils in parts:
        way = facts.journey(cell, facts.plan.measure, school) or _UNKNOWN
        length = float(getattr(way, measure))
        if pupils > 0 and not math.isnan(length) and way.mode != "board":
            pairs.append((pupils, length))
    return pairs


def journey_figures(facts: Facts) -> Figures:
    """Pupils, sums, means and longest of all journeys."""
    cells: list[Part] = [
        (cell, school, share * pupils)
        for cell, pupils in facts.pupils.items()
        for school, share in facts.parts(cell)
        if share * pupils > 0
    ]
    figures: Figures = {"pupils": math.fsum(facts.pupils.values()), **_means(facts, cells)}
    for measure in ("metres", "minutes"):
        known = _known(facts, cells, measure)
        work = math.fsum(pupils * length for pupils, length in known)
        figures[f"pupil_{measure}"] = math.nan if cells and not known else work
    unknown = [
        pupils
        for cell, school, pupils in cells
        if all(
            math.isnan(n) for n in (facts.journey(cell, facts.plan.measure, school) or _UNKNOWN)[1:]
        )
    ]
    figures["pupils_without_journey"] = math.fsum(unknown)
    return figures


def _load_figures(facts: Facts) -> Figures:
    over = {
        school: facts.load(school) - seats
        for school, seats in facts.places.items()
        if above(facts.load(school), seats)
    }
    open_ = [school for school, _ in facts.working()]
    shares = [facts.load(s) / facts.places[s] for s in open_ if facts.places[s] > 0]
    sizes = [class_sizes(facts, school) for school in open_]
    pairs = [pair for its in sizes for pair in its.sizes]
    limit = facts.plan.indicators.get("large_class_limit", math.nan)
    known = not math.isnan(limit) and any(not math.isnan(its.classes) for its in sizes)
    return {
        "schools_over_seats": len(over),
        "pupils_over_seats": math.fsum(over.values()),
        "utilisation_min": min(shares, default=math.nan),
        "utilisation_max": max(shares, default=math.nan),
        "largest_class": max((size for _, size in pairs), default=math.nan),
        "large_classes": sum(n for n, size in pairs if above(size, limit)) if known else math.nan,
    }


def _zone_figures(facts: Facts) -> Figures:
    with_school = math.fsum(facts.pupils.get(cell, 0.0) for cell in facts.today)
    moved = moved_pupils(facts)
    pieces = [len(pieces_of(units, facts.beside)) for units in facts.zones.values()]
    return {
        "moved": moved,
        "moved_share": moved / with_school if with_school else 0.0,
        "zones_in_pieces": sum(number > 1 for number in pieces),
    }
