"""GeoJSON (RFC 7946): longitude and latitude in WGS84 with 6 decimals (about 10 cm).

`zones.geojson` has one feature per school and band. Its properties:

========================== =====================================================================
school_id, school, kind    the school's id, name and kind
stage, band, grades, year  which children the zone is for
units                      number of units in the zone
pupils                     pupils of the zone (this band alone)
mean_minutes, _metres      mean journey of these pupils, one way; null if unknown
longest_minutes, _metres   longest journey of these pupils
school_pupils              pupils of all bands of the stage placed at the school
school_outside             pupils from outside the zoning who hold places there
school_seats               seats (places for entrants if only they are placed); null if unknown
utilisation                (school_pupils + school_outside) / school_seats
over_full                  true if that is more than 1
schools                    ids of the schools that share the zone by lottery, only where they do;
                           school_id is then the zone's name, and journeys are expected ones
geometry                   "real", "modelled" (as the cells drawn around points) or "assumed"
county, model              what the plan was made from
status, gap                how good the plan is proven to be; gap null if nothing is proven
notice                     what must be said wherever the data are shown
========================== =====================================================================

`schools.geojson` has one point per school of the stage with the columns of the plan's table of
schools (see `zoning.plan.Plan`; ``state`` says which are open where the model chooses), over_full,
township, root_unit, and the last five rows above.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoning.county.files import atomic_write
from zoning.output.properties import school_properties, zone_properties
from zoning.output.shapes import WGS84, polygonal, school_points, zone_areas

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["schools_geojson", "write_zones", "zones_geojson"]

_DECIMALS = 6


def write_zones(plan: Plan, county: County, path: Path) -> None:
    """Write `zones.geojson` in one step."""
    atomic_write(path, zones_geojson(plan, county))


def zones_geojson(plan: Plan, county: County, zones: Any = None) -> str:
    """Return the text of `zones.geojson`; the same plan gives the same text.

    Args:
        plan: the plan.
        county: its county.
        zones: what `zone_areas` returned, if that is at hand.
    """
    zones = zone_areas(plan, county) if zones is None else zones
    properties = zone_properties(plan, county)
    shapes = zones.geometry.to_crs(WGS84)
    features = [
        _feature(f"{school}/{band}", _area(shape), properties[school, band])
        for school, band, shape in zip(zones["school_id"], zones["band"], shapes, strict=True)
    ]
    return _collection(plan, features)


def schools_geojson(plan: Plan, county: County) -> str:
    """Return the text of `schools.geojson`."""
    properties = school_properties(plan, county)
    points = school_points(county, list(properties)).to_crs(WGS84)
    features = [
        _feature(school, {"type": "Point", "coordinates": _rounded([point.x, point.y])}, about)
        for (school, about), point in zip(properties.items(), points, strict=True)
    ]
    return _collection(plan, features)


def _collection(plan: Plan, features: Iterable[str]) -> str:
    """Return a FeatureCollection, one feature a line; the notice is a member of its own too."""
    head = json.dumps({"notice": plan.notice}, ensure_ascii=False)[1:-1]
    body = ",\n".join(features)
    return f'{{"type": "FeatureCollection", {head}, "features": [\n{body}\n]}}\n'


def _feature(name: str, geometry: dict[str, Any] | None, properties: dict[str, Any]) -> str:
    feature = {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}
    return json.dumps(feature, ensure_ascii=False, allow_nan=False)


def _area(shape: Any) -> dict[str, Any] | None:
    """Return a GeoJSON geometry: rounded, valid, outer rings counter-clockwise, always alike.

    None if the area vanishes at this precision.
    """
    import shapely

    shape = polygonal(shapely.set_precision(shape, 10.0**-_DECIMALS))
    if shape.is_empty:
        return None
    shape = shapely.orient_polygons(shapely.normalize(shape), exterior_cw=False)
    rings = [
        [_rounded(list(place)) for place in ring.coords]
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    counts = [1 + len(polygon.interiors) for polygon in shapely.get_parts(shape)]
    polygons = [[rings.pop(0) for _ in range(count)] for count in counts]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rounded(place: list[float]) -> list[float]:
    return [round(float(number), _DECIMALS) for number in place]
