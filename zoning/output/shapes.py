"""Shapes of units, zones and schools, ready for maps and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.plan.sharing import shares_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["WGS84", "geometry_status", "merged", "school_points", "unit_areas", "zone_areas"]

WGS84 = "EPSG:4326"
_AREA_TOLERANCE = 1e-9


def unit_areas(county: County) -> Any:
    """Return the county's units as areas: GeoDataFrame with unit_id, name and geometry.

    Units that are known as points only get a Voronoi cell, see `geometry_status`.
    """
    from zoning.county.geometry import cells_from_points, is_points

    units = county.units
    if is_points(units):
        units = cells_from_points(units, county.metric_crs)
    return units[["unit_id", "name", "geometry"]]


def geometry_status(county: County) -> str:
    """Return how far the shapes can be trusted: ``"real"``, ``"modelled"`` or ``"assumed"``.

    Cells drawn around points are modelled, whatever the points are.
    """
    from zoning.county.geometry import is_points

    if is_points(county.units):
        return "modelled"
    about = county.provenance.get("units")
    return "assumed" if about is None else about.columns.get("geometry", about.status)


def zone_areas(plan: Plan, county: County, areas: Any = None) -> Any:
    """Return one row per zone: GeoDataFrame with school_id, band and a valid (Multi)Polygon.

    In the county's coordinate system, by the order of bands and of schools in the county. A
    school without units in a band has no row. A shared zone has one, with its name as school_id.

    Args:
        plan: the plan.
        county: its county.
        areas: what `unit_areas` returned, if that is at hand.
    """
    import geopandas

    areas = unit_areas(county) if areas is None else areas
    shape_of = dict(zip(areas["unit_id"].tolist(), areas.geometry.to_numpy(), strict=True))
    units: dict[tuple[str, str], list[Any]] = {}
    cells = plan.cells
    columns = (cells[column].tolist() for column in ("unit_id", "band", "school_id"))
    for unit, band, school in zip(*columns, strict=True):
        units.setdefault((band, school), []).append(shape_of[unit])
    bands = {band: at for at, band in enumerate(county.stage(plan.stage).bands)}
    schools = {school: at for at, school in enumerate(county.schools["school_id"])}
    schools |= {zone: min(schools[s] for s in of) for zone, of in shares_of(plan.rules).items()}
    zones = sorted(units, key=lambda zone: (bands[zone[0]], schools[zone[1]]))
    return geopandas.GeoDataFrame(
        {"school_id": [school for _, school in zones], "band": [band for band, _ in zones]},
        geometry=[merged(np.array(units[zone], dtype=object)) for zone in zones],
        crs=areas.crs,
    )


def merged(parts: NDArray[np.object_]) -> Any:
    """Return the union of areas as one valid (Multi)Polygon.

    Areas that share their borders exactly are joined along them, which is quick; others, such as
    hand-drawn ones with gaps and overlaps, are joined the slow way.
    """
    import shapely

    total = float(shapely.area(parts).sum())
    try:
        joined = shapely.coverage_union_all(parts)
    except shapely.GEOSException:
        joined = None
    if joined is not None and shapely.is_valid(joined):
        added = abs(shapely.area(joined) - total)
        if added <= _AREA_TOLERANCE * total:
            return joined
    return polygonal(shapely.make_valid(shapely.union_all(shapely.make_valid(parts))))


def polygonal(shape: Any) -> Any:
    """Return the areas of a shape as a Polygon or MultiPolygon, without loose lines or points."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def school_points(county: County, schools: list[str]) -> Any:
    """Return the points of some schools in that order, in the county's coordinate system."""
    table = county.schools.set_index("school_id")
    return table.loc[schools].geometry
