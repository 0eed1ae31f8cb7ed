"""A start for zones that are nested: cells that belong together are one cell of a smaller problem.

Annealing moves single cells and sees no rule about groups of them, so that it hardly ever finds a
plan in which every group goes to one school. The smaller problem is one that it does well on. It
only gives a start: what it leaves out (groups that are parted) stays open to the search after it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.emitted import Contiguity
from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Floats, Ints, Pairs, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GROUPED = ("feeders", "split-feeders")
"""Rules and goals that hold of themselves where groups stay whole."""


def parts_of(formulation: Formulation) -> Ints:
    """Number of the part that each cell belongs to: its group, or a share of it for each school.

    A group that holds the roots of several schools is parted among them, cell by cell from the
    roots outwards.
    """
    together, problem = formulation.together, formulation.problem
    assert together is not None
    alone = together.max(initial=-1) + 1 + np.arange(problem.cells)
    label = np.where(together >= 0, together, alone)
    root_of: dict[int, list[int]] = {}
    if formulation.contiguity is not None:
        held = (problem.schools.root >= 0) & ~problem.schools.may_lack
        for root in problem.schools.root[held].tolist():
            root_of.setdefault(int(label[root]), []).append(int(root))
    following = int(label.max(initial=0)) + 1
    for group, roots in root_of.items():
        if len(set(roots)) > 1:
            shares = _grown(problem, label == group, sorted(set(roots)))
            for cell, share in shares.items():
                label[cell] = following + share
            following += len(roots)
    parts: Ints = np.unique(label, return_inverse=True)[1].astype(np.int64)
    return parts


def _grown(problem: Problem, inside: np.ndarray, roots: list[int]) -> dict[int, int]:
    """Cells of a group by the root that reaches them first."""
    found = {root: k for k, root in enumerate(roots)}
    queue = deque(roots)
    while queue:
        cell = queue.popleft()
        begin, end = problem.neighbour_pointer[cell : cell + 2]
        near = problem.neighbour[begin:end]
        for other in near.tolist():
            if inside[other] and other not in found:
                found[other] = found[cell]
                queue.append(other)
    return found


def contracted(formulation: Formulation, part: Ints) -> Formulation | None:
    """The formulation over parts in the stead of cells; None if some part fits no school.

    A part may go where all its cells may. Every row, limit and goal is summed over its cells.
    """
    problem = formulation.problem
    count = int(part.max()) + 1
    pairs, joint = _pairs(problem, part, count)
    if (np.diff(pairs.pointer) == 0).any():
        return None
    first = np.unique(part, return_index=True)[1]

    def total(load: Floats) -> Floats:
        result = np.zeros((count, *load.shape[1:]))
        np.add.at(result, part, load)
        return result

    pointer, neighbour = _neighbours(problem, part, count)
    root = problem.schools.root
    small = replace(
        problem, cell_unit=problem.cell_unit[first], cell_band=problem.cell_band[first],
        pupils_by_grade=total(problem.pupils_by_grade), pairs=pairs,
        schools=replace(problem.schools, root=np.where(root >= 0, part[root], -1)),
        neighbour_pointer=pointer, neighbour=neighbour, today=np.full(count, -1, dtype=np.int64),
        fixed=np.full(count, -1, dtype=np.int64), island=np.zeros(count, dtype=bool),
    )  # fmt: skip
    contiguity = formulation.contiguity
    if contiguity is not None:
        free = np.ones(count, dtype=bool)
        free[part[~contiguity.exempt]] = False
        contiguity = Contiguity(free)
    goals = tuple(
        replace(goal, terms=tuple(
            replace(term, objective=replace(
                term.objective, pairs=joint.T @ term.objective.pairs, journeys=None))
            for term in goal.terms))
        for goal in formulation.goals if goal.name not in GROUPED
    )  # fmt: skip
    return replace(
        formulation,
        problem=small,
        limits=tuple(replace(limit, load=total(limit.load)) for limit in formulation.limits),
        classes=tuple(replace(formed, load=total(formed.load)) for formed in formulation.classes),
        totals=tuple(replace(t, weight=joint.T @ t.weight) for t in formulation.totals),
        contiguity=contiguity,
        rows=tuple(
            replace(rows, pairs=rows.pairs @ joint) for rows in formulation.rows
            if not any(tag.block in GROUPED for tag in rows.tags)
        ),
        goals=goals,
        together=None,
    )  # fmt: skip


def _pairs(problem: Problem, part: Ints, count: int) -> tuple[Pairs, csr_matrix]:
    """Pairs of parts, and which pairs (rows) each of them (columns) stands for."""
    from scipy.sparse import csr_matrix

    pairs = problem.pairs
    key = part[pairs.cell] * problem.school_count + pairs.school
    keys, at = np.unique(key, return_inverse=True)
    whole = np.bincount(at) == np.bincount(part)[keys // problem.school_count]
    number = np.cumsum(whole) - 1
    kept = np.flatnonzero(whole[at])
    joint = csr_matrix(
        (np.ones(len(kept)), (kept, number[at[kept]])), shape=(len(pairs), int(whole.sum()))
    )
    cell, school = np.divmod(keys[whole], problem.school_count)
    weight = np.maximum(problem.pupils[pairs.cell], 1e-9)
    share = joint.T @ weight

    def mean(values: Floats) -> Floats:
        result: Floats = (joint.T @ (weight * np.nan_to_num(values))) / share
        return result

    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=count))])
    return Pairs(pointer.astype(np.int64), school, mean(pairs.metres), mean(pairs.minutes)), joint


def _neighbours(problem: Problem, part: Ints, count: int) -> tuple[Ints, Ints]:
    from scipy.sparse import csr_matrix

    cell = np.repeat(np.arange(problem.cells), np.diff(problem.neighbour_pointer))
    a, b = part[cell], part[problem.neighbour]
    apart = a != b
    graph = csr_matrix((np.ones(int(apart.sum())), (a[apart], b[apart])), shape=(count, count))
    graph.sum_duplicates()
    graph.sort_indices()
    return graph.indptr.astype(np.int64), graph.indices.astype(np.int64)
