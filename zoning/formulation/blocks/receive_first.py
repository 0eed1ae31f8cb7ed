r"""Receive first: a school closes only if there is room where its pupils go (先建后撤).

With today's zone :math:`Z_s` of an existing school :math:`s` that may close, :math:`z_r = 1` where
school :math:`r` takes pupils of a school that closes:

.. math:: x_{ir} \le y_s + z_r \qquad \forall i \in Z_s: p_i > 0, \; r \ne s

and so where it takes the upper grades that a school gives away, with :math:`y_{sb}` for
:math:`y_s` (see the rule `opening`).
Such a school has room in the year itself. What takes years to build (lead time
:math:`\lambda_k > 0`) is not there yet; seats :math:`Q_r` and places at table :math:`c_r`, with
what is built at once, are enough for all its pupils, and for those who eat at school: boarders
:math:`B` and whoever lives more than :math:`\tau` minutes away,
:math:`E = B \cup \{(i,r): t_{ir} > \tau\}`. With :math:`P, P_E` what the sums are at most,

.. math::

   m_k \le M_k (1 - z_r) \;\; \forall k: s(k) = r, \lambda_k > 0, \qquad
   \sum_i p_i x_{ir} + o_r - \sum_{k: s(k) = r} a_k m_k \le Q_r + (P - Q_r)(1 - z_r), \\
   \sum_{i: (i,r) \in E} p_i x_{ir} - \sum_{k: s(k) = r} c_k m_k \le c_r + (P_E - c_r)(1 - z_r)

Beds are limited by the rule `boarding`, and the way there by `travel-limit`. Over several years a
module counts from the year in which it stands, so that the first of these rows is not needed.
Source: Qinghai 2024 plan, articles 5 and 7; the provincial versions of State Council Office 2012
No. 48 (no closing while the receiving school lacks beds or canteen).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import InputError
from zoning.formulation.block import Block, Settings, all_grades, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Bools, Floats, Ints, Problem
from zoning.standards import Standards


class ReceiveFirst(Block):
    """Schools that take pupils of closed schools have the places at once."""

    name = "receive-first"
    parameters: ClassVar[Settings] = {"noon_minutes": 30.0}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the journey beyond which children eat at school."""
        faults = all_grades(self.name, problem)
        if faults:
            raise InputError(faults)
        return {"noon_minutes": number(self.name, "noon_minutes", settings["noon_minutes"])}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column for each school that may have to receive, and its rows."""
        moves = _moves(problem)
        if len(moves) == 0 or problem.facilities is None:
            return
        schools = np.unique(problem.pairs.school[moves])
        names = problem.index.schools
        labels = [f"receives_{names[r]}" for r in schools]
        receives = builder.add_columns(labels, 0.0, 1.0, integer=False)
        column = np.full(problem.school_count, -1, dtype=np.int64)
        column[schools] = receives
        self._tie(problem, builder, moves, column)
        self._nothing_late(problem, builder, column)
        outside = problem.schools.outside.sum(axis=1)
        everybody = np.ones(len(problem.pairs), dtype=bool)
        self._room(problem, builder, column, "seats", everybody, problem.schools.seats - outside)
        far = problem.pairs.minutes > float(str(settings["noon_minutes"])) * (1 + 1e-9)
        canteen = problem.facilities.canteen
        self._room(problem, builder, column, "canteen", far | problem.pairs.board, canteen)

    def _tie(self, problem: Problem, builder: Builder, moves: Ints, column: Ints) -> None:
        """A school receives where it takes a cell whose school of today closes."""
        from scipy.sparse import csr_matrix

        pairs, count = problem.pairs, len(moves)
        before = problem.today[pairs.cell[moves]]
        matrix = csr_matrix(
            (np.ones(count), (np.arange(count), moves)), shape=(count, len(pairs))
        )  # fmt: skip
        bands = problem.cell_band[pairs.cell[moves]]
        extras = {
            (k, builder.serving_column(int(s), int(b))): -1.0
            for k, (s, b) in enumerate(zip(before, bands, strict=True))
        }
        extras |= {(k, int(column[r])): -1.0 for k, r in enumerate(pairs.school[moves])}
        names = problem.index.schools
        tags = [
            Tag(self.name, f"{problem.cell_name(int(i))} to {names[r]} if school {names[s]} closes")
            for i, r, s in zip(pairs.cell[moves], pairs.school[moves], before, strict=True)
        ]
        builder.add_rows(matrix, extras, np.full(count, -np.inf), np.zeros(count), tags)

    def _nothing_late(self, problem: Problem, builder: Builder, column: Ints) -> None:
        """Where pupils are received nothing is built that is not there when they come."""
        from scipy.sparse import csr_matrix

        assert problem.facilities is not None
        if problem.periods is not None:
            return  # what is not there yet is no part of its limits
        modules = problem.facilities.modules
        for k, built in builder.built.items():
            r = int(modules.school[k])
            if modules.lead[k] > 0 and column[r] >= 0:
                most = float(modules.most[k])
                builder.add_rows(
                    csr_matrix((1, len(problem.pairs))),
                    {(0, built): 1.0, (0, int(column[r])): most},
                    np.array([-np.inf]), np.array([most]),
                    [Tag(self.name, f"{modules.option[k]} comes too late for school "
                         f"{problem.index.schools[r]} to receive")],
                )  # fmt: skip

    def _room(
        self, problem: Problem, builder: Builder, column: Ints, what: str, counted: Bools,
        places: Floats,
    ) -> None:  # fmt: skip
        """Pupils of the pairs counted fit the places of a school that receives."""
        from scipy.sparse import csr_matrix

        pairs = problem.pairs
        load = problem.pupils[pairs.cell] * counted
        largest = np.bincount(pairs.school, weights=load, minlength=problem.school_count)
        spare = largest - np.nan_to_num(places)
        schools = np.flatnonzero((column >= 0) & ~np.isnan(places) & (spare > 0))
        if len(schools) == 0:
            return
        row_of = np.full(problem.school_count, -1, dtype=np.int64)
        row_of[schools] = np.arange(len(schools))
        used = np.flatnonzero((row_of[pairs.school] >= 0) & (load != 0.0))
        matrix = csr_matrix(
            (load[used], (row_of[pairs.school[used]], used)), shape=(len(schools), len(pairs))
        )
        grown = builder.grown({what: np.ones(problem.school_count)})
        extras = {(k, int(column[r])): float(spare[r]) for k, r in enumerate(schools)}
        extras |= {
            (k, c): -amount
            for k, r in enumerate(schools.tolist())
            for c, amount, _ in grown.get(r, ())
        }
        names = problem.index.schools
        builder.add_rows(
            matrix, extras, np.full(len(schools), -np.inf), places[schools] + spare[schools],
            [Tag(self.name, f"{what} of school {names[r]} if it receives") for r in schools],
        )  # fmt: skip


def _moves(problem: Problem) -> Ints:
    """Pairs that move a cell with pupils out of a standing school that may do without its band."""
    pairs = problem.pairs
    closable = problem.schools.may_lack & ~problem.schools.candidate[:, None]
    before = problem.today[pairs.cell]
    moves: Ints = np.flatnonzero(
        (before >= 0) & closable[before, problem.cell_band[pairs.cell]] & (before != pairs.school)
        & (problem.pupils[pairs.cell] > 0)
    )  # fmt: skip
    return moves
