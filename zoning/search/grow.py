"""A first assignment: zones grow from their schools, the best cell first."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.connected import Graph


def grow_zones(graph: Graph, score: Floats) -> Ints:
    """Grow every zone from its root over adjacent cells; ``score`` (n x S), lower is better.

    A cell joins when its regret against its best school is the least of all on the edges, so
    that zones stay connected. Free cells take their best school. Cells without any way to a
    root get -1.
    """
    zone = np.where(graph.root_of >= 0, graph.root_of, -1).astype(np.int64)
    zone[graph.free] = score[graph.free].argmin(axis=1)
    best = score.min(axis=1)
    heap: list[tuple[float, int, int]] = []

    def push_around(cell: int, school: int) -> None:
        for k in graph.neighbour[graph.pointer[cell] : graph.pointer[cell + 1]]:
            if zone[k] < 0:
                heappush(heap, (float(score[k, school] - best[k]), int(k), school))

    for root in np.flatnonzero(graph.root_of >= 0).tolist():
        push_around(root, int(graph.root_of[root]))
    while heap:
        _, cell, school = heappop(heap)
        if zone[cell] < 0:
            zone[cell] = school
            push_around(cell, school)
    return zone


def mend(graph: Graph, assignment: Ints, apart: Ints, score: Floats) -> Ints:
    """Keep the connected parts of an assignment and grow the detached cells anew."""
    zone = assignment.copy()
    zone[apart] = -1
    zone = np.where(graph.root_of >= 0, graph.root_of, zone)
    best = score.min(axis=1)
    heap: list[tuple[float, int, int]] = []

    def push_cell(cell: int) -> None:
        for k in graph.neighbour[graph.pointer[cell] : graph.pointer[cell + 1]]:
            if zone[k] >= 0:
                school = int(zone[k])
                heappush(heap, (float(score[cell, school] - best[cell]), cell, school))

    for lost in np.flatnonzero(zone < 0).tolist():
        push_cell(lost)
    while heap:
        _, cell, school = heappop(heap)
        if zone[cell] >= 0:
            continue
        zone[cell] = school
        for k in graph.neighbour[graph.pointer[cell] : graph.pointer[cell + 1]]:
            if zone[k] < 0:
                push_cell(int(k))
    return zone
