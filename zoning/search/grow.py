"""A first assignment: zones grow from their schools, the best cell first."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit

from zoning.problem.arrays import Ints
from zoning.search.connected import Graph
from zoning.search.places import Scores, place


def grow_zones(graph: Graph, scores: Scores) -> Ints:
    """Grow every zone from its root over adjacent cells.

    A cell joins when its regret against its best school is the least of all on the edges, so
    that zones stay connected. Free cells take their best school. Cells without any way to a
    root get -1.
    """
    nobody = np.full(len(graph.root_of), -1, dtype=np.int64)
    start = np.where(graph.free, scores.first, nobody) if graph.free.any() else nobody
    return mend(graph, start, np.flatnonzero(~graph.free), scores)


def mend(graph: Graph, assignment: Ints, apart: Ints, scores: Scores) -> Ints:
    """Keep the connected parts of an assignment and grow the detached cells anew."""
    zone = assignment.copy()
    zone[apart] = -1
    zone = np.where(graph.bound_to >= 0, graph.bound_to, zone)
    places = scores.places
    _grow(
        graph.pointer, graph.neighbour, zone, places.pointer, places.school, scores.value,
        scores.best,
    )  # fmt: skip
    return zone


@njit(cache=True, nogil=True)
def _grow(pointer, neighbour, zone, place_pointer, place_school, value, best):  # type: ignore[no-untyped-def]
    """Fill the cells of ``zone`` that are -1 from their neighbours, the least regret first."""
    heap = [(0.0, 0, 0)]
    heap.pop()
    for i in range(zone.shape[0]):
        if zone[i] >= 0:
            continue
        for e in range(pointer[i], pointer[i + 1]):
            s = zone[neighbour[e]]
            if s >= 0:
                entry = place(place_pointer, place_school, i, s)
                heappush(heap, (value[entry] - best[i], i, s))
    while len(heap) > 0:
        _, i, s = heappop(heap)
        if zone[i] >= 0:
            continue
        zone[i] = s
        for e in range(pointer[i], pointer[i + 1]):
            k = neighbour[e]
            if zone[k] < 0:
                entry = place(place_pointer, place_school, k, s)
                heappush(heap, (value[entry] - best[k], k, s))
