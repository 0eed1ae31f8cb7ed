"""Systems of coordinates as bureaus state them: codes, words, and parameters of local grids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyproj

__all__ = [
    "SYSTEM_KEYS",
    "System",
    "UnknownSystem",
    "crs_of",
    "false_easting",
    "meridian_of",
    "parse_system",
    "zone_of",
    "zoned",
]

_SHIFTED: Final = {
    "gcj02": "GCJ-02", "火星坐标": "GCJ-02", "火星坐标系": "GCJ-02", "国测局坐标": "GCJ-02",
    "高德": "GCJ-02", "高德坐标": "GCJ-02", "腾讯": "GCJ-02", "amap": "GCJ-02",
    "bd09": "BD-09", "bd09ll": "BD-09", "百度": "BD-09", "百度坐标": "BD-09", "百度坐标系": "BD-09",
}  # fmt: skip
_DEGREES: Final = {
    "wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "国家2000": "EPSG:4490", "大地2000": "EPSG:4490",
    "2000国家大地坐标系": "EPSG:4490", "xian80": "EPSG:4610", "xian1980": "EPSG:4610",
    "西安80": "EPSG:4610", "1980西安坐标系": "EPSG:4610",
}  # fmt: skip
_FIRST: Final = {  # (datum, degrees of a zone) -> first code and zone with prefix; codes without
    ("2000", 3): (4513, 25, 4534),
    ("2000", 6): (4491, 13, 4502),
    ("80", 3): (2349, 25, 2370),
    ("80", 6): (2327, 13, 2338),
}
_ZONES: Final = {3: (25, 45), 6: (13, 23)}
_GRID: Final = re.compile(
    r"(?P<datum>cgcs2000|国家2000|大地2000|xian80|xian1980|西安80)"
    r"(?P<width>[36])(?:degree|度带?|°)(?:gausskruger|高斯克吕格|高斯)?"
    r"(?:(?:zone|带号?|第)(?P<zone>\d{2})带?|(?:cm|中央经线)(?P<cm>\d{2,3})[e度°]?)?"
)
SYSTEM_KEYS: Final = (
    "base", "towgs84", "central_meridian", "latitude_of_origin", "false_easting", "false_northing",
    "scale", "ellipsoid", "dx", "dy", "rotation", "factor",
)  # fmt: skip
_ELLIPSOIDS: Final = {
    "cgcs2000": "+a=6378137 +rf=298.257222101",
    "wgs84": "+ellps=WGS84",
    "xian80": "+a=6378140 +rf=298.257",
    "iag75": "+a=6378140 +rf=298.257",
    "krassovsky": "+ellps=krass",
    "krasovsky": "+ellps=krass",
}


class UnknownSystem(ValueError):  # noqa: N818 - read as a sentence: raise UnknownSystem
    """A system of coordinates that nobody knows; its text says what is wrong."""


@dataclass(frozen=True)
class System:
    """A stated system of coordinates.

    Attributes:
        text: as stated.
        crs: what pyproj knows; None until the zone is found from the coordinates' prefix.
        shift: ``"GCJ-02"`` or ``"BD-09"`` for shifted degrees, else ``""``.
        open_zone: (datum, degrees of a zone) where the zone was not stated.
        plane: dx, dy (metres), rotation (seconds of arc) and factor (1 + ppm / 1e6) by which
            a local grid becomes `crs` (四参数).
        exact: False if the way to WGS 84 is known to some 100 metres only.
    """

    text: str
    crs: pyproj.CRS | None
    shift: str = ""
    open_zone: tuple[str, int] | None = None
    plane: tuple[float, float, float, float] | None = None
    exact: bool = True

    @property
    def degrees(self) -> bool:
        """True if coordinates are longitude and latitude."""
        return self.crs is not None and bool(self.crs.is_geographic)


def parse_system(stated: object) -> System:
    """Return the system that a text, an EPSG number or a table of parameters states.

    Raises:
        UnknownSystem: it states none.
    """
    if isinstance(stated, Mapping):
        return _from_parameters(stated)
    if isinstance(stated, int) and not isinstance(stated, bool):
        return parse_system(f"EPSG:{stated}")
    if not isinstance(stated, str) or not stated.strip():
        raise UnknownSystem(f"{stated!r} names no system of coordinates")
    word = re.sub(r"[\s_/.'’\-()()]+", "", stated.lower())
    if word in _SHIFTED:
        return System(stated, crs_of("EPSG:4326"), shift=_SHIFTED[word])
    if word in _DEGREES:
        crs = crs_of(_DEGREES[word])
        return System(stated, crs, exact=_exact(crs))
    grid = _GRID.fullmatch(word)
    if grid:
        return _from_words(stated, grid)
    crs = crs_of(stated)
    return System(stated, crs, exact=_exact(crs))


def zoned(system: System, zone: int) -> System:
    """Return a system whose zone was open, with the zone that the coordinates' prefix names.

    Raises:
        UnknownSystem: China has no such zone.
    """
    assert system.open_zone is not None
    datum, width = system.open_zone
    crs = crs_of(f"EPSG:{_code(datum, width, zone=zone)}")
    return System(f"{system.text}, zone {zone}", crs, exact=_exact(crs))


def zone_of(crs: pyproj.CRS | None) -> int | None:
    """Return the zone number that belongs to a Gauss-Krueger system, None if it has none."""
    meridian = meridian_of(crs)
    if crs is None or meridian is None:
        return None
    name = crs.source_crs.name if crs.is_bound and crs.source_crs is not None else crs.name
    width = 3 if "3-degree" in name else 6
    zone = meridian / 3 if width == 3 else (meridian + 3) / 6
    return int(zone) if float(zone).is_integer() else None


def meridian_of(crs: pyproj.CRS | None) -> float | None:
    """Return the central meridian of a system in degrees, None if it has none."""
    return _parameter(crs, "Longitude of natural origin")


def false_easting(crs: pyproj.CRS | None) -> float:
    """Return the false easting in metres, 0 if there is none."""
    return _parameter(crs, "False easting") or 0.0


def _parameter(crs: pyproj.CRS | None, name: str) -> float | None:
    if crs is None:
        return None
    plain = crs.source_crs if crs.is_bound else crs
    operation = plain.coordinate_operation if plain is not None else None
    for parameter in operation.params if operation is not None else ():
        if parameter.name == name:
            return float(parameter.value)
    return None


def _from_words(stated: str, grid: re.Match[str]) -> System:
    datum = "2000" if "2000" in grid["datum"] else "80"
    width = int(grid["width"])
    if grid["zone"]:
        crs = crs_of(f"EPSG:{_code(datum, width, zone=int(grid['zone']))}")
    elif grid["cm"]:
        crs = crs_of(f"EPSG:{_code(datum, width, meridian=int(grid['cm']))}")
    else:
        return System(stated, None, open_zone=(datum, width), exact=datum == "2000")
    return System(stated, crs, exact=datum == "2000")


def _code(datum: str, width: int, *, zone: int = 0, meridian: int = 0) -> int:
    """Return the EPSG code of a zone (prefix in the easting) or of a meridian (no prefix)."""
    with_prefix, first, without = _FIRST[datum, width]
    number = zone or (meridian // 3 if width == 3 else (meridian + 3) // 6)
    low, high = _ZONES[width]
    fits = not meridian or meridian == (number * 3 if width == 3 else number * 6 - 3)
    if not low <= number <= high or not fits:
        which = f"zone {zone}" if zone else f"central meridian {meridian}"
        raise UnknownSystem(f"{which} is none of China's {width}-degree zones {low} to {high}")
    return (with_prefix if zone else without) + number - first


def _exact(crs: pyproj.CRS) -> bool:
    """False for Xi'an 80 and Beijing 54, whose way to WGS 84 is not public."""
    return not any(old in crs.name for old in ("Xian 1980", "Beijing 1954"))


def crs_of(text: str) -> pyproj.CRS:
    """Return what pyproj knows by a text.

    Raises:
        UnknownSystem: it knows nothing.
    """
    import pyproj

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise UnknownSystem(f"{text!r} names no system of coordinates") from error


def _from_parameters(stated: Mapping[str, Any]) -> System:
    odd = [key for key in stated if key not in SYSTEM_KEYS]
    if odd:
        raise UnknownSystem(f"unknown parameter {odd[0]!r}; known are {', '.join(SYSTEM_KEYS)}")
    shift = stated.get("towgs84")
    if shift is not None and not (_numbers(shift) and len(shift) in (3, 7)):
        raise UnknownSystem("towgs84 is not a list of 3 or 7 numbers")
    singles = {k: v for k, v in stated.items() if k not in ("base", "towgs84", "ellipsoid")}
    if not _numbers(list(singles.values())):
        raise UnknownSystem(f"one of {', '.join(singles)} is not a number")
    text = ", ".join(f"{key} = {value}" for key, value in stated.items())
    if "central_meridian" in stated:
        crs, exact = crs_of(_proj(stated)), True
    elif "base" in stated:
        base = parse_system(stated["base"])
        if base.crs is None:
            raise UnknownSystem(f"{base.text!r} leaves the zone open: state it as well")
        crs, exact = base.crs, base.exact
    else:
        raise UnknownSystem("neither base nor central_meridian is stated")
    plane = None
    if {"dx", "dy", "rotation", "factor"} & set(stated):
        plane = tuple(float(stated.get(k, 1.0 if k == "factor" else 0.0)) for k in _PLANE)
        if plane[3] <= 0 or not crs.is_projected:
            raise UnknownSystem(
                "dx, dy, rotation, factor need a factor above 0 and a base in metres"
            )
    if shift is not None:
        crs, exact = _bound(crs, [float(v) for v in shift]), True
    return System(text, crs, plane=plane, exact=exact)  # type: ignore[arg-type]


_PLANE: Final = ("dx", "dy", "rotation", "factor")


def _proj(stated: Mapping[str, Any]) -> str:
    name = re.sub(r"[\s\-'’]", "", str(stated.get("ellipsoid", "CGCS2000")).lower())
    if name not in _ELLIPSOIDS:
        raise UnknownSystem(f"unknown ellipsoid {stated['ellipsoid']!r}: {', '.join(_ELLIPSOIDS)}")
    return (
        f"+proj=tmerc +lat_0={stated.get('latitude_of_origin', 0)} "
        f"+lon_0={stated['central_meridian']} +k={stated.get('scale', 1)} "
        f"+x_0={stated.get('false_easting', 500000)} +y_0={stated.get('false_northing', 0)} "
        f"{_ELLIPSOIDS[name]} +units=m +type=crs"
    )


def _bound(crs: pyproj.CRS, shift: list[float]) -> pyproj.CRS:
    """Return the system with its way to WGS 84 (Helmert, position vector convention)."""
    import pyproj

    return pyproj.CRS.from_json_dict(
        {
            "type": "BoundCRS",
            "source_crs": crs.to_json_dict(),
            "target_crs": crs_of("EPSG:4326").to_json_dict(),
            "transformation": _helmert(crs, shift),
        }
    )


def _helmert(crs: pyproj.CRS, shift: list[float]) -> dict[str, Any]:
    names = (
        ("X-axis translation", "metre"), ("Y-axis translation", "metre"),
        ("Z-axis translation", "metre"), ("X-axis rotation", _ARC), ("Y-axis rotation", _ARC),
        ("Z-axis rotation", _ARC), ("Scale difference", _PPM),
    )  # fmt: skip
    seven = [*shift, *[0.0] * (7 - len(shift))]
    geodetic = crs.geodetic_crs
    assert geodetic is not None
    return {
        "type": "Transformation",
        "name": "stated parameters",
        "source_crs": geodetic.to_json_dict(),
        "target_crs": crs_of("EPSG:4326").to_json_dict(),
        "method": {"name": "Position Vector transformation (geog2D domain)",
                   "id": {"authority": "EPSG", "code": 9606}},
        "parameters": [
            {"name": name, "value": value, "unit": unit, "id": {"authority": "EPSG", "code": code}}
            for (name, unit), value, code in zip(names, seven, range(8605, 8612), strict=True)
        ],
    }  # fmt: skip


_ARC: Final = {
    "type": "AngularUnit",
    "name": "arc-second",
    "conversion_factor": 4.84813681109536e-06,
}
_PPM: Final = {"type": "ScaleUnit", "name": "parts per million", "conversion_factor": 1e-06}


def _numbers(values: object) -> bool:
    return isinstance(values, list | tuple) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )
