"""Sets of open sites: what each costs at least, which are near, which deserves an attempt next.

With its sites settled the problem is a transport problem plus contiguity and whole cells. The
transport bound takes milliseconds and ranks sets well, and its prices bound the sets around, so
that the best of thousands are found; what is tried by annealing teaches how far above its bound a
set's best plan lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush, nsmallest

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.site_bound import Market
from zoning.search.site_steps import (
    choices_at,
    closing_costs,
    opening_gains,
    prices_at,
    value_at,
)
from zoning.search.target import Target

# closed sites that an open one may change places with: those nearest to it
NEAR = 8
# what a further attempt at a set must promise more, as a share of the usual excess over the bound
TIRED = 0.15
# how much more that is where no attempt found a plan
FUTILE = 4.0
# steps from one set that are written down
NOTED = 200
# share of what a step's bound fell short by elsewhere that is expected of it again
AGAIN = 0.9


@dataclass
class SiteSet:
    """Open sites; no plan with just these costs less than ``lower``; ``price`` of their seats.

    ``best`` is the cheapest plan seen with them, after ``tries`` attempts.
    """

    open_: Bools
    lower: float
    price: Floats
    best: float = np.inf
    tries: int = 0

    def promise(self, excess: float) -> float:
        """The value that another attempt may be expected to reach."""
        tired = self.tries * TIRED * excess
        if self.tries and not np.isfinite(self.best):
            # its seats are so tight that no try kept them
            return self.lower + excess + FUTILE * tired
        return min(self.best, self.lower + excess) + tired


@dataclass(frozen=True, order=True)
class Step:
    """A set with ``gone`` closed and ``new`` opened (-1: none), which costs ``lower`` at least.

    ``guess`` is what it is expected to cost, by what the same step did elsewhere.
    """

    guess: float
    lower: float
    gone: int
    new: int

    def taken(self, open_: Bools) -> Bools:
        """The set that the step leads to."""
        other = open_.copy()
        if self.gone >= 0:
            other[self.gone] = False
        if self.new >= 0:
            other[self.new] = True
        return other


class SiteBook:
    """All sets of sites looked at so far."""

    def __init__(self, target: Target, market: Market, seed: int) -> None:
        choice = target.formulation.opening
        assert choice is not None
        self._market = market
        self._root_of = target.graph.root_of
        self._by_site = _pairs_by_site(market)
        self._stays = ~choice.optional
        self._least, self._most = choice.least, choice.most
        self._rng = np.random.default_rng(seed)
        self._near = _near_sites(target)
        self._missed: dict[tuple[int, int], float] = {}
        # what to look at next: what it is expected to cost, then sets whose steps are still to be
        # priced (step None) or steps from sets
        self._agenda: list[tuple[float, int, bytes, Step | None]] = []
        self._noted = 0
        self.sets: dict[bytes, SiteSet] = {}

    def assess(self, open_: Bools) -> SiteSet:
        """The set with its bound, infinite if no plan can have just these sites open."""
        key = open_.tobytes()
        if key not in self.sets:
            found = self.sets[key] = self._assess(open_)
            self._note(found.lower, key, None)
        return self.sets[key]

    def _assess(self, open_: Bools) -> SiteSet:
        none = SiteSet(open_, np.inf, np.zeros(len(open_)))
        if not self._least <= int(open_.sum()) <= self._most:
            return none
        price = prices_at(self._market, self._root_of, open_)
        if price is None:
            return none
        return SiteSet(open_, value_at(self._market, self._root_of, open_, price), price)

    def _note(self, expected: float, key: bytes, step: Step | None) -> None:
        self._noted += 1
        heappush(self._agenda, (expected, self._noted, key, step))

    def descend(self, start: Bools, clock: Clock, most: int) -> SiteSet:
        """Go to better and better neighbouring sets until none is left, or ``most`` were seen."""
        here, seen = self.assess(start), 0
        better: SiteSet | None = here
        while better is not None:
            here, better = better, None
            for step in sorted(self._steps(here, here.lower)):
                if clock.over or seen >= most:
                    return here
                seen += 1
                found = self._take(here, step)
                if found.lower < here.lower:
                    better = found
                    break
        return here

    def look_around(self, clock: Clock, limit: float, most: int) -> None:
        """Assess neighbours of the sets so far, those first that are expected to cost least."""
        seen = 0
        while self._agenda and seen < most and not clock.over:
            _, _, key, step = heappop(self._agenda)
            site_set = self.sets[key]
            if step is not None:
                if step.lower < limit:
                    seen += step.taken(site_set.open_).tobytes() not in self.sets
                    self._take(site_set, step)
            elif site_set.lower < limit:
                seen += 1
                for other in nsmallest(NOTED, self._steps(site_set, limit)):
                    self._note(other.guess, key, other)

    def _take(self, site_set: SiteSet, step: Step) -> SiteSet:
        """Assess what a step leads to, and learn how far it was from its bound."""
        found = self.assess(step.taken(site_set.open_))
        if np.isfinite(found.lower) and np.isfinite(step.lower):
            self._missed[step.gone, step.new] = found.lower - step.lower
        return found

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

    def _steps(self, site_set: SiteSet, limit: float) -> list[Step]:
        """Steps to sets that may cost less than ``limit``: one site more, fewer, or moved near."""
        open_ = site_set.open_
        gone, new = self._changes(open_)
        if not np.isfinite(site_set.lower):  # no prices: any step may be the one
            order = self._rng.permutation(len(gone))
            return [Step(float(k), -np.inf, int(gone[k]), int(new[k])) for k in order]
        market, price = self._market, site_set.price
        choices = choices_at(market, self._root_of, open_, price)
        lower = np.full(len(gone), site_set.lower)
        closes, opens = gone >= 0, new >= 0
        lower[closes] += closing_costs(market, choices, open_, price)[gone[closes]]
        gain = np.zeros(int(opens.sum()))
        opening_gains(market, self._by_site, choices, gone[opens], new[opens], gain)
        lower[opens] -= gain
        return [
            Step(float(lower[k]) + self._expected(int(gone[k]), int(new[k])), float(lower[k]),
                 int(gone[k]), int(new[k]))
            for k in np.flatnonzero(lower < limit)
        ]  # fmt: skip

    def _expected(self, gone: int, new: int) -> float:
        return AGAIN * self._missed.get((gone, new), 0.0)

    def _changes(self, open_: Bools) -> tuple[Ints, Ints]:
        """Sites that close and sites that open, by step; -1 for none."""
        closed = np.flatnonzero(~open_)
        mine = np.flatnonzero(open_ & ~self._stays)
        count = int(open_.sum())
        steps = [(-1, int(c)) for c in closed] if count < self._most else []
        steps += [(int(s), -1) for s in mine] if count > self._least else []
        steps += [(int(s), int(c)) for s in mine for c in self._closed_near(int(s), open_)]
        both = np.array(steps, dtype=np.int64).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

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


def _pairs_by_site(market: Market) -> tuple[Ints, Ints, Floats]:
    """Where the pairs of each site are, their cells and their costs."""
    cell = np.repeat(np.arange(len(market.pupils)), np.diff(market.pointer))
    order = np.argsort(market.school, kind="stable")
    count = np.bincount(market.school, minlength=len(market.places))
    pointer: Ints = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return pointer, cell[order], market.cost[order]
