"""One panel of the map: zones, their borders, moved units, schools and a scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.output.colours import colour_zones, zone_neighbours
from zoning.output.labels import place_labels, short_names
from zoning.output.properties import over_full_schools
from zoning.plan.sharing import zone_of_school

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from zoning.county import County
    from zoning.output.fonts import Lettering
    from zoning.plan.plan import Plan

__all__ = [
    "CHANGED",
    "INK",
    "OVER",
    "Layers",
    "add_areas",
    "draw_panel",
    "draw_scale",
    "map_extent",
    "zone_colours",
]

INK, OVER, CHANGED = "#1d2b36", "#c8102e", "#3b4a57"
_EMPTY = "#eceff1"
_HAIR = 5e-3
"""Zones nearer than this share of the county's width look like neighbours."""
_MARGIN, _SCALE_STRIP = 0.01, 0.05
_MOST_BORDERS = 4000


@dataclass(frozen=True)
class Layers:
    """What all panels draw from, in metres.

    Attributes:
        units: unit_id -> area.
        zones: (school_id, band) -> area.
        schools: school_id -> (x, y).
        over: schools with more pupils than seats.
        pupils: school_id -> pupils.
        bands: the bands in order.
        moved: (unit_id, band) of units whose school changes.
        colours: school_id -> colour of its zones, the same in all panels.
        extent: west, south, east, north of the county with a margin and a strip for the scale.
        zone_of: school_id -> shared zone, for schools that share one.
    """

    units: dict[str, Any]
    zones: dict[tuple[str, str], Any]
    schools: dict[str, tuple[float, float]]
    over: frozenset[str]
    pupils: dict[str, float]
    bands: tuple[str, ...]
    moved: frozenset[tuple[str, str]]
    colours: dict[str, str]
    extent: tuple[float, float, float, float]
    zone_of: dict[str, str]

    def has_zone(self, school: str, band: str) -> bool:
        """Return whether a school has units of its own or shares a zone that has."""
        return (self.zone_of.get(school, school), band) in self.zones

    @classmethod
    def of(cls, plan: Plan, county: County, areas: Any, zones: Any) -> Layers:
        """Project everything into the county's system in metres."""
        listed = plan.schools["school_id"].tolist()
        points = county.schools.to_crs(county.metric_crs).set_index("school_id").geometry
        unit_shapes = areas.to_crs(county.metric_crs)
        zone_shapes = zones.to_crs(county.metric_crs).geometry
        moved = zip(plan.moved["unit_id"], plan.moved["band"], strict=True)
        pairs = zip(zones["school_id"], zones["band"], strict=True)
        shapes = dict(zip(pairs, zone_shapes, strict=True))
        extent = map_extent(unit_shapes.total_bounds, list(points[listed]))
        return cls(
            units=dict(zip(areas["unit_id"], unit_shapes.geometry, strict=True)),
            zones=shapes,
            schools={school: (points[school].x, points[school].y) for school in listed},
            over=over_full_schools(plan),
            pupils=dict(zip(plan.schools["school_id"], plan.schools["pupils"], strict=True)),
            bands=tuple(dict.fromkeys(plan.assignment["band"])),
            moved=frozenset(moved),
            colours=zone_colours(shapes, extent),
            extent=extent,
            zone_of=zone_of_school(plan.rules),
        )


def zone_colours(
    zones: Mapping[tuple[str, str], Any], extent: tuple[float, float, float, float]
) -> dict[str, str]:
    """Return a colour for each school; two whose zones are neighbours in any band differ."""
    reach = _HAIR * (extent[2] - extent[0])
    neighbours: dict[str, set[str]] = {}
    for band in dict.fromkeys(band for _, band in zones):
        shapes = {school: shape for (school, its), shape in zones.items() if its == band}
        for school, others in zone_neighbours(shapes, reach).items():
            neighbours.setdefault(school, set()).update(others)
    return colour_zones(neighbours)


def map_extent(bounds: Any, points: list[Any]) -> tuple[float, float, float, float]:
    """Return west, south, east, north around units and schools, with a strip for the scale."""
    west, south, east, north = (float(number) for number in bounds)
    for point in points:
        west, east = min(west, point.x), max(east, point.x)
        south, north = min(south, point.y), max(north, point.y)
    margin = _MARGIN * max(east - west, north - south, 1.0)
    strip = _SCALE_STRIP * (north - south)
    return west - margin, south - margin - strip, east + margin, north + margin


def draw_panel(
    axes: Axes, plan: Plan, county: County, layers: Layers, band: str, lettering: Lettering
) -> None:
    """Draw the zones of one band."""
    axes.set_axis_off()
    axes.set_aspect("equal")
    west, south, east, north = layers.extent
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    if len(layers.bands) > 1:
        grades = ", ".join(county.stage(plan.stage).bands[band])
        title = lettering.shown(f"{band} (grades {grades})", f"band {layers.bands.index(band) + 1}")
        axes.set_title(title, loc="left", fontsize=10, color=INK, pad=4)
    _draw_units(axes, layers, band)
    _draw_zones(axes, layers, band)
    _draw_schools(axes, plan, layers, band, lettering)
    draw_scale(axes, layers.extent)


def _draw_zones(axes: Axes, layers: Layers, band: str) -> None:
    """Fill the zones and draw their borders, the units' borders between them in white."""
    schools = [school for school, its in layers.zones if its == band]
    shapes = [layers.zones[school, band] for school in schools]
    add_areas(axes, shapes, [layers.colours[school] for school in schools], edge="none", zorder=2)
    if len(layers.units) <= _MOST_BORDERS:
        add_areas(axes, list(layers.units.values()), "none", edge="#ffffff", width=0.4, zorder=3)
    else:
        add_areas(axes, list(layers.units.values()), "none", edge="#ffffff80", width=0.12, zorder=3)
    add_areas(axes, shapes, "none", edge="#46535e", width=0.9, zorder=5)


def _draw_units(axes: Axes, layers: Layers, band: str) -> None:
    """Draw units without a school in grey, and hatch those whose school changes."""
    add_areas(axes, list(layers.units.values()), _EMPTY, edge="none", zorder=1)
    moved = [layers.units[unit] for unit, its in sorted(layers.moved) if its == band]
    add_areas(axes, moved, "none", edge=CHANGED, width=0.0, zorder=4, hatch="//////")


def add_areas(
    axes: Axes,
    shapes: list[Any],
    colour: Any,
    *,
    edge: str,
    zorder: float,
    width: float = 0.0,
    hatch: str | None = None,
) -> None:
    """Draw areas as one collection."""
    from matplotlib.collections import PathCollection

    if not shapes:
        return
    paths = [_path(shape) for shape in shapes]
    drawn = PathCollection(
        paths, facecolors=colour, edgecolors=edge, linewidths=width, zorder=zorder, hatch=hatch
    )
    drawn.set_joinstyle("round")
    axes.add_collection(drawn, autolim=False)


def _path(shape: Any) -> Any:
    """Return a (Multi)Polygon as one path whose inner rings are holes."""
    import shapely
    from matplotlib.path import Path

    shape = shapely.orient_polygons(shape, exterior_cw=False)
    rings = [
        np.asarray(ring.coords)[:, :2]
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    codes = np.concatenate([_codes(len(ring)) for ring in rings])
    return Path(np.concatenate(rings), codes)


def _codes(length: int) -> Any:
    from matplotlib.path import Path

    codes = np.full(length, Path.LINETO, dtype=Path.code_type)
    codes[0], codes[-1] = Path.MOVETO, Path.CLOSEPOLY
    return codes


def _draw_schools(axes: Axes, plan: Plan, layers: Layers, band: str, lettering: Lettering) -> None:
    """Mark schools by whether they have a zone in this band and whether they are over-full."""
    serving = [school for school in layers.schools if layers.has_zone(school, band)]
    idle = [school for school in layers.schools if not layers.has_zone(school, band)]
    size = 34.0 if len(layers.schools) <= 60 else 15.0
    over = [school for school in serving if school in layers.over]
    fine = [school for school in serving if school not in layers.over]
    _mark(axes, layers, idle, marker="x", s=size * 0.6, color="#6b7780", linewidths=1.0, zorder=6)
    _mark(
        axes,
        layers,
        fine,
        marker="o",
        s=size,
        color="white",
        edgecolors=INK,
        linewidths=1.1,
        zorder=7,
    )
    _mark(
        axes,
        layers,
        over,
        marker="^",
        s=size * 1.9,
        color=OVER,
        edgecolors="white",
        linewidths=0.8,
        zorder=8,
    )
    if serving:
        _name_schools(axes, plan, layers, serving, lettering, math.sqrt(size) * 0.62 + 1)


def _name_schools(
    axes: Axes,
    plan: Plan,
    layers: Layers,
    serving: list[str],
    lettering: Lettering,
    distance: float,
) -> None:
    """Write the schools' names where there is room: over-full schools first, then large ones."""
    names = short_names(dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True)))
    first = sorted(serving, key=lambda school: (school not in layers.over, -layers.pupils[school]))
    texts = [names[s] if names[s] and lettering.can_show(names[s]) else s for s in first]
    letters = 7.5 if len(first) <= 25 else 6.5 if len(first) <= 60 else 5.6
    places = [layers.schools[school] for school in first]
    place_labels(axes, places, texts, size=letters, distance=distance)


def _mark(axes: Axes, layers: Layers, schools: list[str], **style: Any) -> None:
    if schools:
        places = np.array([layers.schools[school] for school in schools])
        axes.scatter(places[:, 0], places[:, 1], **style)


def draw_scale(axes: Axes, extent: tuple[float, float, float, float]) -> None:
    """Draw a bar of a round length in the strip below the map, and which way north is."""
    from matplotlib import patheffects

    west, south, east, north = extent
    length = _round_length((east - west) / 5)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    left = west + 0.035 * (east - west)
    low = south + 0.35 * _SCALE_STRIP * (north - south)
    halo = [patheffects.withStroke(linewidth=2.5, foreground="white")]
    bar: Any = {"color": INK, "solid_capstyle": "butt", "zorder": 10, "path_effects": halo}
    axes.plot([left, left + length], [low, low], lw=2.2, **bar)
    style: Any = {"color": INK, "zorder": 10, "path_effects": halo, "textcoords": "offset points"}
    axes.annotate(text, (left + length, low), xytext=(4, 0), va="center", fontsize=8, **style)
    north_mark = "N\n\u25b2"
    axes.annotate(
        north_mark, (left, low), xytext=(-6, -3), ha="right", fontsize=8, linespacing=0.9, **style
    )


def _round_length(metres: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at most `metres`."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= metres * (1 + 1e-9))
