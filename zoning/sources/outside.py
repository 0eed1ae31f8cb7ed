"""Places that do not fit together: units and schools far off, points that look shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.county.geometry import in_metres, is_points
from zoning.sources.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, within_china

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County
    from zoning.sources.gathered import Gathered

__all__ = ["check_places"]

_LEAST_METRES: Final = 20_000.0
"""A school may serve a county from across the border, but not from beyond this and its extent."""
_FAR_OFF: Final = 5.0
"""A unit so many times farther from the middle than half of the units is worth a look."""
_LEAST_MORE: Final = 2
_WORTH_SAYING: Final = 0.1
_SHIFTS: Final = {"GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}


def check_places(county: County, gathered: Gathered) -> None:
    """Refuse schools far from every unit; warn of those outside, and of points that look shifted.

    Areas are needed for the warnings: around points nobody knows where the county ends.
    """
    import shapely

    units, schools = county.units, county.schools
    shapes = in_metres(units, county.metric_crs)
    points = in_metres(schools, county.metric_crs)
    tree = shapely.STRtree(shapes)
    nearest = tree.nearest(points)
    metres = shapely.distance(points, shapes[nearest])
    west, south, east, north = shapely.total_bounds(shapes)
    reach = max(_LEAST_METRES, float(np.hypot(east - west, north - south)) / 2)
    ids = [str(school) for school in schools["school_id"]]
    areas = not is_points(units)
    for row in np.flatnonzero(metres > (0.0 if areas else reach)).tolist():
        far = metres[row] > reach
        trace = gathered.traces["schools"][row]
        add = gathered.findings.error if far else gathered.findings.warning
        add(
            trace.place, f"{trace} (school {ids[row]})", "a school inside the county",
            f"a place {metres[row] / 1000:,.1f} km from the nearest unit, "
            f"{units['unit_id'].iloc[nearest[row]]}",
            "correct its coordinates, or take it out" if far else
            "correct its coordinates, or the border, unless it stands across it",
        )  # fmt: skip
    _warn_of_far_units(shapes, [str(unit) for unit in units["unit_id"]], gathered)
    if areas:
        _warn_of_shift(county, gathered)


def _warn_of_far_units(shapes: NDArray[np.object_], ids: list[str], gathered: Gathered) -> None:
    """Warn of units that lie far from all others: a digit of a coordinate may be wrong."""
    import shapely

    places = shapely.get_coordinates(shapely.centroid(shapes))
    metres = np.hypot(*(places - np.median(places, axis=0)).T)
    far = metres > max(_LEAST_METRES, _FAR_OFF * float(np.median(metres)))
    for row in np.flatnonzero(far).tolist():
        trace = gathered.traces["units"][row]
        gathered.findings.warning(
            trace.place, f"{trace} (unit {ids[row]})", "a unit near the others",
            f"one {metres[row] / 1000:,.0f} km from their middle", "check its coordinates",
        )  # fmt: skip


def _warn_of_shift(county: County, gathered: Gathered) -> None:
    """Warn if more schools fit the borders after a shift of map services is taken back."""
    import geopandas
    import shapely

    units, schools = county.units, county.schools
    shapes = units.geometry.to_crs("EPSG:4326").to_numpy()
    places = shapely.get_coordinates(schools.geometry.to_crs("EPSG:4326").to_numpy())
    if not within_china(places).all():
        return
    towns = _towns(units, schools)
    stated = _fitting(shapes, places, towns)
    gains = {name: _fitting(shapes, turn(places), towns) for name, turn in _SHIFTS.items()}
    best = max(gains, key=lambda name: gains[name])
    more = gains[best] - stated
    if more < max(_LEAST_MORE, _WORTH_SAYING * len(schools)):
        return
    moved = geopandas.points_from_xy(*_SHIFTS[best](places).T, crs="EPSG:4326")
    metres = shapely.distance(
        moved.to_crs(county.metric_crs), in_metres(schools, county.metric_crs)
    )
    place = gathered.traces["schools"][0].place
    gathered.findings.warning(
        place, "", "schools inside their own areas",
        f"{stated} of {len(schools)} there as stated and {gains[best]} if they are {best}, which "
        f"moves them by {np.median(metres):,.0f} m",
        f'if the coordinates come from a Chinese map service, state crs = "{best}"',
    )  # fmt: skip


def _towns(units: Any, schools: Any) -> tuple[NDArray[np.object_], NDArray[np.object_]] | None:
    """Return the townships of units and schools, None if the two do not use the same names."""
    names = [frame["township"].to_numpy(dtype="object") for frame in (units, schools)]
    shared = set(names[0]) & set(names[1]) - {""}
    return (names[0], names[1]) if shared else None


def _fitting(
    shapes: NDArray[np.object_],
    places: NDArray[np.float64],
    towns: tuple[NDArray[np.object_], NDArray[np.object_]] | None,
) -> int:
    """Return how many places lie in a unit, and in one of their own township where it is known."""
    import shapely

    place, unit = shapely.STRtree(shapes).query(shapely.points(places), predicate="intersects")
    if towns is not None:
        of_units, of_places = towns
        same = (of_units[unit] == of_places[place]) | (of_places[place] == "")
        place = place[same]
    return len(np.unique(place))
