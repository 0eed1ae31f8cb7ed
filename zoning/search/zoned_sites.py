"""The order of work where sites are chosen and their zones must hang together.

Sets of sites are ranked by transport bounds; the promising ones are zoned by annealing with the
sites settled, and the zones seen under all sets are put together by one integer program, which
may mix sites of several sets. Two threads meet at the end of each round.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.collector import Store, no_store
from zoning.search.connected import detached_cells
from zoning.search.grow import grow_zones, mend
from zoning.search.site_book import SiteBook, SiteSet
from zoning.search.site_bound import bound_sites, market_of
from zoning.search.site_pool import SitePool
from zoning.search.siting import Plan, SiteEffort, SiteSearch
from zoning.search.target import Target

# share of the time before the rounds; sets of sites from which better ones are sought at first
OUTSET, DESCENTS = 0.1, 4
# neighbouring sets that are looked at, at first from each and later at a time
LOOKS, AROUND = 400, 50
# attempts at a first plan and their sweeps
FIRST_TRIES, FIRST_SWEEPS = 12, 2000
# attempts of a thread in a round, moves of one
ATTEMPTS, MOVES = 4, 2_000_000
# as in the rounds of small counties: dearer limits; hot from grown zones, mild around a plan
DEAR, HOT, MILD = 4.0, 2.0, 0.5
# last temperatures of the attempts in turn: warm ends show more zones, cold ones better plans
ENDS = (2.0, 20.0)


def accepts(target: Target) -> bool:
    """True if zones hang together, and limits of single schools and opening are all else."""
    return target.structured and target.graph.binding and not target.totals


class ZonedSiteSearch(SiteSearch):
    """Minimise a target that chooses sites with connected zones."""

    def accepted(self) -> bool:
        """True if this order of work fits the target."""
        return accepts(self.target)

    def _search_sites(self) -> None:
        """A book of site sets, a bound, then rounds of annealing and integer programs."""
        clock = self.clock
        market = market_of(self.target)
        book = SiteBook(self.target, market, self.seed)
        with ThreadPoolExecutor(max_workers=1) as other:
            rest = other.submit(self._relax, np.zeros(len(market.places)), self._kept(), OUTSET)
            outset = clock.share(OUTSET)
            self.sites = bound_sites(market, outset.share(0.2), self._value)
            self._first_plans(book)
            if self.best is not None:  # steps are better with a plan's value to aim at
                self.sites = bound_sites(market, outset.share(0.4), self._value)
            self._open_book(book, outset)
            rest.result()
        self.bound = max(self.bound, min(self.sites.bound, self._value()))
        infeasible = self.relaxation is not None and self.relaxation.infeasible
        if not infeasible:
            self._zone_rounds(book, SitePool(self.target, self.sites))

    def _kept(self) -> Ints:
        if self.best is None:
            return np.zeros(0, dtype=np.int64)
        return self.target.formulation.problem.pair_of(self.best.assignment)

    def _first_plans(self, book: SiteBook) -> None:
        """Try what the bound's prices call for, the most promising first, until there is a plan."""
        assert self.sites is not None
        for open_ in self.sites.seen:
            book.assess(open_)
        for site_set in book.choose(np.inf, FIRST_TRIES):
            if self.best is not None or self.clock.over:
                return
            self._attempt(site_set, None, no_store(), self.seed, FIRST_SWEEPS)

    def _open_book(self, book: SiteBook, clock: Clock) -> None:
        """From the plan at hand and what the bound's prices call for to sets that cost less."""
        assert self.sites is not None
        for open_ in self.sites.seen:
            book.assess(open_)
        starts = [s.open_ for s in book.choose(np.inf, DESCENTS)]
        if self.best is not None:
            starts.append(self.target.open_in(self.best.assignment))
        for open_ in starts or [np.ones(len(self.sites.chosen), dtype=bool)]:
            book.descend(open_, clock, LOOKS)

    def _zone_rounds(self, book: SiteBook, pool: SitePool) -> None:
        """Attempts and integer programs in turn, both on two threads, until the barrier."""
        clock, idle, number = self.clock, 0, 0
        end = clock.elapsed + clock.left * self._share()
        cells = self.target.formulation.problem.cells
        effort = SiteEffort(max(50, MOVES // cells))
        with ThreadPoolExecutor(max_workers=2) as threads:
            while not self._done() and self._more(number, idle, end):
                before, seed = self._value(), self.seed + 1000 * (number + 1)
                chosen = book.choose(before, 2 * ATTEMPTS)
                best = self.best  # at the barrier: which thread is first must not matter
                store = self._zone_store(pool, best)
                one = threads.submit(self._assemble, pool, effort, best, chosen[1::2], seed)
                two = threads.submit(self._attempts, store, effort, best, chosen[::2], seed + 100)
                book.look_around(clock, before, AROUND)
                while clock.work is None and not (one.done() and two.done()) and not clock.over:
                    book.look_around(clock, before, AROUND)
                    time.sleep(0.05)
                pool.add([*one.result(), *two.result()])
                if self.best is not None:
                    mine = book.assess(self.target.open_in(self.best.assignment))
                    mine.best = min(mine.best, self.best.value)
                number += 1
                idle = 0 if self._value() < before else idle + 1
                if idle:
                    effort.grow()

    def _assemble(
        self, pool: SitePool, effort: SiteEffort, best: Plan, sets: list[SiteSet], seed: int
    ) -> list[Store]:
        """The best plan of the zones so far, then attempts."""
        found = self._partition(pool, effort, best)
        best = found or best
        return self._attempts(self._zone_store(pool, best), effort, best, sets, seed)

    def _attempts(
        self, store: Store, effort: SiteEffort, best: Plan, sets: list[SiteSet], seed: int
    ) -> list[Store]:
        """Attempts at some sets in turn; the zones that they saw."""
        for k, site_set in enumerate(sets):
            if self.clock.over:
                break
            start = best if site_set.tries % 2 else None
            self._attempt(site_set, start, store, seed + k, effort.sweeps)
        return [store]

    def _attempt(self, site_set: SiteSet, plan: Plan, store: Store, seed: int, sweeps: int) -> None:
        """Anneal with the sites of a set settled, mildly from a plan, or hot from grown zones."""
        settled = self.target.at_sites(site_set.open_)
        start = _start(settled, site_set.price, plan)
        heat, end = HOT if plan is None else MILD, ENDS[site_set.tries % len(ENDS)]
        site_set.tries += 1
        if (start < 0).any():
            return
        arrays = anneal.prepare(settled)
        if len(arrays.board.movable) == 0:  # every cell has its school: nothing to anneal
            found = self._take(start)
        else:
            dear = replace(arrays, price=arrays.price * DEAR)
            run = anneal.run_once(
                dear, start, sweeps, seed, self.clock, heat=heat, end=end, store=store
            )
            found = self._take(run.best)
        if found is not None:
            site_set.best = min(site_set.best, found.value)


def _start(settled: Target, price: Floats, plan: Plan) -> Ints:
    """Zones at settled sites: grown by prices, or a plan's zones where their sites stay open."""
    graph, scores = settled.graph, settled.scores(price)
    if plan is None:
        return grow_zones(graph, scores)
    open_ = settled.open_in(plan.assignment)
    zone = plan.assignment.copy()
    known: Bools = settled.formulation.problem.pair_of(zone) >= 0
    zone[~known | ~open_[zone]] = -1
    zone = np.where(graph.bound_to >= 0, graph.bound_to, zone)
    apart = (zone < 0) | detached_cells(graph, np.where(zone < 0, -2, zone))
    return mend(graph, zone, np.flatnonzero(apart), scores)
