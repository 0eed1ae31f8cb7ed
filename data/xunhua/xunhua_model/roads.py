"""Journeys over the valley roads: on foot and by bus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .facts import FloatArray, IntArray
from .sites import Sites

LANES = 150.0  # metres of lanes at the two ends of every journey
WALK_SPEED = 60.0  # metres a minute: a child on foot
LONGEST_WALK = 4000.0
BUS_SPEED = 400.0  # metres a minute on valley roads: 24 km/h
BUS_WAIT = 10.0  # minutes to reach the stop and wait
SHORTEST_RIDE = 1000.0


def journeys(road: FloatArray, sites: Sites) -> pd.DataFrame:
    """Return village, school (rows), mode, metres and minutes.

    Every complete school is reached by bus from farther than 1 km, and on foot from within 4 km;
    teaching points only on foot.
    """
    points = np.array([zone[0] for zone in sites.points], dtype=np.int64)
    metres = np.round((road[:, np.concatenate([sites.complete, points])] + LANES) / 10) * 10
    villages = np.arange(metres.shape[0])[:, None].repeat(metres.shape[1], axis=1)
    schools = np.arange(metres.shape[1])[None, :].repeat(metres.shape[0], axis=0)
    complete = np.arange(metres.shape[1]) < len(sites.complete)
    walked = metres <= LONGEST_WALK
    ridden = (metres > SHORTEST_RIDE) & complete
    parts = [
        _table(villages, schools, metres, walked, "walk", metres / WALK_SPEED),
        _table(villages, schools, metres, ridden, "bus", BUS_WAIT + metres / BUS_SPEED),
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["village", "school", "mode"], ignore_index=True)


def _table(
    villages: IntArray,
    schools: IntArray,
    metres: FloatArray,
    chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    mode: str,
    minutes: FloatArray,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "village": villages[chosen],
            "school": schools[chosen],
            "mode": mode,
            "metres": metres[chosen].astype(np.int64),
            "minutes": np.round(minutes[chosen], 1),
        }
    )


def quickest(table: pd.DataFrame, villages: int, schools: int) -> FloatArray:
    """Return minutes by the quickest mode, infinite where there is no way."""
    minutes = np.full((villages, schools), np.inf)
    np.minimum.at(
        minutes,
        (table["village"].to_numpy(), table["school"].to_numpy()),
        table["minutes"].to_numpy(),
    )
    return minutes
