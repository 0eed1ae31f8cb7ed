"""Homes and schools on the network: each at the nearest place of the nearest road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel.network import Network

__all__ = ["Snapped", "lines_of", "snap"]


_LITTLE_METRES: Final = 100.0


@dataclass(frozen=True, eq=False)
class Snapped:
    """A network with places of its own on it: stretches are cut where a place was put.

    Attributes:
        size: number of points, the places included.
        begin: point at which each stretch begins.
        end: point at which it ends.
        metres: its length.
        forward: minutes from begin to end.
        backward: minutes from end to begin.
        node: point of each place.
        away: metres from each place to its point.
        part: part of the network that each place is on.
    """

    size: int
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: NDArray[np.float64]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    node: NDArray[np.int64]
    away: NDArray[np.float64]
    part: NDArray[np.int64]


def snap(network: Network, points: NDArray[np.float64], metric_crs: str) -> Snapped:
    """Put places on the nearest stretch of road.

    Args:
        network: at least one stretch.
        points: coordinates of the places in `metric_crs`, a row each.
        metric_crs: projected coordinate system in metres, in which nearness is measured.
    """
    stretch, share, away = _placed(network, points, metric_crs)
    size = len(network.places)
    node = size + np.arange(len(points), dtype=np.int64)
    order = np.lexsort((share, stretch))
    row, at, own = stretch[order], share[order], node[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    last = np.roll(first, -1)
    before = np.where(first, network.begin[row], np.roll(own, 1))
    begun = np.where(first, 0.0, np.roll(at, 1))
    whole = np.ones(len(network.begin), dtype=bool)
    whole[row] = False
    origin = np.concatenate([np.flatnonzero(whole), row, row[last]])
    scale = np.concatenate([np.ones(int(whole.sum())), at - begun, 1.0 - at[last]])
    return Snapped(
        size=size + len(points),
        begin=np.concatenate([network.begin[whole], before, own[last]]),
        end=np.concatenate([network.end[whole], own, network.end[row[last]]]),
        metres=network.metres[origin] * scale,
        forward=_scaled(network.forward[origin], scale),
        backward=_scaled(network.backward[origin], scale),
        node=node,
        away=away,
        part=network.part[network.begin[stretch]],
    )


def _scaled(minutes: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a share of the minutes; what is forbidden stays so over no distance at all."""
    allowed = np.isfinite(minutes)
    return np.where(allowed, np.where(allowed, minutes, 0.0) * scale, np.inf)


def _placed(
    network: Network, points: NDArray[np.float64], metric_crs: str
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return each point's stretch, the share of its length, and metres to it.

    The largest part of the network is preferred where it is little farther: small parts are often
    paths that were drawn without the last piece.
    """
    lines = lines_of(network, metric_crs)
    stretch, share, away = _nearest(lines, points)
    part = network.part[network.begin]
    length = np.bincount(part, weights=network.metres)
    main = np.flatnonzero(part == np.argmax(length))
    beside = np.flatnonzero(part[stretch] != np.argmax(length))
    if len(beside):
        other, at, metres = _nearest(lines[main], points[beside])
        better = metres <= away[beside] + _LITTLE_METRES
        rows = beside[better]
        stretch[rows], share[rows], away[rows] = main[other[better]], at[better], metres[better]
    return stretch, share, away


def lines_of(network: Network, metric_crs: str) -> NDArray[np.object_]:
    import pyproj
    import shapely

    project = pyproj.Transformer.from_crs("EPSG:4326", metric_crs, always_xy=True)
    xy = np.column_stack(project.transform(network.places[:, 0], network.places[:, 1]))
    lines: Any = shapely.linestrings(np.stack([xy[network.begin], xy[network.end]], axis=1))
    return np.asarray(lines, dtype=object)


def _nearest(
    lines: NDArray[np.object_], points: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return for each point the nearest line, the share of its length, and metres to it."""
    import shapely

    places = shapely.points(points)
    (place, line), metres = shapely.STRtree(lines).query_nearest(places, return_distance=True)
    order = np.lexsort((line, place))  # of equally near lines the first, so that runs agree
    _, first = np.unique(place[order], return_index=True)
    chosen, away = line[order][first], metres[order][first]
    share = shapely.line_locate_point(lines[chosen], places, normalized=True)
    return chosen, np.clip(np.nan_to_num(share), 0.0, 1.0), away
