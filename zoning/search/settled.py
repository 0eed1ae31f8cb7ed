"""A formulation with its sites settled: some are open, the others are closed for good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoning.formulation.emitted import Extras, Rows, SchoolLimit, TotalLimit
from zoning.formulation.formulate import Formulation, keep_pairs
from zoning.problem.arrays import Bools, Floats


def settled_pairs(formulation: Formulation, gone: Bools) -> Bools:
    """Pairs left once these bands (S x B) are gone: root cells of the others belong to them."""
    problem = formulation.problem
    pairs = problem.pairs
    keep: Bools = ~gone[pairs.school, problem.cell_band[pairs.cell]]
    if formulation.contiguity is not None:
        owner = np.full(problem.cells, -1, dtype=np.int64)
        left = ~gone & (problem.schools.root >= 0)
        owner[problem.schools.root[left]] = np.nonzero(left)[0]
        owner_of_pair = owner[pairs.cell]
        keep &= (owner_of_pair < 0) | (owner_of_pair == pairs.school)
    return keep


def settled(formulation: Formulation, closed: Bools, gone: Bools, keep: Bools) -> Formulation:
    """The formulation over the pairs in ``keep``, without any choice of sites or grades.

    ``closed`` are schools, ``gone`` all bands (S x B) that are not taken. The opening columns stay,
    fixed at 0 or 1; the rows of the opening go. The goals go too: they speak of all pairs.
    """
    problem, opening = formulation.problem, formulation.opening
    assert opening is not None
    optional = opening.optional
    schools = replace(
        problem.schools,
        root=np.where(gone, -1, problem.schools.root),
        optional=np.zeros(len(optional), dtype=bool),
        movable=np.zeros_like(gone),
    )
    extras = formulation.extras
    lower, upper = list(extras.lower), list(extras.upper)
    for column, lacks in (
        (opening.column[optional], closed[optional]),
        (opening.serving[opening.movable], gone[opening.movable]),
    ):
        for c, lacking in zip(column.tolist(), lacks.tolist(), strict=True):
            lower[c] = upper[c] = float(not lacking)
    return replace(
        formulation,
        problem=replace(problem, pairs=keep_pairs(problem.pairs, keep), schools=schools),
        limits=tuple(_limit(limit, closed, gone) for limit in formulation.limits),
        classes=tuple(
            replace(c, rooms=np.where(closed, np.inf, c.rooms)) for c in formulation.classes
        ),
        totals=tuple(
            settled_total(total, optional & ~closed, keep) for total in formulation.totals
        ),
        opening=None,
        extras=Extras(lower, upper, extras.integer, extras.names),
        rows=tuple(
            _over(rows, keep)
            for rows in formulation.rows
            if any(tag.block != "opening" for tag in rows.tags)
        ),
        goals=(),
    )


def over_pairs(formulation: Formulation, keep: Bools) -> Formulation:
    """A formulation without a choice of sites over the pairs in ``keep``; its goals go."""
    assert formulation.opening is None
    problem = formulation.problem
    none = np.zeros(problem.school_count, dtype=bool)
    return replace(
        formulation,
        problem=replace(problem, pairs=keep_pairs(problem.pairs, keep)),
        totals=tuple(settled_total(total, none, keep) for total in formulation.totals),
        rows=tuple(_over(rows, keep) for rows in formulation.rows),
        goals=(),
    )


def settled_total(total: TotalLimit, opened: Bools, keep: Bools) -> TotalLimit:
    """A total over the pairs in ``keep``, less what the opened sites add to it."""
    spent = 0.0 if total.sites is None else float(total.sites[opened].sum())
    return TotalLimit(total.block, total.weight[keep], total.high - spent)


def _limit(limit: SchoolLimit, closed: Bools, gone: Bools) -> SchoolLimit:
    without = closed if limit.band < 0 else gone[:, limit.band]
    low: Floats = np.where(without, -np.inf, limit.low)
    return replace(limit, low=low, high=np.where(without, 0.0, limit.high))


def _over(rows: Rows, keep: Bools) -> Rows:
    return replace(rows, pairs=rows.pairs[:, np.flatnonzero(keep)])
