"""Made-up counties of any size, for the `synthetic` family: seeded, and a plan exists for certain.

Units are the Voronoi cells of random points in a square, half of them gathered in towns. Each has
a skewed number of pupils (0 to 40, a few none). Schools stand at units, somewhat spread out. Their
sizes differ: zones grow from the schools at random speeds over the neighbours, and the seats of a
school are its zone's pupils times the tightness. That plan is hidden, costs more than need be, and
makes sure that one exists. Journeys are straight lines.
"""

from __future__ import annotations

import heapq
import re

import numpy as np
from instance import Floats, Instance, Ints, straight_cost

UNIT_SIDE = 500.0
"""Metres of the side of a square as large as the average unit."""
WEST, SOUTH = 400_000.0, 3_900_000.0
TOWN_SHARE, TOWN_RADIUS, UNITS_A_TOWN = 0.5, 0.05, 150
MOST_PUPILS, SHAPE, SCALE = 40, 1.5, 8.0
ROUNDS = 2
SLOWEST, FASTEST = 0.5, 2.0


def parse_size(text: str) -> tuple[int, int]:
    """Units and schools of a size such as ``3000x60``.

    Raises:
        ValueError: it is none, or has fewer units than schools or fewer than four units.
    """
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if match is None:
        raise ValueError(f"size {text}: expected UNITSxSCHOOLS, such as 3000x60")
    units, schools = int(match[1]), int(match[2])
    if not 1 <= schools <= units or units < 4:
        raise ValueError(
            f"size {text}: expected four units or more, and no more schools than units"
        )
    return units, schools


def generate(units: int, schools: int, tightness: float, seed: int) -> Instance:
    """The county of a seed; ``tightness`` is all seats divided by all pupils, 1 or more."""
    chance = np.random.default_rng([seed, units, schools])
    points, edges, pupils = draw_units(chance, units)
    root = place_schools(chance, points, pupils, schools)
    load = hidden_loads(chance, points, edges, pupils, root)
    placed = on_the_map(points)
    return Instance(
        name=f"{units}x{schools}_t{tightness:.2f}",
        units=[f"u{k}" for k in range(units)],
        schools=[f"s{k}" for k in range(schools)],
        demand=pupils,
        seats=whole_seats(tightness * load),
        cost=straight_cost(placed, pupils, root),
        points=placed,
        root=root,
        edges=edges,
        straight=True,
    )


def draw_units(chance: np.random.Generator, units: int) -> tuple[Floats, Ints, Floats]:
    """Points of the units in metres, pairs of neighbours, and pupils."""
    side = UNIT_SIDE * float(np.sqrt(units))
    points = _scatter(chance, units, side)
    edges = _neighbours(points, side)
    drawn = np.floor(chance.gamma(SHAPE, SCALE, units))
    return points, edges, np.minimum(drawn, MOST_PUPILS).astype(np.float64)


def place_schools(chance: np.random.Generator, points: Floats, pupils: Floats, number: int) -> Ints:
    """Units in which schools stand; each has a pupil at least, which is seen to in ``pupils``."""
    root = _spread(chance, points, pupils, number)
    pupils[root] = np.maximum(pupils[root], 1.0)
    return root


def hidden_loads(
    chance: np.random.Generator, points: Floats, edges: Ints, pupils: Floats, root: Ints
) -> Floats:
    """Pupils by school in a plan whose zones grow at random speeds."""
    zone = _grow(points, edges, root, chance.uniform(SLOWEST, FASTEST, len(root)))
    load: Floats = np.bincount(zone, weights=pupils, minlength=len(root)).astype(np.float64)
    return load


def on_the_map(points: Floats) -> Floats:
    """Eastings and northings in whole centimetres."""
    placed: Floats = np.round(points, 2) + np.array([WEST, SOUTH])
    return placed


def _scatter(chance: np.random.Generator, number: int, side: float) -> Floats:
    """Points all over the square and around towns; what falls outside is drawn again, anywhere."""
    towns = chance.uniform(0.1, 0.9, (max(1, number // UNITS_A_TOWN), 2))
    points = chance.uniform(0.0, 1.0, (number, 2))
    urban = np.flatnonzero(chance.uniform(size=number) < TOWN_SHARE)
    near = towns[chance.integers(len(towns), size=len(urban))]
    near = near + chance.normal(0.0, TOWN_RADIUS, (len(urban), 2))
    inside = ((near > 0.0) & (near < 1.0)).all(axis=1)
    points[urban[inside]] = near[inside]
    result: Floats = points * side
    return result


def _neighbours(points: Floats, side: float) -> Ints:
    """Pairs of points whose Voronoi cells, cut at the edges of the square, have a common border.

    Points near an edge are mirrored at it: the edge then is a border between cells.
    """
    from scipy.spatial import Delaunay

    n = len(points)
    images = [points]
    for axis in (0, 1):
        for edge in (0.0, side):
            near = np.abs(points[:, axis] - edge) < (0.2 * side if n >= 1000 else side)
            mirrored = points[near].copy()
            mirrored[:, axis] = 2 * edge - mirrored[:, axis]
            images.append(mirrored)
    corners = Delaunay(np.concatenate(images)).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.sort(pairs[(pairs < n).all(axis=1)], axis=1)
    edges: Ints = np.unique(pairs, axis=0).astype(np.int64)
    return edges


def _spread(chance: np.random.Generator, points: Floats, pupils: Floats, number: int) -> Ints:
    """Distinct units for the schools: drawn, then moved towards the middle of those nearest."""
    from scipy.spatial import KDTree

    units = KDTree(points)
    chosen = np.sort(chance.choice(len(points), size=number, replace=False)).astype(np.int64)
    for _ in range(ROUNDS):
        _, nearest = KDTree(points[chosen]).query(points)
        weight = np.bincount(nearest, weights=pupils, minlength=number)
        middle = np.column_stack(
            [np.bincount(nearest, weights=pupils * points[:, k], minlength=number) for k in (0, 1)]
        )
        some = weight > 0
        moved = chosen.copy()
        moved[some] = units.query(middle[some] / weight[some, None])[1]
        if len(np.unique(moved)) < number:
            break
        chosen = np.sort(moved)
    return chosen


def _grow(points: Floats, edges: Ints, root: Ints, slowness: Floats) -> Ints:
    """Zones in one piece: from every school along the neighbours, at its own speed."""
    beside: list[list[tuple[int, float]]] = [[] for _ in points]
    metres = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    for (a, b), length in zip(edges.tolist(), metres.tolist(), strict=True):
        beside[a].append((b, length))
        beside[b].append((a, length))
    zone = np.full(len(points), -1, dtype=np.int64)
    front = [(0.0, unit, s) for s, unit in enumerate(root.tolist())]
    while front:
        time, unit, s = heapq.heappop(front)
        if zone[unit] >= 0:
            continue
        zone[unit] = s
        for other, length in beside[unit]:
            if zone[other] < 0:
                heapq.heappush(front, (time + length * float(slowness[s]), other, s))
    return zone


def whole_seats(shares: Floats) -> Floats:
    """Whole numbers, none below its share's floor, whose sum is the shares' sum rounded."""
    whole = np.floor(shares)
    missing = round(float(shares.sum())) - int(whole.sum())
    whole[np.argsort(whole - shares, kind="stable")[: max(0, missing)]] += 1
    result: Floats = whole
    return result
