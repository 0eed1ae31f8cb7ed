"""The rule `intake` over several years: classes taken in one year are not free in the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Floats, Problem


class Room(NamedTuple):
    """What a school has free for the entrants of all years up to one, and in what it is counted.

    ``free`` classes of ``size`` pupils where ``whole``, else pupils; ``grows`` names what a module
    adds to it, and ``worth`` how much of it one is.
    """

    free: float
    whole: bool
    size: float
    grows: str
    worth: float


def rooms_of(problem: Problem, size: Floats, school: int) -> list[Room] | None:
    """What is free at a school (of one year) in each year; None where too little is known.

    All years are counted in the same way, the first that is known in each.
    """
    years = range(school, problem.school_count, len(problem.school_ids))
    ways = zip(*(_ways(problem, size, s) for s in years), strict=True)
    return next((list(way) for way in ways if not any(np.isnan(r.free) for r in way)), None)


def _ways(problem: Problem, size: Floats, s: int) -> list[Room]:
    """What is free in its year, counted in each way; NaN where not enough is known for it."""
    schools, year = problem.schools, problem.years[int(problem.school_period[s])]
    served = np.flatnonzero(schools.serves_grade[s])
    gone = year - problem.now + 1  # grades that have left by then, the oldest first
    staying = served[: max(len(served) - gone, 0)]
    a_class = float(size[s]) if np.isfinite(size[s]) else np.nan
    enrolled = float(schools.enrolled[s, staying].sum())
    classes = float(schools.classes[s, staying].sum())
    left = float(schools.classes[s, served[len(staying) :]].sum())
    together = a_class * schools.rooms[s] - enrolled if schools.multigrade[s] else np.nan
    beside = schools.rooms[s] - classes - schools.other_classes[s] + 0.0 * a_class
    return [
        Room(together, False, 1.0, "classes", a_class),
        Room(beside, True, a_class, "classes", 1.0),
        Room(left + 0.0 * a_class, True, a_class, "classes", 1.0),
        Room(schools.seats[s] - enrolled, False, 1.0, "seats", 1.0),
    ]


def limit_years(name: str, problem: Problem, size: Floats, builder: Builder, *, soft: bool) -> None:
    """Columns and rows of every school and year whose room is known; a note of the others."""
    a_year = len(problem.school_ids)
    found = [rooms_of(problem, size, s) for s in range(a_year)]
    unknown = sum(rooms is None for rooms in found)
    rooms = [None if one is None else one[t] for t in range(len(problem.years)) for one in found]
    if unknown:
        builder.note(f"intake: schools not limited (no rooms, classes or seats): {unknown}")
    _note_unsafe(problem, builder)
    column = np.full(problem.school_count, -1, dtype=np.int64)
    ids = problem.index.schools
    for s, room in enumerate(rooms):
        if room is not None:
            label, whole = ("classes" if room.whole else "places"), room.whole
            column[s] = builder.add_columns([f"entry_{label}_{ids[s]}"], 0.0, np.inf,
                                            integer=whole)[0]  # fmt: skip
    for s, room in enumerate(rooms):
        if room is not None:
            _taken(name, problem, builder, s, room, int(column[s]), soft=soft)
            _together(name, problem, builder, s, room, column)


def _note_unsafe(problem: Problem, builder: Builder) -> None:
    """Say where children stay who should not, because only entrants are placed."""
    facilities = problem.facilities
    assert facilities is not None
    unsafe = facilities.dangerous & np.isnan(facilities.repair_cost) & ~problem.schools.candidate
    unsafe[len(problem.school_ids) :] = False
    taught = (np.nan_to_num(problem.schools.enrolled, nan=1.0) > 0) & problem.schools.serves_grade
    found = [problem.school_id(int(s)) for s in np.flatnonzero(unsafe & taught.any(axis=1))]
    if found:
        builder.note(
            f"intake: whoever is enrolled stays, also at {', '.join(found)}, dangerous and not to "
            "be mended: plan their move with a model that places all grades"
        )


def _taken(
    name: str, problem: Problem, builder: Builder, s: int, room: Room, column: int, *, soft: bool
) -> None:
    """The entrants of one year and school within the classes that they get."""
    extras = {(0, column): -room.size}
    held, open_ = float(problem.schools.outside[s, 0]), builder.open_column(s)
    if held and open_ >= 0:
        extras[(0, open_)], held = held, 0.0
    if soft:
        label = f"{name}_over_{problem.index.schools[s]}"
        over = int(builder.add_columns([label], 0.0, np.inf, integer=False)[0])
        extras[(0, over)] = -1.0
        builder.violation[over] = 1.0
    builder.add_rows(
        builder.school_rows(problem.pupils, np.array([s])), extras,
        np.array([-np.inf]), np.array([-held]),
        [Tag(name, f"entrants at school {problem.index.schools[s]}")],
    )  # fmt: skip


def _together(
    name: str, problem: Problem, builder: Builder, s: int, room: Room, column: np.ndarray
) -> None:
    """The classes of all entrants up to a year within what is free by then."""
    from scipy.sparse import csr_matrix

    a_year = len(problem.school_ids)
    classes = {(0, int(c)): 1.0 for c in column[s % a_year : s + 1 : a_year]}
    grown = builder.grown({room.grows: np.full(problem.school_count, room.worth)}).get(s, [])
    extras, high = classes | {(0, c): -amount for c, amount, _ in grown}, max(room.free, 0.0)
    rows, label = csr_matrix((1, len(problem.pairs))), problem.index.schools[s]
    tags = [Tag(name, f"room at school {label}")]
    if room.free < 0 and grown:
        # what is built serves those who are there first, unless nobody enters
        takes = int(builder.add_columns([f"entry_{label}"], 0.0, 1.0, integer=True)[0])
        extras[0, takes] = -room.free
        most = sum(amount * most for _, amount, most in grown)
        builder.add_rows(
            rows, classes | {(0, takes): -most}, np.array([-np.inf]), np.zeros(1), tags
        )
    builder.add_rows(rows, extras, np.array([-np.inf]), np.array([high]), tags)
