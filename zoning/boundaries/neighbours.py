"""Which units lie side by side: by their borders, by their points, or by the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.boundaries.checking import check_frame, check_metres
from zoning.county.adjacency import TOLERANCE_METRES, from_polygons, ordered_pairs
from zoning.county.geometry import cells_from_points, in_metres, is_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel import Mode, Roads
    from zoning.travel.network import Network

__all__ = ["by_border", "by_gabriel", "by_roads", "by_voronoi"]


def by_border(
    units: Any, metric_crs: str, *, least_metres: float = TOLERANCE_METRES
) -> pd.DataFrame:
    """Find the units that have a border in common.

    Borders that were drawn twice, half a metre apart, count; corners do not.

    Args:
        units: GeoDataFrame with unit_id and areas.
        metric_crs: projected coordinate system in metres.
        least_metres: the common border must be longer than this.

    Returns:
        unit_a, unit_b (unit_a < unit_b) and border_metres, sorted.

    Raises:
        InputError: the units are no areas, or an argument is wrong.
    """
    check_frame(units, "units", metric_crs, points=False)
    check_metres("least_metres", least_metres)
    return from_polygons(units, metric_crs, tolerance=least_metres)


def by_voronoi(
    units: Any,
    metric_crs: str,
    *,
    outline: Any = None,
    least_metres: float = TOLERANCE_METRES,
) -> pd.DataFrame:
    """Find the units that have a border in common if every place belongs to the nearest point.

    Args:
        units: GeoDataFrame with unit_id and points.
        metric_crs: projected coordinate system in metres.
        outline: polygon of the county in the units' own system; nothing outside it counts.
        least_metres: the common border must be longer than this.

    Returns:
        As `by_border`.

    Raises:
        InputError: the units are no points, or an argument is wrong.
    """
    check_frame(units, "units", metric_crs, points=True)
    check_metres("least_metres", least_metres)
    cells = cells_from_points(units, metric_crs, outline)
    return from_polygons(cells, metric_crs, tolerance=least_metres)


def by_gabriel(units: Any, metric_crs: str) -> pd.DataFrame:
    r"""Find the units between whose points no other lies (Gabriel graph).

    Two points :math:`p, q` are neighbours if the disc with diameter :math:`pq` holds no third, not
    even on its rim: :math:`|p - r|^2 + |q - r|^2 > |p - q|^2` for all :math:`r`. The graph is in
    one piece, since it holds the shortest tree over the points. Source:
    K. R. Gabriel and R. R. Sokal (1969), Systematic Zoology 18 (3).

    Args:
        units: GeoDataFrame with unit_id and points. Units at the very same place are neighbours.
        metric_crs: projected coordinate system in metres.

    Returns:
        unit_a, unit_b (unit_a < unit_b) and border_metres (NaN), sorted.

    Raises:
        InputError: the units are no points, or an argument is wrong.
    """
    import shapely

    check_frame(units, "units", metric_crs, points=True)
    ids = units["unit_id"].to_numpy(dtype="object")
    points = shapely.get_coordinates(in_metres(units, metric_crs))
    places, member = np.unique(points, axis=0, return_inverse=True)
    member = member.reshape(-1)
    left, right = _gabriel(places)
    members = pd.Series(np.arange(len(ids))).groupby(member).indices
    pairs = [
        (a, b)
        for i, j in zip(left.tolist(), right.tolist(), strict=True)
        for a in members[i]
        for b in members[j]
    ]
    pairs += [(a, b) for group in members.values() for a in group for b in group if a < b]
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return ordered_pairs(ids[rows[:, 0]], ids[rows[:, 1]])


def _gabriel(places: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of the Gabriel graph of distinct places, found among near ones.

    It is a part of the Delaunay triangulation, which GEOS gives as lines between the places.
    """
    import shapely
    from scipy.spatial import KDTree

    none = np.zeros(0, dtype=np.intp)
    if len(places) < 2:
        return none, none
    tree = KDTree(places)
    if len(places) == 2:
        left, right = np.array([0]), np.array([1])
    else:
        lines = shapely.get_parts(
            shapely.delaunay_triangles(shapely.multipoints(places), only_edges=True)
        )
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        left, right = (np.asarray(tree.query(ends[:, side])[1]) for side in (0, 1))
    middle = (places[left] + places[right]) / 2
    half = np.linalg.norm(places[left] - places[right], axis=1) / 2
    nearest = np.asarray(tree.query(middle, k=3)[0])  # the first two are the ends
    good = nearest[:, 2] > half * (1 + 1e-9)  # infinite if there is no third
    return left[good], right[good]


def by_roads(units: Any, roads: Roads, mode: str | Mode, metric_crs: str) -> pd.DataFrame:
    """Find the units between which a road leads, without a third between them.

    Areas are neighbours if a road of the mode leads straight from one into the other. For units
    known as points, every point of the roads belongs to the unit that is nearest by minutes, and
    two units are neighbours if their roads meet.

    Args:
        units: GeoDataFrame with unit_id and areas or points.
        roads: the roads.
        mode: the mode that uses them.
        metric_crs: projected coordinate system in metres.

    Returns:
        unit_a, unit_b (unit_a < unit_b) and border_metres (NaN), sorted.

    Raises:
        InputError: an argument is wrong.
    """
    from zoning.travel.modes import as_mode
    from zoning.travel.network import network_of

    check_frame(units, "units", metric_crs)
    network = network_of(roads, as_mode(mode))
    pairs = np.zeros((0, 2), dtype=np.int64)
    if len(network.begin):
        if is_points(units):
            pairs = _meeting_roads(units, network, metric_crs)
        else:
            pairs = _crossing_roads(units, network, metric_crs)
    ids = units["unit_id"].to_numpy(dtype="object")
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    return ordered_pairs(ids[pairs[:, 0]], ids[pairs[:, 1]])


def _crossing_roads(units: Any, network: Network, metric_crs: str) -> NDArray[np.int64]:
    """Return for each border that a stretch of road crosses the rows of the units beside it."""
    import shapely

    from zoning.travel.snapping import lines_of

    shapes = in_metres(units, metric_crs)
    lines = lines_of(network, metric_crs)
    line, unit = shapely.STRtree(shapes).query(lines, predicate="intersects")
    several = np.bincount(line, minlength=len(lines))[line] > 1
    line, unit = line[several], unit[several]
    pieces, piece = shapely.get_parts(
        shapely.intersection(lines[line], shapes[unit]), return_index=True
    )
    line, unit = line[piece], unit[piece]
    long = shapely.length(pieces) > 0
    line, unit, pieces = line[long], unit[long], pieces[long]
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    order = np.lexsort((shapely.line_locate_point(lines[line], middle), line))
    line, unit = line[order], unit[order]
    same = line[1:] == line[:-1]
    return np.column_stack([unit[:-1][same], unit[1:][same]]).astype(np.int64)


def _meeting_roads(units: Any, network: Network, metric_crs: str) -> NDArray[np.int64]:
    """Return for each stretch of road whose ends belong to two units the rows of the two."""
    import shapely
    from scipy.sparse.csgraph import dijkstra

    from zoning.travel.paths import Graph
    from zoning.travel.snapping import snap

    points = shapely.get_coordinates(in_metres(units, metric_crs))
    snapped = snap(network, points, metric_crs)
    _, _, source = dijkstra(
        Graph.of(snapped).minutes,
        indices=snapped.node,
        min_only=True,
        return_predecessors=True,
    )
    owner = np.where(source >= snapped.node[0], source - snapped.node[0], -1)
    pairs = np.column_stack([owner[snapped.begin], owner[snapped.end]])
    kept: NDArray[np.int64] = pairs[(pairs >= 0).all(axis=1)].astype(np.int64)
    return kept
