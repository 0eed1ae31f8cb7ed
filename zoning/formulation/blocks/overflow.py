r"""Overflow: children beyond the places of their zone's school go to schools named for it (调剂).

With :math:`d_{sr} \ge 0` children diverted from the zone of school :math:`s` to its receiver
:math:`r \in R_s` (any other school where none is named), the rule `intake` holds of the children
who are placed in a school in the end:

.. math:: \sum_i p_i x_{is} + o_s - \sum_{r \in R_s} d_{sr} + \sum_{r: s \in R_r} d_{rs} \le E_s

Children of protected groups are never diverted; :math:`u_i` are the others of cell :math:`i`:

.. math:: \sum_{r \in R_s} d_{sr} \le \sum_i u_i x_{is}

A school whose own zone overflows receives nobody (:math:`v_s = 1` where it may divert,
:math:`U = \sum_i u_i`):

.. math::

   \sum_{r \in R_s} d_{sr} \le U v_s, \qquad \sum_{r: s \in R_r} d_{rs} \le U (1 - v_s)

When the zones stand, who is diverted follows from them. From each zone exactly the children
beyond its places go, group after group from the one that the county places last, and no group
gives up a child before those after it gave up all. Within that, with :math:`w_{kr}` children of
unit and group :math:`k` to receiver :math:`r`, a transport problem first takes receivers in the
order in which they are asked, then the shortest journeys:

.. math:: \operatorname{lexmin} \Bigl(\sum_{k, r} \mathrm{rank}_r\, w_{kr},\;
   \sum_{k, r} t_{kr} w_{kr}\Bigr)

It keeps the limit of a hard rule `travel-limit`. Children of groups that are not placed (private
enrolment) take no place anywhere.
Source: diversion by order of groups (统筹调剂), admission notices of county bureaus; Qinghai 2024
plan, article 16 (every entrant has a place).
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Growth, Tag
from zoning.problem.arrays import Ints, Problem
from zoning.standards import Standards


class Overflow(Block):
    """Who does not fit into the zone's school goes to another one, in the order of groups."""

    name = "overflow"
    over_years = False
    because = "whom it sends elsewhere in one year takes a place there in the next, uncounted"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that entrants are placed."""
        if problem.place != "entrants":
            raise InputError(
                Fault("error", "model", "rule overflow", 'place = "entrants", with the rule intake',
                      f'place = "{problem.place}"', "place entrants, or leave the rule out")
            )  # fmt: skip
        return {}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column for each way from a school to a receiver, and the rows that bind them."""
        assert problem.facilities is not None
        names, total = problem.index.schools, float(problem.pupils.sum())
        takes = np.flatnonzero(problem.schools.serves[:, 0] & ~problem.schools.optional)
        ways = [
            (int(s), int(r))
            for s in np.flatnonzero(problem.schools.serves[:, 0])
            for r in problem.facilities.overflow[s] or takes.tolist()
            if r != s and r in takes
        ]
        columns = builder.add_columns(
            [f"diverted_{names[s]}_{names[r]}" for s, r in ways], 0.0, total, integer=False
        )
        builder.diverted = columns
        for (s, r), column in zip(ways, columns.tolist(), strict=True):
            builder.growth.setdefault(s, []).append(Growth(column, total, {"diverted": 1.0}))
            builder.growth.setdefault(r, []).append(Growth(column, total, {"diverted": -1.0}))
        out = np.array([s for s, _ in ways], dtype=np.int64)
        to = np.array([r for _, r in ways], dtype=np.int64)
        _unprotected(problem, builder, out, columns)
        _one_way(problem, builder, out, to, columns)


def _unprotected(problem: Problem, builder: Builder, out: Ints, columns: Ints) -> None:
    """No more are diverted than there are children who may be."""
    assert problem.facilities is not None
    may_go = problem.pupils - problem.facilities.protected
    schools = np.unique(out)
    names = problem.index.schools
    builder.add_rows(
        builder.school_rows(may_go, schools),
        {(k, int(c)): -1.0 for k, s in enumerate(schools.tolist()) for c in columns[out == s]},
        np.zeros(len(schools)), np.full(len(schools), np.inf),
        [Tag("overflow", f"children who may be diverted from school {names[s]}")
         for s in schools.tolist()],
    )  # fmt: skip


def _one_way(problem: Problem, builder: Builder, out: Ints, to: Ints, columns: Ints) -> None:
    """A school diverts children or receives some, not both."""
    from scipy.sparse import csr_matrix

    both = np.intersect1d(out, to)
    names, most = problem.index.schools, float(problem.pupils.sum())
    side = builder.add_columns([f"diverts_{names[s]}" for s in both], 0.0, 1.0, integer=True)
    entries: dict[tuple[int, int], float] = {}
    for k, s in enumerate(both.tolist()):
        entries |= {(2 * k, int(c)): 1.0 for c in columns[out == s]}
        entries |= {(2 * k + 1, int(c)): 1.0 for c in columns[to == s]}
        entries |= {(2 * k, int(side[k])): -most, (2 * k + 1, int(side[k])): most}
    builder.add_rows(
        csr_matrix((2 * len(both), len(problem.pairs))), entries,
        np.full(2 * len(both), -np.inf), np.tile([0.0, most], len(both)),
        [Tag("overflow", f"school {names[s]} {what}") for s in both.tolist()
         for what in ("diverts", "receives")],
    )  # fmt: skip
