"""The order of work where sites are chosen and their zones must hang together.

Sets of sites are ranked by transport bounds; the promising ones are zoned by annealing with the
sites settled. In small counties the zones seen under all sets are put together by one integer
program, which may mix sites of several sets; in large ones the best sets get longer and longer
attempts, and exact sub-problems polish the best plan. Meanwhile a third thread looks at more sets
and raises the bound by cases. All meet at the end of each round.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.collector import Store, no_store
from zoning.search.connected import detached_cells
from zoning.search.grow import grow_zones, mend
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.portfolio import PROOF_COLUMNS
from zoning.search.site_book import SiteBook, SiteSet
from zoning.search.site_bound import bound_sites, market_of
from zoning.search.site_pool import SitePool
from zoning.search.site_tree import SiteTree
from zoning.search.siting import ROUNDS_A_UNIT, Plan, SiteEffort, SiteSearch
from zoning.search.target import Target

# shares of the time for the bound's climb, and for the relaxation and the first steps of the book
CLIMB, OUTSET, DESCENTS, LOOKS = 0.25, 0.1, 4, 400
# how often the bound chose the sites of first sets; how many sets, with its last choices, and the
# share of the time for looking at them
OFTEN, LATEST, CALLED = (0.5, 0.3, 0.7), 10, 0.05
# sets that are looked at, and cases of the bound that are split, in turn while threads work
AROUND, CASES = 10, 1
# attempts at a first plan, their sweeps and moves at the most
FIRST_TRIES, FIRST_SWEEPS = 12, 2000
# attempts of a thread in a round, moves of one
ATTEMPTS, MOVES = 4, 2_000_000
# large counties: shares of the time left for one long attempt of each thread, round by round, and
# how much more work each is if work is limited; then exact sub-problems around the best plan
LONG, LONGER = (0.25, 0.4, 0.7), 4
# sub-problems by unit of a work limit
TRIES = 20
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
        """A bound, a book of site sets, then rounds of annealing and integer programs."""
        clock = self.clock
        market = market_of(self.target)
        book = SiteBook(self.target, market, self.seed)
        with ThreadPoolExecutor(max_workers=2) as threads:
            rest = threads.submit(self._relax, np.zeros(len(market.places)), self._kept(), OUTSET)
            self.sites = bound_sites(market, clock.share(CLIMB), self._value)
            self._first_plans(book)
            self._open_book(book, clock.share(OUTSET))
            rest.result()
            if self.best is not None:  # with a plan's value, sites can be left out
                brief = clock.share(OUTSET)
                self.sites = bound_sites(market, brief, self._value, begin=self.sites)
            self.bound = max(self.bound, min(self.sites.bound, self._value()))
            if self.relaxation is not None and self.relaxation.infeasible:
                return
            tree = SiteTree(self.sites)
            if self.target.matrix.pairs > PROOF_COLUMNS:
                self._long_rounds(book, tree, threads)
            else:
                self._zone_rounds(book, tree, SitePool(self.target, self.sites), threads)

    def _kept(self) -> Ints:
        if self.best is None:
            return np.zeros(0, dtype=np.int64)
        return self.target.formulation.problem.pair_of(self.best.assignment)

    def _first_plans(self, book: SiteBook) -> None:
        """Try what the bound's prices call for, the most promising first, until there is a plan."""
        assert self.sites is not None
        optional = self.sites.market.kind <= 0
        called = [~optional | (self.sites.often >= share) for share in OFTEN]
        found, brief = 0, self.clock.share(CALLED)
        for open_ in [*called, *reversed(self.sites.seen)]:
            found += bool(np.isfinite(book.assess(open_).lower))
            if found >= LATEST or (found and brief.over) or self.clock.over:
                break
        sweeps = min(FIRST_SWEEPS, self._sweeps())
        for site_set in book.choose(np.inf, FIRST_TRIES):
            if self.best is not None or self.clock.over:
                return
            self._attempt(site_set, None, no_store(), self.seed, sweeps)

    def _open_book(self, book: SiteBook, clock: Clock) -> None:
        """From the plan at hand and what the bound's prices call for to sets that cost less."""
        starts = [s.open_ for s in book.choose(np.inf, DESCENTS)]
        if self.best is not None:
            starts.append(self.target.open_in(self.best.assignment))
        for open_ in starts or [np.ones(self.target.formulation.problem.school_count, dtype=bool)]:
            book.descend(open_, clock, LOOKS)

    def _zone_rounds(
        self, book: SiteBook, tree: SiteTree, pool: SitePool, threads: ThreadPoolExecutor
    ) -> None:
        """Attempts and integer programs in turn, both on two threads, until the barrier."""
        clock, idle, number = self.clock, 0, 0
        end = clock.elapsed + clock.left * self._share()
        effort = SiteEffort(self._sweeps())
        while not self._done() and self._more(number, idle, end):
            before, seed = self._value(), self.seed + 1000 * (number + 1)
            chosen = book.choose(before, 2 * ATTEMPTS)
            best = self.best  # at the barrier: which thread is first must not matter
            store = self._zone_store(pool, best)
            one = threads.submit(self._assemble, pool, effort, best, chosen[1::2], seed)
            two = threads.submit(self._attempts, store, effort, best, chosen[::2], seed + 100)
            self._meanwhile(book, tree, before, [one, two])
            pool.add([*one.result(), *two.result()])
            self._enter(book)
            number += 1
            idle = 0 if self._value() < before else idle + 1
            if idle:
                effort.grow()

    def _long_rounds(self, book: SiteBook, tree: SiteTree, threads: ThreadPoolExecutor) -> None:
        """Short attempts at several sets, then longer and longer ones at the best."""
        clock = self.clock
        shares: tuple[float | None, ...] = (None, *LONG)
        if clock.work is not None:
            shares = shares[: ROUNDS_A_UNIT * clock.work]
        for number, share in enumerate(shares):
            if self._done():
                return
            before, best, seed = self._value(), self.best, self.seed + 1000 * (number + 1)
            sets = book.choose(before, 2 * ATTEMPTS if share is None else 2)
            seconds = clock.left * share if share is not None and clock.work is None else None
            effort = SiteEffort(self._sweeps() * LONGER**number)
            runs: list[Future[Any]] = [
                threads.submit(
                    self._attempts, no_store(), effort, best, sets[k::2], seed + 100 * k, seconds
                )
                for k in range(2)
            ]
            self._meanwhile(book, tree, before, runs)
            for run in runs:
                run.result()
            self._enter(book)
        last = threads.submit(self._polish, book)
        self._meanwhile(book, tree, self._value(), [last])
        last.result()

    def _sweeps(self) -> int:
        """Sweeps of a short attempt."""
        return max(50, MOVES // self.target.formulation.problem.cells)

    def _meanwhile(
        self, book: SiteBook, tree: SiteTree, goal: float, runs: list[Future[Any]]
    ) -> None:
        """Look at more sets and raise the bound while threads work."""
        clock = self.clock
        while not clock.over:
            book.look_around(clock, goal, AROUND)
            if tree.bound(goal) >= self.bound:  # else it is not the sites that hold the bound down
                tree.grow(clock, lambda: goal, CASES)
                self.bound = max(self.bound, tree.bound(goal))
                clock.report("bound", bound=self.bound)
            if clock.work is not None or all(run.done() for run in runs):
                return
            time.sleep(0.01)

    def _enter(self, book: SiteBook) -> None:
        """Write the best plan into the book."""
        if self.best is not None:
            mine = book.assess(self.target.open_in(self.best.assignment))
            mine.best = min(mine.best, self.best.value)

    def _polish(self, book: SiteBook) -> None:
        """Exact sub-problems around the best plan, its sites settled."""
        if self.best is None or self._done():
            return
        site_set = book.assess(self.target.open_in(self.best.assignment))
        settled = self.target.at_sites(site_set.open_)
        plan = judge(settled, self.best.assignment)
        if plan is None:
            return
        clock = self.clock
        found = improve(
            settled, plan, _waste(settled, site_set.price), self.engine, clock,
            tries=100_000 if clock.work is None else TRIES * clock.work, seed=self.seed,
            bound=site_set.lower - self.best.value + plan.value, gap=self.gap,
        )  # fmt: skip
        self._take(found.assignment)

    def _assemble(
        self, pool: SitePool, effort: SiteEffort, best: Plan, sets: list[SiteSet], seed: int
    ) -> list[Store]:
        """The best plan of the zones so far, then attempts."""
        found = self._partition(pool, effort, best)
        best = found or best
        return self._attempts(self._zone_store(pool, best), effort, best, sets, seed)

    def _attempts(
        self, store: Store, effort: SiteEffort, best: Plan, sets: list[SiteSet], seed: int,
        seconds: float | None = None,
    ) -> list[Store]:  # fmt: skip
        """Attempts at some sets in turn, of some seconds each; the zones that they saw."""
        for k, site_set in enumerate(sets):
            if self.clock.over:
                break
            start = best if site_set.tries % 2 else None
            self._attempt(site_set, start, store, seed + k, effort.sweeps, seconds)
        return [store]

    def _attempt(
        self, site_set: SiteSet, plan: Plan, store: Store, seed: int, sweeps: int,
        seconds: float | None = None,
    ) -> None:  # fmt: skip
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
                dear, start, sweeps, seed, self.clock,
                heat=heat, end=end, seconds=seconds, store=store,
            )  # fmt: skip
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


def _waste(settled: Target, price: Floats) -> Floats:
    """By column, how much more a cell's school costs than its cheapest, seats at their prices."""
    problem, pairs = settled.formulation.problem, settled.formulation.problem.pairs
    priced = settled.pair_cost + problem.pupils[pairs.cell] * price[pairs.school]
    waste = np.zeros(settled.matrix.columns)
    waste[: len(pairs)] = priced - np.minimum.reduceat(priced, pairs.pointer[:-1])[pairs.cell]
    return waste
