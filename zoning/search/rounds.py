"""Small counties: rounds of short annealing runs, set partitioning over their zones, improvement.

Many short runs that end warm see far more good zones than one long run does, and the best plan
is put together from the zones of all of them. One thread anneals and partitions, another improves
the plan at hand; they meet at the end of each round, so that a work limit makes all repeatable.
"""

from __future__ import annotations

# runs of a round and their sweeps; found by measuring
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from zoning.problem.arrays import Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.collector import Store
from zoning.search.engine import Engine
from zoning.search.neighbourhood import Effort, improve
from zoning.search.pool import Pool, partition
from zoning.search.target import Incumbent, Target

RUNS, SWEEPS = 24, 1000
# every so many runs one is as many times longer, and ends colder: large zones take more time
LONG, COOL = 8, 10.0
# fewer runs where a sweep has more cells than this
CELLS = 400
# how the runs differ from a single long one: dearer limits, hotter, and warm at the end
DEAR, HEAT, END = 4.0, 2.0, 50.0
# heat of the runs that begin from the best plan
AROUND = 0.5
# reduced cost of the zones that are kept, as shares of the bound
LEAST_SLACK, MOST_SLACK = 0.001, 0.03
# rounds without a better plan after which all begins anew, and how many times more if the linear
# program over the zones promises a better one
STUCK, PATIENT = 3, 4
# sub-problems of a round under a work limit
TRIES = 10

Plan = Incumbent | None


@dataclass
class Rounds:
    """What the rounds need; ``take`` judges an assignment and keeps it if it is the best so far.

    ``fresh`` makes an empty pool; ``starts`` are zones to anneal from, with the heat of each.
    """

    target: Target
    fresh: Callable[[], Pool]
    arrays: anneal.Arrays
    starts: list[tuple[Ints, float]]
    reduced: Floats | None
    engine: Engine
    clock: Clock
    seed: int
    bound: float
    gap: float
    take: Callable[[Ints | None], Plan]

    def run(self, best: Plan, rounds: int, done: Callable[[], bool]) -> None:
        """Go on from a plan for some rounds, until the clock is over or ``done``.

        Each round begins from the best plan since the last new beginning. Rounds that find
        nothing better are stuck around it: then all begins anew, with an empty pool.
        """
        self.arrays = replace(self.arrays, price=self.arrays.price * DEAR)
        with ThreadPoolExecutor(max_workers=1) as other:
            stores, best = self._begin(other, best, 0)
            idle = 0
            for number in range(1, rounds + 1):
                if self.clock.over or done():
                    return
                if idle >= STUCK and self._stuck(best, idle):
                    stores, best = self._begin(other, None, number)
                    idle = 0
                before, limited = best, self._until_told()
                # made here: the pool's measure of waste changes while the other thread works
                spare = self._store(best)
                improving = other.submit(self._improve, best, number, limited, spare)
                try:
                    built, seen = self._build(stores, best, number)
                finally:
                    if self.clock.work is None:
                        limited.interrupt()
                    improved, more = improving.result()
                self.take(None if improved is None else improved.assignment)
                stores, best = [seen, *more], better(best, better(built, improved))
                idle = idle + 1 if best is before and best is not None else 0

    def _begin(
        self, other: ThreadPoolExecutor, best: Plan, number: int
    ) -> tuple[list[Store], Plan]:
        """An empty pool, and the zones of a first round of runs on both threads."""
        self.pool, self.effort = self.fresh(), Effort()
        theirs = other.submit(self._anneal, None, 2 * number + 1, self._store(best), 5000)
        mine, found = self._anneal(None, 2 * number, self._store(best), 5000)
        store, also = theirs.result()
        return [mine, store], better(best, better(found, also))

    def _stuck(self, best: Plan, idle: int) -> bool:
        """True if the zones seen hold hardly anything better than the plan, or never gave it."""
        if best is None or idle >= PATIENT * STUCK:
            return True
        return best.value - self.pool.split.bound <= LEAST_SLACK * abs(best.value)

    def _until_told(self) -> Clock:
        """A clock of its own for the other thread; with a work limit that thread counts instead."""
        limited = Clock(self.clock.left, self.clock.work)
        if self.clock.work is not None:
            limited.stop = self.clock.stop
        return limited

    def _build(self, stores: list[Store], best: Plan, number: int) -> tuple[Plan, Store]:
        """The best plan of the zones seen, then more zones around it."""
        self.pool.add(stores)
        found = self.take(partition(self.pool, best, self.engine, self.clock))
        store, also = self._anneal(best, 2 * number, self._store(best))
        return better(found, also), store

    def _improve(
        self, best: Plan, number: int, clock: Clock, spare: Store
    ) -> tuple[Plan, list[Store]]:
        """A better plan by exact sub-problems; with no plan, or none left to try, more zones."""
        if best is None or self.effort.spent:
            store, found = self._anneal(best, 2 * number + 1, spare)
            return found, [store]
        tries = 100_000 if clock.work is None else TRIES
        found = improve(
            self.target, best, self.reduced, self.engine, clock,
            tries=tries, seed=self.seed + number, bound=self.bound, gap=self.gap,
            at_once=1,  # the other thread puts zones together
            effort=self.effort,
        )  # fmt: skip
        return found, []

    def _anneal(self, best: Plan, number: int, store: Store, first: int = 0) -> tuple[Store, Plan]:
        """Short runs from all starts and the best plan in turn; zones they saw, and best plan."""
        starts = self.starts + ([] if best is None else [(best.assignment, AROUND)])
        runs = max(4, RUNS * CELLS // max(CELLS, len(self.starts[0][0])))
        found: Plan = None
        for k in range(runs if self.clock.work is None else min(runs, 2 * self.clock.work)):
            if self.clock.over:
                break
            start, heat = starts[k % len(starts)]
            long = k % LONG == LONG // 2
            run = anneal.run_once(
                self.arrays, start, SWEEPS * (LONG if long else 1),
                self.seed + 10_000 * number + first + k, self.clock,
                heat=heat, end=COOL if long else END, store=store,
            )  # fmt: skip
            found = better(found, self.take(run.best))
        return store, found

    def _store(self, best: Plan) -> Store:
        bound = self.pool.split.bound
        slack = MOST_SLACK * abs(bound)
        if best is not None:
            slack = min(max(best.value - bound, LEAST_SLACK * abs(bound)), slack)
        return self.pool.store(slack)


def better(one: Plan, other: Plan) -> Plan:
    """The better of two plans, the first if they are alike; None is no plan."""
    if one is None or (other is not None and other.value < one.value):
        return other
    return one
