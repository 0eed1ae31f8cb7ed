"""Where the schools are: complete primary schools, then teaching points in remote villages."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from county_model.facts import FloatArray, IntArray

FEWEST_SCHOOLS, MOST_SCHOOLS = 17, 20
FEWEST_POINTS, MOST_POINTS = 21, 28
REMOTE = 1500.0  # road metres from a teaching point to the nearest complete school, at least
APART = 1200.0  # road metres between two teaching points, at least
SATELLITE_CHANCE = 0.35
SATELLITE_REACH = 1500.0  # road metres that young children walk to the next village
CROWD = 0.075  # share of the county's children nearest to one school, at most
FAR = 9000.0  # road metres: villages beyond this come first ...
FEW = 0.02  # ... while more than this share of the children live there


class NoSitesError(ValueError):
    """No place for enough teaching points; the generator draws again."""


@dataclass(frozen=True)
class Sites:
    """Schools and the villages they stand in.

    Attributes:
        complete: village row of each complete primary school; the first nine are the central
            schools of the townships.
        points: for each teaching point the villages of its zone, its own village first.
    """

    complete: IntArray
    points: tuple[tuple[int, ...], ...]


def choose_sites(
    road: FloatArray,
    weight: FloatArray,
    seats: IntArray,
    ways: nx.Graph[int],
    rng: np.random.Generator,
) -> Sites:
    """Choose villages for the schools.

    Args:
        road: road metres between villages.
        weight: relative number of children of each village.
        seats: the village at the seat of each township.
        ways: neighbours.

    Raises:
        NoSitesError: if too few villages are fit for a teaching point.
    """
    complete = _complete(road, weight, seats, int(rng.integers(FEWEST_SCHOOLS, MOST_SCHOOLS + 1)))
    wanted = int(rng.integers(FEWEST_POINTS, MOST_POINTS + 1))
    return Sites(np.array(complete), _points(road, complete, ways, wanted, rng))


def _complete(road: FloatArray, weight: FloatArray, seats: IntArray, wanted: int) -> list[int]:
    """One school at each seat, then each next where it shortens journeys most.

    As long as many children live far from every school, only their journeys count; then, as long
    as the villages nearest to one school hold more children than a school should, only theirs.
    """
    chosen = [int(village) for village in seats]
    share = weight / weight.sum()
    while len(chosen) < wanted:
        nearest, today = road[:, chosen].argmin(axis=1), road[:, chosen].min(axis=1)
        crowds = np.bincount(nearest, weights=share, minlength=len(chosen))
        burden = share
        if share[today > FAR].sum() > FEW:
            burden = np.where(today > FAR, share, 0.0)
        elif crowds.max() > CROWD:
            burden = np.where(nearest == crowds.argmax(), share, 0.0)
        gain = (burden[:, None] * np.maximum(0, today[:, None] - road)).sum(axis=0)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
    return chosen


def _points(
    road: FloatArray,
    complete: list[int],
    ways: nx.Graph[int],
    wanted: int,
    rng: np.random.Generator,
) -> tuple[tuple[int, ...], ...]:
    """Teaching points in the villages farthest from a school; the rest stays connected."""
    remote = road[:, complete].min(axis=1)
    rest = ways.copy()
    points: list[tuple[int, ...]] = []
    for village in np.argsort(-remote, kind="stable").tolist():
        if len(points) == wanted or remote[village] < REMOTE:
            break
        apart = all(road[village, point[0]] >= APART for point in points)
        if not apart or village not in rest or not _can_leave(rest, village):
            continue
        zone = [village]
        rest.remove_node(village)
        if rng.random() < SATELLITE_CHANCE:
            zone += _satellite(road, complete, ways, rest, village)
        points.append(tuple(zone))
    if len(points) < FEWEST_POINTS:
        raise NoSitesError(f"room for only {len(points)} teaching points")
    return tuple(points)


def _satellite(
    road: FloatArray, complete: list[int], ways: nx.Graph[int], rest: nx.Graph[int], village: int
) -> list[int]:
    """Take the nearest neighbour that young children can walk from, if any can leave."""
    for other in sorted(ways[village], key=lambda unit: road[village, unit]):
        near = road[village, other] <= SATELLITE_REACH
        if near and other in rest and other not in complete and _can_leave(rest, other):
            rest.remove_node(other)
            return [other]
    return []


def _can_leave(rest: nx.Graph[int], village: int) -> bool:
    """True if what remains without the village is connected."""
    return nx.is_connected(rest.subgraph(set(rest) - {village}))
