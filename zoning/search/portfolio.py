"""The order of work for one goal: prices, a first plan, bound and annealing, improvement, proof."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.connected import detached_cells
from zoning.search.cuts import Cuts
from zoning.search.elastic import mend_rows
from zoning.search.engine import Engine
from zoning.search.first_sites import first_plans
from zoning.search.grow import grow_zones, mend
from zoning.search.judge import judge
from zoning.search.memory import give_back
from zoning.search.neighbourhood import improve
from zoning.search.pool import Pool, accepts
from zoning.search.price_bound import PriceBound
from zoning.search.proof import prove
from zoning.search.relaxation import Relaxation
from zoning.search.restrict import Part
from zoning.search.rounds import AROUND, HEAT, Rounds
from zoning.search.target import Incumbent, Target
from zoning.search.transport import Transport, price_value, seat_prices

# columns that the exact proof takes on, and shares of the time for its parts
PROOF_COLUMNS = 60_000
FIRST_SWEEPS = 100
FIRST_TRIES = 4
HOT_TRIES, HOT_SWEEPS = 4, 30_000
ANNEAL_SHARE, RELAX_SHARE = 0.75, 0.75
LEAST_SWEEPS = 50
SWEEPS_A_UNIT = 1000
FEW_SWEEPS = 5_000
# share of the time for rounds of short runs and set partitioning, where the proof is hopeful
ROUNDS_SHARE = 0.7
# where pairs are too many to list, sweeps are few: one long run from the prices' plan, not hot
VAST_SHARE, VAST_HEAT = 0.9, 0.2
# columns that the proof takes on at once, and the share of the time for improving before it
QUICK_COLUMNS = 1500
# with so few columns in all the proof finds a plan, or that there is none, before hot tries would
TINY_COLUMNS = 300
IMPROVE_SHARE = 0.6
# the same where sites are chosen: shares for a first proof, and for improving before the second
QUICK_SHARE, BETTER_SHARE = 0.15, 0.3
# share of the time for first plans at sites that the relaxation opens
SITES_SHARE = 0.1
# the same while there is no plan
WANTING_SHARE = 0.7
# share of the time for mending what rules refused
MENDING_SHARE = 0.3


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
        self.reduced: Floats | None = None
        clock.begin_goal()
        self._arrays: anneal.Arrays | None = None
        self._grown: Ints | None = None
        self._first: Ints | None = None
        self._refused: Ints | None = None
        self._improved = False
        self._lock = threading.Lock()

    def run(self, starts: list[Ints]) -> Outcome:
        """Search; every way out returns the best plan and bound so far."""
        problem = self.target.formulation.problem
        if (np.diff(problem.pairs.pointer) == 0).any():
            return Outcome(None, np.inf, True)
        transport = seat_prices(self.target) if self.target.structured else None
        if transport is not None and not transport.feasible:
            return Outcome(None, np.inf, True, transport)
        price = np.zeros(problem.school_count) if transport is None else transport.price
        if transport is not None and problem.pairs.unlisted is None:
            self.bound = max(self.bound, price_value(self.target, price))
        for start in starts:
            self._take(self._mended(start, price))
        self._first_plan(price, starts)
        self._side_by_side(price, bool(starts))
        self._small_county(bool(starts))
        infeasible = self.relaxation is not None and self.relaxation.infeasible
        if self.target.formulation.opening is not None and not infeasible:
            self._plans_at_sites()
        if not infeasible and not self._done():
            infeasible = self._finish()
        return Outcome(self.best, self.bound, infeasible and self.best is None, transport)

    def _done(self) -> bool:
        if self.clock.over:
            return True
        if self.best is None:
            return False
        short = self.best.value - self.target.grid.up(self.bound)
        return short <= self.gap * max(abs(self.best.value), 1e-9)

    def _take(self, assignment: Ints | None) -> Incumbent | None:
        """Judge an assignment and keep it if it is the best; returns it if it is a plan."""
        if assignment is None or (assignment < 0).any():
            return None
        if self.best is not None and np.array_equal(assignment, self.best.assignment):
            return self.best
        found = judge(self.target, assignment)
        if found is None:
            self._refused = assignment
            return None
        with self._lock:
            if self.best is None or _before(found, self.best):
                self.best = found
                self.clock.report("plan", found.value)
        return found

    def _mended(self, start: Ints, price: Floats) -> Ints:
        """A start made whole: cells grow anew that are unknown, detached or not permitted."""
        graph = self.target.graph
        broken = self.target.formulation.problem.pair_of(start) < 0
        start = np.where(broken, -1, start)
        if graph.binding:
            broken |= detached_cells(graph, np.where(broken, -2, start))
        scores = self.target.scores(price)
        if not graph.binding:
            return np.where(broken, scores.first, start)
        return mend(graph, start, np.flatnonzero(broken), scores)

    def _relax(self, price: Floats, keep: Ints, share: float = RELAX_SHARE) -> None:
        if self.target.formulation.problem.pairs.unlisted is not None:
            self._bound_by_prices(price)
            return
        give_back()
        problem = self.target.formulation.problem
        pairs = problem.pairs
        relaxation = Relaxation(
            self.target, keep,
            self.target.pair_cost + problem.pupils[pairs.cell] * price[pairs.school],
        )  # fmt: skip
        self.relaxation = relaxation
        rounds = 1000 if self.clock.work is None else 20 + self.clock.work
        relaxation.run(self.clock.share(share), rounds=rounds)
        self.bound, self.reduced = max(self.bound, relaxation.bound), relaxation.reduced

    def _bound_by_prices(self, price: Floats) -> None:
        """The bound where pairs are too many to list: it holds for all of them all the same."""
        if self.target.journeys is None:
            return
        by_price = PriceBound(self.target, price)
        by_price.run(self.clock.share(0.25), None if self.best is None else self.best.value)
        self.bound, self.reduced = max(self.bound, by_price.bound), by_price.reduced

    def _first_plan(self, price: Floats, starts: list[Ints]) -> None:
        if self.target.formulation.opening is not None:
            return  # annealing needs to know which sites are open
        graph = self.target.graph
        scores = self.target.scores(price)
        grown = grow_zones(graph, scores) if graph.binding else scores.first
        if (grown < 0).any():
            return  # some cell has no way to any school: the relaxation will say so
        arrays = anneal.prepare(self.target)
        if len(arrays.board.movable) == 0:
            self._take(grown)
            return
        del scores  # large, like the guide
        first = self._mended(starts[0], price) if starts else grown
        self._take(first)
        self._arrays, self._grown, self._first = arrays, grown, first
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
            self._take(run.last if run.best is None else run.best)

    def _plans_at_sites(self) -> None:
        """Plans with the sites that the relaxation opens, while there is none with more effort."""
        values = self.relaxation.values if self.relaxation is not None else None
        share = SITES_SHARE if self.best is not None else WANTING_SHARE
        first_plans(
            self.target, values, self._quickly, self._take, lambda: self.best is not None,
            self.engine, self.clock.quiet(share), self.seed,
        )  # fmt: skip

    def _quickly(self, settled: Target, clock: Clock, seed: int) -> Ints | None:
        """What a quick search finds for settled sites."""
        return Search(settled, self.engine, clock, seed=seed, gap=1.0).run_quick()

    def run_quick(self) -> Ints | None:
        """A first plan's assignment, without any bound; if there is none, what was refused."""
        transport = seat_prices(self.target) if self.target.structured else None
        if transport is None or transport.feasible:
            schools = self.target.formulation.problem.school_count
            self._first_plan(np.zeros(schools) if transport is None else transport.price, [])
        return self._refused if self.best is None else self.best.assignment

    def _anneal(self, runs: list[tuple[Ints, float, float]], seconds: float, seed: int) -> None:
        """Annealing runs one after the other: (start, share of the seconds, heat) each."""
        clock, arrays = self.clock, self._arrays
        if arrays is None or (clock.work is None and seconds <= 0.0):
            return
        speed = anneal.sweeps_a_second(arrays, runs[0][0], clock)
        for k, (start, share, heat) in enumerate(runs):
            # the bound comes from the other thread: with a work limit its moment must not matter
            if clock.over or (clock.work is None and self._done()):
                return
            sweeps = max(LEAST_SWEEPS, int(seconds * share * speed))
            limit: float | None = seconds * share
            if clock.work is not None:
                sweeps, limit = max(1, int(SWEEPS_A_UNIT * clock.work * share)), None
            if self.target.matrix.pairs <= PROOF_COLUMNS and sweeps > FEW_SWEEPS:
                sweeps, limit = FEW_SWEEPS, None  # the proof is worth more of the time
            run = anneal.run_once(arrays, start, sweeps, seed + k, clock, heat=heat, seconds=limit)
            self._take(run.best)

    def _side_by_side(self, price: Floats, started: bool) -> None:
        """Anneal in one thread; find the bound, then anneal too, in another."""
        clock, grown, first = self.clock, self._grown, self._first
        keep = np.zeros(0, dtype=np.int64)
        if self.best is not None:
            keep = self.target.formulation.problem.pair_of(self.best.assignment)
        vast = self.target.formulation.problem.pairs.unlisted is not None
        share = VAST_SHARE if vast else ANNEAL_SHARE
        end = clock.elapsed + clock.left * share if clock.work is None else 0.0
        heat = VAST_HEAT if vast else 1.0

        def bound_first() -> None:
            self._relax(price, keep)
            if grown is not None:
                self._anneal([(grown, 1.0, heat)], end - clock.elapsed, self.seed + 100)

        with ThreadPoolExecutor(max_workers=1) as pool:
            other = pool.submit(bound_first)
            if grown is not None and first is not None:
                mild = 0.2 if started else 1.0
                few = self.target.matrix.pairs <= PROOF_COLUMNS
                # on a large county one long run beats two; a fair plan comes first
                short = 0.25 if few or started else 0.1
                runs = [(first, short, mild), (grown, 1.0 - short, 1.0)]
                if vast:
                    runs = [(first, 1.0, heat)]
                self._anneal(runs, end - clock.elapsed, self.seed + 1)
            other.result()

    def _small_county(self, started: bool) -> None:
        """Rounds of short runs and set partitioning, where zones are few enough to be seen."""
        arrays, grown, first, clock = self._arrays, self._grown, self._first, self.clock
        if self.target.matrix.pairs > PROOF_COLUMNS or not accepts(self.target):
            return
        split = None if self.relaxation is None else self.relaxation.split()
        if arrays is None or grown is None or first is None or split is None or self._settled():
            return
        assert self.relaxation is not None
        starts = [(grown, HEAT), (first, AROUND)] if started else [(grown, HEAT)]
        rounds = Rounds(
            self.target, lambda: Pool(self.target, split), arrays, starts, self.relaxation.reduced,
            self.engine, clock.share(ROUNDS_SHARE), self.seed + 300, self.bound, self.gap,
            self._take,
        )  # fmt: skip
        rounds.run(self.best, 1000 if clock.work is None else clock.work, self._settled)
        self._improved = True

    def _settled(self) -> bool:
        """Nothing is left to do but a quick proof."""
        return self._done() or len(self._open_columns()) <= QUICK_COLUMNS

    def _finish(self) -> bool:
        """Proof if few columns are left, else improvement; True if no plan is proved to exist."""
        if self.target.matrix.columns > TINY_COLUMNS:
            if self.best is None and self._refused is not None and not self.target.structured:
                brief = self.clock.quiet(MENDING_SHARE)
                self._take(mend_rows(self.target, [self._refused], self.engine, brief, self.seed))
            self._hot_tries()
        self._arrays = None  # large, and no more annealing will come
        if self.target.formulation.problem.pairs.unlisted is not None:
            self._improve(self.clock)  # a proof over the listed pairs would prove nothing
            return False
        few = self.target.matrix.pairs <= PROOF_COLUMNS
        if few and len(self._open_columns()) <= QUICK_COLUMNS:
            return self._prove_or_improve()
        # a better plan first: it leaves fewer columns to the proof
        if not self._improved:
            self._improve(self.clock.share(IMPROVE_SHARE if few else 1.0))
        columns = self._open_columns()
        if len(columns) <= PROOF_COLUMNS and not self._done():
            return self._prove(columns)
        return False

    def _prove_or_improve(self) -> bool:
        """Where sites are chosen a plan at guessed sites may be poor, which makes proofs slow."""
        if self.target.formulation.opening is None or self.best is None:
            return self._prove(self._open_columns())
        whole, self.clock = self.clock, self.clock.share(QUICK_SHARE)
        try:
            infeasible = self._prove(self._open_columns())
        finally:
            self.clock = whole
        if infeasible or self._done():
            return infeasible
        self._improve(self.clock.share(BETTER_SHARE))
        return self._prove(self._open_columns())

    def _hot_tries(self) -> None:
        """Where limits are so tight that no plan was found: hotter, dearer, not so cold at last."""
        arrays, grown = self._arrays, self._grown
        if arrays is None or grown is None:
            return
        for k in range(HOT_TRIES):
            if self.best is not None or self.clock.over:
                return
            dear = replace(arrays, price=arrays.price * 4.0)
            seconds = None if self.clock.work is not None else self.clock.left / HOT_TRIES
            sweeps = min(HOT_SWEEPS, 10**10 // max(1, len(grown) ** 2))
            run = anneal.run_once(
                dear, grown, sweeps, self.seed + 200 + k, self.clock,
                heat=3.0, end=50.0, seconds=seconds if sweeps < HOT_SWEEPS else None,
            )  # fmt: skip
            self._take(run.best)

    def _improve(self, clock: Clock) -> None:
        if self.best is None or self.reduced is None:
            return
        self.best = improve(
            self.target, self.best, self.reduced, self.engine, clock,
            tries=100_000 if clock.work is None else 20 * clock.work,
            seed=self.seed, bound=self.bound, gap=self.gap,
        )  # fmt: skip

    def _open_columns(self) -> Ints:
        """Columns that a better plan may use: reduced cost at most the gap in value."""
        matrix = self.target.matrix
        if self.best is None or self.relaxation is None or self.relaxation.reduced is None:
            return np.arange(matrix.columns)
        slack = self.best.value - self.relaxation.bound
        open_ = self.relaxation.reduced <= slack * (1 + 1e-6) + 1e-9
        open_[matrix.pairs :] = True
        open_[self.target.formulation.problem.pair_of(self.best.assignment)] = True
        return np.flatnonzero(open_)

    def _all_cuts(self, columns: Ints) -> Cuts:
        """The rows of contiguity that these columns need at first, and all found so far."""
        problem = self.target.formulation.problem
        cuts = self.relaxation.cuts if self.relaxation is not None else None
        cuts = cuts or Cuts(self.target.formulation, self.target.graph)
        if self.target.graph.binding:
            keep = np.zeros(len(problem.pairs), dtype=bool)
            keep[columns[columns < len(problem.pairs)]] = True
            cuts.neighbour_rows(keep)
        cuts.link(columns[columns < len(problem.pairs)])
        return cuts

    def _prove(self, columns: Ints) -> bool:
        part, cuts = Part(self.target, columns), self._all_cuts(columns)
        proof = prove(part, cuts, self.best, self.engine, self.clock, gap=self.gap)
        if proof.incumbent is not None:
            self.best = proof.incumbent
            self.bound = max(self.bound, min(proof.bound, self.best.value))
        else:
            self.bound = max(self.bound, proof.bound)
        return proof.infeasible


def _before(one: Incumbent, other: Incumbent) -> bool:
    """Better, or as good and first in order: the choice must not hang on which thread was first."""
    if one.value != other.value:
        return one.value < other.value
    return bool(one.assignment.tolist() < other.assignment.tolist())
