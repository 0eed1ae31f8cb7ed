"""What blocks emit: limits of schools, classes, connectedness, opening, rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoning.problem.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Tag:
    """Where a row comes from, so that a clash can be named: block and the planner's subject."""

    block: str
    subject: str

    def __str__(self) -> str:
        return f"{self.block}: {self.subject}"


@dataclass(frozen=True)
class SchoolLimit:
    """``low <= sum of load over the cells of a school <= high``; load by cell, limits by school.

    With a ``band`` it holds where the school takes the band, and ``load`` is of its cells alone.
    """

    block: str
    load: Floats
    low: Floats
    high: Floats
    band: int = -1


@dataclass(frozen=True)
class ClassFormation:
    """Whole classes per grade within the rooms of a school.

    ``load`` (n x G) and ``outside`` (S x G) are pupils, ``size`` is pupils a class, ``rooms`` (S)
    is infinite where the rule does not bind the school.
    """

    load: Floats
    outside: Floats
    size: Floats
    rooms: Floats


@dataclass(frozen=True)
class TotalLimit:
    """``sum of weight over the chosen pairs <= high``, over the whole county.

    ``sites`` (S) is what each open optional school adds to the sum, None if nothing.
    """

    block: str
    weight: Floats
    high: float
    sites: Floats | None = None


@dataclass(frozen=True)
class Contiguity:
    """Zones are connected and hold their root; ``exempt`` cells may lie anywhere.

    The root cell of an optional school, or of grades that it may give away, belongs to it where
    it is open and teaches them, else to any school.
    """

    exempt: Bools


@dataclass(frozen=True)
class Opening:
    """Schools that may stay closed: without any unit in their zone.

    ``optional`` and ``column`` are by school; ``column`` is the extra column that is 1 where the
    school is open, -1 where it always is. From ``least`` to ``most`` of all schools are open.
    ``movable`` and ``serving`` are by school and band: grades that an open school may be without,
    and the column that is 1 where the school takes the band: its own where it is movable, else
    ``column``.
    """

    optional: Bools
    column: Ints
    least: int
    most: int
    movable: Bools
    serving: Ints


@dataclass(frozen=True)
class Growth:
    """What can be built at a school: the column that counts modules, and what one adds.

    ``most`` is the largest number of them, ``amount`` (by name) what one adds. Columns of one
    ``option`` (decided in several years) share their largest number; -1: the column stands alone.
    """

    column: int
    most: float
    amount: Mapping[str, float]
    option: int = -1


@dataclass(frozen=True)
class Rows:
    """Linear rows: coefficients of pairs (k x m) and of extra columns (k x e).

    ``structured`` rows repeat in linear form what a limit, a class formation, a total or the
    opening says; any other row is known to the matrix alone.
    """

    pairs: csr_matrix
    extras: csr_matrix
    lower: Floats
    upper: Floats
    tags: tuple[Tag, ...]
    structured: bool


@dataclass
class Extras:
    """Extra columns beside the pairs: bounds, whole or not, names."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lower)
