r"""Contiguity: every zone is connected and holds its school.

For each school :math:`s` and band, root cell :math:`r_s`: :math:`x_{r_s s} = 1` (where the rule
`opening` leaves a choice, the school's :math:`y`), and for every
cell :math:`i` and every set :math:`C` of cells that separates :math:`i` from :math:`r_s` in the
adjacency graph,

.. math:: x_{is} \le \sum_{k \in C} x_{ks}

The rows with :math:`C` = the neighbours of :math:`i` stand from the beginning; the others are
separated when a solution violates them. Cells tolerated as islands are left out of the graph.
Of schools with the same root cell at most one is open: :math:`y_s + y_t \le 1` follows from
:math:`x_{r s} = y_s` and :math:`x_{r t} = y_t`.
Source: (a, b)-separators, Oehrlein and Haunert 2017; Validi, Buchanan and Lykhovyd 2022.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.formulation.block import Block, Settings, id_list
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Contiguity, Tag
from zoning.problem.arrays import Bools, Problem
from zoning.standards import Standards


class ContiguityBlock(Block):
    """Connected zones around their schools."""

    name = "contiguity"
    parameters: ClassVar[Settings] = {"islands": ()}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the ids of the islands."""
        islands = settings.get("islands", ())
        return {"islands": id_list(self.name, "islands", islands, set(problem.index.units))}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """A root cell belongs to its own school, unless that may do without it."""
        keep = np.ones(len(problem.pairs), dtype=bool)
        school_of_root = np.full(problem.cells, -1, dtype=np.int64)
        root = problem.schools.root
        for s, b in np.argwhere((root >= 0) & ~problem.schools.may_lack).tolist():
            school_of_root[root[s, b]] = s
        for cell, taker in problem.schools.more_roots:
            school_of_root[cell] = taker
        owner = school_of_root[problem.pairs.cell]
        keep &= (owner < 0) | (owner == problem.pairs.school)
        return keep

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Ask the search for connected zones."""
        builder.contiguity = Contiguity(exempt_cells(problem, settings))
        _root_rows(problem, builder)


def _root_rows(problem: Problem, builder: Builder) -> None:
    """The root cell of a band that a school may do without is its exactly where it takes it."""
    from scipy.sparse import csr_matrix

    pairs, schools = problem.pairs, problem.schools
    choice = (schools.root >= 0) & schools.may_lack
    held = [(s, b, int(schools.root[s, b])) for s, b in np.argwhere(choice).tolist()]
    at, rows = [], []
    for k, (s, _, root) in enumerate(held):
        own = range(pairs.pointer[root], pairs.pointer[root + 1])
        found = [pair for pair in own if pairs.school[pair] == s]
        at += found
        rows += [k] * len(found)
    if held:
        names = problem.index.schools
        words = [
            f"{problem.cell_name(root)} where school {names[s]} takes it" if schools.movable[s, b]
            else f"{problem.cell_name(root)} where site {names[s]} is open" for s, b, root in held
        ]  # fmt: skip
        builder.add_rows(
            csr_matrix((np.ones(len(at)), (rows, at)), shape=(len(held), len(pairs))),
            {(k, builder.serving_column(s, b)): -1.0 for k, (s, b, _) in enumerate(held)},
            np.zeros(len(held)), np.zeros(len(held)),
            [Tag("contiguity", text) for text in words],
            structured=True,
        )  # fmt: skip


def exempt_cells(problem: Problem, settings: Settings) -> Bools:
    """Cells that may lie detached: by a lock, or named in ``islands``; never a school's root."""
    named = settings["islands"]
    assert isinstance(named, list)
    place = {unit: k for k, unit in enumerate(problem.index.units)}
    listed: Bools = np.isin(problem.cell_unit, [place[unit] for unit in named])
    exempt: Bools = problem.island | listed
    exempt[problem.schools.root[problem.schools.root >= 0]] = False
    exempt[[cell for cell, _ in problem.schools.more_roots]] = False
    return exempt
