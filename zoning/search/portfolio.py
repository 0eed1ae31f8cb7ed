"""The order of work for one goal: prices, a first plan, bound and annealing, improvement, proof."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.connected import detached_cells
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.grow import grow_zones, mend
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.proof import prove
from zoning.search.relaxation import Relaxation
from zoning.search.restrict import Part
from zoning.search.target import Incumbent, Target
from zoning.search.transport import Transport, seat_prices

# columns that the exact proof takes on, and shares of the time for its parts
PROOF_COLUMNS = 60_000
FIRST_SWEEPS = 200
FIRST_TRIES = 4
ANNEAL_SHARE = 0.55
SWEEPS_A_UNIT = 400
FEW_SWEEPS = 3000


@dataclass
class Outcome:
    """What a search found for one goal; ``infeasible`` is True only if it is proved."""

    incumbent: Incumbent | None
    bound: float
    infeasible: bool = False
    transport: Transport | None = None


class Search:
    """Minimise one target within a clock, from starts that may be broken."""

    def __init__(
        self, target: Target, engine: Engine, clock: Clock, *, seed: int, gap: float
    ) -> None:
        self.target = target
        self.engine = engine
        self.clock = clock
        self.seed = seed
        self.gap = gap
        self.best: Incumbent | None = None
        self.bound = -np.inf
        self.relaxation: Relaxation | None = None
        clock.begin_goal()
        self._arrays: anneal.Arrays | None = None
        self._grown: Ints | None = None

    def run(self, starts: list[Ints]) -> Outcome:
        """Search; every way out returns the best plan and bound so far."""
        problem = self.target.formulation.problem
        if (np.diff(problem.pairs.pointer) == 0).any():
            return Outcome(None, np.inf, True)
        transport = seat_prices(self.target) if self.target.structured else None
        if transport is not None and not transport.feasible:
            return Outcome(None, np.inf, True, transport)
        price = np.zeros(problem.school_count) if transport is None else transport.price
        for start in starts:
            self._take(self._mended(start, price))
        self._first_plan(price, starts)
        keep = np.zeros(0, dtype=np.int64)
        if self.best is not None:
            keep = problem.pair_of(self.best.assignment)
        with ThreadPoolExecutor(max_workers=1) as pool:
            relaxing = pool.submit(self._relax, price, keep)
            self._long_runs()
            relaxing.result()
        infeasible = self.relaxation is not None and self.relaxation.infeasible
        if not infeasible and not self._done():
            infeasible = self._finish()
        return Outcome(self.best, self.bound, infeasible and self.best is None, transport)

    def _done(self) -> bool:
        if self.clock.over:
            return True
        if self.best is None:
            return False
        return self.best.value - self.bound <= self.gap * max(abs(self.best.value), 1e-9)

    def _take(self, assignment: Ints | None) -> None:
        if assignment is None or (assignment < 0).any():
            return
        found = judge(self.target, assignment)
        if found is not None and (self.best is None or found.value < self.best.value):
            self.best = found
            self.clock.report("plan", found.value)

    def _scores(self, price: Floats) -> Floats:
        """Guide cost and price of seats by cell and school; what is not permitted costs most."""
        problem = self.target.formulation.problem
        pairs = problem.pairs
        cost = self.target.guide + problem.pupils[pairs.cell] * price[pairs.school]
        score = np.full((problem.cells, problem.school_count), 4.0 * float(cost.max()) + 1.0)
        score[pairs.cell, pairs.school] = cost
        return score

    def _mended(self, start: Ints, price: Floats) -> Ints:
        """A start made whole: unknown and detached cells grow anew."""
        graph = self.target.graph
        broken = start < 0
        if graph.binding:
            broken |= detached_cells(graph, np.where(start < 0, -2, start))
        score = self._scores(price)
        if not graph.binding:
            return np.where(broken, score.argmin(axis=1), start)
        return mend(graph, start, np.flatnonzero(broken), score)

    def _relax(self, price: Floats, keep: Ints) -> None:
        problem = self.target.formulation.problem
        pairs = problem.pairs
        priced = self.target.pair_cost + problem.pupils[pairs.cell] * price[pairs.school]
        relaxation = Relaxation(self.target, keep, priced)
        self.relaxation = relaxation
        rounds = 1000 if self.clock.work is None else 20 + self.clock.work
        relaxation.run(self.clock.share(0.75), rounds=rounds)
        self.bound = max(self.bound, relaxation.bound)

    def _first_plan(self, price: Floats, starts: list[Ints]) -> None:
        if not anneal.accepts(self.target):
            return
        graph = self.target.graph
        score = self._scores(price)
        grown = grow_zones(graph, score) if graph.binding else score.argmin(axis=1)
        if (grown < 0).any():
            return  # some cell has no way to any school: the relaxation will say so
        arrays = anneal.prepare(self.target)
        if len(arrays.movable) == 0:
            self._take(grown)
            return
        first = self._mended(starts[0], price) if starts else grown
        self._take(first)
        self._arrays, self._grown = arrays, grown
        self._quick_plan(arrays, first)

    def _quick_plan(self, arrays: anneal.Arrays, first: Ints) -> None:
        """A valid plan soon: high prices, few sweeps, more of them if that was not enough."""
        for k in range(FIRST_TRIES):
            if self.best is not None or self.clock.over:
                return
            dear = replace(arrays, price=arrays.price * 16.0)
            run = anneal.run_once(
                dear, first, FIRST_SWEEPS * 2**k, self.seed + k, self.clock, heat=0.1
            )
            self._take(run.best)

    def _long_runs(self) -> None:
        """Runs from hot to cold; each later one starts from the best plan, less hot."""
        clock, arrays, grown = self.clock, self._arrays, self._grown
        if arrays is None or grown is None:
            return
        runs = 3
        if clock.work is not None:
            sweeps = SWEEPS_A_UNIT * clock.work
        else:
            speed = anneal.sweeps_a_second(arrays, grown, clock)
            sweeps = max(50, int(clock.left * ANNEAL_SHARE * speed / runs))
        if self.target.matrix.pairs <= PROOF_COLUMNS:
            sweeps = min(sweeps, FEW_SWEEPS)  # the proof is worth more of the time
        for k in range(runs):
            # the bound comes from the other thread: with a work limit its moment must not matter
            if clock.over or (clock.work is None and self._done()):
                return
            start = grown if self.best is None else self.best.assignment
            run = anneal.run_once(
                arrays, start, sweeps, self.seed + 1 + k, clock, heat=1.0 if k == 0 else 0.3
            )
            self._take(run.best)

    def _finish(self) -> bool:
        """Proof if few columns are left, else improvement; True if no plan is proved to exist."""
        relaxation = self.relaxation
        columns = self._open_columns()
        if len(columns) <= PROOF_COLUMNS:
            return self._prove(columns)
        if self.best is not None and relaxation is not None:
            self.best = improve(
                self.target, self.best, relaxation.reduced, self.engine, self.clock,
                tries=100_000 if self.clock.work is None else 10 * self.clock.work,
                seed=self.seed, bound=self.bound, gap=self.gap,
            )  # fmt: skip
        return False

    def _open_columns(self) -> Ints:
        """Columns that a better plan may use: reduced cost at most the gap in value."""
        matrix = self.target.matrix
        everything = np.arange(matrix.columns)
        if self.best is None or self.relaxation is None or self.relaxation.reduced is None:
            return everything
        slack = self.best.value - self.relaxation.bound
        open_ = self.relaxation.reduced <= slack * (1 + 1e-6) + 1e-9
        open_[matrix.pairs :] = True
        open_[self.target.formulation.problem.pair_of(self.best.assignment)] = True
        return np.flatnonzero(open_)

    def _prove(self, columns: Ints) -> bool:
        problem = self.target.formulation.problem
        cuts = self.relaxation.cuts if self.relaxation is not None else None
        cuts = cuts or Cuts(problem, self.target.graph)
        if self.target.graph.binding:
            keep = np.zeros(len(problem.pairs), dtype=bool)
            keep[columns[columns < len(problem.pairs)]] = True
            cuts.neighbour_rows(keep)
        part = Part(self.target, columns)
        proof = prove(part, cuts, self.best, self.engine, self.clock, gap=self.gap)
        if proof.incumbent is not None:
            self.best = proof.incumbent
            self.bound = max(self.bound, min(proof.bound, self.best.value))
        else:
            self.bound = max(self.bound, proof.bound)
        return proof.infeasible
