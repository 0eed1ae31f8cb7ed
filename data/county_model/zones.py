"""Contiguous zones: schools spread over neighbours from their own villages."""

from __future__ import annotations

import heapq

import networkx as nx
import numpy as np

from .facts import FloatArray, IntArray


def zones(
    ways: nx.Graph[int],
    complete: IntArray,
    points: tuple[tuple[int, ...], ...],
    handicap: FloatArray,
) -> tuple[IntArray, IntArray]:
    """Return the school row of each village, for grades 1-3 and for grades 4-6.

    Complete schools come first in the rows of schools, teaching points follow.  A teaching point
    has its own zone in grades 1-3; complete schools share the rest of the map.

    Args:
        ways: neighbours.
        complete: village of each complete school.
        points: villages of each teaching point, its own first.
        handicap: metres by which each complete school starts late; zones are unlike the nearest.
    """
    upper = flood(ways, len(ways), complete, handicap)
    taken = {village for zone in points for village in zone}
    lower = flood(ways.subgraph(set(ways) - taken), len(ways), complete, handicap)
    for row, zone in enumerate(points, start=len(complete)):
        lower[list(zone)] = row
    return lower, upper


def flood(ways: nx.Graph[int], villages: int, roots: IntArray, handicap: FloatArray) -> IntArray:
    """Let each school spread over the neighbours from its own village.

    A village joins the school whose spread arrives first, through a neighbour of the same zone:
    so every zone is connected and holds the school's own village.
    """
    owner = np.full(villages, -1, dtype=np.int64)
    owner[roots] = np.arange(len(roots))
    queue: list[tuple[float, int, int]] = []

    def spread(village: int, metres: float) -> None:
        for other, way in ways[village].items():
            if owner[other] < 0:
                heapq.heappush(queue, (metres + way["weight"], other, int(owner[village])))

    for school, root in enumerate(roots.tolist()):
        spread(root, float(handicap[school]))
    while queue:
        metres, village, school = heapq.heappop(queue)
        if owner[village] < 0:
            owner[village] = school
            spread(village, metres)
    return owner
