"""Straight line times a detour, where roads are missing; the detour is learnt from the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.county.straight_line import StraightLine
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel.pairs import Pairs
    from zoning.travel.places import Places

__all__ = ["beside_roads", "learnt_rule"]

_LEAST_METRES: Final = 100.0
"""Shorter lines say little about detours: the way to the road outweighs the rest."""


def learnt_rule(pairs: Pairs, places: Places, mode: str) -> StraightLine:
    """Return detour and speed as the journeys by road have them.

    The detour is the median, over pairs that are 100 m apart or more, of metres by road divided
    by metres in a straight line; the speed is all metres divided by all minutes.

    Raises:
        InputError: there are no such pairs.
    """
    direct = _direct(places)[pairs.unit]
    line = np.linalg.norm(direct - places.schools[pairs.school], axis=1)
    far = line >= _LEAST_METRES
    if not far.any() or not pairs.minutes[far].sum() > 0:
        raise InputError(
            Fault(
                "error", "roads", mode, "journeys by road from which a detour can be learnt",
                "none", "state the detour as a number, such as 1.3",
            )
        )  # fmt: skip
    detour = max(float(np.median(pairs.metres[far] / line[far])), 1.0)
    speed = float(pairs.metres[far].sum() / pairs.minutes[far].sum())
    return StraightLine(round(detour, 3), round(speed, 2))


def beside_roads(
    units: NDArray[np.bool_], schools: NDArray[np.bool_], places: Places, rule: StraightLine
) -> list[Pairs]:
    """Return straight-line journeys of units and schools without roads, school by school."""
    from zoning.travel.pairs import Pairs

    begin = _direct(places)
    parts = []
    for school in range(len(places.schools)):
        rows = np.flatnonzero(units | bool(schools[school]))
        line = np.linalg.norm(begin[rows] - places.schools[school], axis=1)
        metres, minutes = line * rule.scale("metres"), line * rule.scale("minutes")
        parts.append(Pairs(rows, np.full(len(rows), school, dtype=np.int64), minutes, metres))
    return parts


def _direct(places: Places) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the middle of each unit's homes."""
    units = len(places.unit_ids)
    return np.column_stack(
        [
            np.bincount(places.unit, weights=places.weight * places.homes[:, axis], minlength=units)
            for axis in (0, 1)
        ]
    )
