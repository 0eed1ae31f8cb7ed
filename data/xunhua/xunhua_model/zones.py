"""Contiguous zones: today's, and the witness plan that keeps every rule."""

from __future__ import annotations

import heapq

import networkx as nx
import numpy as np

from .facts import FloatArray, IntArray
from .sites import Sites

HEAD_START = 5000.0  # metres: the pull of a school over its neighbours, drawn from 0 to this


def head_starts(sites: Sites, rng: np.random.Generator) -> FloatArray:
    """Draw a handicap in metres for each complete school; it makes zones unlike the nearest."""
    return rng.uniform(0, HEAD_START, len(sites.complete))


def zones(ways: nx.Graph[int], sites: Sites, handicap: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the school row of each village, for grades 1-3 and for grades 4-6.

    Complete schools come first in the rows of schools, teaching points follow.  A teaching point
    has its own zone in grades 1-3; complete schools share the rest of the map.
    """
    upper = _flood(ways, len(ways), sites.complete, handicap)
    taken = {village for zone in sites.points for village in zone}
    lower = _flood(ways.subgraph(set(ways) - taken), len(ways), sites.complete, handicap)
    for row, zone in enumerate(sites.points, start=len(sites.complete)):
        lower[list(zone)] = row
    return lower, upper


def _flood(ways: nx.Graph[int], villages: int, roots: IntArray, handicap: FloatArray) -> IntArray:
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
