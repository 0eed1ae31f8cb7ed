"""Which units lie side by side: pairs with a common border, found from the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.county.geometry import cells_from_points, in_metres, is_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["from_polygons", "isolated_units", "ordered_pairs"]

TOLERANCE_METRES: Final = 1.0
"""Borders of at most this length do not join two units: they meet at a corner only."""

_GAP_METRES: Final = 0.5
"""Borders drawn this far apart count as common: maps are digitised unit by unit."""

_LEAST_LOOSE_METRES: Final = 10.0
"""A border drawn twice must run alongside for this long; two corners that meet do so shortly."""


def from_polygons(
    units: Any, metric_crs: str, *, tolerance: float = TOLERANCE_METRES
) -> pd.DataFrame:
    """Find the pairs of units that share a border.

    Args:
        units: GeoDataFrame with unit_id and geometry; points are replaced by Voronoi cells.
        metric_crs: projected coordinate system in metres.
        tolerance: shared borders of at most this many metres do not count.

    Returns:
        unit_a, unit_b (unit_a < unit_b) and border_metres (length of the common border), sorted.
    """
    import shapely

    areas = cells_from_points(units, metric_crs) if is_points(units) else units
    shapes = in_metres(areas, metric_crs)
    shapely.prepare(shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_GAP_METRES)
    once = left < right
    left, right = left[once], right[once]
    border = _common_border(shapes, left, right, max(tolerance, _LEAST_LOOSE_METRES))
    kept = border > tolerance
    ids = units["unit_id"].to_numpy(dtype="object")
    return ordered_pairs(ids[left[kept]], ids[right[kept]], border[kept])


def _common_border(
    shapes: NDArray[np.object_], left: NDArray[np.intp], right: NDArray[np.intp], enough: float
) -> NDArray[np.float64]:
    """Return the length in metres of the border each pair of areas shares.

    Where the lines coincide for no more than `enough` metres, borders drawn twice are sought.
    """
    import shapely

    lines = shapely.boundary(shapes)
    exact: NDArray[np.float64] = shapely.length(shapely.intersection(lines[left], lines[right]))
    loose = np.flatnonzero(exact <= enough)
    if len(loose):
        # Borders drawn twice seldom coincide: measure one inside a thin strip along the other.
        rows, strip = np.unique(right[loose], return_inverse=True)
        strips = shapely.buffer(lines[rows], _GAP_METRES, quad_segs=2, cap_style="flat")
        near = shapely.length(shapely.intersection(lines[left[loose]], strips[strip]))
        # near its own ends a common border lies in the strip too: a little more means nothing
        least = np.maximum(_LEAST_LOOSE_METRES, exact[loose] + 4 * _GAP_METRES)
        exact[loose] = np.where(near >= least, near, exact[loose])
    return exact


def ordered_pairs(
    first: Sequence[str] | NDArray[np.object_],
    second: Sequence[str] | NDArray[np.object_],
    border_metres: NDArray[np.float64] | float = float("nan"),
) -> pd.DataFrame:
    """Return an adjacency table with unit_a < unit_b in every row, sorted by the two."""
    frame = pd.DataFrame(
        {
            "unit_a": pd.Series(first, dtype="str"),
            "unit_b": pd.Series(second, dtype="str"),
            "border_metres": border_metres,
        }
    ).astype({"border_metres": "float64"})
    turned = (frame["unit_a"] > frame["unit_b"]).to_numpy(dtype=bool)
    if turned.any():
        low = frame["unit_a"].where(~turned, frame["unit_b"])
        frame["unit_b"] = frame["unit_b"].where(~turned, frame["unit_a"])
        frame["unit_a"] = low
    return frame.sort_values(["unit_a", "unit_b"], ignore_index=True)


def isolated_units(unit_ids: pd.Series[str], adjacency: pd.DataFrame) -> list[str]:
    """Return the units without any neighbour, in the order of `unit_ids`."""
    joined = pd.concat([adjacency["unit_a"], adjacency["unit_b"]]).unique()
    return [str(unit) for unit in unit_ids[~unit_ids.isin(joined)]]
