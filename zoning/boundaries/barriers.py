"""Rivers, railways and expressways that part units, unless a bridge joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.boundaries.checking import check_adjacency, check_frame, check_metres
from zoning.county.geometry import in_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cut", "cut_by_barriers"]

_WIDTH: Final = 0.5
"""Metres on either side of a barrier's line that belong to it."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Neighbours after barriers were heeded.

    Attributes:
        adjacency: the pairs that remain, in the form of the county's table.
        parted: unit_a, unit_b, barrier: the pairs that were cut, and by what.
        bridged: unit_a, unit_b, barrier: pairs that a bridge keeps together.
    """

    adjacency: pd.DataFrame
    parted: pd.DataFrame
    bridged: pd.DataFrame

    def __str__(self) -> str:
        """Return how many pairs were cut and kept."""
        return (
            f"{len(self.adjacency)} pairs remain; {len(self.parted)} are cut by barriers, "
            f"{len(self.bridged)} kept by bridges"
        )


def cut_by_barriers(
    adjacency: pd.DataFrame,
    units: Any,
    barriers: Any,
    metric_crs: str,
    *,
    bridges: Any = None,
    reach: float = 30.0,
) -> Cut:
    """Cut pairs of units between which one cannot go because of a barrier.

    Two units stay neighbours if one can go from the inner point of one to that of the other
    without leaving the two and without crossing a barrier but on a bridge. A barrier that ends
    within the two can be walked round, and one beyond their common border parts nothing.

    Args:
        adjacency: unit_a, unit_b and whatever else.
        units: GeoDataFrame with unit_id and areas.
        barriers: GeoDataFrame of lines or areas; a column `name`, if there, tells their names.
        metric_crs: projected coordinate system in metres.
        bridges: GeoDataFrame of crossings: points, or lines across (such as the roads).
        reach: metres around a bridge within which both sides of the barrier count as joined.

    Raises:
        InputError: an argument is wrong.
    """
    import shapely

    check_frame(units, "units", metric_crs, points=False)
    check_frame(barriers, "barriers", metric_crs)
    check_metres("reach", reach)
    check_adjacency(adjacency, units)
    row_of = {unit: row for row, unit in enumerate(units["unit_id"].astype(str))}
    shapes = in_metres(units, metric_crs)
    inner = shapely.point_on_surface(shapes)
    walls = shapely.buffer(in_metres(barriers, metric_crs), _WIDTH, cap_style="flat")
    names = barriers["name"] if "name" in barriers else pd.Series("", index=barriers.index)
    joins = np.zeros(0, dtype=object)
    if bridges is not None and len(bridges):
        check_frame(bridges, "bridges", metric_crs)
        joins = shapely.buffer(in_metres(bridges, metric_crs), reach)
    tree, joints = shapely.STRtree(walls), shapely.STRtree(joins)
    verdicts = []
    for a, b in zip(adjacency["unit_a"], adjacency["unit_b"], strict=True):
        one, other = row_of[str(a)], row_of[str(b)]
        both = shapely.union(shapes[one], shapes[other])
        near = sorted(tree.query(both, predicate="intersects").tolist())
        wall = shapely.union_all(walls[near])
        ends = np.array([inner[one], inner[other]])
        free = not near or _joined(both, wall, ends, np.zeros(0, dtype=object))
        on = joins[joints.query(both, predicate="intersects")] if not free else joins[:0]
        bridged = not free and len(on) > 0 and _joined(both, wall, ends, on)
        called = [str(name) for name in names.iloc[near] if str(name) not in ("", "nan", "None")]
        told = ", ".join(dict.fromkeys(called))
        verdicts.append((free, bridged, "" if free else told))
    table = pd.DataFrame(verdicts, columns=["free", "bridged", "barrier"], index=adjacency.index)
    kept = table["free"].astype(bool) | table["bridged"].astype(bool)
    named = adjacency[["unit_a", "unit_b"]].assign(barrier=table["barrier"].astype("str"))
    return Cut(
        adjacency[kept].reset_index(drop=True),
        named[~kept].reset_index(drop=True),
        named[table["bridged"].astype(bool)].reset_index(drop=True),
    )


def _joined(both: Any, wall: Any, ends: NDArray[np.object_], bridges: NDArray[np.object_]) -> bool:
    """True if one can go from one end to the other, over the wall only by a bridge."""
    import shapely
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    parts = shapely.get_parts(shapely.difference(both, wall))
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        return False
    # an end that lies on the wall itself belongs to the nearest part
    at = [int(np.argmin(shapely.distance(parts, end))) for end in ends]
    if at[0] == at[1]:
        return True
    bridge, part = shapely.STRtree(parts).query(bridges, predicate="intersects")
    size = len(parts) + len(bridges)
    graph = coo_array((np.ones(len(part)), (part, len(parts) + bridge)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return bool(label[at[0]] == label[at[1]])
