"""Improvement by exact sub-problems: a few neighbouring zones are re-optimised, the rest fixed."""

from __future__ import annotations

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
MOST_PAIRS = 1200
NODES = 200
SECONDS = 1.0
# tries a zone without success before sub-problems get larger, and how much larger at the most
PATIENCE, LARGEST = 3, 8
MOST_ZONES = 6


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
    at 0) gives each zone its share, and a column whose reduced cost exceeds the gap is left out.
    ``tries`` limits the sub-problems; after several a zone that found nothing they grow, and
    once the largest found nothing it ends, as it does when the gap is at most ``gap`` (relative).
    """
    best, idle, scale = incumbent, 0, 1
    patience = PATIENCE * target.formulation.problem.school_count
    groups = _Groups(target, reduced, seed)
    for _ in range(tries):
        if idle >= patience:
            idle, scale = 0, 2 * scale
        if clock.over or scale > LARGEST:
            break
        if best.value - bound <= gap * abs(best.value):
            break
        schools = groups.draw(best, MOST_PAIRS * scale)
        useful = None if reduced is None else reduced <= best.value - bound
        found = _reoptimise(target, best, schools, useful, engine, clock, scale)
        idle = 0 if found.value < best.value else idle + 1
        best = found
        clock.report("improve", best.value)
    return best


def _reoptimise(
    target: Target,
    incumbent: Incumbent,
    schools: Ints,
    useful: Bools | None,
    engine: Engine,
    clock: Clock,
    scale: int,
) -> Incumbent:
    problem, matrix = target.formulation.problem, target.matrix
    pairs = problem.pairs
    inside = np.zeros(problem.school_count, dtype=bool)
    inside[schools] = True
    free_cell = inside[incumbent.assignment]
    open_ = free_cell[pairs.cell] & inside[pairs.school]
    if useful is not None:
        open_ &= useful[: matrix.pairs] | (pairs.school == incumbent.assignment[pairs.cell])
    free = np.flatnonzero(open_)
    columns = np.concatenate([free, np.arange(matrix.pairs, matrix.columns)])
    cuts = Cuts(target.formulation, target.graph)
    cuts.link(free)
    if target.graph.binding:
        keep = np.zeros(len(pairs), dtype=bool)
        keep[free] = True
        cuts.neighbour_rows(keep)
    seconds = SECONDS * scale if clock.work is None else np.inf
    limited = Clock(min(clock.left, seconds), clock.work)
    limited.stop = clock.stop
    proof = prove(
        Part(target, columns, incumbent.columns),
        cuts,
        incumbent,
        replace(engine, nodes=NODES * scale),
        limited,
        gap=1e-6,
        most_rounds=12,
    )
    better = proof.incumbent
    if better is not None and better.value < incumbent.value - 1e-9 * abs(incumbent.value):
        return better
    return incumbent


class _Groups:
    """Draws groups of neighbouring zones: first by their share of the gap, then around it."""

    def __init__(self, target: Target, reduced: Floats | None, seed: int) -> None:
        self._target = target
        self._reduced = reduced
        self._rng = np.random.default_rng(seed)
        self._worn = np.ones(target.formulation.problem.school_count)
        self._drawn_for: Incumbent | None = None

    def draw(self, incumbent: Incumbent, most_pairs: float) -> Ints:
        """A group of two zones or more, with about ``most_pairs`` pairs."""
        if incumbent is not self._drawn_for:
            self._measure(incumbent)
        weight = self._share * self._worn
        first = int(self._rng.choice(len(weight), p=weight / weight.sum()))
        self._worn[first] *= 0.5
        if self._worn.max() < 0.01:
            self._worn[:] = 1.0
        group, cells = [first], self._cells[first]
        around = set(np.flatnonzero(self._touching[first]).tolist())
        while around and len(group) < MOST_ZONES:
            ordered = sorted(around)
            chance = self._share[ordered] + self._share.mean() * 0.2
            pick = int(self._rng.choice(ordered, p=chance / chance.sum()))
            cells += self._cells[pick]
            if cells * (len(group) + 1) / 2 > most_pairs and len(group) >= 2:
                break
            group.append(pick)
            around |= set(np.flatnonzero(self._touching[pick]).tolist())
            around -= set(group)
        return np.array(sorted(group), dtype=np.int64)

    def _measure(self, incumbent: Incumbent) -> None:
        """Shares of the gap, sizes and neighbours of the plan's zones."""
        problem = self._target.formulation.problem
        schools, assignment = problem.school_count, incumbent.assignment
        lost = np.ones(problem.cells)
        if self._reduced is not None:
            lost = np.maximum(self._reduced[problem.pair_of(assignment)], 0.0)
        share = np.bincount(assignment, weights=lost, minlength=schools) + 1e-9
        self._share = np.asarray(share, dtype=np.float64)
        options = np.minimum(np.diff(problem.pairs.pointer), 4).astype(np.float64)
        self._cells = np.bincount(assignment, weights=options, minlength=schools)
        self._touching = _touching(self._target, incumbent)
        self._drawn_for = incumbent


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
