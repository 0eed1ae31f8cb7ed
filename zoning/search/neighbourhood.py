"""Improvement by exact sub-problems: a few neighbouring zones are re-optimised, the rest fixed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.judge import judge
from zoning.search.places import cheapest_of_each
from zoning.search.proof import prove
from zoning.search.restrict import Part
from zoning.search.target import Incumbent, Target

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# pairs of one sub-problem at the most, and nodes of one call
MOST_PAIRS = 1200
NODES = 200
SECONDS = 1.0
# tries a zone without success before sub-problems get larger, and how much larger at the most
PATIENCE, LARGEST = 3, 8
MOST_ZONES = 6
# groups re-optimised at once, each in a thread, and their gains joined before the next are drawn
AT_ONCE = 2
# schools that a cell may go to, where it has many more
NEAR = 24


@dataclass
class Effort:
    """Sub-problems in a row that found nothing better, and how much larger they have become."""

    idle: int = 0
    scale: int = 1

    @property
    def spent(self) -> bool:
        """True once the largest sub-problems found nothing."""
        return self.scale > LARGEST


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
    at_once: int = AT_ONCE,
    effort: Effort | None = None,
    lost: Callable[[Incumbent], Floats] | None = None,
) -> Incumbent:
    """Re-optimise groups of zones, those first where the gap sits, until nothing gets better.

    The gap splits over zones by reduced costs; ``reduced`` (all columns, each cell's cheapest
    at 0) gives each zone its share, and a column whose reduced cost exceeds the gap is left out.
    ``tries`` limits the sub-problems; after several a zone that found nothing they grow, and
    once the largest found nothing it ends, as it does when the gap is at most ``gap`` (relative).
    ``at_once`` groups without a zone in common are worked on, each in a thread. ``effort`` is
    where an earlier call stopped. ``lost`` tells for a plan each cell's share of the gap, where it
    is not by reduced costs; what is broken over several years is mended across them.
    """
    whole, best = target, incumbent
    target, reduced = _nearby(target, incumbent, reduced)
    if target is not whole:
        found = judge(target, incumbent.assignment, incumbent.extras)
        if found is None:
            return incumbent
        best = found
    effort = effort or Effort()
    problem = target.formulation.problem
    # a zone's years go together: one try is as much work as several
    patience = PATIENCE * len(problem.school_ids) // len(problem.years)
    groups = _Groups(target, lost or partial(_lost, reduced), seed, across=lost is not None)
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for _ in range(0, tries, at_once):
            if effort.idle >= patience:
                effort.idle, effort.scale = 0, 2 * effort.scale
            if clock.over or effort.spent:
                break
            if best.value - bound <= gap * abs(best.value):
                break
            useful = None if reduced is None else reduced <= best.value - bound
            drawn = groups.draw_apart(best, MOST_PAIRS * effort.scale, at_once)
            solve = partial(
                _reoptimise, target, best,
                useful=useful, engine=engine, clock=clock, scale=effort.scale,
            )  # fmt: skip
            better = _together(target, best, drawn, list(pool.map(solve, drawn)))
            effort.idle = 0 if better.value < best.value else effort.idle + len(drawn)
            best = better
            clock.report("improve", best.value)
    if target is whole:
        return best
    final = judge(whole, best.assignment, best.extras)
    return incumbent if final is None or final.value > incumbent.value else final


def _nearby(
    target: Target, incumbent: Incumbent, reduced: Floats | None
) -> tuple[Target, Floats | None]:
    """The target over each cell's best schools: a sub-problem's work grows with all pairs."""
    problem = target.formulation.problem
    pairs, mine = problem.pairs, target.matrix.pairs
    if target.formulation.opening is not None or mine <= 2 * NEAR * problem.cells:
        return target, reduced
    # cells without pupils are indifferent: the guide's travel tells their schools apart
    merit = target.guide
    if reduced is not None:
        merit *= 1e-3
        merit += reduced[:mine]
    keep = cheapest_of_each(merit, pairs.pointer, NEAR)
    keep[problem.pair_of(incumbent.assignment)] = True
    near = None if reduced is None else np.concatenate([reduced[:mine][keep], reduced[mine:]])
    return target.over_pairs(keep), near


def _together(
    target: Target, best: Incumbent, groups: list[Ints], found: list[Incumbent]
) -> Incumbent:
    """All gains at once where that is a plan (rules for the whole county may forbid it)."""
    gains = [(f, g) for f, g in zip(found, groups, strict=True) if f.value < best.value]
    if not gains:
        return best
    single = min((f for f, _ in gains), key=lambda f: f.value)
    if len(gains) == 1:
        return single
    merged, extras = best.assignment.copy(), best.extras.copy()
    for other, group in gains:
        inside = np.isin(best.assignment, group)
        merged[inside] = other.assignment[inside]
        changed = other.extras != best.extras
        extras[changed] = other.extras[changed]
    both = judge(target, merged, extras)
    return both if both is not None and both.value < single.value else single


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
    within = inside[:, None] | _lacking_inside(target, free_cell, inside)
    open_ = free_cell[pairs.cell] & within[pairs.school, problem.cell_band[pairs.cell]]
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
    limited = clock.quiet(seconds=seconds)
    proof = prove(
        Part(target, columns, incumbent),
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


def _lacking_inside(target: Target, free_cell: Bools, inside: Bools) -> Bools:
    """Bands of closed sites that stand in the group's zones: they may be opened in exchange.

    So are grades that a school beside the group gave away, where its own cell lies in the group.
    """
    schools = target.formulation.problem.schools
    lacking = np.zeros_like(schools.serves)
    if target.formulation.opening is None:
        return lacking
    known = schools.root >= 0
    mine, needed = known & free_cell[schools.root], known & ~schools.movable
    closed = needed.any(axis=1) & (mine | ~needed).all(axis=1)
    lacking[schools.optional & closed & ~inside] = True
    lacking |= schools.movable & mine & ~inside[:, None]
    return lacking


class _Groups:
    """Draws groups of neighbouring zones: first by their share of the gap, then around it.

    Over several years a school's zones of all years go together: what it is decides in each.
    """

    def __init__(
        self, target: Target, lost: Callable[[Incumbent], Floats], seed: int, *, across: bool
    ) -> None:
        self._target = target
        self._lost = lost
        self._across = across
        self._rng = np.random.default_rng(seed)
        self._years = len(target.formulation.problem.years)
        self._schools = target.formulation.problem.school_count // self._years
        self._worn = np.ones(self._schools)
        self._worst = _rows_of_goal(target)
        self._drawn_for: Incumbent | None = None

    def draw_apart(
        self, incumbent: Incumbent, most_pairs: float, most: int = AT_ONCE
    ) -> list[Ints]:
        """At most ``most`` groups without a zone in common, fewer if zones run out."""
        if incumbent is not self._drawn_for:
            self._measure(incumbent)
        taken = np.zeros(len(self._worn), dtype=bool)
        groups: list[Ints] = []
        while len(groups) < most and not taken.all():
            group = self._draw(most_pairs, taken)
            taken[group] = True
            years = self._schools * np.arange(self._years)
            groups.append((years[:, None] + group[None, :]).ravel())
        return groups

    def _draw(self, most_pairs: float, taken: Bools) -> Ints:
        """A group of two zones or more, none of them taken, with about ``most_pairs`` pairs."""
        weight = np.where(taken, 0.0, self._share * self._worn)
        first = int(self._rng.choice(len(weight), p=weight / weight.sum()))
        self._worn[first] *= 0.5
        if self._worn.max() < 0.01:
            self._worn[:] = 1.0
        group, cells = [first], self._cells[first]
        around = set(np.flatnonzero(self._touching[first] & ~taken).tolist())
        while around and len(group) < MOST_ZONES * max(1.0, most_pairs / MOST_PAIRS):
            ordered = sorted(around)
            chance = self._share[ordered] + self._share.mean() * 0.2
            pick = int(self._rng.choice(ordered, p=chance / chance.sum()))
            cells += self._cells[pick]
            if cells * (len(group) + 1) / 2 > most_pairs and len(group) >= 2:
                break
            group.append(pick)
            around |= set(np.flatnonzero(self._touching[pick] & ~taken).tolist())
            around -= set(group)
        return np.array(sorted(group), dtype=np.int64)

    def _worst_off(self, incumbent: Incumbent) -> Ints:
        """The cells that hold up a goal of one column: no other zone can make it better."""
        if self._worst is None or self._worst.shape[0] == 0:
            return np.zeros(0, dtype=np.int64)
        matrix = self._target.matrix
        extras = self._worst[:, matrix.pairs :] @ incumbent.extras
        pairs = self._worst[:, : matrix.pairs]
        chosen = pairs[:, incumbent.chosen]
        over = np.asarray(chosen.sum(axis=1)).ravel() + extras
        tight = np.flatnonzero(over >= over.max() - 1e-6)
        return np.unique(chosen[tight].indices)

    def _measure(self, incumbent: Incumbent) -> None:
        """Shares of the gap, sizes and neighbours of the plan's zones."""
        problem = self._target.formulation.problem
        schools, assignment = self._schools, incumbent.assignment % self._schools
        lost = self._lost(incumbent)
        worst = self._worst_off(incumbent)
        lost[worst] += lost.sum() / max(1, len(worst)) + 1.0
        share = np.bincount(assignment, weights=lost, minlength=schools) + 1e-9
        self._share = np.asarray(share, dtype=np.float64)
        options = np.minimum(np.diff(problem.pairs.pointer), 4).astype(np.float64)
        self._cells = np.bincount(assignment, weights=options, minlength=schools)
        self._touching = _touching(self._target, incumbent, schools, self._across)
        self._drawn_for = incumbent


def _lost(reduced: Floats | None, incumbent: Incumbent) -> Floats:
    """Each cell's share of the gap by reduced costs, the same for all without them."""
    if reduced is None:
        return np.ones(len(incumbent.chosen))
    return np.maximum(reduced[incumbent.chosen], 0.0)


def _rows_of_goal(target: Target) -> csr_matrix | None:
    """The rows that a goal of one column, such as the longest journey, lies above; else None."""
    matrix = target.matrix
    goal = np.flatnonzero(target.cost)
    if len(goal) != 1 or goal[0] < matrix.pairs:
        return None
    return matrix.rows[matrix.rows[:, goal].tocsc().indices]


def _touching(target: Target, incumbent: Incumbent, schools: int, across: bool) -> Bools:
    """Pairs of zones with adjacent cells; without contiguity, with cells that either may take.

    ``schools`` are those of one year; ``across`` the years, two zones that a unit lies in, in one
    year and the next, touch too.
    """
    problem = target.formulation.problem
    touching = np.zeros((schools, schools), dtype=bool)
    assignment = incumbent.assignment % schools
    if len(problem.neighbour):
        tail = np.repeat(np.arange(problem.cells), np.diff(problem.neighbour_pointer))
        touching[assignment[tail], assignment[problem.neighbour]] = True
    if not target.graph.binding:
        touching[assignment[problem.pairs.cell], problem.pairs.school % schools] = True
    if across:
        by_year = assignment.reshape(len(problem.years), -1)
        touching[by_year[:-1], by_year[1:]] = True
    touching |= touching.T
    np.fill_diagonal(touching, False)
    return touching
