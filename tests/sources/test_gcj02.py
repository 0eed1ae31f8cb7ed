"""GCJ-02 and BD-09 against a kept library, there and back, and abroad."""

from __future__ import annotations

import numpy as np
import prcoords
import pytest

from zoning.sources.gcj02 import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

CHANCE = np.random.default_rng(2024)
CHINA = np.column_stack([CHANCE.uniform(73.7, 134.7, 2000), CHANCE.uniform(18.2, 53.5, 2000)])
ABROAD = np.array([[2.35, 48.86], [9.52, 47.14], [-77.3, 38.8], [151.2, -33.9], [141.0, 35.0]])


def metres(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the distance of each pair of places."""
    east = np.radians(one[:, 0] - other[:, 0]) * np.cos(np.radians(other[:, 1]))
    return 6_371_000 * np.hypot(east, np.radians(one[:, 1] - other[:, 1]))


def by_library(function: object, places: np.ndarray) -> np.ndarray:
    """Return what a function of prcoords makes of places."""
    found = [function(prcoords.Coords(lat, lon)) for lon, lat in places]
    return np.array([(place.lon, place.lat) for place in found])


@pytest.mark.parametrize(
    ("ours", "theirs", "before"),
    [
        (wgs84_to_gcj02, prcoords.wgs_gcj, CHINA),
        (wgs84_to_bd09, prcoords.wgs_bd, CHINA),
        (gcj02_to_wgs84, prcoords.gcj_wgs_bored, wgs84_to_gcj02(CHINA)),
        (bd09_to_wgs84, prcoords.bd_wgs_bored, wgs84_to_bd09(CHINA)),
    ],
)
def test_within_a_metre_of_the_library(ours, theirs, before: np.ndarray) -> None:
    assert metres(ours(before), by_library(theirs, before)).max() < 0.1


@pytest.mark.parametrize(
    ("there", "back"), [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)]
)
def test_there_and_back(there, back) -> None:
    moved = there(CHINA)
    assert 50 < np.median(metres(moved, CHINA)) < 2000
    assert metres(back(moved), CHINA).max() < 0.01


@pytest.mark.parametrize("turn", [wgs84_to_gcj02, wgs84_to_bd09, gcj02_to_wgs84, bd09_to_wgs84])
def test_abroad_nothing_moves(turn) -> None:
    assert (turn(ABROAD) == ABROAD).all()
    assert turn(np.zeros((0, 2))).shape == (0, 2)
