r"""A pool of zones seen, and the best plan that can be put together from them.

With :math:`z_k = 1` if zone k of the pool is used, :math:`c_k` its cost,

.. math::

   \min \sum_k c_k z_k, \qquad \sum_{k \ni i} z_k = 1 \;\forall i, \qquad
   \sum_{k \text{ of } s} z_k \le 1 \;\forall s, \qquad z \in \{0, 1\},

with a row for every county-wide total. The linear program over the pool is solved first, zones
entering it as they price out; its reduced costs say which zones the integer program needs.
Source: set partitioning for districting, Garfinkel and Nemhauser 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.collector import Store, collect, make_store, no_store
from zoning.search.engine import Engine
from zoning.search.split import NEVER, Split
from zoning.search.target import Incumbent, Target
from zoning.solvers.highs import GrowingLp
from zoning.solvers.model import MipModel, SolverStatus

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# zones and cells that a store holds; zones of the pool at the most
STORED, STORED_CELLS = 25_000, 2_000_000
MOST_ZONES = 120_000
# zones a school that the linear program begins with, and what a round of pricing adds in all
FIRST_ZONES, ADDED_ZONES = 50, 1000
# zones of the integer programs, one after the other; found by measuring
SMALLEST, LARGEST = 2000, 32_000
# seconds of one of them
SECONDS = 16.0


def accepts(target: Target) -> bool:
    """True if zones can be judged one by one: limits, classes, totals and contiguity are all."""
    return target.structured and not target.cost[target.matrix.pairs :].any()


@dataclass(frozen=True)
class Zones:
    """Zone k belongs to ``school[k]`` and costs ``cost[k]``; ``key`` tells zones apart.

    Row k of ``takes`` is what it takes of each row of the program: its cells, its school, its
    part of the totals.
    """

    school: Ints
    key: NDArray[np.uint64]
    takes: csr_matrix
    cost: Floats

    def __len__(self) -> int:
        return len(self.school)

    def take(self, which: Ints) -> Zones:
        """Some of the zones."""
        return Zones(self.school[which], self.key[which], self.takes[which], self.cost[which])


class Pool:
    """Zones collected so far, without doubles, that may be part of a better plan.

    ``split`` measures what a zone wastes: the relaxation's at first, then that of the pool's own
    linear program, which is far tighter (a bound over the pool only, so no bound for plans).
    """

    def __init__(self, target: Target, split: Split) -> None:
        self.target = target
        self.split = split
        problem = target.formulation.problem
        self._cost = _dense(target, target.pair_cost, np.inf)
        self._totals = [_dense(target, total.weight, 0.0) for total in target.totals]
        self.zones = self._zones(no_store())
        self.size = SMALLEST
        self._used = np.zeros(0, dtype=np.uint64)  # keys of the last linear program's zones
        self._high = np.array([total.high for total in target.totals])
        self._rows = problem.cells + problem.school_count + len(self._high)

    def store(self, slack: float) -> Store:
        """An empty store for zones whose reduced cost is at most ``slack``."""
        return make_store(self.split.waste, self.split.base, slack, (STORED, STORED_CELLS))

    def add(self, stores: list[Store]) -> None:
        """Take what the stores hold."""
        from scipy.sparse import csr_matrix, vstack

        parts = [self.zones, *(self._zones(store) for store in stores)]
        key = np.concatenate([part.key for part in parts])
        first = np.sort(np.unique(key, return_index=True)[1])
        self.zones = Zones(
            np.concatenate([part.school for part in parts]),
            key,
            csr_matrix(vstack([part.takes for part in parts])),
            np.concatenate([part.cost for part in parts]),
        ).take(first)

    def add_plan(self, assignment: Ints) -> Bools:
        """Take the zones of a plan; marks where they are."""
        cells, schools = self._cost.shape
        store = make_store(np.zeros((cells, schools)), np.zeros(schools), 0.0, (schools, cells))
        collect(assignment, np.zeros(schools), store)
        self.add([store])
        marked: Bools = np.isin(self.zones.key, store.zone_key)
        return marked

    def relax(self, incumbent: Incumbent | None, clock: Clock) -> Floats | None:
        """Solve the linear program; reduced costs of all zones, None if the time did not do."""
        if incumbent is None:
            keep = np.zeros(len(self.zones), dtype=bool)
        else:
            keep = self.add_plan(incumbent.assignment)
        zones = self.zones
        active = keep | np.isin(zones.key, self._used) | self._cheapest_each(FIRST_ZONES)
        lp = GrowingLp(self.model(np.flatnonzero(active), integer=False))
        right = np.concatenate([np.ones(self._rows - len(self._high)), self._high])
        while True:
            status = lp.solve(max(clock.left, 0.5))
            duals = lp.duals
            if duals is None or status is not SolverStatus.OPTIMAL:
                return None
            reduced: Floats = zones.cost - zones.takes @ duals
            value = float(duals @ right)
            wanted = np.flatnonzero((reduced < -1e-9 * abs(value)) & ~active)
            if len(wanted) == 0:
                break
            wanted = np.sort(wanted[np.argsort(reduced[wanted], kind="stable")[:ADDED_ZONES]])
            count = len(wanted)
            lp.add_columns(
                zones.cost[wanted], np.zeros(count), np.full(count, np.inf), zones.takes[wanted]
            )
            active[wanted] = True
        self._used = zones.key[active & (reduced < 0.001 * abs(value))]
        self.split = self._split(duals, value)
        return reduced

    def _cheapest_each(self, most: int) -> Bools:
        """Marks the zones of each school that waste least."""
        zones, cells = self.zones, self._cost.shape[0]
        row = np.repeat(np.arange(len(zones)), np.diff(zones.takes.indptr))
        inside = zones.takes.indices < cells
        row, cell = row[inside], zones.takes.indices[inside]
        lost = np.bincount(row, self.split.waste[cell, zones.school[row]], minlength=len(zones))
        order = np.lexsort((lost, zones.school))
        first = np.searchsorted(zones.school[order], zones.school[order])
        marked = np.zeros(len(zones), dtype=bool)
        marked[order[np.arange(len(order)) - first < most]] = True
        return marked

    def model(self, which: Ints, *, integer: bool) -> MipModel:
        """The program over some zones: each cell once, each school at most once, the totals."""
        from scipy.sparse import csr_matrix

        zones, count = self.zones.take(which), len(which)
        cells, schools = self._cost.shape
        return MipModel(
            cost=zones.cost,
            lower=np.zeros(count),
            upper=np.full(count, 1.0 if integer else np.inf),
            integer=np.full(count, integer),
            matrix=csr_matrix(zones.takes.T),
            row_lower=np.concatenate([np.ones(cells), np.full(self._rows - cells, -np.inf)]),
            row_upper=np.concatenate([np.ones(cells + schools), self._high]),
        )

    def assignment(self, which: Ints) -> Ints:
        """School by cell when these zones are used; -1 where none covers the cell."""
        cells = self._cost.shape[0]
        school = np.full(cells, -1, dtype=np.int64)
        for k in which:
            taken = self.zones.takes[k].indices
            school[taken[taken < cells]] = self.zones.school[k]
        return school

    def forget(self, reduced: Floats, slack: float) -> None:
        """Keep the zones whose reduced cost is at most ``slack``, and not too many."""
        kept = np.flatnonzero(reduced <= slack)
        if len(kept) > MOST_ZONES // 2:
            kept = np.sort(kept[np.argsort(reduced[kept], kind="stable")[: MOST_ZONES // 2]])
        self.zones = self.zones.take(kept)

    def _split(self, duals: Floats, value: float) -> Split:
        cells, schools = self._cost.shape
        waste = self._cost - duals[:cells, None]
        for price, table in zip(duals[cells + schools :], self._totals, strict=True):
            waste -= price * table
        waste[np.isinf(waste)] = NEVER
        return Split(waste, -duals[cells : cells + schools], value)

    def _zones(self, store: Store) -> Zones:
        from scipy.sparse import csr_matrix, hstack

        count = int(store.filled[0])
        pointer = store.pointer[: count + 1]
        cell = store.cell[: pointer[-1]].astype(np.int64)
        school = store.school[:count].copy()
        zone = np.repeat(np.arange(count), np.diff(pointer))
        owner = np.repeat(school, np.diff(pointer))

        def summed(table: Floats) -> Floats:
            total: Floats = np.bincount(zone, weights=table[cell, owner], minlength=count).astype(
                np.float64
            )
            return total

        cells = csr_matrix((np.ones(len(cell)), cell, pointer), shape=(count, self._cost.shape[0]))
        own = csr_matrix(
            (np.ones(count), (np.arange(count), school)), shape=(count, self._cost.shape[1])
        )
        totals = [csr_matrix(summed(table)[:, None]) for table in self._totals]
        takes = csr_matrix(hstack([cells, own, *totals]))
        return Zones(school, store.zone_key[:count].copy(), takes, summed(self._cost))


def partition(
    pool: Pool,
    incumbent: Incumbent | None,
    engine: Engine,
    clock: Clock,
) -> Ints | None:
    """The best plan that the pool's zones and the incumbent's make; None if none is better."""
    reduced = pool.relax(incumbent, clock)
    if reduced is None:
        return None
    order = np.argsort(reduced, kind="stable")
    value, best, size = np.inf if incumbent is None else incumbent.value, None, pool.size
    while not clock.over:
        useful = int((reduced < value - pool.split.bound).sum())
        if value - pool.split.bound <= 1e-9 * abs(pool.split.bound) or useful == 0:
            break
        which = np.sort(order[: min(size, useful)])
        limited = clock.quiet(seconds=SECONDS if clock.work is None else np.inf)
        result = engine.solve(pool.model(which, integer=True), limited, presolve=False)
        if result.x is not None and result.objective < value - 1e-9 * abs(result.objective):
            value, best = result.objective, which[result.x > 0.5]
        if result.status is not SolverStatus.INFEASIBLE or useful <= size or size >= LARGEST:
            break
        size *= 2
    pool.size = max(SMALLEST, size // 2)
    found = None if best is None else pool.assignment(best)
    pool.forget(reduced, value - pool.split.bound)
    return found


def _dense(target: Target, by_pair: Floats, missing: float) -> Floats:
    """A figure by pair as a table of cells by schools."""
    problem = target.formulation.problem
    table = np.full((problem.cells, problem.school_count), missing)
    table[problem.pairs.cell, problem.pairs.school] = by_pair
    return table
