"""Valleys, the villages in them and the outline of the county.

The main valleys join the real township seats as the rivers roughly do.  Side valleys grow at
random from them and keep a distance from each other, so that ridges lie between.  A valley is a
chain of points; villages lie at such points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely import Geometry

from .facts import Facts, FloatArray, IntArray

SWING = 0.05  # how far a main valley swings from a straight line, as a share of its length
MAIN_WINDING = 1.15  # road metres per metre of valley
SIDE_WINDING = 1.3
PASS_WINDING = 1.6
PASS_GAIN = 4.0  # a pass is built where the road around is that many times as long


@dataclass(frozen=True)
class Shape:
    """How the land of a county is laid out; the defaults fit narrow valleys with many villages.

    Attributes:
        valleys: pairs of township codes that a main valley joins; each half belongs to the
            nearer of its two seats.
        outer: valleys beyond the outer seats: township, direction in degrees from east, metres.
        step: metres between two points of a valley.
        ridge: metres that two valleys keep apart.
        near_start: a side valley may be that near to the valley it leaves.
        side: shortest and longest side valley, in metres.
        pass_reach: metres between the heads of two valleys that a pass may join.
        points_per_village: points of valleys for each village.
        reach: metres within which villages crowd around their seat, from and to.
    """

    valleys: tuple[tuple[str, str], ...]
    outer: tuple[tuple[str, float, float], ...]
    step: float = 400.0
    ridge: float = 900.0
    near_start: float = 1300.0
    side: tuple[float, float] = (2500.0, 8000.0)
    pass_reach: float = 3500.0
    points_per_village: float = 2.8
    reach: tuple[float, float] = (4000.0, 8000.0)


@dataclass(frozen=True)
class Terrain:
    """The network of valleys.

    Attributes:
        xy: points in metres, shape (points, 2).
        township: township row of each point.
        ends: the two points of each road piece, shape (pieces, 2).
        metres: road length of each piece.
    """

    xy: FloatArray
    township: IntArray
    ends: IntArray
    metres: FloatArray

    def distances(self, sources: IntArray) -> FloatArray:
        """Road metres from each source to every point, shape (sources, points)."""
        count = len(self.xy)
        graph = csr_matrix((self.metres, (self.ends[:, 0], self.ends[:, 1])), shape=(count, count))
        found: FloatArray = dijkstra(graph, directed=False, indices=sources)
        return found


class _Network:
    """Valleys while they grow."""

    def __init__(self, seats: FloatArray, shape: Shape) -> None:
        self.shape = shape
        self.xy: list[FloatArray] = list(seats)
        self.township: list[int] = list(range(len(seats)))
        self.pieces: list[tuple[int, int, float]] = []

    def add_point(self, xy: FloatArray, township: int, before: int, winding: float) -> int:
        self.xy.append(xy)
        self.township.append(township)
        self.add_piece(before, len(self.xy) - 1, winding)
        return len(self.xy) - 1

    def add_piece(self, one: int, other: int, winding: float) -> None:
        metres = winding * float(np.hypot(*(self.xy[one] - self.xy[other])))
        self.pieces.append((one, other, metres))

    def terrain(self) -> Terrain:
        return Terrain(
            xy=np.array(self.xy),
            township=np.array(self.township, dtype=np.int64),
            ends=np.array([piece[:2] for piece in self.pieces], dtype=np.int64),
            metres=np.array([piece[2] for piece in self.pieces]),
        )


def make_terrain(facts: Facts, shape: Shape, rng: np.random.Generator) -> Terrain:
    """Draw the valleys and the roads in them; the first points are the township seats."""
    network = _Network(facts.seats_xy, shape)
    row = {code: index for index, code in enumerate(facts.townships["code"])}
    for one, other in shape.valleys:
        _join(network, row[one], row[other], rng)
    for code, degrees, metres in shape.outer:
        _grow(network, row[code], row[code], np.deg2rad(degrees), metres, MAIN_WINDING, rng)
    wanted = np.bincount(facts.township_of_village, minlength=len(row)) * shape.points_per_village
    for township in range(len(row)):
        _add_side_valleys(network, township, int(wanted[township]) + 2, rng)
    _add_passes(network)
    return network.terrain()


def _join(network: _Network, one: int, other: int, rng: np.random.Generator) -> None:
    """Wind a valley from one seat to the other."""
    start, end = network.xy[one], network.xy[other]
    length = float(np.hypot(*(end - start)))
    steps = max(2, round(length / network.shape.step))
    along = np.linspace(0, 1, steps + 1)
    across = np.array([start[1] - end[1], end[0] - start[0]]) / length
    waves = np.array([1.0, 2.0, 3.0])
    heights = rng.normal(0, SWING / waves) * length
    swing = heights @ np.sin(np.pi * np.outer(waves, along))
    before = one
    for share, shift in zip(along[1:-1], swing[1:-1], strict=True):
        place = start + share * (end - start) + shift * across
        before = network.add_point(place, one if share < 0.5 else other, before, MAIN_WINDING)
    network.add_piece(before, other, MAIN_WINDING)


def _grow(
    network: _Network,
    start: int,
    township: int,
    heading: float,
    metres: float,
    winding: float,
    rng: np.random.Generator,
) -> int:
    """Grow a valley until it is long enough or comes too near to another; return its points."""
    origin = network.xy[start]
    others = np.array(network.xy)
    others = others[np.hypot(*(others - origin).T) > network.shape.near_start]
    before, place, drift = start, origin, 0.0
    places = []
    for _ in range(round(metres / network.shape.step)):
        drift = 0.7 * drift + rng.normal(0, 0.12)
        place = place + network.shape.step * np.array(
            [np.cos(heading + drift), np.sin(heading + drift)]
        )
        if np.hypot(*(others - place).T).min() < network.shape.ridge:
            break
        places.append(place)
    if len(places) < 3:
        return 0
    for place in places:
        before = network.add_point(place, township, before, winding)
    return len(places)


def _add_side_valleys(
    network: _Network, township: int, wanted: int, rng: np.random.Generator
) -> None:
    """Grow side valleys in a township until it has room for its villages."""
    own = [point for point, owner in enumerate(network.township) if owner == township]
    for _ in range(1000):
        if len(own) >= wanted:
            return
        start = own[rng.integers(len(own))]
        heading, metres = rng.uniform(0, 2 * np.pi), rng.uniform(*network.shape.side)
        before = len(network.xy)
        _grow(network, start, township, heading, metres, SIDE_WINDING, rng)
        own.extend(range(before, len(network.xy)))
    raise ValueError("no room for the villages of a township; try another seed")


def _add_passes(network: _Network) -> None:
    """Join the heads of valleys that are near to each other but far by road."""
    terrain = network.terrain()
    heads = np.flatnonzero(np.bincount(terrain.ends.ravel(), minlength=len(terrain.xy)) == 1)
    road = terrain.distances(heads)[:, heads]
    for i, one in enumerate(heads):
        for j, other in enumerate(heads[:i]):
            straight = float(np.hypot(*(terrain.xy[one] - terrain.xy[other])))
            if straight < network.shape.pass_reach and road[i, j] > PASS_GAIN * straight:
                network.add_piece(int(one), int(other), PASS_WINDING)


def place_villages(
    facts: Facts, terrain: Terrain, shape: Shape, rng: np.random.Generator
) -> IntArray:
    """Return the valley point of each village, all different.

    The first residents' committee of a township, or else its first village, lies at the seat and
    the other committees next to it; villages thin out with the distance from the seat.
    """
    points = np.zeros(len(facts.villages), dtype=np.int64)
    township = facts.township_of_village
    committees = facts.committees
    for row in range(len(facts.townships)):
        members = np.flatnonzero(township == row)
        own = np.flatnonzero(terrain.township == row)
        metres = terrain.distances(np.array([row]))[0, own]
        nearest = own[np.argsort(metres, kind="stable")]
        central = max(1, int(committees[members].sum()))
        rest = np.setdiff1d(own, nearest[:central])
        reach = rng.uniform(*shape.reach)
        chance = np.exp(-terrain.distances(np.array([row]))[0, rest] / reach)
        drawn = rng.choice(
            rest, size=len(members) - central, replace=False, p=chance / chance.sum()
        )
        # committees have the lowest codes of a township, so they take the seat
        points[members] = np.concatenate([nearest[:central], drawn])
    return points


def outline(terrain: Terrain, area_km2: float) -> Geometry:
    """Return the county's modelled outline in metres: the land around the valleys.

    All points within one distance of a valley, chosen so that the area is the county's.
    """
    valleys = shapely.points(terrain.xy)

    def around(metres: float) -> Geometry:
        # valleys are chains of near points, so this is one piece; holes count as land
        land = shapely.union_all(shapely.buffer(valleys, metres))
        return shapely.polygons(shapely.get_exterior_ring(land))

    def excess(metres: float) -> float:
        return float(shapely.area(around(metres))) - area_km2 * 1e6

    return shapely.simplify(around(brentq(excess, 1000.0, 40000.0, xtol=1.0)), 50.0)
