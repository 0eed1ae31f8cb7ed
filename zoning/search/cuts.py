"""Rows that the matrix does not hold: found where a solution violates them.

Contiguity, ``x_is <= sum of x_ks over a separating set``; and, where sites may be opened, units
only at open ones, ``x_is <= y_s`` (the matrix has their sum over the units of a site alone), with
the column of the unit's band where grades may be given away.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.connected import Graph, separators
from zoning.search.separation import detached, fractional_separator, pairs_around, pairs_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# cells of one detached part that get a row of their own; the rest follow through neighbours
ROWS_A_PART = 12


class Cuts:
    """Rows found so far, without doubles; each says ``row @ z <= 0``."""

    def __init__(self, formulation: Formulation, graph: Graph) -> None:
        problem = formulation.problem
        self.problem = problem
        self.pairs = problem.pairs
        self.opening = formulation.opening
        self.graph = graph
        self.schools = problem.school_count
        self._known: set[tuple[int, bytes]] = set()
        self._rows: list[tuple[Ints, Floats]] = []
        self._linked = np.zeros(len(self.pairs), dtype=bool)

    def __len__(self) -> int:
        return len(self._rows)

    def pair(self, cells: Ints, school: int) -> Ints:
        """Pairs (cell, school) that are permitted, for those of ``cells`` that have one."""
        found: Ints = pairs_of(self.pairs.pointer, self.pairs.school, np.sort(cells), school)
        return found

    def add(self, school: int, cell: int, separating: Ints) -> bool:
        """Add the row of one cell; False if it is known or the pair is not permitted."""
        left = self.pair(np.array([cell]), school)
        if len(left) == 0:
            return False
        return self._add_row(int(left[0]), self.pair(separating, school))

    def _add_row(self, left: int, right: Ints) -> bool:
        """Add ``x_left <= sum of x_right``; False if it is known."""
        token = (left, right.tobytes())
        if token in self._known:
            return False
        self._known.add(token)
        values = -np.ones(1 + len(right))
        values[0] = 1.0
        self._rows.append((np.concatenate([[left], right]), values))
        return True

    def separate(self, assignment: Ints) -> int:
        """Add rows that forbid the detached parts of an assignment; returns how many."""
        added = 0
        for school, part, cut in separators(self.graph, assignment):
            order = part[np.argsort(-self.problem.pupils[part], kind="stable")][:ROWS_A_PART]
            added += sum(self.add(school, int(cell), cut) for cell in order)
        return added

    def separate_fractional(
        self, pairs: Ints, x: Floats, *, most: int = 2000, least: float = 0.05
    ) -> int:
        """Add rows that cells with pupils violate; returns how many.

        ``pairs``, in order, are those that a fractional solution takes, ``x`` how much of each.
        """
        graph = self.graph
        cell, school = self.pairs.cell[pairs], self.pairs.school[pairs]
        added = 0
        weight = np.zeros(len(graph.root_of))
        order = np.argsort(school, kind="stable")
        edges = np.searchsorted(school[order], np.arange(self.schools + 1))
        for s in range(self.schools):
            members = order[edges[s] : edges[s + 1]]
            if len(members) == 0:
                continue
            cells, values = cell[members], x[members]
            weight[cells] = values
            added += self._separate_zone(s, cells, values, weight, least)
            weight[cells] = 0.0
            if added >= most:
                break
        return added

    def _separate_zone(
        self, school: int, cells: Ints, values: Floats, weight: Floats, least: float
    ) -> int:
        graph = self.graph
        added = 0
        inside = np.full(len(weight), -1, dtype=np.int64)
        inside[cells] = school
        wanted = (self.problem.pupils[cells] > 0) & (values > least) & ~graph.free[cells]
        root_of = graph.roots_in(inside)
        wanted &= (graph.bound_to[cells] < 0) & (root_of[cells] != school)
        if not wanted.any():
            return 0
        apart = detached(graph.pointer, graph.neighbour, root_of, graph.free, inside)
        for cell, value in zip(cells[wanted], values[wanted], strict=True):
            if not apart[cell] and value > 1.0 - 1e-6 and not (values < 1.0 - 1e-6).any():
                continue
            root = int(self.problem.schools.root[school, self.problem.cell_band[cell]])
            cut = fractional_separator(
                graph.pointer, graph.neighbour, weight, int(cell), root, value - 0.02,
                graph.bound_to, school,
            )  # fmt: skip
            if apart[cell] or len(cut):
                added += self.add(school, int(cell), cut)
        return added

    def neighbour_rows(self, keep: Bools) -> int:
        """Add the rows of the immediate neighbours for the pairs marked in ``keep``."""
        graph, pairs = self.graph, self.pairs
        wanted = np.flatnonzero(keep)
        bound = ~graph.free[pairs.cell[wanted]]
        root = self.problem.schools.root[pairs.school[wanted]]  # by band, -1 where not served
        wanted = wanted[bound & ~(root == pairs.cell[wanted, None]).any(axis=1)]
        ends, around, near = pairs_around(
            graph.pointer, graph.neighbour, graph.root_of, pairs.pointer, pairs.school,
            pairs.cell[wanted], pairs.school[wanted],
        )  # fmt: skip
        return sum(
            self._add_row(int(wanted[k]), np.sort(around[ends[k] : ends[k + 1]]))
            for k in np.flatnonzero(~near)
        )

    def separate_links(self, z: Floats, *, most: int = 5000, least: float = 1e-3) -> int:
        """Add ``x_is <= y_s`` where all columns ``z`` violate it, the worst first."""
        if self.opening is None:
            return 0
        pairs = len(self.pairs)
        column = self._serving_of_all
        over = np.where(column >= 0, z[:pairs] - z[pairs + column], 0.0)
        wrong = np.flatnonzero(over > least)
        if len(wrong) > most:
            wrong = np.sort(wrong[np.argsort(-over[wrong], kind="stable")[:most]])
        return self.link(wrong)

    def link(self, chosen: Ints) -> int:
        """Add the rows ``x_is <= y_s`` of these pairs; schools that stay open need none."""
        if self.opening is None:
            return 0
        column = self._serving(chosen)
        new = (column >= 0) & ~self._linked[chosen]
        self._linked[chosen[new]] = True
        both = np.column_stack([chosen[new], len(self.pairs) + column[new]])
        signs = np.array([1.0, -1.0])
        self._rows += [(row, signs) for row in both]
        return int(new.sum())

    @cached_property
    def _serving_of_all(self) -> Ints:
        return self._serving(np.arange(len(self.pairs)))

    def _serving(self, chosen: Ints) -> Ints:
        """The column that says whether the school of each pair takes it, -1: always."""
        assert self.opening is not None
        band = self.problem.cell_band[self.pairs.cell[chosen]]
        return self.opening.serving[self.pairs.school[chosen], band]

    def matrix(self, columns: int, first: int = 0) -> csr_matrix:
        """Rows from number ``first`` on, over ``columns`` columns."""
        from scipy.sparse import csr_matrix

        rows = self._rows[first:]
        if not rows:
            return csr_matrix((0, columns))
        pointer = np.concatenate([[0], np.cumsum([len(i) for i, _ in rows])])
        return csr_matrix(
            (np.concatenate([v for _, v in rows]), np.concatenate([i for i, _ in rows]), pointer),
            shape=(len(rows), columns),
        )
