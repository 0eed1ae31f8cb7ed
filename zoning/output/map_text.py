"""What stands around the map: title, figures, legend, where the data come from, the notice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zoning.county.geometry import is_points
from zoning.output.map_panel import CHANGED, INK, OVER, Layers
from zoning.plan.text import gap_text, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from zoning.county import County
    from zoning.output.fonts import Lettering
    from zoning.plan.plan import Plan

__all__ = ["write_banner", "write_furniture"]

_GREY = "#55626d"
_UNREADABLE_NOTICE = "Mind the notice in plan.json: no font here can show it"


def write_furniture(
    figure: Figure, plan: Plan, county: County, layers: Layers, lettering: Lettering
) -> None:
    """Write everything around the panels."""
    width, height = map(float, figure.get_size_inches())
    left = 0.3 / width

    def write(text: str, inches: float, **style: Any) -> None:
        """Write a line so many inches from the top; below zero, from the bottom."""
        y = 1 - inches / height if inches >= 0 else -inches / height
        _fitted(figure.text(left, y, text, va="center", **style), 1 - 2 * left)

    write(lettering.shown(plan.county, "County"), 0.33, size=16, weight="bold", color=INK)
    placed = "entrants" if plan.place == "entrants" else "all grades"
    about = f"{plan.stage.capitalize()} schools {plan.year}, {placed}.  {_status(plan)}"
    write(lettering.shown(about, str(plan.status)), 0.64, size=10, color=INK)
    write(_figures(plan), 0.88, size=10, color=_GREY)
    _legend(figure, plan, layers, (left, 0.86 / height))
    write(lettering.shown(_sources(plan, county, lettering), ""), -0.66, size=7.5, color=_GREY)
    if plan.notice:
        write_banner(figure, lettering.shown(plan.notice, _UNREADABLE_NOTICE), 0.45 / height)


def _fitted(text: Text, share: float) -> None:
    """Make letters smaller until a text takes at most `share` of the sheet's width."""
    figure = text.get_figure(root=True)
    assert figure is not None
    room = share * figure.bbox.width
    width = text.get_window_extent(figure.canvas.get_renderer()).width  # type: ignore[attr-defined]
    if width > room:
        text.set_fontsize(float(text.get_fontsize()) * room / width)


def _status(plan: Plan) -> str:
    goal = plan.main_goal
    text = f"Model {plan.model}: {plan.status}"
    if goal is None:
        return text
    digits = 0 if abs(goal.value) >= 1000 else 2
    return f"{text}; {goal.name} {number(goal.value, digits)} {goal.unit}, {gap_text(goal)}"


def _figures(plan: Plan) -> str:
    figures = plan.indicators
    parts = [f"{number(figures['pupils'])} pupils, {len(plan.schools)} schools"]
    if not math.isnan(figures["mean_minutes"]):
        longest = number(figures["longest_minutes"])
        parts.append(f"mean {number(figures['mean_minutes'], 1)} min, longest {longest} min")
    elif not math.isnan(figures["mean_metres"]):
        longest = number(figures["longest_metres"] / 1000, 1)
        parts.append(f"mean {number(figures['mean_metres'] / 1000, 1)} km, longest {longest} km")
    if not math.isnan(figures["utilisation_max"]):
        low, high = 100 * figures["utilisation_min"], 100 * figures["utilisation_max"]
        parts.append(f"seats used {number(low)} to {number(high)} %")
    parts.append(f"{number(figures['moved'])} pupils change school")
    return "   \u00b7   ".join(parts)


def _sources(plan: Plan, county: County, lettering: Lettering) -> str:
    """Say how far the data can be trusted, what is drawn rather than known, and who made it."""
    tables = [
        f"{name} {county.provenance[name].status}"
        for name in ("units", "pupils", "schools", "travel")
        if name in county.provenance
    ]
    parts = [f"Data: {', '.join(tables)}."] if tables else []
    if is_points(county.units):
        parts.append("Areas are drawn around the units' points.")
    if not all(lettering.can_show(name) for name in plan.schools["name"]):
        parts.append("No font here can show some names: their ids stand instead.")
    parts.append(f"Made by {plan.solver}, seed {plan.seed}, {plan.seconds:.0f} s.")
    return "  ".join(parts)


def _legend(figure: Figure, plan: Plan, layers: Layers, corner: tuple[float, float]) -> None:
    """Explain the marks that occur on this map."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    dot: Any = {"linestyle": "none", "markeredgecolor": INK}
    items: list[Any] = [
        Line2D([], [], marker="o", markerfacecolor="white", markersize=6, label="school", **dot)
    ]
    if layers.over:
        label = "school over its seats"
        mark: Any = {"linestyle": "none", "markeredgecolor": "white", "color": OVER}
        items.append(Line2D([], [], marker="^", markersize=8.5, label=label, **mark))
    if not all(layers.has_zone(s, band) for s in layers.schools for band in layers.bands):
        label = "school without a zone"
        items.append(
            Line2D([], [], marker="x", markersize=5, linestyle="none", color="#6b7780", label=label)
        )
    items.append(Patch(facecolor="#d9dee2", edgecolor="#46535e", linewidth=0.9, label="zone"))
    if layers.moved:
        label = "changes school"
        items.append(
            Patch(facecolor="#f4f6f7", edgecolor=CHANGED, linewidth=0, hatch="//////", label=label)
        )
    if (plan.assignment["school_id"] == "").any():
        items.append(Patch(facecolor="#eceff1", edgecolor="none", label="no school"))
    figure.legend(
        handles=items,
        loc="lower left",
        bbox_to_anchor=corner,
        ncols=len(items),
        frameon=False,
        fontsize=8.5,
        labelcolor=INK,
        borderpad=0,
        borderaxespad=0,
        handletextpad=0.5,
        columnspacing=1.6,
    )


def write_banner(figure: Figure, notice: str, top: float) -> None:
    """Write the notice over the whole width, so that no copy of the map comes without it."""
    from matplotlib.patches import Rectangle

    whole = figure.transFigure
    figure.add_artist(
        Rectangle((0, 0), 1, top, transform=whole, facecolor="#fff3cd", edgecolor="none", zorder=0)
    )
    style: Any = {"size": 10.5, "weight": "bold", "color": "#7a4b00", "ha": "center"}
    _fitted(figure.text(0.5, top / 2, notice, va="center", **style), 0.94)
