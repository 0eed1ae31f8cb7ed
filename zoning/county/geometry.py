"""Maps: checks of geometries, and areas drawn around points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.county.schema import SCHEMA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.draft import Draft

__all__ = ["cells_from_points", "check_geometry", "in_metres", "is_points"]

_POINT: Final = 0
_AREAS: Final = (3, 6)
_NEAR_SHARE: Final = 0.1
"""Cells reach this share of the county's extent beyond the outermost points."""


def is_points(units: Any) -> bool:
    """True if the units are points rather than areas."""
    return bool((units.geometry.geom_type == "Point").all())


def in_metres(frame: Any, metric_crs: str) -> NDArray[np.object_]:
    """Return the geometries of a GeoDataFrame in a projected system whose unit is the metre."""
    geometry: NDArray[np.object_] = frame.geometry.to_crs(metric_crs).to_numpy()
    return geometry


def check_geometry(draft: Draft, *, geographic: bool) -> None:
    """Check the geometries of units and schools; adds to the draft's findings.

    Args:
        draft: the tables.
        geographic: True if coordinates are degrees of longitude and latitude.
    """
    for table in ("units", "schools"):
        if draft.usable(table, "geometry") and len(draft.tables[table]):
            _check_table(draft, table, geographic=geographic)
    if draft.usable("units", "geometry"):
        _check_one_kind(draft)


def _check_table(draft: Draft, table: str, *, geographic: bool) -> None:
    import shapely

    schema, frame = SCHEMA[table], draft.tables[table]
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    draft.findings.rows(
        schema, frame, missing, "a geometry", "none, or an empty one", "draw it, or remove the row"
    )
    kinds = shapely.get_type_id(shapes)
    allowed = (_POINT, *_AREAS) if table == "units" else (_POINT,)
    foreign = ~np.isin(kinds, allowed) & ~missing
    draft.findings.rows(
        schema,
        frame,
        foreign,
        "a point or a polygon" if table == "units" else "a point",
        lambda row: f"a {shapes[row].geom_type}",
        "correct the geometry",
    )
    bounds = shapely.bounds(shapes)
    endless = ~np.isfinite(bounds).all(axis=1) & ~missing
    draft.findings.rows(
        schema, frame, endless, "finite coordinates", "others", "correct the coordinates"
    )
    invalid = ~shapely.is_valid(shapes) & ~(missing | foreign | endless)
    draft.findings.rows(
        schema,
        frame,
        invalid,
        "a polygon whose border does not cross itself",
        lambda row: str(shapely.is_valid_reason(shapes[row])),
        "mend the polygon in a GIS ('fix geometries', or make valid)",
    )
    if geographic:
        limits = np.array([180.0, 90.0, 180.0, 90.0])
        with np.errstate(invalid="ignore"):
            outside = (np.abs(bounds) > limits).any(axis=1) & ~(missing | endless)
        draft.findings.rows(
            schema,
            frame,
            outside,
            "longitude within 180 and latitude within 90 degrees",
            lambda row: "coordinates about " + ", ".join(f"{c:g}" for c in bounds[row][:2]),
            "state the coordinates' own system as crs in county.toml, or transform them",
        )
    if (missing | foreign | endless | invalid).any() or (geographic and outside.any()):
        draft.mark_broken(table, "geometry")


def _check_one_kind(draft: Draft) -> None:
    kinds = set(draft.tables["units"].geometry.geom_type) - {None}
    if "Point" in kinds and len(kinds) > 1:
        draft.mark_broken("units", "geometry")
        draft.findings.error(
            "units",
            "column geometry",
            "either points or areas for all units",
            "both",
            "draw the missing areas, or give points for all units",
        )


def cells_from_points(units: Any, metric_crs: str, outline: Any = None) -> Any:
    """Draw an area around each unit that is known as a point only (Voronoi cells).

    Args:
        units: GeoDataFrame with Point geometry, one row a unit.
        metric_crs: projected coordinate system in metres, in which nearness is measured.
        outline: polygon of the county in the units' own coordinate system; cells are cut at it.
            Without it they are cut at the points' convex hull, widened by a tenth of its extent.

    Returns:
        A copy of `units` with Polygon or MultiPolygon geometry in the units' system. Units at
        the very same place share that place's cell.
    """
    import geopandas
    import shapely

    points = in_metres(units, metric_crs)
    places, member = np.unique(shapely.get_coordinates(points), axis=0, return_inverse=True)
    member = member.reshape(-1)
    hull = shapely.convex_hull(shapely.multipoints(places))
    west, south, east, north = shapely.bounds(hull)
    reach = max(_NEAR_SHARE * max(east - west, north - south), 100.0)
    limit = shapely.buffer(hull, reach)
    if outline is not None:
        border = geopandas.GeoSeries([outline], crs=units.crs).to_crs(metric_crs).iloc[0]
        limit = shapely.union(border, shapely.buffer(shapely.multipoints(places), 1.0))
    cells = _voronoi(places, limit)
    drawn = geopandas.GeoSeries(cells[member], crs=metric_crs, index=units.index)
    return units.set_geometry(drawn.to_crs(units.crs))


def _voronoi(places: NDArray[np.float64], limit: Any) -> NDArray[np.object_]:
    """Return for each place (metres) the area that is nearer to it than to any other place."""
    import shapely

    if len(places) == 1:
        return np.array([limit], dtype=object)
    parts = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(places), extend_to=limit)
    )
    tree = shapely.STRtree(parts)
    place, part = tree.query(shapely.points(places), predicate="intersects")
    cell_of = np.zeros(len(places), dtype=np.intp)
    cell_of[place] = part
    cells: NDArray[np.object_] = shapely.intersection(parts[cell_of], limit)
    return cells
