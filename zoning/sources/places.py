"""Where rows lie: columns of coordinates and layers' shapes brought to the county's own system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.sources.cells import numbers, texts
from zoning.sources.gcj02 import bd09_to_wgs84, gcj02_to_wgs84
from zoning.sources.raw import Note, in_rows
from zoning.sources.systems import (
    System,
    UnknownSystem,
    false_easting,
    meridian_of,
    parse_system,
    zone_of,
    zoned,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.findings import Findings
    from zoning.sources.raw import Raw

    Places = NDArray[np.float64]

__all__ = ["located"]

_PAIRS: Final = (("lon", "lat"), ("easting", "northing"), ("x", "y"))
_ZONE_METRES: Final = 1_000_000.0
_MARGIN_DEGREES: Final = 3.0
"""Maps reach beyond the area for which their system is made, but not much farther."""
_FAR: Final = "a place far from where that system is used"


def located(
    raw: Raw, stated: System | None, crs: Any, findings: Findings, notes: list[Note]
) -> Any:
    """Return the rows' shapes as a GeoSeries in the county's system, or None and faults.

    Args:
        raw: the table, its headings recognised.
        stated: the coordinates' system as the planner states it; None: the file's own.
        crs: the county's system.
        findings: where faults go.
        notes: where guesses go.
    """
    import geopandas

    if not raw.rows:
        return geopandas.GeoSeries([], crs=crs)
    before = len(findings.faults)
    shapes = raw.geometry
    pair = next((pair for pair in _PAIRS if set(pair) <= set(raw.fields)), None)
    if shapes is None and "wkt" in raw.fields:
        shapes = _from_wkt(raw, findings)
    elif shapes is None and pair is not None:
        shapes = _from_columns(raw, pair, findings)
    elif shapes is None:
        findings.error(
            raw.place, "", "coordinates", "no columns that hold any",
            "add 经度 and 纬度 (lon, lat), x and y, or wkt; or give a layer with shapes",
        )  # fmt: skip
    if shapes is None or len(findings.faults) > before:
        return None
    system = _system(raw, stated, pair, findings, notes)
    if system is None:
        return None
    shapes = _checked(raw, np.asarray(shapes, dtype="object"), system, pair, findings, notes)
    return None if shapes is None else shapes.to_crs(crs)


def _from_wkt(raw: Raw, findings: Findings) -> Any:
    import shapely

    shapes = shapely.from_wkt(texts(raw, "wkt"), on_invalid="ignore")
    wrong = np.flatnonzero(shapely.is_missing(shapes)).tolist()
    in_rows(findings, raw, wrong, "a shape as WKT", "none", "write it as WKT: POINT (102.4 35.8)")
    return None if wrong else shapes


def _from_columns(raw: Raw, pair: tuple[str, str], findings: Findings) -> Any:
    import shapely

    before = len(findings.faults)
    x, y = (np.array(numbers(raw, name, findings, low=None)) for name in pair)
    if len(findings.faults) > before:
        return None
    blank = np.flatnonzero(np.isnan(x) | np.isnan(y)).tolist()
    in_rows(
        findings, raw, blank, f"numbers in {raw.fields[pair[0]]} and {raw.fields[pair[1]]}",
        "a blank", "look the place up on a map and write both coordinates",
    )  # fmt: skip
    return None if blank else shapely.points(x, y)


def _system(
    raw: Raw, stated: System | None, pair: tuple[str, str] | None, findings: Findings,
    notes: list[Note],
) -> System | None:  # fmt: skip
    """Return the system of a table's coordinates: stated, the file's own, or degrees."""
    own = None if raw.crs is None else System(raw.crs.to_string()[:60], raw.crs)
    if stated is not None:
        differs = own is not None and stated.crs is not None and own.crs != stated.crs
        if differs and not stated.shift and stated.plane is None:
            notes.append(Note(raw.place, f"crs {stated.text} as stated; the file says {own.text}"))  # type: ignore[union-attr]
        return stated
    if own is not None:
        return replace(own, exact=parse_system(own.text).exact if raw.crs.to_epsg() else True)
    if pair == ("lon", "lat"):
        notes.append(Note(raw.place, "coordinates taken as WGS 84 (EPSG:4326): no crs is stated"))
        return parse_system("EPSG:4326")
    findings.error(
        raw.place, "crs", "the system of the coordinates", "none stated",
        'state crs = "EPSG:4490" (degrees), "CGCS2000 3-degree zone 34", "GCJ-02" ...; '
        "a shapefile tells it by its .prj file",
    )  # fmt: skip
    return None


def _checked(
    raw: Raw, shapes: Any, system: System, pair: tuple[str, str] | None, findings: Findings,
    notes: list[Note],
) -> Any:  # fmt: skip
    """Return the shapes as a GeoSeries in a system that pyproj knows; None and faults if wrong."""
    import geopandas
    import shapely

    bounds = shapely.bounds(shapes)
    there = ~np.isnan(bounds).any(axis=1)
    if not there.any():
        return geopandas.GeoSeries(shapes, crs=system.crs)
    if system.degrees:
        if not _degrees_fit(raw, bounds, system, pair, findings):
            return None
        if system.shift:
            turn = gcj02_to_wgs84 if system.shift == "GCJ-02" else bd09_to_wgs84
            shapes = shapely.transform(shapes, turn)
            notes.append(Note(raw.place, f"{system.shift} turned into WGS 84"))
        series = geopandas.GeoSeries(shapes, crs=system.crs)
    else:
        series = _in_metres(raw, shapes, bounds[there], system, findings, notes)
    if series is not None and not system.exact:
        findings.warning(
            raw.place, "crs", "parameters that lead to WGS 84",
            f"{system.text}, whose parameters are not public: places may be off by 100 m",
            "ask the surveying bureau for the county's own and state them as towgs84",
        )  # fmt: skip
    return series


def _degrees_fit(
    raw: Raw, bounds: Places, system: System, pair: tuple[str, str] | None, findings: Findings
) -> bool:
    """Refuse metres called degrees, and latitude where longitude should be."""
    with np.errstate(invalid="ignore"):
        metres = np.flatnonzero((np.abs(bounds) > 360).any(axis=1)).tolist()
        poles = (np.abs(bounds[:, [1, 3]]) > 90).any(axis=1)
        # in China latitude is 3 to 54 and longitude 73 to 136: exchanged, they change places
        china = (
            (bounds[:, 0] < 55) & (bounds[:, 0] > 2) & (bounds[:, 1] > 72) & (bounds[:, 3] < 137)
        )
    swapped = sorted(set(np.flatnonzero(poles | china).tolist()) - set(metres))

    def show(i: int) -> str:
        return f"{bounds[i][0]:.10g}, {bounds[i][1]:.10g}"

    heads = "longitude, latitude" if pair is None else " and ".join(raw.fields[n] for n in pair)
    in_rows(
        findings, raw, metres, f"degrees ({system.text})", show,
        'state the system these metres are in: crs = "CGCS2000 3-degree zone 34" or the like',
    )  # fmt: skip
    in_rows(
        findings, raw, swapped, f"{heads}: a longitude and a latitude in this order", show,
        "exchange the two: they hold latitude and longitude",
    )  # fmt: skip
    return not metres and not swapped


def _in_metres(
    raw: Raw, shapes: Any, bounds: Places, system: System, findings: Findings, notes: list[Note]
) -> Any:
    """Return shapes in metres as a GeoSeries: order of the axes and the zone's prefix settled."""
    import geopandas
    import shapely

    if np.abs(bounds).max() <= 360:
        findings.error(
            raw.place, "crs", f"metres ({system.text})",
            f"degrees, about {bounds[0][0]:.6g}, {bounds[0][1]:.6g}",
            'state crs = "EPSG:4490" (CGCS2000) or "EPSG:4326" (WGS 84)',
        )  # fmt: skip
        return None
    middle = np.array([bounds[:, [0, 2]].mean(), bounds[:, [1, 3]].mean()])
    answer = _fitting(middle, system)
    if isinstance(answer, str):
        findings.error(
            raw.place, "crs", f"coordinates of {system.text}",
            f"about {middle[0]:.10g}, {middle[1]:.10g}: {answer}",
            "state the system that the surveyor used: its zone is the first two digits of an "
            "eight-digit y",
        )  # fmt: skip
        return None
    system, swap, offset = answer
    if swap:
        notes.append(Note(raw.place, "x is taken as north and y as east, as surveyors write them"))
    if offset or system.text.endswith(f"zone {zone_of(system.crs)}"):
        notes.append(Note(raw.place, f"the easting's prefix is zone {zone_of(system.crs)}"))

    def turn(places: Places) -> Places:
        turned = places[:, ::-1] if swap else places
        turned = turned + np.array([offset, 0.0])
        return turned if system.plane is None else _moved(turned, system.plane)

    return geopandas.GeoSeries(shapely.transform(shapes, turn), crs=system.crs)


def _fitting(middle: Places, system: System) -> tuple[System, bool, float] | str:
    """Return the system, whether axes are exchanged and metres to add to the east; or the trouble.

    The prefix is the one of the stated zone, or added or missing against the stated system.
    """
    reasons = []
    for swap in (False, True):
        east, north = middle[::-1] if swap else middle
        known, offset = system, 0.0
        prefix = int(east // _ZONE_METRES)
        if system.open_zone is not None:
            if not 10 <= prefix <= 50:
                reasons.append("no y with the zone's two digits before it")
                continue
            try:
                known = zoned(system, prefix)
            except UnknownSystem as error:
                reasons.append(str(error))
                continue
        elif system.plane is None and (zone := zone_of(system.crs)) is not None:
            expected = int(false_easting(system.crs) // _ZONE_METRES)
            if prefix not in (0, zone):
                known_zone = 13 <= prefix <= 45
                reasons.append(f"the zone {prefix} in y, not {zone}" if known_zone else _FAR)
                continue
            offset = (expected - prefix) * _ZONE_METRES
        place = np.array([[east + offset, north]])
        if system.plane is not None:
            place = _moved(place, system.plane)
        if _inside(place[0, 0], place[0, 1], known):
            return known, swap, offset
        reasons.append(_FAR)
    best = [reason for reason in reasons if "zone" in reason]
    return (best or reasons)[0]


def _inside(east: float, north: float, system: System) -> bool:
    """True if a place lies in or near the area for which its system is made."""
    import pyproj

    crs: Any = system.crs
    turn = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    x, y = turn.transform(east, north)
    if not (np.isfinite(x) and np.isfinite(y)):
        return False
    area = crs.area_of_use or (crs.source_crs.area_of_use if crs.is_bound else None)
    if area is None:  # a local grid: near its meridian, and not near a pole
        meridian = meridian_of(crs)
        off = 0.0 if meridian is None else abs(x - meridian)
        return bool(off <= _MARGIN_DEGREES and abs(y) < 84 and east > -1e6)
    west, south, east_, north_ = area.bounds
    near = _MARGIN_DEGREES
    return bool(west - near <= x <= east_ + near and south - near <= y <= north_ + near)


def _moved(places: Places, plane: tuple[float, float, float, float]) -> Places:
    """Return places of a local grid moved, turned and scaled by four parameters (四参数)."""
    dx, dy, seconds, factor = plane
    angle = np.radians(seconds / 3600.0)
    east, north = places[:, 0], places[:, 1]
    return np.column_stack(
        [
            dx + factor * (np.cos(angle) * east - np.sin(angle) * north),
            dy + factor * (np.sin(angle) * east + np.cos(angle) * north),
        ]
    )
