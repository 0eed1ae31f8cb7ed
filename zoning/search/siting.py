"""The order of work where sites are chosen: bound, annealing over sites, zones put together, proof.

Sites and zones are searched at once by annealing; the zones seen on the way are put together to
better plans by an integer program, from which the next annealing starts. One knapsack a site
bounds them all, and says which zones, pairs and sites no better plan uses.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from zoning.problem.arrays import Bools, Ints
from zoning.search import site_anneal
from zoning.search.collector import Store, no_store
from zoning.search.interchange import best_around, shaken, unlimited
from zoning.search.portfolio import PROOF_COLUMNS, Outcome, Search
from zoning.search.site_bound import SiteBound, base_camp, bound_sites, expected_sites, market_of
from zoning.search.site_cases import SiteCases
from zoning.search.site_pool import NODES, SitePool
from zoning.search.target import Incumbent
from zoning.search.transport import seat_prices

# with fewer pairs the exact proof alone is quicker
LEAST_PAIRS = 1500
# moves of one annealing run and sweeps at the most, moves of the first one; runs by thread and
# round
MOVES, MOST_SWEEPS, FIRST_MOVES, RUNS = 1_000_000, 3000, 300_000, 3
# starting temperatures of the runs in turn
HEATS = (0.3, 1.0)
# zones of one integer program, its seconds, and how both grow in a round without success
MOST_ZONES, SECONDS, GROWTH = 3000, 4.0, 1.3
# columns that a proof takes on after how many rounds without success; shares of the time
QUICK_COLUMNS = ((1, 1500), (4, 4000))
BOUND_SHARE, ROUNDS_SHARE = 0.3, 0.6
ROUNDS_A_UNIT = 2
# shares of the time left for the proof by cases, before and between rounds, and after them
CASES_SHARE, LAST_SHARE = 0.1, 0.5
# sets of sites that are improved by single steps where nothing limits zones
SHAKES = 60
# last temperatures of the first runs, and how much dearer limits are in them
FIRST_ENDS, DEAR = (1.0, 6.0, 20.0, 60.0), 8.0

Plan = Incumbent | None


@dataclass
class SiteEffort:
    """Size of the runs and of the integer programs; grows while nothing better is found."""

    sweeps: int
    zones: int = MOST_ZONES
    seconds: float = SECONDS

    def grow(self) -> None:
        self.sweeps = int(self.sweeps * GROWTH) + 1
        self.zones = int(self.zones * GROWTH)
        self.seconds *= GROWTH


class SiteSearch(Search):
    """Minimise a target that chooses sites."""

    sites: SiteBound | None = None

    def accepted(self) -> bool:
        """True if this order of work fits the target."""
        return site_anneal.accepts(self.target)

    def run(self, starts: list[Ints]) -> Outcome:
        """Search; every way out returns the best plan and bound so far."""
        problem = self.target.formulation.problem
        small = len(problem.pairs) < LEAST_PAIRS or (np.diff(problem.pairs.pointer) == 0).any()
        if small or not self.accepted():
            return super().run(starts)
        transport = seat_prices(self.target)
        if transport is not None and not transport.feasible:
            return Outcome(None, np.inf, True, transport)
        for start in starts:
            self._take(start)
        self._search_sites()
        few = self.target.matrix.pairs <= PROOF_COLUMNS
        if self._done():
            return Outcome(self.best, self.bound, False, transport)
        columns = self._open_columns()
        if self.best is not None and len(columns) <= QUICK_COLUMNS[-1][1]:
            infeasible = self._prove(columns)
        elif not few and self.best is not None:
            infeasible = False
        elif self.relaxation is None:
            return super().run(starts if self.best is None else [self.best.assignment])
        else:
            infeasible = self._without_rounds()
        return Outcome(self.best, self.bound, infeasible and self.best is None, transport)

    def _without_rounds(self) -> bool:
        """What is left once the rounds are over; True if no plan is proved to exist."""
        assert self.relaxation is not None
        if self.relaxation.infeasible:
            return True
        if self.best is None:
            self._plans_at_sites()
        return False if self._done() else self._finish()

    def _search_sites(self) -> None:
        """Annealing, bound and integer programs over the zones seen, on two threads."""
        clock = self.clock
        market = market_of(self.target)
        expected = expected_sites(market)
        mean = 0.5 * float(np.abs(base_camp(market)).mean()) or 1.0
        arrays = site_anneal.prepare(self.target, market.opening, expected, mean)
        self._first_plan_at_sites(arrays, expected)
        goal = np.inf if self.best is None else self.best.value
        self.sites = bound_sites(market, clock.share(BOUND_SHARE), lambda: goal)
        if unlimited(arrays.sites):
            self.bound = max(self.bound, min(self.sites.bound, goal))
            self._interchange(arrays)
            goal = self._value()
            self.sites = bound_sites(market, clock.share(BOUND_SHARE), self._value)
        self.bound = max(self.bound, min(self.sites.bound, goal))
        cases = SiteCases(
            self.target, self.sites, self.engine, self.gap, lambda: self.best, self._take
        )
        self._by_cases(cases, CASES_SHARE)
        self._rounds(arrays, SitePool(self.target, self.sites), cases)
        self._by_cases(cases, LAST_SHARE)

    def _by_cases(self, cases: SiteCases, share: float) -> None:
        """Raise the bound case by case, and find the plans at its ends."""
        if self.best is None or self._done():
            return
        cases.run(self.clock.share(share))
        self.bound = max(self.bound, cases.bound)

    def _first_plan_at_sites(self, arrays: site_anneal.Arrays, expected: int) -> None:
        """A valid plan soon: dear limits, and an end less and less cold."""
        rng = np.random.default_rng(self.seed)
        dear = replace(arrays, price=arrays.price * DEAR)
        sweeps = max(100, FIRST_MOVES // self.target.formulation.problem.cells)
        for k, end in enumerate(FIRST_ENDS):
            if self.best is not None or self.clock.over:
                break
            start = site_anneal.cheapest_open(arrays, self._some_sites(rng, expected))
            run = site_anneal.run_sites(
                dear, start, sweeps, self.seed + k, self.clock, no_store(), end=end
            )
            self._take(run.best)

    def _interchange(self, arrays: site_anneal.Arrays) -> None:
        """Where nothing limits a zone: best sets around those that the bound went through."""
        assert self.sites is not None
        rng, seen = np.random.default_rng(self.seed), list(self.sites.seen)
        if self.best is not None:
            seen.append(self.target.open_in(self.best.assignment))
        least, most = arrays.sites.number
        here: Bools | None = None
        value = np.inf
        for _ in range(SHAKES):
            if self.clock.over or self._done() or (here is None and not seen):
                break
            start = seen.pop() if seen else shaken(arrays, cast(Bools, here), rng)
            if not max(least, 1) <= int(start.sum()) <= most:
                continue
            found, cost = best_around(arrays, start)
            if cost < value:
                here, value = found, cost
                self._take(site_anneal.cheapest_open(arrays, found))

    def _some_sites(self, rng: np.random.Generator, expected: int) -> Bools:
        """Schools that stay and some optional ones, drawn by chance."""
        opening = self.target.formulation.opening
        assert opening is not None
        optional = np.flatnonzero(opening.optional)
        open_ = ~opening.optional
        more = min(len(optional), max(1, expected - int(open_.sum())))
        open_[rng.choice(optional, more, replace=False)] = True
        return open_

    def _rounds(self, arrays: site_anneal.Arrays, pool: SitePool, cases: SiteCases) -> None:
        """Annealing runs and integer programs in turn, both on two threads, until the barrier."""
        clock, idle, number = self.clock, 0, 0
        end = clock.elapsed + clock.left * self._share()
        cells = self.target.formulation.problem.cells
        effort = SiteEffort(min(MOST_SWEEPS, max(50, MOVES // cells)))
        with ThreadPoolExecutor(max_workers=2) as threads:
            while not self._done() and self._more(number, idle, end):
                before = self._value()
                first, best = self.seed + 1000 * (number + 1), self.best
                one = threads.submit(self._put_together, pool, effort, arrays, best, first)
                two = threads.submit(
                    self._anneal_sites, arrays, pool, effort, best, first + 100, RUNS
                )
                stores = [*one.result(), *two.result()]
                pool.add(stores)
                number += 1
                idle = 0 if self._value() < before else idle + 1
                if idle:
                    effort.grow()
                if number & (number - 1) == 0:  # ever more seldom, as plans get better
                    self._by_cases(cases, CASES_SHARE)

    def _share(self) -> float:
        return ROUNDS_SHARE if self.target.matrix.pairs <= PROOF_COLUMNS else 1.0

    def _more(self, number: int, idle: int, end: float) -> bool:
        """True if another round is worth more than a proof."""
        if self.clock.work is not None and number >= ROUNDS_A_UNIT * self.clock.work:
            return False
        left = len(self._open_columns()) if idle else np.inf
        if any(idle >= rounds and left <= columns for rounds, columns in QUICK_COLUMNS):
            return False
        return self.clock.elapsed < end

    def _value(self) -> float:
        return np.inf if self.best is None else self.best.value

    def _put_together(
        self, pool: SitePool, effort: SiteEffort, arrays: site_anneal.Arrays, best: Plan, seed: int
    ) -> list[Store]:
        """The best plan of the zones so far, then an annealing run from it."""
        found = self._partition(pool, effort, best)
        return self._anneal_sites(arrays, pool, effort, found or best, seed, RUNS - 1)

    def _partition(self, pool: SitePool, effort: SiteEffort, best: Plan) -> Plan:
        """The best plan that the zones so far make; None if none is better than ``best``."""
        if len(pool.zones) == 0:
            return None
        clock = self.clock
        seconds = effort.seconds if clock.work is None else np.inf
        limited = clock.quiet(seconds=seconds)
        engine = replace(self.engine, nodes=NODES)
        return self._take(pool.best_plan(best, engine, limited, effort.zones))

    def _anneal_sites(
        self, arrays: site_anneal.Arrays, pool: SitePool, effort: SiteEffort, best: Plan,
        seed: int, runs: int,
    ) -> list[Store]:  # fmt: skip
        """Annealing runs from the best plan at hand, or from the sites that the bound chose."""
        assert self.sites is not None
        chosen = self.sites.chosen
        start = site_anneal.cheapest_open(arrays, chosen) if best is None else best.assignment
        store = self._zone_store(pool, best)
        for k in range(runs):
            if self.clock.over:
                break
            heat = 1.0 if best is None else HEATS[k % len(HEATS)]
            run = site_anneal.run_sites(
                arrays, start, effort.sweeps, seed + k, self.clock, store, heat=heat
            )
            self._take(run.best)
        return [store]

    def _zone_store(self, pool: SitePool, best: Plan) -> Store:
        """An empty store for zones that a plan better than ``best`` may use."""
        assert self.sites is not None
        slack = 0.1 * abs(self.sites.bound) if best is None else best.value - self.sites.bound
        return pool.store(slack)

    def _open_columns(self) -> Ints:
        """Columns that a better plan may use, by both bounds."""
        columns = super()._open_columns()
        if self.sites is None or self.best is None:
            return columns
        slack = self.best.value - self.sites.bound
        open_ = np.ones(self.target.matrix.columns, dtype=bool)
        reduced = self.sites.reduced(self.target)
        open_[: len(reduced)] = reduced <= slack * (1 + 1e-6) + 1e-9
        open_[self.target.formulation.problem.pair_of(self.best.assignment)] = True
        return columns[open_[columns]]
