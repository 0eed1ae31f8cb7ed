"""Islands, enclaves and units in several parts: named, because zones must hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.boundaries.checking import check_adjacency, check_frame
from zoning.county.geometry import in_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["separate_units"]


def separate_units(units: Any, adjacency: pd.DataFrame, metric_crs: str) -> pd.DataFrame:
    """Name what stands apart on the map.

    Args:
        units: GeoDataFrame with unit_id and areas.
        adjacency: unit_a, unit_b.
        metric_crs: projected coordinate system in metres.

    Returns:
        unit_id, what and detail, a row for each finding: ``"island"`` (not joined with the largest
        group of neighbours; detail: the units of its own group), ``"enclave"`` (enclosed by one
        other unit; detail: that unit), ``"several parts"`` (detail: how many).

    Raises:
        InputError: an argument is wrong.
    """
    check_frame(units, "units", metric_crs, points=False)
    check_adjacency(adjacency, units)
    ids = units["unit_id"].astype(str).to_list()
    found = [*_islands(ids, adjacency), *_enclaves(ids, in_metres(units, metric_crs))]
    for row, count in enumerate(_parts(in_metres(units, metric_crs)).tolist()):
        if count > 1:
            found.append((ids[row], "several parts", str(count)))
    return pd.DataFrame(found, columns=["unit_id", "what", "detail"], dtype="str")


def _islands(ids: list[str], adjacency: pd.DataFrame) -> list[tuple[str, str, str]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    row_of = {unit: row for row, unit in enumerate(ids)}
    ends = [
        adjacency[name].astype(str).map(row_of).to_numpy(dtype=np.int64)
        for name in ("unit_a", "unit_b")
    ]
    shape = (len(ids), len(ids))
    graph = coo_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=shape)
    _, group = connected_components(graph, directed=False)
    largest = np.argmax(np.bincount(group))
    return [
        (ids[row], "island", ", ".join(ids[k] for k in np.flatnonzero(group == group[row])))
        for row in np.flatnonzero(group != largest).tolist()
    ]


def _enclaves(ids: list[str], shapes: NDArray[np.object_]) -> list[tuple[str, str, str]]:
    import shapely

    parts, owner = shapely.get_parts(shapes, return_index=True)
    holes, part = shapely.get_rings(parts, return_index=True)
    inner = np.ones(len(part), dtype=bool)
    inner[np.unique(part, return_index=True)[1]] = False  # the first ring is the outer one
    areas, owner = np.asarray(shapely.polygons(holes[inner])), owner[part[inner]]
    hole, unit = shapely.STRtree(shapes).query(areas, predicate="covers")
    return sorted(
        {
            (ids[row], "enclave", ids[owner[k]])
            for k, row in zip(hole.tolist(), unit.tolist(), strict=True)
            if owner[k] != row
        }
    )


def _parts(shapes: NDArray[np.object_]) -> NDArray[np.int32]:
    import shapely

    counts: NDArray[np.int32] = shapely.get_num_geometries(shapes)
    return counts
