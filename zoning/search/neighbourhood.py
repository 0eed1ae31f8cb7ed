"""Improvement by exact sub-problems: a few neighbouring zones are re-optimised, the rest fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.proof import prove
from zoning.search.restrict import Part
from zoning.search.target import Incumbent, Target

# pairs of one sub-problem at the most, and nodes of one call
MOST_PAIRS = 2500
NODES = 400
SECONDS = 8.0


def improve(
    target: Target,
    incumbent: Incumbent,
    reduced: Floats | None,
    engine: Engine,
    clock: Clock,
    *,
    tries: int,
    seed: int,
    bound: float = -np.inf,
    gap: float = 0.0,
) -> Incumbent:
    """Re-optimise groups of zones, those first where the gap sits, until nothing gets better.

    The gap splits over zones by reduced costs; ``reduced`` (all columns, each cell's cheapest
    at 0) gives each zone its share. ``tries`` limits the sub-problems.
    """
    best = incumbent
    for _, schools in zip(range(tries), _groups(target, incumbent, reduced, seed), strict=False):
        if clock.over or best.value - bound <= gap * max(abs(best.value), 1e-9):
            break
        best = _reoptimise(target, best, schools, engine, clock)
        clock.report("improve", best.value)
    return best


def _reoptimise(
    target: Target, incumbent: Incumbent, schools: Ints, engine: Engine, clock: Clock
) -> Incumbent:
    problem, matrix = target.formulation.problem, target.matrix
    pairs = problem.pairs
    inside = np.zeros(problem.school_count, dtype=bool)
    inside[schools] = True
    free_cell = inside[incumbent.assignment]
    free = np.flatnonzero(free_cell[pairs.cell] & inside[pairs.school])
    columns = np.concatenate([free, np.arange(matrix.pairs, matrix.columns)])
    cuts = Cuts(problem, target.graph)
    if target.graph.binding:
        keep = np.zeros(len(pairs), dtype=bool)
        keep[free] = True
        cuts.neighbour_rows(keep)
    limited = Clock(min(clock.left, SECONDS if clock.work is None else np.inf), clock.work)
    limited.stop = clock.stop
    proof = prove(
        Part(target, columns, incumbent.columns),
        cuts,
        incumbent,
        replace(engine, nodes=NODES),
        limited,
        gap=1e-6,
        most_rounds=12,
    )
    better = proof.incumbent
    if better is not None and better.value < incumbent.value - 1e-9 * abs(incumbent.value):
        return better
    return incumbent


def _groups(
    target: Target, incumbent: Incumbent, reduced: Floats | None, seed: int
) -> Iterator[Ints]:
    """Groups of neighbouring zones without end: seeds by their share of the gap, then at random."""
    problem = target.formulation.problem
    rng = np.random.default_rng(seed)
    touching = _touching(target, incumbent)
    schools = problem.school_count
    lost = np.ones(problem.cells)
    if reduced is not None:
        lost = np.maximum(reduced[problem.pair_of(incumbent.assignment)], 0.0)
    share = np.asarray(np.bincount(incumbent.assignment, weights=lost, minlength=schools) + 1e-9)
    options = np.diff(problem.pairs.pointer).astype(np.float64)
    cells = np.bincount(incumbent.assignment, weights=np.minimum(options, 4), minlength=schools)
    while True:
        first = int(rng.choice(schools, p=share / share.sum()))
        group, pairs = [first], cells[first]
        share[first] = share[first] * 0.5 + 1e-12
        around = set(np.flatnonzero(touching[first]).tolist())
        while around:
            ordered = sorted(around)
            weight = share[ordered] + share.mean() * 0.2
            pick = int(rng.choice(ordered, p=weight / weight.sum()))
            pairs += cells[pick]
            if pairs * (len(group) + 1) / 2 > MOST_PAIRS and len(group) >= 2:
                break
            group.append(pick)
            around |= set(np.flatnonzero(touching[pick]).tolist())
            around -= set(group)
            if len(group) >= 6:
                break
        yield np.array(sorted(group), dtype=np.int64)


def _touching(target: Target, incumbent: Incumbent) -> Bools:
    """Pairs of zones with adjacent cells; without contiguity, with cells that either may take."""
    problem = target.formulation.problem
    schools = problem.school_count
    touching = np.zeros((schools, schools), dtype=bool)
    assignment = incumbent.assignment
    if len(problem.neighbour):
        tail = np.repeat(np.arange(problem.cells), np.diff(problem.neighbour_pointer))
        touching[assignment[tail], assignment[problem.neighbour]] = True
    if not target.graph.binding:
        touching[assignment[problem.pairs.cell], problem.pairs.school] = True
    touching |= touching.T
    np.fill_diagonal(touching, False)
    return touching
