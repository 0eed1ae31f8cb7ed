"""The map of a plan: one panel per band, zones in colours that differ between neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoning.county.files import atomic_path
from zoning.output.fonts import Lettering, find_lettering
from zoning.output.map_panel import Layers, draw_panel
from zoning.output.map_text import write_furniture
from zoning.output.shapes import unit_areas, zone_areas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["plot"]

_DPI = 200
_HEAD, _FOOT, _GAP = 1.25, 1.3, 0.3
_CROWDED = 60


@dataclass(frozen=True)
class _Sheet:
    """Sizes in inches: width and height of a panel and of the sheet, the grid, a panel's title."""

    panel: tuple[float, float]
    size: tuple[float, float]
    columns: int
    rows: int
    title: float


def plot(
    plan: Plan, county: County, path: Path | None = None, *, areas: Any = None, zones: Any = None
) -> Figure:
    """Return the map of a plan; write it too if a path is given (PNG, PDF or SVG by its name).

    Schools over their seats are marked, as are units whose school changes. Names that no installed
    font can show give way to ids.

    Args:
        plan: the plan.
        county: its county.
        path: where to write it.
        areas: what `unit_areas` returned, if that is at hand.
        zones: what `zone_areas` returned, if that is at hand.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    areas = unit_areas(county) if areas is None else areas
    zones = zone_areas(plan, county, areas) if zones is None else zones
    layers = Layers.of(plan, county, areas, zones)
    lettering = find_lettering()
    sheet = _sheet(layers)
    with mpl.rc_context(_style(lettering)):
        figure = Figure(figsize=sheet.size, dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        for at, band in enumerate(layers.bands):
            axes = figure.add_axes(_place(sheet, at))
            draw_panel(axes, plan, county, layers, band, lettering)
        write_furniture(figure, plan, county, layers, lettering)
    if path is not None:
        with atomic_path(path) as temporary:
            figure.savefig(temporary, dpi=_DPI, format=path.suffix.lstrip(".") or "png")
    return figure


def _style(lettering: Lettering) -> Any:
    return {
        "font.family": list(lettering.families),
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.5,
        "svg.hashsalt": "zoning",
    }


def _sheet(layers: Layers) -> _Sheet:
    """Return sizes for which all panels have the same scale and the map fills its panel."""
    west, south, east, north = layers.extent
    ratio = min(max((east - west) / (north - south), 0.45), 2.2)
    columns = min(len(layers.bands), 2 if ratio > 0.8 else 3)
    rows = math.ceil(len(layers.bands) / columns)
    area = (125.0 if len(layers.schools) > _CROWDED else 58.0) / min(len(layers.bands), 2)
    width, height = math.sqrt(area * ratio), math.sqrt(area / ratio)
    title = 0.3 if len(layers.bands) > 1 else 0.0
    size = (
        max(columns * (width + _GAP) + _GAP, 7.6),
        rows * (height + title) + (rows - 1) * _GAP + _HEAD + _FOOT,
    )
    return _Sheet((width, height), size, columns, rows, title)


def _place(sheet: _Sheet, at: int) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of a panel as shares of the sheet."""
    row, column = divmod(at, sheet.columns)
    width, height = sheet.panel
    total_width, total_height = sheet.size
    block = sheet.columns * (width + _GAP) - _GAP
    left = (total_width - block) / 2 + column * (width + _GAP)
    bottom = _FOOT + (sheet.rows - 1 - row) * (height + sheet.title + _GAP)
    return (
        left / total_width,
        bottom / total_height,
        width / total_width,
        height / total_height,
    )
