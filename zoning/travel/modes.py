"""How children travel: which roads a mode may use, and how fast it goes on them.

Speeds by class of road are those of a free road. Sources:

* driving: the speeds of OSRM's car profile (Open Source Routing Machine, ``profiles/car.lua``),
  never above the posted limit;
* bus: the same, but never above 60 km/h (80 km/h on an expressway), which the Regulation on the
  Safety of School Buses (校车安全管理条例, State Council decree 617, article 35) sets; 20 km/h in
  ice, snow or mud is in the same article: ``replace(BUS, cap=20)``;
* walking: 4 km/h on the level, an assumption for children that is somewhat slower than the
  5.04 km/h of W. Tobler (1993, Three presentations on geographical analysis and modeling, NCGIA
  93-1), whose function changes it on slopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from types import MappingProxyType
from typing import Final

from zoning.errors import Fault, InputError

__all__ = ["BUS", "DRIVE", "MODES", "UNPAVED", "WALK", "Mode", "as_mode"]

_CAR_KMH: Final = {
    "motorway": 90.0, "motorway_link": 45.0, "trunk": 85.0, "trunk_link": 40.0,
    "primary": 65.0, "primary_link": 30.0, "secondary": 55.0, "secondary_link": 25.0,
    "tertiary": 40.0, "tertiary_link": 20.0, "unclassified": 25.0, "residential": 25.0,
    "road": 25.0, "living_street": 10.0, "service": 15.0,
}  # fmt: skip

_FOOT_CLASSES: Final = (
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
    "tertiary_link", "unclassified", "residential", "road", "living_street", "service", "track",
    "path", "footway", "pedestrian", "steps", "bridleway", "cycleway",
)  # fmt: skip

UNPAVED: Final = frozenset({
    "unpaved", "compacted", "fine_gravel", "gravel", "pebblestone", "rock", "ground", "dirt",
    "earth", "grass", "grass_paver", "mud", "sand", "woodchips", "snow", "ice", "salt", "clay",
})  # fmt: skip
"""Values of OpenStreetMap's key ``surface`` that are not paved."""


@dataclass(frozen=True)
class Mode:
    """A way to travel.

    Attributes:
        name: what stands in the column ``mode`` of the travel table.
        kmh: class of road (OpenStreetMap's ``highway``) -> speed on a free road in km/h. Classes
            that are not named may not be used.
        access: keys of OpenStreetMap that open or close a road for the mode, the one that
            decides first.
        one_way: True if one-way roads bind the mode.
        posted: True if posted limits (``maxspeed``) bind the mode.
        cap: no faster than this anywhere but on an expressway, km/h.
        expressway_cap: no faster than this on an expressway (``motorway``), km/h.
        slopes: True if slopes change the speed, where heights are known.
        unpaved: minutes on unpaved roads are multiplied by this, 1 or more.
        winter: minutes on all roads are multiplied by this, 1 or more.
        wait: minutes added to each journey, such as for waiting and boarding.
        reach: metres that a home or school may lie from the nearest road of the mode. The way to
            it counts in the metres, at walking speed in the minutes.
    """

    name: str
    kmh: Mapping[str, float]
    access: tuple[str, ...]
    one_way: bool = False
    posted: bool = False
    cap: float = float("inf")
    expressway_cap: float = float("inf")
    slopes: bool = False
    unpaved: float = 1.0
    winter: float = 1.0
    wait: float = 0.0
    reach: float = 1000.0

    def __post_init__(self) -> None:
        """Freeze the speeds and check every number.

        Raises:
            InputError: a number is none, negative or too small.
        """
        object.__setattr__(self, "kmh", MappingProxyType(dict(self.kmh)))
        object.__setattr__(self, "access", tuple(self.access))
        faults = [
            _fault(self.name, f"speed on {road}", "km/h above 0", speed)
            for road, speed in self.kmh.items()
            if not _number(speed) or not isfinite(speed) or speed <= 0
        ]
        if not self.kmh:
            faults.append(_fault(self.name, "kmh", "speeds for at least one class of road", "none"))
        for name, low in (("unpaved", 1.0), ("winter", 1.0), ("wait", 0.0), ("reach", 0.0)):
            value = getattr(self, name)
            if not _number(value) or not isfinite(value) or value < low:
                faults.append(_fault(self.name, name, f"a number of at least {low:g}", value))
        for name in ("cap", "expressway_cap"):
            value = getattr(self, name)
            if not _number(value) or not value > 0:
                faults.append(_fault(self.name, name, "km/h above 0", value))
        if not str(self.name).strip():
            faults.append(_fault(repr(self.name), "name", "a word such as walk", "none"))
        if faults:
            raise InputError(faults)

    def __hash__(self) -> int:
        """Hash by name; equal modes have equal hashes."""
        return hash(self.name)

    def settings(self) -> dict[str, object]:
        """Return everything that decides minutes and metres, as plain values."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return plain | {"kmh": dict(sorted(self.kmh.items())), "access": list(self.access)}

    def __str__(self) -> str:
        """Return name, speeds and penalties in a few words."""
        low, high = min(self.kmh.values()), max(self.kmh.values())
        parts = [f"{self.name} {low:g}" + (f" to {high:g}" if high > low else "") + " km/h"]
        if isfinite(self.cap):
            parts.append(f"at most {self.cap:g} km/h")
        for word in ("unpaved", "winter"):
            if getattr(self, word) > 1:
                parts.append(f"{word} x {getattr(self, word):g}")
        if self.wait:
            parts.append(f"{self.wait:g} minutes of waiting")
        return ", ".join(parts)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fault(mode: str, where: str, expected: str, found: object) -> Fault:
    return Fault("error", f"mode {mode}", where, expected, str(found), "correct the number")


WALK: Final = Mode(
    "walk", dict.fromkeys(_FOOT_CLASSES, 4.0), ("foot", "access"), slopes=True, reach=500.0
)
DRIVE: Final = Mode(
    "drive", _CAR_KMH, ("motorcar", "motor_vehicle", "vehicle", "access"), one_way=True, posted=True
)
BUS: Final = Mode(
    "bus",
    _CAR_KMH,
    ("bus", "psv", "motor_vehicle", "vehicle", "access"),
    one_way=True,
    posted=True,
    cap=60.0,
    expressway_cap=80.0,
)

MODES: Final = {mode.name: mode for mode in (WALK, DRIVE, BUS)}
"""The modes that come with the library, by name."""


def as_mode(mode: str | Mode) -> Mode:
    """Return a mode by its name; a Mode is returned as it is.

    Raises:
        InputError: there is no mode of that name.
    """
    if isinstance(mode, Mode):
        return mode
    if mode not in MODES:
        raise InputError(
            Fault(
                "error", "arguments", "modes", f"a Mode, or one of {', '.join(MODES)}",
                repr(mode), "use one of these names, or make a Mode with speeds of its own",
            )
        )  # fmt: skip
    return MODES[mode]
