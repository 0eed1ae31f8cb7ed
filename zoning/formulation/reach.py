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
    graph = csr_matrix(
        (np.ones(len(problem.neighbour), np.int8), problem.neighbour, problem.neighbour_pointer),
        shape=(n, n),
    )
    result = keep.copy()
    order = np.argsort(pairs.school, kind="stable")
    edges = np.searchsorted(pairs.school[order], np.arange(problem.school_count + 1))
    for s in range(problem.school_count):
        own = order[edges[s] : edges[s + 1]]
        roots = problem.schools.root[s]
        roots = roots[roots >= 0]
        bound = ~exempt[pairs.cell[own]] | np.isin(pairs.cell[own], roots)
        own = own[keep[own] & bound]
        cells = pairs.cell[own]
        labels = connected_components(graph[cells][:, cells], directed=False)[1]
        with_root = np.unique(labels[np.isin(cells, roots)])
        result[own[~np.isin(labels, with_root)]] = False
    return result
