"""Connectedness of zones over cells: the graph, detached parts, and separators between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Bools, Ints
from zoning.search.separation import detached, separator_of_part


@dataclass(frozen=True)
class Graph:
    """Compressed rows of adjacent cells; ``root_of`` gives the school whose root a cell is, or -1.

    ``bound_to`` is the same without those of bands that a school may do without: the school that a
    cell belongs to in every plan. Such a root may lie in any zone where its school is closed, or
    has given the band away. Cells
    that contiguity does not bind have no neighbours and are marked ``free``. Without contiguity
    in the model every cell is free. A cell may be the root of several schools of which one is open
    at the most: ``also`` lists (cell, school) of those that ``root_of`` does not name.
    """

    pointer: Ints
    neighbour: Ints
    root_of: Ints
    bound_to: Ints
    free: Bools
    also: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))

    def roots_in(self, assignment: Ints) -> Ints:
        """``root_of``, where a cell is the root of several schools that which it is assigned to."""
        cell, school = self.also.T
        own = assignment[cell] == school
        if not own.any():
            return self.root_of
        roots = self.root_of.copy()
        roots[cell[own]] = school[own]
        return roots

    @property
    def binding(self) -> bool:
        """True if any cell is bound by contiguity."""
        return not bool(self.free.all())


def zone_graph(formulation: Formulation) -> Graph:
    """The graph in which zones must be connected, by the formulation's contiguity."""
    problem = formulation.problem
    n = problem.cells
    root_of = np.full(n, -1, dtype=np.int64)
    if formulation.contiguity is None:
        empty = np.zeros(n + 1, dtype=np.int64)
        return Graph(empty, np.zeros(0, np.int64), root_of, root_of, np.ones(n, dtype=bool))
    optional = problem.schools.optional
    # of schools with the same root the one that stays, if any does, holds it
    for s in np.argsort(optional, kind="stable")[::-1].tolist():
        row = problem.schools.root[s]
        root_of[row[row >= 0]] = s
    more = np.argwhere(problem.schools.root >= 0)
    also = np.column_stack([problem.schools.root[more[:, 0], more[:, 1]], more[:, 0]])
    also = also[root_of[also[:, 0]] != also[:, 1]]
    free = formulation.contiguity.exempt & (root_of < 0)
    may_lack = problem.schools.may_lack[root_of, problem.cell_band] & (root_of >= 0)
    bound_to: Ints = np.where(may_lack, -1, root_of)
    tail = np.repeat(np.arange(n), np.diff(problem.neighbour_pointer))
    keep = ~(free[tail] | free[problem.neighbour])
    counts = np.bincount(tail[keep], minlength=n)
    pointer: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Graph(pointer, problem.neighbour[keep], root_of, bound_to, free, also)


def detached_cells(graph: Graph, assignment: Ints) -> Bools:
    """Cells with no way to the root of their zone inside the zone."""
    found: Bools = detached(
        graph.pointer, graph.neighbour, graph.roots_in(assignment), graph.free, assignment
    ).astype(bool)
    return found


def separators(graph: Graph, assignment: Ints) -> list[tuple[int, Ints, Ints]]:
    """For each detached part of a zone: (school, cells of the part, separating cells).

    The separating cells are the least set at the edge of the part that every way to the root
    must cross, so ``x_is <= sum of x_ks over them`` holds for each cell i of the part.
    """
    n = len(assignment)
    apart = detached_cells(graph, assignment)
    seen = np.zeros(n, dtype=bool)
    root_cells: dict[int, list[int]] = {}
    for cell in np.flatnonzero(graph.root_of >= 0):
        root_cells.setdefault(int(graph.root_of[cell]), []).append(int(cell))
    for cell, school in graph.also.tolist():
        root_cells.setdefault(school, []).append(cell)
    result = []
    for cell in np.flatnonzero(apart):
        if seen[cell]:
            continue
        school = int(assignment[cell])
        inside = assignment == school
        roots = np.array(root_cells.get(school, []), dtype=np.int64)
        part, cut = separator_of_part(
            graph.pointer, graph.neighbour, inside, int(cell), roots, graph.bound_to, school
        )
        seen[part] = True
        result.append((school, part, cut))
    return result
