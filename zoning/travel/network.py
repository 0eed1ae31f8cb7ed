"""The roads as one mode of travel sees them: open stretches with minutes in both directions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.travel.modes import UNPAVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel.modes import Mode
    from zoning.travel.roads import Roads

__all__ = ["Network", "network_of", "tobler"]

_CLOSED: Final = frozenset({
    "no", "private", "agricultural", "forestry", "emergency", "military", "use_sidepath",
})  # fmt: skip
_FORWARD: Final = frozenset({"yes", "true", "1"})
_BACKWARD: Final = frozenset({"-1", "reverse"})
_IMPLIED_ONE_WAY: Final = ("roundabout", "circular")
_SPEED: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")
_KMH_A_MPH: Final = 1.609344
_STEEPEST: Final = 1.0
"""Slopes are cut at 45 degrees: what is steeper comes from errors of the raster."""
_LEAST_METRES: Final = 2000.0
"""Roads that hang together with fewer metres than this (and less than half of what the largest part
has), but not with the rest, are left out: most are errors of drawing, or stubs where the file was
cut."""


@dataclass(frozen=True, eq=False)
class Network:
    """Stretches that a mode may use, each joined with its like in both directions.

    Attributes:
        places: longitude and latitude of each point (WGS 84).
        begin: point at which each stretch begins.
        end: point at which it ends.
        metres: its length.
        forward: minutes from begin to end, infinite if that is forbidden.
        backward: minutes from end to begin.
        part: number of the part of the network that a point belongs to. Within a part every point
            can be reached from every other and back, between parts there is no way.
        left_out: metres of open roads that lead to no part of some size.
    """

    places: NDArray[np.float64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: NDArray[np.float64]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    part: NDArray[np.int64]
    left_out: float


def network_of(roads: Roads, mode: Mode, heights: NDArray[np.float64] | None = None) -> Network:
    r"""Return the part of the roads that a mode can use, with minutes.

    A stretch of :math:`d` metres at :math:`v` km/h takes :math:`0.06\, d / v` minutes, times the
    mode's penalties, and on slopes divided by `tobler`.

    Args:
        roads: all roads.
        mode: the mode of travel.
        heights: metres above sea level of each of the roads' points, NaN unknown.
    """
    ways = roads.ways
    speed = _speeds(ways, mode)
    ahead, back = _directions(ways, mode)
    kmh = speed[roads.way]
    usable = np.flatnonzero(np.isfinite(kmh))
    way, metres = roads.way[usable], roads.metres[usable]
    begin, end = roads.begin[usable], roads.end[usable]
    rough = ways["surface"].isin(UNPAVED).to_numpy(dtype=bool)
    minutes = 0.06 * metres / kmh[usable] * mode.winter * np.where(rough[way], mode.unpaved, 1.0)
    forward, backward = minutes.copy(), minutes.copy()
    if heights is not None and mode.slopes:
        flat = (_is_set(ways["bridge"]) | _is_set(ways["tunnel"]))[way]
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(flat, 0.0, (heights[end] - heights[begin]) / metres)
        slope = np.clip(np.nan_to_num(slope, nan=0.0), -_STEEPEST, _STEEPEST)
        forward /= tobler(slope)
        backward /= tobler(-slope)
    forward[~ahead[way]] = np.inf
    backward[~back[way]] = np.inf
    return _joined(roads.places, begin, end, metres, forward, backward)


def tobler(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return walking speed on a slope, as a share of that on the level.

    .. math:: e^{-3.5\,|s + 0.05|} / e^{-3.5 \cdot 0.05}

    with :math:`s` metres of rise for each metre of way, above 0 uphill. Source: W. Tobler (1993),
    NCGIA 93-1; the function peaks at a slight descent.
    """
    factor: NDArray[np.float64] = np.exp(-3.5 * np.abs(slope + 0.05) + 3.5 * 0.05)
    return factor


def _speeds(ways: pd.DataFrame, mode: Mode) -> NDArray[np.float64]:
    """Return km/h on each way, NaN where the mode may not go."""
    road = ways["highway"]
    speed = np.asarray(road.map(dict(mode.kmh)), dtype=np.float64)
    if mode.posted:
        words = pd.unique(ways["maxspeed"])
        limits = dict(zip(words, map(_posted, words), strict=True))
        speed = np.fmin(speed, np.asarray(ways["maxspeed"].map(limits), dtype=np.float64))
    express = road.isin(["motorway"]).to_numpy(dtype=bool)
    speed = np.minimum(speed, np.where(express, mode.expressway_cap, mode.cap))
    speed[_is_closed(ways, mode.access)] = np.nan
    speed[~road.isin(list(mode.kmh)).to_numpy(dtype=bool)] = np.nan
    return speed


def _posted(text: str) -> float:
    """Return a posted limit in km/h, NaN if the text tells none."""
    found = _SPEED.match(text)
    if found is None or float(found[1]) <= 0:
        return float("nan")
    return float(found[1]) * (_KMH_A_MPH if found[2] == "mph" else 1.0)


def _is_closed(ways: pd.DataFrame, keys: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which ways are closed: the first key that a way has decides."""
    closed = np.zeros(len(ways), dtype=bool)
    for key in reversed(keys):
        said = _is_set(ways[key], none=("",))
        closed = np.where(said, ways[key].isin(_CLOSED).to_numpy(dtype=bool), closed)
    return closed


def _is_set(column: pd.Series[str], none: tuple[str, ...] = ("", "no")) -> NDArray[np.bool_]:
    return ~column.isin(list(none)).to_numpy(dtype=bool)


def _directions(ways: pd.DataFrame, mode: Mode) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return on which ways a mode may go forward, and on which backward."""
    if not mode.one_way:
        both = np.ones(len(ways), dtype=bool)
        return both, both
    word = ways["oneway"].to_numpy(dtype="object").copy()
    implied = ways["junction"].isin(_IMPLIED_ONE_WAY) | ways["highway"].isin(["motorway"])
    word[(ways["oneway"] == "").to_numpy(dtype=bool) & implied.to_numpy(dtype=bool)] = "yes"
    for key in ("psv", "bus"):
        if key in mode.access:
            own = ways[f"oneway:{key}"].to_numpy(dtype="object")
            word = np.where(own != "", own, word)
    forward = ~np.isin(word, list(_BACKWARD))
    backward = ~np.isin(word, list(_FORWARD))
    return forward, backward


def _joined(
    places: NDArray[np.float64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    metres: NDArray[np.float64],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
) -> Network:
    """Keep the stretches inside parts of some size in which one can go and come back."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(places)
    ahead, back = np.isfinite(forward), np.isfinite(backward)
    tails = np.concatenate([begin[ahead], end[back]])
    heads = np.concatenate([end[ahead], begin[back]])
    graph = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size, size))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    inside = part[begin] == part[end]
    length = np.bincount(part[begin[inside]], weights=metres[inside], minlength=size)
    enough = length >= min(_LEAST_METRES, length.max(initial=0.0) / 2)
    kept = inside & enough[part[begin]]
    return Network(
        places, begin[kept], end[kept], metres[kept], forward[kept], backward[kept],
        part.astype(np.int64), float(metres[~kept].sum()),
    )  # fmt: skip
