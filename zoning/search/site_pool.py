r"""The best plan that zones seen at sites make: which zones, and by that which sites.

With :math:`z_k = 1` if zone k of the pool is used, :math:`c_k` its cost with that of its site,

.. math::

   \min \sum_k c_k z_k, \qquad \sum_{k \ni i} z_k \ge 1 \;\forall i, \qquad
   \sum_{k \text{ of } s} z_k \le 1 \;\forall s, \qquad
   a \le \sum_{k \text{ optional}} z_k \le b, \qquad z \in \{0, 1\}.

Where zones need not hang together and nothing asks for pupils, a cell in several zones stays in
its cheapest: that is never worse, and many more zones fit together; otherwise the first rows are
equations. Zones that a better plan cannot use are left out by their reduced cost.
Source: set partitioning for capacitated medians, Ceselli and Righini 2005.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoning.problem.arrays import Floats, Ints
from zoning.search.clock import Clock
from zoning.search.collector import Store, collect, make_store
from zoning.search.engine import Engine
from zoning.search.site_bound import SiteBound
from zoning.search.target import Incumbent, Target
from zoning.solvers.model import MipModel

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# zones that a run may store, and cells of them all
MOST_SEEN, MOST_CELLS = 60_000, 6_000_000
# cells of the zones that a pool keeps
MOST_KEPT = 12_000_000
# nodes of one integer program
NODES = 300
# zones whose costs are added up at a time
PIECE = 1 << 10


@dataclass(frozen=True)
class Zones:
    """Zone k stands on site ``site[k]`` and marks its cells in row k of ``cells``, in bytes."""

    site: Ints
    key: Ints
    cells: csr_matrix
    cost: Floats
    reduced: Floats

    def __len__(self) -> int:
        return len(self.site)

    def take(self, which: Ints) -> Zones:
        """Some of the zones, in their order."""
        if len(which) == len(self):
            return self
        return Zones(
            self.site[which], self.key[which], self.cells[which], self.cost[which],
            self.reduced[which],
        )  # fmt: skip


class SitePool:
    """Zones collected so far, without doubles, and the plans made of them."""

    def __init__(self, target: Target, bound: SiteBound) -> None:
        self.target = target
        self.bound = bound
        self._split = bound.split(target)
        problem = target.formulation.problem
        self._cost = np.full((problem.cells, problem.school_count), np.inf)
        self._cost[problem.pairs.cell, problem.pairs.school] = target.pair_cost
        self._covers = covers(target)
        self.zones = self._read(self.store(0.0, 1))

    def store(self, slack: float, room: int = MOST_SEEN) -> Store:
        """An empty store for zones whose reduced cost is at most ``slack``."""
        cells = min(MOST_CELLS, room * self._cost.shape[0])
        return make_store(self._split.waste, self._split.base, slack, (room, cells))

    def add(self, stores: list[Store]) -> None:
        """Take what the stores hold."""
        parts = [self.zones, *(self._read(store) for store in stores)]
        stay = _stay(parts)  # before they are joined: there may be millions of cells
        ends = np.cumsum([len(part) for part in parts])
        for k, part in enumerate(parts):
            begin, end = np.searchsorted(stay, [ends[k] - len(part), ends[k]])
            parts[k] = part.take(stay[begin:end] - (ends[k] - len(part)))
        self.zones = _joined(parts)

    def add_plan(self, assignment: Ints) -> None:
        """Take the zones of a plan."""
        schools = self._cost.shape[1]
        store = self.store(np.inf, schools)
        unused = np.ones(schools)
        unused[assignment] = 0.0
        collect(assignment, unused, store)
        self.add([store])

    def best_plan(
        self, incumbent: Incumbent | None, engine: Engine, clock: Clock, most: int
    ) -> Ints | None:
        """The best plan of the ``most`` most promising zones; None if none is better."""
        best = np.inf
        if incumbent is not None:
            best = incumbent.value
            slack = best - self._split.bound
            self.zones = self.zones.take(np.flatnonzero(self.zones.reduced <= slack))
            self.add_plan(incumbent.assignment)
        order = np.argsort(self.zones.reduced, kind="stable")[:most]
        chosen = self.zones.take(np.sort(order))
        # the plan at hand is not given to the solver: measured, it takes twice as long with it
        result = engine.solve(self._model(chosen), clock, gap=1e-6)
        if result.x is None or result.objective >= best:
            return None
        return self._plan(chosen.take(np.flatnonzero(result.x > 0.5)))

    def _model(self, zones: Zones) -> MipModel:
        from scipy.sparse import csr_matrix, vstack

        count, (cells, schools) = len(zones), self._cost.shape
        each = csr_matrix((np.ones(count), (zones.site, np.arange(count))), shape=(schools, count))
        optional = self.bound.market.kind[zones.site] <= 0
        number = csr_matrix(optional.astype(np.float64)[None, :])
        stay = int((self.bound.market.kind > 0).sum())
        endless = np.full(schools, np.inf)
        return MipModel(
            cost=zones.cost,
            lower=np.zeros(count),
            upper=np.ones(count),
            integer=np.ones(count, dtype=bool),
            matrix=csr_matrix(vstack([zones.cells.T, each, number])),
            row_lower=np.concatenate(
                [np.ones(cells), -endless, [self.bound.market.least - stay]]
            ),
            row_upper=np.concatenate(
                [np.full(cells, np.inf if self._covers else 1.0), np.ones(schools),
                 [self.bound.market.most - stay]]
            ),
        )  # fmt: skip

    def _plan(self, zones: Zones) -> Ints:
        """School by cell: of the zones that hold a cell, that where it costs least."""
        cells = self._cost.shape[0]
        plan, least = np.full(cells, -1, dtype=np.int64), np.full(cells, np.inf)
        for k, site in enumerate(zones.site.tolist()):
            mine = zones.cells.indices[zones.cells.indptr[k] : zones.cells.indptr[k + 1]]
            better = mine[self._cost[mine, site] < least[mine]]
            plan[better], least[better] = site, self._cost[better, site]
        return plan

    def _read(self, store: Store) -> Zones:
        from scipy.sparse import csr_matrix

        count = int(store.filled[0])
        pointer, site = store.pointer[: count + 1], store.school[:count].copy()
        cell = store.cell[: pointer[-1]]
        ones = np.ones(len(cell), dtype=np.int8)
        seen = Zones(
            site,
            store.zone_key[:count].view(np.int64).copy(),
            csr_matrix((ones, cell, pointer), shape=(count, self._cost.shape[0])),
            _sums(self._cost, cell, pointer, site) + self.bound.market.opening[site],
            _sums(self._split.waste, cell, pointer, site) + self._split.base[site],
        )
        return seen.take(np.flatnonzero(np.diff(pointer) > 0))  # a closed site has no zone


def _sums(table: Floats, cell: NDArray[np.int32], pointer: Ints, site: Ints) -> Floats:
    """What the cells of each zone cost at its site by a table (n x S), some zones at a time."""
    sums = np.zeros(len(site))
    for begin in range(0, len(site), PIECE):
        here = site[begin : begin + PIECE]
        ends = pointer[begin : begin + len(here) + 1]
        zone = np.repeat(np.arange(len(here)), np.diff(ends))
        costs = table[cell[ends[0] : ends[-1]], here[zone]]
        sums[begin : begin + len(here)] = np.bincount(zone, weights=costs, minlength=len(here))
    return sums


def _stay(parts: list[Zones]) -> Ints:
    """Which zones of all parts are kept: no doubles, and the lightest that there is room for."""
    key = np.concatenate([part.key for part in parts])
    first: Ints = np.sort(np.unique(key, return_index=True)[1])
    sizes = np.concatenate([np.diff(part.cells.indptr) for part in parts])[first]
    if sizes.sum() <= MOST_KEPT:
        return first
    order = np.argsort(np.concatenate([part.reduced for part in parts])[first], kind="stable")
    return np.sort(first[order[np.cumsum(sizes[order]) <= MOST_KEPT // 2]])


def _joined(parts: list[Zones]) -> Zones:
    from scipy.sparse import vstack

    return Zones(
        np.concatenate([part.site for part in parts]),
        np.concatenate([part.key for part in parts]),
        vstack([part.cells for part in parts], format="csr"),
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.reduced for part in parts]),
    )


def covers(target: Target) -> bool:
    """True if taking a cell out of a zone never breaks a rule and never costs more."""
    no_floor = all(not np.isfinite(limit.low).any() for limit in target.formulation.limits)
    return no_floor and not target.graph.binding and bool((target.pair_cost >= 0).all())
