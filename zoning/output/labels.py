"""Names of schools on a map, where there is room for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["place_labels", "short_names"]

_OFFSETS = ((0, 1), (1, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
Box = tuple[float, float, float, float]

_MANY = 12


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names without the last words that most of many schools share.

    On a map with a hundred names, "Elementary School" a hundred times only takes room.
    """
    for words in (3, 2, 1):
        endings = Counter(
            " ".join(name.split()[-words:]) for name in names.values() if len(name.split()) > words
        )
        ending, count = next(iter(endings.most_common(1)), ("", 0))
        if len(names) > _MANY and count > 0.6 * len(names):
            return {school: name.removesuffix(f" {ending}") for school, name in names.items()}
    return dict(names)


def place_labels(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    size: float,
    distance: float,
) -> None:
    """Write each text beside its place, the first ones first, unless there is no room for it.

    Args:
        axes: the map.
        places: positions on the map.
        texts: what to write there.
        size: size of the letters in points.
        distance: distance of the text from its place in points.
    """
    from matplotlib import patheffects

    figure = axes.figure
    scale = figure.dpi / 72
    points = [tuple(map(float, place)) for place in axes.transData.transform(places)]
    taken: list[Box] = [_around(x, y, distance * scale * 0.8) for x, y in points]
    frame = axes.get_window_extent()
    for place, (x, y), text in zip(places, points, texts, strict=True):
        width, height = _extent(axes, text, size)
        spot = _free_spot(x, y, (width, height), distance * scale, taken, frame.extents)
        if spot is None:
            continue
        taken.append((spot[0], spot[1], spot[0] + width, spot[1] + height))
        axes.annotate(
            text,
            place,
            xytext=((spot[0] - x) / scale, (spot[1] - y) / scale),
            textcoords="offset points",
            fontsize=size,
            color="#1d2b36",
            ha="left",
            va="bottom",
            zorder=9,
            path_effects=[patheffects.withStroke(linewidth=size / 3.2, foreground="white")],
        )


def _extent(axes: Axes, text: str, size: float) -> tuple[float, float]:
    """Return width and height of a text in pixels."""
    drawn = axes.text(0, 0, text, fontsize=size)
    box = drawn.get_window_extent(axes.figure.canvas.get_renderer())  # type: ignore[attr-defined]
    drawn.remove()
    return float(box.width), float(box.height)


def _free_spot(
    x: float,
    y: float,
    size: tuple[float, float],
    gap: float,
    taken: Sequence[Box],
    frame: Sequence[float],
) -> tuple[float, float] | None:
    """Return the lower left corner of a free box beside a point, in pixels; None without one."""
    width, height = size
    for right, up in _OFFSETS:
        slant = 0.7 if right and up else 1.0
        left = x - width / 2 + right * (width / 2 + gap * slant)
        low = y - height / 2 + up * (height / 2 + gap * slant)
        box = (left, low, left + width, low + height)
        inside = box[0] >= frame[0] and box[1] >= frame[1]
        inside = inside and box[2] <= frame[2] and box[3] <= frame[3]
        # The place's own mark is the one box that may be touched.
        if inside and not any(_meet(box, other) for other in taken if not _holds(other, x, y)):
            return left, low
    return None


def _around(x: float, y: float, reach: float) -> Box:
    return x - reach, y - reach, x + reach, y + reach


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] < x < box[2] and box[1] < y < box[3]
