"""GeoPackage: one file with the layers zones, schools and units, in WGS84.

The columns of `zones` and `schools` are the properties listed in `zoning.output.geojson`; the
trust in a zone's shape, ``geometry`` there, is ``geometry_status`` here. `units` has one row per
unit and band: unit_id, name, band, school_id, from_school (today's), pupils, mode, metres,
minutes, notice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.county.files import atomic_path
from zoning.output.properties import school_properties, unit_properties, zone_properties
from zoning.output.shapes import WGS84, school_points, unit_areas, zone_areas

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["write_geopackage"]


def write_geopackage(plan: Plan, county: County, path: Path) -> None:
    """Write the GeoPackage in one step; a file of that name is replaced."""
    areas = unit_areas(county)
    layers = {
        "zones": _zones(plan, county, areas),
        "schools": _schools(plan, county),
        "units": areas[["unit_id", "geometry"]].merge(unit_properties(plan, county), on="unit_id"),
    }
    with atomic_path(path.with_suffix(path.suffix or ".gpkg")) as temporary:
        for name, layer in layers.items():
            layer.to_crs(WGS84).to_file(temporary, layer=name, driver="GPKG", engine="pyogrio")


def _zones(plan: Plan, county: County, areas: Any) -> Any:
    import geopandas

    zones = zone_areas(plan, county, areas)
    properties = zone_properties(plan, county)
    pairs = zip(zones["school_id"], zones["band"], strict=True)
    table = pd.DataFrame([properties[pair] for pair in pairs])
    table = table.rename(columns={"geometry": "geometry_status"})
    return geopandas.GeoDataFrame(table, geometry=zones.geometry.to_numpy(), crs=zones.crs)


def _schools(plan: Plan, county: County) -> Any:
    import geopandas

    properties = school_properties(plan, county)
    points = school_points(county, list(properties))
    table = pd.DataFrame(list(properties.values()))
    return geopandas.GeoDataFrame(table, geometry=points.to_numpy(), crs=points.crs)
