"""Where journeys begin and end: the homes of each unit, and the schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.county.findings import listed
from zoning.county.geometry import in_metres
from zoning.county.straight_line import straight_line_points
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County

__all__ = ["Places", "places_of"]


@dataclass(frozen=True, eq=False)
class Places:
    """Homes and schools.

    Attributes:
        unit_ids: the county's units in order.
        school_ids: the county's schools in order.
        homes: coordinates in the county's metric system, a row each; one a unit if nothing more is
            known.
        unit: unit of each home, a row number.
        weight: how much each home counts within its unit; the weights of a unit add up to 1.
        schools: coordinates in the county's metric system, a row each.
        bounds: west, south, east and north of all of them in degrees.
        described: where journeys begin, in words.
    """

    unit_ids: list[str]
    school_ids: list[str]
    homes: NDArray[np.float64]
    unit: NDArray[np.int64]
    weight: NDArray[np.float64]
    schools: NDArray[np.float64]
    bounds: tuple[float, float, float, float]
    described: str


def places_of(county: County, homes: Any = None) -> Places:
    """Return where journeys of a county begin and end.

    Args:
        county: units and schools.
        homes: GeoDataFrame with unit_id, geometry (points) and, if some count more than others,
            weight (such as pupils or floor space). A unit without homes begins at its centroid.

    Raises:
        InputError: the homes name an unknown unit, or a weight or point is missing.
    """
    import pyproj

    begin, schools = straight_line_points(county.units, county.schools, county.metric_crs)
    unit_ids = county.units["unit_id"].astype(str).to_list()
    unit = np.arange(len(unit_ids), dtype=np.int64)
    weight = np.ones(len(unit_ids))
    described = "from each unit's centroid"
    if homes is not None:
        begin, unit, weight = _from_homes(homes, unit_ids, begin, county.metric_crs)
        described = f"from {len(homes):,} homes, averaged in each unit"
    back = pyproj.Transformer.from_crs(county.metric_crs, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(*np.concatenate([begin, schools]).T)
    bounds = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    school_ids = county.schools["school_id"].astype(str).to_list()
    return Places(unit_ids, school_ids, begin, unit, weight, schools, bounds, described)


def _from_homes(
    homes: Any, unit_ids: list[str], centroids: NDArray[np.float64], metric_crs: str
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    import shapely

    _check_homes(homes, unit_ids)
    row_of = {unit: row for row, unit in enumerate(unit_ids)}
    unit = homes["unit_id"].astype(str).map(row_of).to_numpy(dtype=np.int64)
    weight = np.ones(len(homes))
    if "weight" in homes:
        weight = homes["weight"].to_numpy(dtype=np.float64)
    points = shapely.get_coordinates(shapely.centroid(in_metres(homes, metric_crs)))
    total = np.bincount(unit, weights=weight, minlength=len(unit_ids))
    counted = weight > 0
    empty = np.flatnonzero(total == 0)
    unit = np.concatenate([unit[counted], empty])
    share = np.concatenate([weight[counted] / total[unit[: counted.sum()]], np.ones(len(empty))])
    return np.concatenate([points[counted], centroids[empty]]), unit, share


def _check_homes(homes: Any, unit_ids: list[str]) -> None:
    faults = []
    if "unit_id" not in homes or not hasattr(homes, "geometry") or homes.crs is None:
        raise InputError(
            _fault(
                "", "a GeoDataFrame with unit_id, geometry and a coordinate system",
                listed([str(name) for name in homes.columns]),
                "add the unit of each home and set the system (set_crs)",
            )
        )  # fmt: skip
    unknown = sorted({*homes["unit_id"].astype(str)} - {*unit_ids})
    if unknown:
        faults.append(
            _fault("unit_id", "ids of the county's units", listed(unknown), "correct the ids")
        )
    if (homes.geometry.is_empty | homes.geometry.isna()).any():
        faults.append(_fault("geometry", "a point for each home", "none", "remove the rows"))
    if "weight" in homes:
        weight = pd.to_numeric(homes["weight"], errors="coerce").to_numpy(dtype=np.float64)
        bad = np.flatnonzero(~np.isfinite(weight) | (weight < 0))
        if len(bad):
            row = int(bad[0])
            found = f"{homes['weight'].iloc[row]!r}, and so in {len(bad)} rows"
            where = f"row {row + 1}, weight"
            faults.append(_fault(where, "a number of 0 or more", found, "correct the weights"))
    if faults:
        raise InputError(faults)


def _fault(where: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "homes", where, expected, found, remedy)
