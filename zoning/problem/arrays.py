"""The arrays of one zoning problem: one county, one stage, one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from zoning.problem.facilities import Facilities

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UPPER_STAYS, UPPER_GIVEN, UPPER_TAKEN = 1, 2, 3
"""Upper grades that stay at a school, that it may give away, that it may take; 0: no such."""


@dataclass(frozen=True)
class Index:
    """What the integers stand for: the planner's own ids, in the order of the county's tables.

    ``shared`` names, by shared zone, its schools and their shares; the zone stands among
    ``schools`` in their stead.
    """

    units: tuple[str, ...]
    schools: tuple[str, ...]
    bands: tuple[str, ...]
    grades: tuple[str, ...]
    shared: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each school; those that share a zone have the zone's."""
        at = {school: k for k, school in enumerate(self.schools)}
        return at | {school: at[zone] for zone, of in self.shared.items() for school in of}


@dataclass(frozen=True)
class StraightLines:
    """Journeys of all pairs, listed or not, computed where they are needed.

    ``cell`` (n x 2) and ``school`` (S x 2) are points in metres, ``band`` is the band of
    each cell, ``serves`` (S x B) says which schools take it, and ``scale`` gives each measure for
    a metre of straight line.
    """

    cell: Floats
    school: Floats
    band: Ints
    serves: Bools
    scale: Mapping[str, float]


@dataclass(frozen=True)
class Pairs:
    """Permitted (cell, school) pairs, sorted by cell, then school; one mode a pair.

    ``pointer`` (n + 1) gives the pairs of cell ``i`` as ``pointer[i]:pointer[i + 1]``;
    ``school``, ``metres`` and ``minutes`` are indexed by pair. A journey that the county does
    not state is NaN (a measure that it states nowhere is one NaN, broadcast). ``unlisted`` is set
    where a cell may go to schools that are not listed.
    Only where children may board: ``has_day`` marks pairs with a daily journey, ``boards`` those
    whose children board, ``weekly_journey`` is the boarders' journey by measure (NaN if none) and
    ``weekly_share`` how often a pair is travelled, as a share of every day.
    Only where schools share a zone: ``farthest_journey`` is that to the farthest of them. Where
    some journeys are by bus, ``bus`` marks the pairs whose daily one is.
    """

    pointer: Ints
    school: Ints
    metres: Floats
    minutes: Floats
    truncated: bool = False
    unlisted: StraightLines | None = None
    has_day: Bools | None = None
    boards: Bools | None = None
    weekly_journey: Mapping[str, Floats] | None = None
    weekly_share: Floats | None = None
    farthest_journey: Mapping[str, Floats] | None = None
    bus: Bools | None = None

    def __post_init__(self) -> None:
        """Keep schools in small numbers: pairs may be millions."""
        object.__setattr__(self, "school", self.school.astype(np.int32, copy=False))

    @cached_property
    def cell(self) -> Ints:
        """Cell of each pair, in small numbers: pairs may be millions."""
        cells = np.arange(len(self.pointer) - 1, dtype=np.int32)
        cell: Ints = np.repeat(cells, np.diff(self.pointer))
        return cell

    def keys(self, schools: int) -> Ints:
        """One number for each pair, in their order: ``cell * schools + school``."""
        result: Ints = self.cell.astype(np.int64) * schools + self.school
        return result

    def __len__(self) -> int:
        return len(self.school)

    @property
    def complete(self) -> bool:
        """True if a pair that is not listed is not permitted."""
        return not self.truncated and self.unlisted is None

    @cached_property
    def day(self) -> Bools:
        """Pairs with a daily journey."""
        return np.broadcast_to(True, len(self)) if self.has_day is None else self.has_day

    @cached_property
    def board(self) -> Bools:
        """Pairs whose children board."""
        return np.broadcast_to(False, len(self)) if self.boards is None else self.boards

    @cached_property
    def by_bus(self) -> Bools:
        """Pairs whose daily journey is by bus."""
        return np.broadcast_to(False, len(self)) if self.bus is None else self.bus

    @cached_property
    def trips(self) -> Floats:
        """How often each pair is travelled, as a share of every day."""
        return np.broadcast_to(1.0, len(self)) if self.weekly_share is None else self.weekly_share

    def weekly(self, measure: str) -> Floats:
        """Boarders' journeys in a measure; NaN where there are none."""
        if self.weekly_journey is None:
            return np.broadcast_to(np.nan, len(self))
        return self.weekly_journey[measure]

    def farthest(self, measure: str) -> Floats:
        """The longest journey that a child of each pair may have to make."""
        if self.farthest_journey is None:
            return self.journey(measure)
        return self.farthest_journey[measure]

    def journey(self, measure: str) -> Floats:
        """Journeys in ``measure`` ("minutes" or "metres")."""
        return self.metres if measure == "metres" else self.minutes


@dataclass(frozen=True)
class Schools:
    """Schools of the stage. S schools, B bands, G grades of the stage; NaN where unknown.

    ``enrolled``, ``classes`` and ``outside`` are S x G: pupils, classes, pupils from outside the
    zoning; ``root`` is S x B: the cell that holds the school, -1 where the band is not served.
    ``other_classes``: classes that the school's other stages occupy. ``candidate`` marks sites
    where a school may be opened, ``opening_cost`` is what having a school open costs a year, and
    ``optional`` marks schools that a plan may leave without any unit: closed. ``upper`` (S x B)
    says of the bands above its first what a standing primary school could do with them (one of
    the ``UPPER_`` numbers), ``upper_classes`` (S x B) how many classes these bands have (NaN where
    not known), and ``movable`` (S x B) marks those that a plan may leave without any unit where the
    school is open. ``more_roots`` are cells that a school's zone must hold too:
    (cell, school) of others that share it.
    """

    kind: tuple[str, ...]
    township: tuple[str, ...]
    multigrade: Bools
    seats: Floats
    rooms: Floats
    classes: Floats
    enrolled: Floats
    outside: Floats
    serves_grade: Bools
    serves: Bools
    root: Ints
    other_classes: Floats
    candidate: Bools
    opening_cost: Floats
    optional: Bools
    upper: Ints
    upper_classes: Floats
    movable: Bools
    more_roots: tuple[tuple[int, int], ...] = ()

    @property
    def may_lack(self) -> Bools:
        """Bands (S x B) that a plan may leave without any unit, the school closed or not."""
        lacking: Bools = self.optional[:, None] | self.movable
        return lacking


@dataclass(frozen=True)
class Periods:
    """The years of a plan over several, whose one-year problems stand one after the other.

    With n cells and S schools a year, cell ``t * n + i`` is cell ``i`` in year ``t``, and school
    ``t * S + s`` school ``s``, whose id is ``schools[s]``. ``now`` is the year
    of today's zones, in which the first decisions are taken. ``stayed[k - 1]`` (by cell) are the
    pupils who were in the same cell ``k`` years before, 0 where that is before the first year;
    ``since_today`` those who were there in the year of today's zones.
    """

    years: tuple[int, ...]
    schools: tuple[str, ...]
    now: int
    stayed: tuple[Floats, ...]
    since_today: Floats


@dataclass(frozen=True)
class Problem:
    """Arrays of one problem. Cells are (unit, band); cell ``b * U + u`` is unit u, band b.

    ``pupils_by_grade`` is n x G (pupils placed; with ``place == "entrants"`` only those of the
    entry grade); ``neighbour_pointer``/``neighbour`` list the adjacent cells of the same band;
    ``today`` is the school of each cell today, -1 if none; ``fixed`` is the school a lock
    demands, -1 if none; ``island`` marks cells that may lie detached.
    ``locked_out`` marks pairs that a lock forbids. ``facilities`` is what decisions about schools
    start from. ``periods`` is set where the problem is about several years; ``year`` is then the
    first, and ``index.schools`` names schools with their year.
    """

    index: Index
    stage: str
    year: int
    place: str
    measure: str
    cell_unit: Ints
    cell_band: Ints
    pupils_by_grade: Floats
    pairs: Pairs
    schools: Schools
    neighbour_pointer: Ints
    neighbour: Ints
    today: Ints
    fixed: Ints
    island: Bools
    locked_out: Bools
    township: tuple[str, ...]
    facilities: Facilities | None = None
    periods: Periods | None = None

    def in_year(self, period: int) -> str:
        """One of the years in words, nothing where there is only one."""
        return "" if self.periods is None else f" in {self.years[period]}"

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the problem, one or several."""
        return (self.year,) if self.periods is None else self.periods.years

    @property
    def school_ids(self) -> tuple[str, ...]:
        """The planner's ids of the schools of one year."""
        return self.index.schools if self.periods is None else self.periods.schools

    @property
    def now(self) -> int:
        """The year in which the first decisions are taken."""
        return self.year if self.periods is None else self.periods.now

    @cached_property
    def school_period(self) -> Ints:
        """Which of the years each school stands for, from 0."""
        return np.repeat(np.arange(len(self.years)), len(self.school_ids))

    @cached_property
    def cell_period(self) -> Ints:
        """Which of the years each cell stands for, from 0."""
        return np.repeat(np.arange(len(self.years)), self.cells // len(self.years))

    def school_id(self, school: int) -> str:
        """The planner's id of a school, whatever its year."""
        return self.school_ids[school % len(self.school_ids)]

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.cell_unit)

    @property
    def school_count(self) -> int:
        """Number of schools that serve the stage."""
        return len(self.index.schools)

    @cached_property
    def pupils(self) -> Floats:
        """Pupils of each cell, all grades placed."""
        total: Floats = self.pupils_by_grade.sum(axis=1)
        return total

    def cell_name(self, cell: int) -> str:
        """The planner's words for a cell: unit id, and the band where there are several."""
        name = f"unit {self.index.units[self.cell_unit[cell]]}"
        if len(self.index.bands) > 1:
            name += f", {self.index.bands[self.cell_band[cell]]}"
        return name if self.periods is None else f"{name}, {self.years[self.cell_period[cell]]}"

    def pair_of(self, assignment: Ints) -> Ints:
        """Pair index of each cell's school in ``assignment``; -1 where that pair is not listed."""
        # halving for all cells at once: pairs may be millions, cells are not
        school, pointer = self.pairs.school, self.pairs.pointer
        low, high = pointer[:-1].copy(), pointer[1:].copy()
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) // 2
            before = school[middle] < assignment[open_]
            low[open_[before]] = middle[before] + 1
            high[open_[~before]] = middle[~before]
        inside = np.flatnonzero(low < pointer[1:])
        found = np.full(self.cells, -1, dtype=np.int64)
        hit = inside[school[low[inside]] == assignment[inside]]
        found[hit] = low[hit]
        return found
