"""Pairs of unit and school with their journey, and how they are collected school by school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Collector", "Pairs"]

_MANY: Final = 5_000_000
"""So many pairs are held before those that are not wanted are dropped."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Journeys of one mode.

    Attributes:
        unit: row number of the unit.
        school: row number of the school.
        minutes: minutes one way.
        metres: metres one way.
    """

    unit: NDArray[np.int64]
    school: NDArray[np.int64]
    minutes: NDArray[np.float64]
    metres: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.unit)

    def only(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.unit[kept], self.school[kept], self.minutes[kept], self.metres[kept])

    @staticmethod
    def joined(parts: list[Pairs]) -> Pairs:
        """Return all pairs of all parts; without any part, none."""
        none = np.zeros(0)
        empty = Pairs(none.astype(np.int64), none.astype(np.int64), none, none)
        every = [empty, *parts]
        return Pairs(
            np.concatenate([part.unit for part in every]),
            np.concatenate([part.school for part in every]),
            np.concatenate([part.minutes for part in every]),
            np.concatenate([part.metres for part in every]),
        )


class Collector:
    """Takes the journeys to one school after the other, and keeps what is wanted.

    Args:
        limit: minutes beyond which pairs are dropped.
        nearest: so many schools of each stage are kept for a unit; None for all.
        serves: a row for each school, a column for each stage: True if it has the stage.
        always: pairs, as unit * schools + school, that `nearest` does not drop.
    """

    def __init__(
        self,
        limit: float,
        nearest: int | None,
        serves: NDArray[np.bool_],
        always: NDArray[np.int64],
    ) -> None:
        """Start without pairs."""
        self._limit, self._nearest, self._serves, self._always = limit, nearest, serves, always
        self._parts: list[Pairs] = []
        self._held = 0

    def add(
        self,
        unit: NDArray[np.intp],
        school: int,
        *,
        minutes: NDArray[np.float64],
        metres: NDArray[np.float64],
    ) -> None:
        """Add journeys from units to one school."""
        within = minutes <= self._limit
        schools = np.full(int(within.sum()), school, dtype=np.int64)
        part = Pairs(unit[within].astype(np.int64), schools, minutes[within], metres[within])
        self._parts.append(part)
        self._held += len(part)
        if self._nearest is not None and self._held > _MANY:
            self._parts = [self._wanted(Pairs.joined(self._parts))]
            self._held = len(self._parts[0])

    def pairs(self) -> Pairs:
        """Return what is wanted, by unit and school."""
        pairs = self._wanted(Pairs.joined(self._parts))
        return pairs.only(np.lexsort((pairs.school, pairs.unit)))

    def _wanted(self, pairs: Pairs) -> Pairs:
        if self._nearest is None:
            return pairs
        kept = np.isin(pairs.unit * len(self._serves) + pairs.school, self._always)
        order = np.lexsort((pairs.school, pairs.minutes, pairs.unit))
        for stage in range(self._serves.shape[1]):
            rows = order[self._serves[pairs.school[order], stage]]
            unit = pairs.unit[rows]
            new = np.ones(len(rows), dtype=bool)
            new[1:] = unit[1:] != unit[:-1]
            start = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
            kept[rows[np.arange(len(rows)) - start < self._nearest]] = True
        return pairs.only(kept)
