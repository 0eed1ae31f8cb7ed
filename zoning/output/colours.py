"""Colours for zones: neighbours always differ."""

from __future__ import annotations

import colorsys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["PALETTE", "colour_zones", "zone_neighbours"]

PALETTE = (
    "#8fbcd4",
    "#f2c879",
    "#a8cf9a",
    "#e6a39a",
    "#c3b1dd",
    "#f0e2a2",
    "#9ad3c6",
    "#dcb894",
    "#e9b8d0",
    "#b9c7cf",
)
"""Light enough for dark lettering, and told apart by most colour-blind readers."""


def zone_neighbours(shapes: Mapping[str, Any], reach: float) -> dict[str, set[str]]:
    """Return school -> schools whose zones lie next to its own on the map.

    Args:
        shapes: school -> area of its zone.
        reach: areas nearer than this are neighbours, in the areas' own unit of length.
    """
    import numpy as np
    import shapely

    schools = list(shapes)
    areas = np.array(list(shapes.values()), dtype=object)
    near = shapely.STRtree(areas).query(areas, predicate="dwithin", distance=reach)
    neighbours: dict[str, set[str]] = {school: set() for school in schools}
    for one, other in near.T.tolist():
        if one != other:
            neighbours[schools[one]].add(schools[other])
    return neighbours


def colour_zones(
    neighbours: Mapping[str, set[str]], palette: Sequence[str] = PALETTE
) -> dict[str, str]:
    """Return school -> colour; neighbours differ, and every colour is used about as often.

    Zones are coloured in the order that takes the one with the fewest neighbours away first and
    colours it last: on a map of connected zones six colours always do. More are made if needed.
    """
    chosen: dict[str, str] = {}
    used: Counter[str] = Counter()
    for school in reversed(_smallest_last(neighbours)):
        taken = {chosen[other] for other in neighbours[school] if other in chosen}
        free = [colour for colour in palette if colour not in taken]
        free = free or [_further(len(taken) + len(chosen))]
        chosen[school] = min(free, key=lambda colour: used[colour])
        used[chosen[school]] += 1
    return chosen


def _smallest_last(neighbours: Mapping[str, set[str]]) -> list[str]:
    """Return the zones in the order in which the least connected one is taken away."""
    left = {school: set(others) for school, others in neighbours.items()}
    order = []
    while left:
        school = min(left, key=lambda one: (len(left[one]), one))
        for other in left.pop(school):
            left[other].discard(school)
        order.append(school)
    return order


def _further(number: int) -> str:
    """Return one more colour; numbers far apart give hues far apart."""
    red, green, blue = colorsys.hls_to_rgb(number * 0.618034 % 1.0, 0.78, 0.5)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"
