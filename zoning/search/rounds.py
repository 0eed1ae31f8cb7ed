"""Small counties: rounds of short annealing runs, set partitioning over their zones, improvement.

Many short runs that end warm see far more good zones than one long run does, and the best plan
is put together from the zones of all of them. One thread anneals and partitions, another improves
the plan at hand; they meet at the end of each round, so that a work limit makes all repeatable.
"""

from __future__ import annotations

# runs of a round and their sweeps; found by measuring
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from zoning.problem.arrays import Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.collector import Store
from zoning.search.engine import Engine
from zoning.search.neighbourhood import improve
from zoning.search.pool import Pool, partition
from zoning.search.target import Incumbent, Target

RUNS, SWEEPS = int(os.environ.get("RR", "30")), int(os.environ.get("SS", "1000"))
# fewer runs where a sweep has more cells than this
CELLS = 400
# how the runs differ from a single long one: dearer limits, hotter, and warm at the end
DEAR, HEAT, END = 4.0, 2.0, float(os.environ.get("EE", "50"))
# heat of the runs that begin from the best plan
AROUND = 0.5
# reduced cost of the zones that are kept, as shares of the bound
LEAST_SLACK, MOST_SLACK = 0.001, 0.03
# sub-problems of a round under a work limit
TRIES = 10

Plan = Incumbent | None


@dataclass
class Rounds:
    """What the rounds need; ``take`` judges an assignment and keeps it if it is the best so far.

    ``starts`` are zones to anneal from, with the heat of each.
    """

    target: Target
    pool: Pool
    arrays: anneal.Arrays
    starts: list[tuple[Ints, float]]
    reduced: Floats | None
    engine: Engine
    clock: Clock
    seed: int
    bound: float
    gap: float
    take: Callable[[Ints | None], object]
    best: Callable[[], Plan]

    def run(self, rounds: int, done: Callable[[], bool]) -> None:
        """Go on for some rounds, until the clock is over or ``done``."""
        self.arrays = replace(self.arrays, price=self.arrays.price * DEAR)
        with ThreadPoolExecutor(max_workers=1) as other:
            best = self.best()
            theirs = other.submit(self._anneal, None, 1, self._store(best))
            stores = [self._anneal(None, 0, self._store(best)), theirs.result()]
            for number in range(1, rounds + 1):
                if self.clock.over or done():
                    return
                best, limited = self.best(), self._until_told()
                # made here: the pool's measure of waste changes while the other thread works
                spare = self._store(best)
                improving = other.submit(self._improve, best, number, limited, spare)
                try:
                    stores = [self._build(stores, best, number)]
                finally:
                    if self.clock.work is None:
                        limited.interrupt()
                    improved, seen = improving.result()
                self.take(None if improved is None else improved.assignment)
                stores += seen

    def _until_told(self) -> Clock:
        """A clock of its own for the other thread; with a work limit that thread counts instead."""
        limited = Clock(self.clock.left, self.clock.work)
        if self.clock.work is not None:
            limited.stop = self.clock.stop
        return limited

    def _build(self, stores: list[Store], best: Plan, number: int) -> Store:
        """The best plan of the zones seen, then more zones around it."""
        self.pool.add(stores)
        found = partition(self.pool, best, self.engine, self.clock)
        self.take(found)
        return self._anneal(best, 2 * number, self._store(best))

    def _improve(
        self, best: Plan, number: int, clock: Clock, spare: Store
    ) -> tuple[Plan, list[Store]]:
        """A better plan by exact sub-problems; while there is no plan, more zones."""
        if best is None:
            return None, [self._anneal(None, 2 * number + 1, spare)]
        tries = 100_000 if clock.work is None else TRIES
        better = improve(
            self.target, best, self.reduced, self.engine, clock,
            tries=tries, seed=self.seed + number, bound=self.bound, gap=self.gap,
            at_once=1,  # the other thread puts zones together
        )  # fmt: skip
        return better, []

    def _anneal(self, best: Plan, number: int, store: Store) -> Store:
        """Short runs from all starts and the best plan in turn; the zones that they saw."""
        starts = self.starts + ([] if best is None else [(best.assignment, AROUND)])
        runs = max(4, RUNS * CELLS // max(CELLS, len(self.starts[0][0])))
        for k in range(runs if self.clock.work is None else min(runs, 2 * self.clock.work)):
            if self.clock.over:
                break
            start, heat = starts[k % len(starts)]
            run = anneal.run_once(
                self.arrays, start, SWEEPS, self.seed + 10_000 * number + k, self.clock,
                heat=heat, end=END, store=store,
            )  # fmt: skip
            self.take(run.best)
        return store

    def _store(self, best: Plan) -> Store:
        bound = self.pool.split.bound
        slack = MOST_SLACK * abs(bound)
        if best is not None:
            slack = min(max(best.value - bound, LEAST_SLACK * abs(bound)), slack)
        return self.pool.store(slack)
