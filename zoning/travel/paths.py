"""Quickest ways from many homes to many schools, as pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel.snapping import Snapped

__all__ = ["Graph", "ways_to"]

_AT_ONCE: Final = 8
"""Schools that are searched at once: memory for so many times the number of points."""
_LEAST_MINUTES: Final = 1e-9
"""The search takes a stretch of no minutes for none at all."""


@dataclass(frozen=True, eq=False)
class Graph:
    """The network turned round, as a sparse matrix: row = end of a stretch, column = begin.

    Searching it from a school finds the ways to the school.

    Attributes:
        minutes: sparse matrix in CSR form with sorted rows; of parallel stretches the quickest.
        metres: length of each of its entries.
    """

    minutes: Any
    metres: NDArray[np.float64]

    @classmethod
    def of(cls, snapped: Snapped) -> Graph:
        """Make the graph of a network with places on it."""
        from scipy.sparse import csr_array

        ahead, back = np.isfinite(snapped.forward), np.isfinite(snapped.backward)
        tail = np.concatenate([snapped.begin[ahead], snapped.end[back]])
        head = np.concatenate([snapped.end[ahead], snapped.begin[back]])
        minutes = np.concatenate([snapped.forward[ahead], snapped.backward[back]])
        metres = np.concatenate([snapped.metres[ahead], snapped.metres[back]])
        order = np.lexsort((metres, minutes, tail, head))
        tail, head = tail[order], head[order]
        best = np.ones(len(tail), dtype=bool)
        best[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        kept = order[best]
        starts = np.concatenate([[0], np.cumsum(np.bincount(head[best], minlength=snapped.size))])
        weights = np.maximum(minutes[kept], _LEAST_MINUTES)
        matrix = csr_array(
            (weights, tail[best].astype(np.int32), starts.astype(np.int32)),
            shape=(snapped.size, snapped.size),
        )
        return cls(matrix, metres[kept])


def ways_to(
    graph: Graph,
    schools: NDArray[np.int64],
    homes: NDArray[np.int64],
    limit: float = float("inf"),
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield for each school in order minutes and metres of the quickest way from every home.

    Both are infinite where no way takes at most `limit` minutes. Metres are those of the quickest
    way, not of the shortest.

    Args:
        graph: the network.
        schools: points of the schools.
        homes: points of the homes.
        limit: minutes beyond which no way is looked for.
    """
    from scipy.sparse.csgraph import dijkstra

    keys = _keys(graph.minutes)
    for first in range(0, len(schools), _AT_ONCE):
        sources = schools[first : first + _AT_ONCE]
        minutes, before = dijkstra(
            graph.minutes, indices=sources, limit=limit, return_predecessors=True
        )
        for row in range(len(sources)):
            metres = _along(graph, keys, before[row])
            quickest = minutes[row, homes]
            yield quickest, np.where(np.isfinite(quickest), metres[homes], np.inf)


def _keys(matrix: Any) -> NDArray[np.int64]:
    """Return row and column of each entry as one number, ascending."""
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys: NDArray[np.int64] = rows * matrix.shape[0] + matrix.indices
    return keys


def _along(graph: Graph, keys: NDArray[np.int64], before: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return metres from each point to the root along a tree of quickest ways.

    Each point first knows the metres to its predecessor; in every round it adds what that one
    knows and then looks twice as far (pointer doubling).
    """
    size = len(before)
    reached = np.flatnonzero(before >= 0)
    metres = np.zeros(size)
    parent = before[reached].astype(np.int64)
    metres[reached] = graph.metres[np.searchsorted(keys, parent * size + reached)]
    above = np.arange(size, dtype=np.int64)
    above[reached] = parent
    while True:
        higher = above[above]
        metres += metres[above]  # of the root, which is above itself, 0
        if np.array_equal(higher, above):
            return metres
        above = higher
