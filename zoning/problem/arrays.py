"""The arrays of one zoning problem: one county, one stage, one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from zoning.problem.facilities import Facilities

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    not state is NaN. ``unlisted`` is set where a cell may go to schools that are not listed.
    Only where children may board: ``has_day`` marks pairs with a daily journey, ``boards`` those
    whose children board, ``weekly_journey`` is the boarders' journey by measure (NaN if none) and
    ``weekly_share`` how often a pair is travelled, as a share of every day.
    Only where schools share a zone: ``farthest_journey`` is that to the farthest of them.
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

    @cached_property
    def cell(self) -> Ints:
        """Cell of each pair."""
        return np.repeat(np.arange(len(self.pointer) - 1), np.diff(self.pointer))

    def __len__(self) -> int:
        return len(self.school)

    @property
    def complete(self) -> bool:
        """True if a pair that is not listed is not permitted."""
        return not self.truncated and self.unlisted is None

    @cached_property
    def day(self) -> Bools:
        """Pairs with a daily journey."""
        return np.ones(len(self), dtype=bool) if self.has_day is None else self.has_day

    @cached_property
    def board(self) -> Bools:
        """Pairs whose children board."""
        return np.zeros(len(self), dtype=bool) if self.boards is None else self.boards

    @cached_property
    def trips(self) -> Floats:
        """How often each pair is travelled, as a share of every day."""
        return np.ones(len(self)) if self.weekly_share is None else self.weekly_share

    def weekly(self, measure: str) -> Floats:
        """Boarders' journeys in a measure; NaN where there are none."""
        if self.weekly_journey is None:
            return np.full(len(self), np.nan)
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
    ``optional`` marks schools that a plan may leave without any unit: closed. ``more_roots`` are
    cells that a school's zone must hold too: (cell, school) of others that share it.
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
    more_roots: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Arrays of one problem. Cells are (unit, band); cell ``b * U + u`` is unit u, band b.

    ``pupils_by_grade`` is n x G (pupils placed; with ``place == "entrants"`` only those of the
    entry grade); ``neighbour_pointer``/``neighbour`` list the adjacent cells of the same band;
    ``today`` is the school of each cell today, -1 if none; ``fixed`` is the school a lock
    demands, -1 if none; ``island`` marks cells that may lie detached.
    ``locked_out`` marks pairs that a lock forbids. ``facilities`` is what decisions about schools
    start from.
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
        unit = self.index.units[self.cell_unit[cell]]
        if len(self.index.bands) == 1:
            return f"unit {unit}"
        return f"unit {unit}, {self.index.bands[self.cell_band[cell]]}"

    def pair_of(self, assignment: Ints) -> Ints:
        """Pair index of each cell's school in ``assignment``; -1 where that pair is not listed."""
        found = np.full(self.cells, -1, dtype=np.int64)
        hit = self.pairs.school == assignment[self.pairs.cell]
        found[self.pairs.cell[hit]] = np.flatnonzero(hit)
        return found
