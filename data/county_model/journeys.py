"""Journeys over the valley roads: on foot, by bus, and home by the week for boarders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .facts import BoolArray, FloatArray

LANES = 150.0  # metres of lanes at the two ends of every journey
WALK_SPEED = 60.0  # metres a minute: a child on foot
LONGEST_WALK = 4000.0
BUS_WAIT = 10.0  # minutes to reach the stop and wait
SHORTEST_RIDE = 1000.0
SHORTEST_WEEKLY = 3000.0  # metres: nobody boards who lives nearer
GATHERING = 30.0  # minutes until a weekly bus has gathered its boarders


@dataclass(frozen=True)
class Roads:
    """How fast a county's buses are, and how far they go every day.

    Attributes:
        speed: metres a minute on valley roads.
        longest: metres of the longest daily ride.
    """

    speed: float = 400.0
    longest: float = float("inf")


def journeys(road: FloatArray, rides: BoolArray, boards: BoolArray, roads: Roads) -> pd.DataFrame:
    """Return village, school (rows), mode, metres and minutes.

    Every school is reached on foot from within 4 km; some by bus from farther than 1 km, and some
    by the week from farther than 3 km. Weekly journeys take longer than the bus to the school.

    Args:
        road: road metres from each village to each school.
        rides: schools that buses go to.
        boards: schools that take boarders.
        roads: speed and reach of the buses.
    """
    metres = np.round((road + LANES) / 10) * 10
    walked = metres <= LONGEST_WALK
    ridden = (metres > SHORTEST_RIDE) & (metres <= roads.longest) & rides
    weekly = (metres > SHORTEST_WEEKLY) & boards
    parts = [
        _table(metres, walked, "walk", metres / WALK_SPEED),
        _table(metres, ridden, "bus", BUS_WAIT + metres / roads.speed),
        _table(metres, weekly, "board", GATHERING + metres / roads.speed),
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["village", "school", "mode"], ignore_index=True)


def _table(metres: FloatArray, chosen: BoolArray, mode: str, minutes: FloatArray) -> pd.DataFrame:
    villages, schools = np.nonzero(chosen)
    return pd.DataFrame(
        {
            "village": villages,
            "school": schools,
            "mode": mode,
            "metres": metres[chosen].astype(np.int64),
            "minutes": np.round(minutes[chosen], 1),
        }
    )


def quickest(table: pd.DataFrame, villages: int, schools: int) -> FloatArray:
    """Return minutes by the quickest daily mode, infinite where there is no way."""
    daily = table[table["mode"] != "board"]
    minutes = np.full((villages, schools), np.inf)
    np.minimum.at(
        minutes,
        (daily["village"].to_numpy(), daily["school"].to_numpy()),
        daily["minutes"].to_numpy(),
    )
    return minutes
