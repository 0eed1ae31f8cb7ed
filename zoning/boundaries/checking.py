"""Checks that every function on boundaries makes first."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.county.findings import listed
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_adjacency", "check_frame", "check_metres"]


def check_frame(frame: Any, table: str, metric_crs: str, *, points: bool | None = None) -> None:
    """Check a GeoDataFrame: unit_id, its system, a geometry in each row, the system of metres.

    Args:
        frame: what was given.
        table: what it is called in messages.
        metric_crs: projected coordinate system in metres.
        points: True if points are expected, False if areas, None if either will do.

    Raises:
        InputError: with everything that is wrong.
    """
    import pyproj

    faults = []
    if getattr(frame, "crs", None) is None:
        raise InputError(
            _fault(table, "crs", "a GeoDataFrame with a coordinate system", "none", "set_crs(...)")
        )
    if table == "units":
        if "unit_id" not in frame:
            found = listed([str(name) for name in frame.columns])
            raise InputError(_fault(table, "columns", "unit_id", found, "name the column so"))
        twice = frame["unit_id"][frame["unit_id"].duplicated()].astype(str).unique().tolist()
        if twice:
            faults.append(
                _fault(
                    table, "unit_id", "each unit once", listed(twice), "join the parts of a unit"
                )
            )
    if not len(frame):
        faults.append(_fault(table, "", "at least one row", "none", "use the file that has them"))
    missing = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy(dtype=bool)
    if missing.any():
        rows = [f"row {row + 1}" for row in np.flatnonzero(missing).tolist()]
        faults.append(
            _fault(table, listed(rows), "a geometry", "none", "draw it, or remove the row")
        )
    kinds = {*frame.geometry.geom_type[~missing]}
    wanted = {True: {"Point"}, False: {"Polygon", "MultiPolygon"}}.get(points is True)
    if points is not None and wanted is not None and kinds - wanted:
        faults.append(
            _fault(
                table, "geometry", "points" if points else "areas", listed(sorted(kinds)),
                "choose the rule that fits: borders for areas, Voronoi or Gabriel for points",
            )
        )  # fmt: skip
    try:
        system = pyproj.CRS.from_user_input(metric_crs)
        good = system.is_projected and system.axis_info[0].unit_name == "metre"
    except pyproj.exceptions.CRSError:
        good = False
    if not good:
        faults.append(
            _fault(
                "arguments", "metric_crs", "a projected coordinate system in metres",
                repr(metric_crs), "write the code of your zone, such as 'EPSG:4544'",
            )
        )  # fmt: skip
    if faults:
        raise InputError(faults)


def check_metres(name: str, value: float) -> None:
    """Check that a number of metres is finite and not below 0.

    Raises:
        InputError: it is not.
    """
    if isinstance(value, bool) or not isfinite(value) or value < 0:
        raise InputError(
            _fault("arguments", name, "metres, 0 or more", repr(value), "correct the number")
        )


def check_adjacency(adjacency: pd.DataFrame, units: Any) -> None:
    """Check that an adjacency table names the units.

    Raises:
        InputError: a column is missing, or a unit unknown.
    """
    absent = [name for name in ("unit_a", "unit_b") if name not in adjacency]
    if absent:
        found = listed([str(name) for name in adjacency.columns])
        raise InputError(
            _fault("adjacency", "columns", "unit_a and unit_b", found, "name the columns so")
        )
    named = {*adjacency["unit_a"].astype(str), *adjacency["unit_b"].astype(str)}
    unknown = sorted(named - {*units["unit_id"].astype(str)})
    if unknown:
        raise InputError(
            _fault("adjacency", "", "ids of the units", listed(unknown), "correct the ids")
        )


def _fault(table: str, where: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", table, where, expected, found, remedy)
