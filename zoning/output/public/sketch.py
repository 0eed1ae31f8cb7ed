"""The sketch map of a public notice: zones by number, schools, a scale; nothing about children."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from zoning.output.fonts import FALLBACK, find_lettering
from zoning.output.map_panel import (
    INK,
    add_areas,
    draw_scale,
    map_extent,
    zone_colours,
)  # fmt: skip
from zoning.output.map_text import write_banner
from zoning.output.public.zones import placed_grades
from zoning.plan.sharing import shares_of

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from zoning.output.public.edition import Edition
    from zoning.output.public.zones import Zone

__all__ = ["sketch", "write_sketch"]

_AREA: Final = 70.0
_LARGE_AREA, _MANY_ZONES = 140.0, 60
"""Square inches of a panel; more where there are many zones."""
_DPI: Final = 150
_MOST_BORDERS: Final = 1000
"""Borders of more units than this cannot be told apart on the sheet."""
_FOOT, _TITLE, _HEAD, _EDGE = 0.55, 0.4, 0.3, 0.15


def sketch(edition: Edition) -> Figure:
    """Return the map: a panel for each set of bands whose zones are alike."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lettering = find_lettering()
    panels = _panels(edition.zones, placed_grades(edition.plan, edition.county))
    points = edition.county.schools.to_crs(edition.county.metric_crs).set_index("school_id")
    first = {zone: next(iter(of)) for zone, of in shares_of(edition.plan.rules).items()}
    schools = {
        zone.school_id: points.geometry[first.get(zone.school_id, zone.school_id)]
        for zone in edition.zones
    }
    extent = map_extent(edition.areas.total_bounds, list(schools.values()))
    west, south, east, north = extent
    ratio = min(max((east - west) / (north - south), 0.45), 2.2)
    area = _AREA if len(edition.zones) <= _MANY_ZONES * len(panels) else _LARGE_AREA
    width, height = math.sqrt(area * ratio), math.sqrt(area / ratio)
    colours = zone_colours(dict(edition.shapes), extent)
    size = (width + 2 * _EDGE, len(panels) * (height + _HEAD) + _FOOT + _TITLE)
    with mpl.rc_context({"font.family": list(lettering.families)}):
        figure = Figure(figsize=size, dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        for at, (grades, zones) in enumerate(panels):
            low = _FOOT + (len(panels) - 1 - at) * (height + _HEAD)
            box = (_EDGE / size[0], low / size[1], width / size[0], height / size[1])
            axes = figure.add_axes(box)
            axes.set_axis_off()
            axes.set_aspect("equal")
            axes.set_xlim(west, east)
            axes.set_ylim(south, north)
            if len(panels) > 1:
                title = lettering.shown(f"年级 / grades {', '.join(grades)}", f"{at + 1}")
                axes.set_title(title, loc="left", fontsize=10, color=INK, pad=3)
            _draw(axes, edition, zones, schools, colours)
            draw_scale(axes, extent)
        title = lettering.shown(f"{edition.plan.county} {edition.plan.year}", "")
        head = 1 - 0.5 * _TITLE / size[1]
        figure.text(_EDGE / size[0], head, title, va="center", size=13, weight="bold", color=INK)
        if edition.plan.notice:
            text = lettering.shown(edition.plan.notice, "Mind the notice: no font here shows it")
            write_banner(figure, text, 0.42 / size[1])
    return figure


def write_sketch(edition: Edition, folder: Path) -> str:
    """Write ``map.svg`` and ``map.png`` into a folder, and return the SVG for a page."""
    import matplotlib as mpl

    figure = sketch(edition)
    # a fixed salt, and no date or maker: the same plan gives the same files
    with mpl.rc_context({"svg.hashsalt": "zoning"}):
        about = {"Date": None, "Creator": None}
        figure.savefig(folder / "map.svg", format="svg", metadata=about)
    figure.savefig(folder / "map.png", format="png", metadata={"Software": None})
    text = (folder / "map.svg").read_text(encoding="utf-8")
    return text[text.index("<svg") :]


def _panels(
    zones: list[Zone], grades_of: Mapping[str, Sequence[str]]
) -> list[tuple[tuple[str, ...], list[Zone]]]:
    """Return the grades and zones of each panel; bands with the same zones share one."""
    bands = dict.fromkeys(band for zone in zones for band in zone.bands)
    panels: dict[tuple[int, ...], tuple[list[str], list[Zone]]] = {}
    for band in bands:
        chosen = [at for at, zone in enumerate(zones) if band in zone.bands]
        grades, _ = panels.setdefault(tuple(chosen), ([], [zones[at] for at in chosen]))
        grades += grades_of[band]
    return [(tuple(names), its) for names, its in panels.values()]


def _draw(
    axes: Axes,
    edition: Edition,
    zones: list[Zone],
    schools: dict[str, Any],
    colours: dict[str, str],
) -> None:
    """Draw zones, borders of units and zones, schools, and each zone's number."""
    from matplotlib import patheffects

    shapes = [edition.shapes[zone.school_id, zone.bands[0]] for zone in zones]
    fills = [colours[zone.school_id] for zone in zones]
    served = {unit for zone in zones for unit in zone.units}
    units, alone = edition.areas.geometry, ~edition.areas["unit_id"].isin(served)
    add_areas(axes, list(units[alone]), "#eceff1", edge="none", zorder=1)
    add_areas(axes, shapes, fills, edge="none", zorder=2)
    if len(units) <= _MOST_BORDERS:
        add_areas(axes, list(units), "none", edge="#ffffff", width=0.4, zorder=3)
    add_areas(axes, shapes, "none", edge="#46535e", width=1.2, zorder=4)
    halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    style: Any = {"ha": "center", "fontsize": 9, "weight": "bold", "color": INK, "zorder": 7}
    for zone, shape in zip(zones, shapes, strict=True):
        point = schools[zone.school_id]
        axes.plot([point.x], [point.y], "o", ms=4.5, mfc="white", mec=INK, mew=1.0, zorder=6)
        inside = shape.representative_point()
        place, offset = ((point.x, point.y), (0, 4)) if shape.covers(point) else (inside, (0, 0))
        where = place if isinstance(place, tuple) else (place.x, place.y)
        axes.annotate(
            str(zone.number), where, xytext=offset, textcoords="offset points", va="bottom",
            family=FALLBACK, path_effects=halo, **style,
        )  # fmt: skip
