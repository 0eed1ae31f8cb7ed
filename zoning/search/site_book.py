"""Sets of open sites: what each costs at least, which are near, which deserves an attempt next.

With its sites settled the problem is a transport problem plus contiguity and whole cells. The
transport bound takes milliseconds and ranks sets well, so that thousands of them can be looked
at; what is tried by annealing teaches how far above its bound a set's best plan lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.target import Target
from zoning.search.transport import price_value, seat_prices

# closed sites that an open one may change places with: those nearest to it
NEAR = 8
# what a further attempt at a set must promise more, as a share of the usual excess over the bound
TIRED = 0.15
# how much more that is where no attempt found a plan
FUTILE = 4.0


@dataclass
class SiteSet:
    """Open sites; no plan with just these costs less than ``lower``; ``price`` of their seats.

    ``best`` is the cheapest plan seen with them, after ``tries`` attempts; ``around`` counts the
    neighbours that were looked at.
    """

    open_: Bools
    lower: float
    price: Floats
    best: float = np.inf
    tries: int = 0
    around: int = 0

    def promise(self, excess: float) -> float:
        """The value that another attempt may be expected to reach."""
        tired = self.tries * TIRED * excess
        if self.tries and not np.isfinite(
            self.best
        ):  # its seats are so tight that no try kept them
            return self.lower + excess + FUTILE * tired
        return min(self.best, self.lower + excess) + tired


class SiteBook:
    """All sets of sites looked at so far."""

    def __init__(self, target: Target, opening: Floats, seed: int) -> None:
        """``opening`` is what each school adds to the goal's value if it is open."""
        choice = target.formulation.opening
        assert choice is not None
        self._target = target
        self._opening = opening
        self._stays = ~choice.optional
        self._least, self._most = choice.least, choice.most
        self._rng = np.random.default_rng(seed)
        self._near = _near_sites(target)
        self.sets: dict[bytes, SiteSet] = {}

    def assess(self, open_: Bools) -> SiteSet:
        """The set with its bound, infinite if no plan can have just these sites open."""
        key = open_.tobytes()
        if key not in self.sets:
            self.sets[key] = self._assess(open_)
        return self.sets[key]

    def _assess(self, open_: Bools) -> SiteSet:
        none = SiteSet(open_, np.inf, np.zeros(len(open_)))
        if not self._least <= int(open_.sum()) <= self._most:
            return none
        settled = self._target.at_sites(open_)
        if (np.diff(settled.formulation.problem.pairs.pointer) == 0).any():
            return none
        extra = float(self._opening[open_].sum())
        transport = seat_prices(settled)
        if transport is None:  # no limit on pupils, or no flow: each cell at its cheapest
            pointer = settled.formulation.problem.pairs.pointer
            cheapest = np.minimum.reduceat(settled.pair_cost, pointer[:-1])
            return SiteSet(open_, float(cheapest.sum()) + extra, none.price)
        if not transport.feasible:
            return none
        return SiteSet(open_, price_value(settled, transport.price) + extra, transport.price)

    def descend(self, start: Bools, clock: Clock, most: int) -> SiteSet:
        """Go to better and better neighbouring sets until none is left, or ``most`` were seen."""
        here, seen = self.assess(start), 0
        better: SiteSet | None = here
        while better is not None:
            here, better = better, None
            for open_ in self._neighbours(here.open_):
                if clock.over or seen >= most:
                    break
                seen += 1
                here.around += 1
                found = self.assess(open_)
                if found.lower < here.lower:
                    better = found
                    break
        return here

    def look_around(self, clock: Clock, limit: float, most: int) -> None:
        """Assess neighbours of the most promising sets, those first that were looked at least."""
        excess = self._excess()
        hopeful = [s for s in self.sets.values() if s.lower < limit]
        hopeful.sort(key=lambda s: s.promise(excess) + s.around * 0.01 * excess)
        seen = 0
        for site_set in hopeful:
            for open_ in self._neighbours(site_set.open_):
                if clock.over or seen >= most:
                    return
                site_set.around += 1
                if open_.tobytes() not in self.sets:
                    self.assess(open_)
                    seen += 1

    def _excess(self) -> float:
        """How far above its bound the best plan of a tried set usually lies."""
        tried = [s.best - s.lower for s in self.sets.values() if np.isfinite(s.best)]
        if tried:
            return float(np.median(tried))
        least = min((s.lower for s in self.sets.values()), default=0.0)
        return 0.005 * abs(least) if np.isfinite(least) else 1.0

    def choose(self, limit: float, most: int) -> list[SiteSet]:
        """The sets that deserve the next attempts; none whose bound reaches ``limit``."""
        excess = self._excess()
        hopeful = [s for s in self.sets.values() if s.lower < limit]
        hopeful.sort(key=lambda s: s.promise(excess))
        return hopeful[:most]

    def _neighbours(self, open_: Bools) -> Iterator[Bools]:
        """Sets with one site more, one fewer, or one moved to a place near by; in random order."""
        closed = np.flatnonzero(~open_)
        mine = np.flatnonzero(open_ & ~self._stays)
        count = int(open_.sum())
        steps = [(-1, int(c)) for c in closed] if count < self._most else []
        steps += [(int(s), -1) for s in mine] if count > self._least else []
        steps += [(int(s), int(c)) for s in mine for c in self._closed_near(int(s), open_)]
        for k in self._rng.permutation(len(steps)):
            gone, new = steps[k]
            other = open_.copy()
            if gone >= 0:
                other[gone] = False
            if new >= 0:
                other[new] = True
            yield other

    def _closed_near(self, school: int, open_: Bools) -> Ints:
        near = self._near[school]
        return near[~open_[near]][:NEAR]


def _near_sites(target: Target) -> list[Ints]:
    """For each school the others, those first whose own cells reach it at least cost."""
    problem = target.formulation.problem
    pairs, schools = problem.pairs, problem.school_count
    pupils = np.maximum(problem.pupils, 1e-9)
    a_pupil = target.guide / pupils[pairs.cell]
    near = []
    roots = [rows[rows >= 0] for rows in problem.schools.root]
    table = np.full((schools, schools), np.inf)
    for s, cells in enumerate(roots):
        for cell in cells:
            own = slice(pairs.pointer[cell], pairs.pointer[cell + 1])
            table[s, pairs.school[own]] = np.minimum(table[s, pairs.school[own]], a_pupil[own])
    table = np.minimum(table, table.T)
    np.fill_diagonal(table, np.inf)
    for s in range(schools):
        order = np.argsort(table[s], kind="stable")
        near.append(order[np.isfinite(table[s][order])].astype(np.int64))
    return near
