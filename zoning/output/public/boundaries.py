"""What lies around a zone: to the north, east, south and west, which zone and which units.

A zone's outline is cut into short pieces. Each belongs to the side on which it lies as seen from
the zone's middle (the zone stretched to a square first, so that a long valley has four sides too),
and to the unit across it. Sides are told in words in the notice; they describe and do not measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.output.public.zones import Zone

__all__ = ["SIDES", "Neighbour", "sides_of_zones"]

SIDES: Final = ("north", "east", "south", "west")

_GAP_METRES: Final = 5.0
"""Areas this near to each other share a border; hand-drawn ones seldom meet exactly."""
_PIECES: Final = 160
_LEAST_SHARE: Final = 0.1
"""What takes less of a side than this is not named."""


@dataclass(frozen=True)
class Neighbour:
    """Something along one side of a zone.

    Attributes:
        number: the neighbouring zone's number; None beyond the county or without a zone.
        units: its units along the side, the longest border first; none beyond the county.
    """

    number: int | None
    units: tuple[str, ...]


def sides_of_zones(
    zones: Sequence[Zone], areas: Any, shapes: Mapping[tuple[str, str], Any]
) -> list[dict[str, tuple[Neighbour, ...]]]:
    """Return for each zone side -> what lies there, the longest border first.

    Args:
        zones: the zones.
        areas: GeoDataFrame unit_id, geometry (areas) in metres.
        shapes: (school_id, band) -> area of the zone in metres.
    """
    import shapely

    ids, outlines = areas["unit_id"].tolist(), areas.geometry.to_numpy()
    tree = shapely.STRtree(outlines)
    number: dict[tuple[str, str], int] = {
        (unit, band): zone.number for zone in zones for band in zone.bands for unit in zone.units
    }
    sides = []
    for zone in zones:
        shape = shapes[zone.school_id, zone.bands[0]]
        own = set(zone.units)
        near = tree.query(shape, predicate="dwithin", distance=_GAP_METRES)
        others = [at for at in near.tolist() if ids[at] not in own]
        lengths = _lengths(shape, outlines[others])
        sides.append({
            side: _neighbours(
                {ids[others[at]] if at >= 0 else "": metres for at, metres in found.items()},
                number,
                zone.bands[0],
            )
            for side, found in lengths.items()
        })  # fmt: skip
    return sides


def _lengths(shape: Any, others: NDArray[np.object_]) -> dict[str, dict[int, float]]:
    """Return side -> which of the other areas (-1: none) -> metres of common border."""
    import shapely

    west, south, east, north = shapely.bounds(shape)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    half = np.maximum(np.array([east - west, north - south]) / 2, 1e-9)
    rings = shapely.get_parts(shapely.boundary(shape))
    longest = shapely.length(shapely.boundary(shape)) / _PIECES
    starts, ends = [], []
    for ring in rings:
        places = shapely.get_coordinates(shapely.segmentize(ring, longest))
        starts.append(places[:-1])
        ends.append(places[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    centre = (start + end) / 2
    metres = np.hypot(*(end - start).T)
    right, up = ((centre - middle) / half).T
    side = np.where(
        np.abs(up) >= np.abs(right), np.where(up >= 0, 0, 2), np.where(right >= 0, 1, 3)
    )
    across = _nearest(centre, others)
    lengths: dict[str, dict[int, float]] = {name: defaultdict(float) for name in SIDES}
    for which, other, length in zip(side.tolist(), across.tolist(), metres.tolist(), strict=True):
        lengths[SIDES[which]][other] += length
    return lengths


def _nearest(places: NDArray[np.float64], others: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return for each place the area next to it, -1 if none is near."""
    import shapely

    across = np.full(len(places), -1, dtype=np.intp)
    if len(others):
        points = shapely.points(places)
        found, other = shapely.STRtree(others).query_nearest(
            points, max_distance=_GAP_METRES, all_matches=False
        )
        across[found] = other
    return across


def _neighbours(
    metres: Mapping[str, float], number: Mapping[tuple[str, str], int], band: str
) -> tuple[Neighbour, ...]:
    """Group the units along one side by their zone; leave out what takes little of the side."""
    zones: dict[tuple[bool, int | None], dict[str, float]] = defaultdict(dict)
    for unit, length in metres.items():
        zones[unit == "", number.get((unit, band))][unit] = length
    whole = sum(metres.values())
    order = sorted(zones.items(), key=lambda item: -sum(item[1].values()))
    kept = [
        (zone, units) for zone, units in order if sum(units.values()) >= _LEAST_SHARE * whole
    ]  # fmt: skip
    return tuple(
        Neighbour(zone[1], tuple(sorted(filter(None, units), key=lambda unit: -units[unit])))
        for zone, units in kept or order[:1]
    )
