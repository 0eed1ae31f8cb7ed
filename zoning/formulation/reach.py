"""Pairs that contiguity rules out: a cell its school's root cannot reach over permitted cells."""

from __future__ import annotations

import numpy as np

from zoning.problem.arrays import Bools, Problem


def reachable(problem: Problem, keep: Bools, exempt: Bools) -> Bools:
    """Of the pairs in ``keep``, those whose cell a zone of the school could ever contain.

    No zone can hold a cell that its root does not reach through cells permitted to the school,
    so leaving these pairs out loses nothing. ``exempt`` cells (islands) may lie anywhere.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    pairs, n = problem.pairs, problem.cells
    tail = np.repeat(np.arange(n), np.diff(problem.neighbour_pointer))
    result = keep.copy()
    order = np.argsort(pairs.school, kind="stable")
    edges = np.searchsorted(pairs.school[order], np.arange(problem.school_count + 1))
    for s in range(problem.school_count):
        own = order[edges[s] : edges[s + 1]]
        own = own[keep[own]]
        cells = pairs.cell[own]
        root = np.zeros(n, dtype=bool)
        root[problem.schools.root[s][problem.schools.root[s] >= 0]] = True
        bound = ~exempt[cells] | root[cells]
        own, cells = own[bound], cells[bound]
        inside = np.zeros(n, dtype=bool)
        inside[cells] = True
        used = inside[tail] & inside[problem.neighbour]
        pointer = np.concatenate([[0], np.cumsum(np.bincount(tail[used], minlength=n))])
        near = problem.neighbour[used]
        graph = csr_matrix((np.ones(len(near), np.int8), near, pointer), shape=(n, n))
        labels = connected_components(graph, directed=False)[1]
        reached = np.zeros(n, dtype=bool)
        reached[labels[root & inside]] = True  # by label
        result[own[~reached[labels[cells]]]] = False
    return result
