r"""A bound for the choice of sites: one knapsack a site, held together by potentials of the cells.

For potentials :math:`\pi_i` of the rows "each cell takes one school", and the value of a site

.. math::

   v_s = f_s + \min \Bigl\{ \sum_i (c_{is} - \pi_i) x_{is} :
   \sum_i p_i x_{is} \le Q_s,\; x \in \{0, 1\} \Bigr\},

every plan costs at least :math:`\sum_i \pi_i` and the values of the schools that stay and of the
best optional ones that the limits on their number allow; every other rule only tightens the
problem. Potentials are found by the volume algorithm: steps along the mean of the subgradients,
and the mean choice tends to a solution of the relaxation. Knapsacks are solved exactly or bounded
by their linear relaxation, so the bound holds whenever the climb is interrupted.
Source: Lagrangian relaxation of capacitated location, Christofides and Beasley 1983; volume
algorithm, Barahona and Anbil 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.clock import Clock
from zoning.search.knapsack import knapsack
from zoning.search.split import NEVER, Split
from zoning.search.target import TOLERANCE, Target
from zoning.search.transport import pupil_limit

# nodes of one knapsack, step length first and at last, weight of the last round in the means: of
# the climbs in turn from the base camp, and of one from where another ended
FROM_BASE = ((1, 0.5, 0.1, 0.2), (2000, 0.5, 1e-3, 0.2))
FROM_CAMP = ((2000, 0.05, 1e-3, 0.03),)
# the longest step, how much longer steps get with progress, and shorter without it for some rounds;
# what counts as progress, as a share of the value
LONGEST, LONGER, SHORTER, PATIENCE, LITTLE = 2.0, 1.1, 0.66, 10, 1e-6
# how far beyond the best bound a step aims at most, as a share of it
AIM = 0.01
# least weight of the last round in the means, and how it falls from round to round
CALMEST, CALMER = 0.01, 0.996
# rounds of one call, and at the most
ROUNDS, MOST_ROUNDS = 20, 2000
# sites are left out where they lose by this share of the value at least
CERTAIN = 1e-7


class Market(NamedTuple):
    """Pairs by cell, the cheapest first; pupils, places, opening costs and numbers of sites.

    ``kind`` is 1 for schools that stay, 0 for optional ones, -1 for those left out.
    """

    pointer: Ints
    school: Ints
    cost: Floats
    pupils: Floats
    places: Floats
    opening: Floats
    kind: Ints
    least: int
    most: int


class Climb(NamedTuple):
    """Potentials, the best ones with the sites' values and choice, and what steps depend on.

    ``mean`` is how often cells are taken and ``often`` how often sites are chosen, both as means
    that favour the last rounds. ``step`` holds (step length, rounds without progress, most weight
    of the last round in the means); ``top[0]`` is the best bound; ``latest`` the last choice.
    """

    potential: Floats
    mean: Floats
    step: Floats
    top: Floats
    best: Floats
    value: Floats
    chosen: Bools
    latest: Bools
    often: Floats


@njit(cache=True, nogil=True)
def copy(source, into):  # type: ignore[no-untyped-def]
    """Copy values; spelled out, since assigning slices takes long to compile."""
    for k in range(source.shape[0]):
        into[k] = source[k]


@njit(cache=True, nogil=True)
def choose_sites(value, kind, least, most, chosen):  # type: ignore[no-untyped-def]
    """Mark the schools of least total value that may be open together; returns that value."""
    total, count = 0.0, 0
    for s in range(value.shape[0]):
        chosen[s] = kind[s] > 0
        if chosen[s]:
            total += value[s]
            count += 1
    for s in np.argsort(value):
        if kind[s] != 0:
            continue
        if count >= most or (value[s] >= 0.0 and count >= least):
            break
        chosen[s] = True
        total += value[s]
        count += 1
    return total


@njit(cache=True, nogil=True)
def values_at(market, potential, nodes, value, chosen, covered):  # type: ignore[no-untyped-def]
    """Values of the sites; returns the bound and counts how often cells are taken."""
    pointer, school, cost, pupils, places, opening, kind, least, most = market
    cells, schools = pupils.shape[0], places.shape[0]
    start = np.zeros(schools + 1, np.int64)
    for i in range(cells):
        for e in range(pointer[i], pointer[i + 1]):
            if cost[e] >= potential[i]:
                break
            start[school[e] + 1] += 1
    for s in range(schools):
        start[s + 1] += start[s]
    fill = start.copy()
    cell = np.empty(start[-1], np.int64)
    profit, weight = np.empty(start[-1]), np.empty(start[-1])
    for i in range(cells):
        for e in range(pointer[i], pointer[i + 1]):
            if cost[e] >= potential[i]:
                break
            k = fill[school[e]]
            cell[k], profit[k], weight[k] = i, potential[i] - cost[e], pupils[i]
            fill[school[e]] += 1
    taken = np.zeros(start[-1], np.int8)
    for s in range(schools):
        value[s] = np.inf
        if kind[s] >= 0:
            a, b = start[s], start[s + 1]
            best = knapsack(profit[a:b], weight[a:b], places[s], nodes, taken[a:b])
            value[s] = opening[s] - best
    total = potential.sum() + choose_sites(value, kind, least, most, chosen)
    for i in range(cells):
        covered[i] = 0
    for s in range(schools):
        if chosen[s]:
            for k in range(start[s], start[s + 1]):
                covered[cell[k]] += taken[k]
    return total


@njit(cache=True, nogil=True)
def climb(market, state, goal, nodes, rounds, shortest):  # type: ignore[no-untyped-def]
    """Some rounds of the volume algorithm towards ``goal``; True once nothing more is gained."""
    potential, mean, step, top, best, value, chosen, latest, often = state
    now, picked = np.empty(value.shape[0]), np.empty(value.shape[0], np.bool_)
    covered = np.empty(potential.shape[0], np.int64)
    for _ in range(rounds):
        bound = values_at(market, potential, nodes, now, picked, covered)
        copy(picked, latest)
        share = _share(mean, covered, step[2]) if mean.any() else 1.0
        along = 0.0
        for i in range(mean.shape[0]):
            along += (1.0 - mean[i]) * (1.0 - covered[i])
            mean[i] += share * (covered[i] - mean[i])
        for s in range(often.shape[0]):
            often[s] += share * ((1.0 if picked[s] else 0.0) - often[s])
        step[1] += 1
        if bound > top[0]:
            if bound > top[0] + LITTLE * abs(top[0]):
                step[1] = 0
            if along > 0.0 and share < 1.0:
                step[0] = min(step[0] * LONGER, LONGEST)
            top[0] = bound
            copy(potential, best)
            copy(now, value)
            copy(picked, chosen)
        if step[1] >= PATIENCE:
            step[0] *= SHORTER
            step[1] = 0
            if step[0] < shortest:
                return True
        step[2] = max(step[2] * CALMER, CALMEST)
        norm = 0.0
        for i in range(mean.shape[0]):
            norm += (1.0 - mean[i]) ** 2
        if norm < 1e-12:
            return True
        ahead = min(goal - top[0], AIM * abs(top[0]))
        length = step[0] * max(ahead, 1e-6 * abs(top[0])) / norm
        for i in range(potential.shape[0]):
            potential[i] = best[i] + length * (1.0 - mean[i])
    return False


@njit(cache=True, nogil=True)
def _share(mean, covered, most):  # type: ignore[no-untyped-def]
    """Weight of the last choice that makes the mean miss the rows least, within limits."""
    above, below = 0.0, 0.0
    for i in range(mean.shape[0]):
        more = covered[i] - mean[i]
        above += (1.0 - mean[i]) * more
        below += more * more
    best = above / below if below > 0.0 else most
    return min(max(best, 0.1 * most), most)


@dataclass(frozen=True)
class SiteBound:
    """What the climb found: the bound, potentials of the cells, values of the sites, its choice.

    ``seen`` are choices of sites on the way, those that prices of the cells call for. In the
    mean of the last choices a cell was taken ``mean`` times, and a site was chosen ``often``.
    """

    market: Market
    bound: float
    potential: Floats
    value: Floats
    chosen: Bools
    seen: tuple[Bools, ...]
    mean: Floats
    often: Floats

    @property
    def threshold(self) -> float:
        """Value that an optional site must undercut to be chosen: price of their number."""
        mine = self.value[self.chosen & (self.market.kind == 0)]
        if len(mine) == 0:
            return 0.0
        worst = float(mine.max())
        return worst if self.chosen.sum() >= self.market.most or worst > 0.0 else 0.0

    @property
    def margin(self) -> Floats:
        """By school, how far above the bound every plan lies in which it is open."""
        above: Floats = np.maximum(self.value - self.threshold, 0.0)
        return np.where(self.market.kind > 0, 0.0, above)

    @property
    def need(self) -> Floats:
        """By school, how far above the bound every plan lies in which it is closed."""
        market, chosen = self.market, self.chosen
        other = self.value[~chosen & (market.kind == 0)].min(initial=np.inf)
        instead = other if chosen.sum() <= market.least else min(other, 0.0)
        rise = np.zeros(len(chosen))
        mine = chosen & (market.kind == 0)
        rise[mine] = np.maximum(instead - self.value[mine], 0.0)
        return rise

    def reduced(self, target: Target) -> Floats:
        """By pair, how far above the bound every plan lies that uses it."""
        pairs = target.formulation.problem.pairs
        own = np.maximum(target.pair_cost - self.potential[pairs.cell], 0.0)
        result: Floats = own + self.margin[pairs.school]
        return result

    def split(self, target: Target) -> Split:
        """The bound split over cells and schools."""
        problem = target.formulation.problem
        waste = np.full((problem.cells, problem.school_count), NEVER)
        pairs = problem.pairs
        waste[pairs.cell, pairs.school] = target.pair_cost - self.potential[pairs.cell]
        price = np.where(self.market.kind > 0, 0.0, self.threshold)
        lowest = np.where(self.market.kind > 0, self.value, np.minimum(self.value - price, 0.0))
        return Split(waste, self.market.opening - price - lowest, self.bound)


def bound_sites(
    market: Market,
    clock: Clock,
    goal: Callable[[], float],
    *,
    rounds: int = MOST_ROUNDS,
    begin: SiteBound | None = None,
) -> SiteBound:
    """Climb with linear knapsacks, then with exact ones, over the sites that may still be open.

    From ``begin``, a climb over the same pairs, short steps are enough.

    ``goal()`` is the value of the best plan so far, infinite if there is none; sites that no
    better plan can open are left out, so that the bound says: nothing below it is better.
    """
    state = _start(market, begin)
    seen = {} if begin is None else {open_.tobytes(): open_ for open_ in begin.seen}
    camps = FROM_BASE if begin is None else FROM_CAMP
    for nodes, length, shortest, weight in camps:
        state.step[:] = length, 0.0, weight
        state.potential[:] = state.best
        done = False
        for _ in range(0, rounds, ROUNDS):
            if done or clock.over:
                break
            done = climb(market, state, goal(), nodes, ROUNDS, shortest)
            seen[state.latest.tobytes()] = state.latest.copy()
            found = _found(market, state, seen)
            clock.report("bound", bound=min(found.bound, goal()))
            if np.isfinite(goal()):
                market = _without(market, found, goal())
                if found.bound >= goal():
                    return found
    return _found(market, state, seen)


def expected_sites(market: Market) -> int:
    """About how many sites will be open: as many as the pupils need, within the limits."""
    places = market.places[np.isfinite(market.places) & (market.places > 0)]
    needed = np.ceil(1.1 * market.pupils.sum() / places.mean()) if len(places) else 1.0
    return int(np.clip(needed, max(market.least, 1), max(1, min(market.most, len(market.places)))))


def base_camp(market: Market) -> Floats:
    """Potentials to begin with: what the cell's first school beyond a fair share costs."""
    rank = len(market.places) // expected_sites(market)
    last = np.diff(market.pointer) - 1
    result: Floats = market.cost[market.pointer[:-1] + np.minimum(rank, last)]
    return result


def _start(market: Market, begin: SiteBound | None) -> Climb:
    cells, schools = len(market.pupils), len(market.places)
    potential = base_camp(market) if begin is None else begin.potential
    return Climb(
        potential=potential.copy(),
        mean=np.zeros(cells) if begin is None else begin.mean.copy(),
        step=np.zeros(3),
        top=np.full(1, -1e300),
        best=potential.copy(),
        value=np.zeros(schools),
        chosen=np.zeros(schools, dtype=bool),
        latest=np.zeros(schools, dtype=bool),
        often=np.full(schools, 0.5) if begin is None else begin.often.copy(),
    )


def _found(market: Market, state: Climb, seen: dict[bytes, Bools]) -> SiteBound:
    return SiteBound(
        market, float(state.top[0]), state.best.copy(), state.value.copy(), state.chosen.copy(),
        tuple(seen.values()), state.mean.copy(), state.often.copy(),
    )  # fmt: skip


def _without(market: Market, found: SiteBound, goal: float) -> Market:
    """The market without the sites that no plan better than ``goal`` opens."""
    hopeless = (found.margin > goal - found.bound + CERTAIN * abs(goal)) & ~found.chosen
    return market._replace(kind=np.where(hopeless & (market.kind == 0), -1, market.kind))


def market_of(target: Target) -> Market:
    """Lay the target out; whatever it holds besides, the bound is a relaxation of it."""
    problem, opening, matrix = target.formulation.problem, target.formulation.opening, target.matrix
    assert opening is not None
    pairs, schools = problem.pairs, problem.school_count
    order = np.lexsort((target.pair_cost, pairs.cell))
    places = pupil_limit(target)
    free = np.full(schools, np.inf) if places is None else np.maximum(places, 0.0)
    cost = np.zeros(schools)
    sites = np.flatnonzero(opening.optional)
    cost[sites] = target.cost[matrix.pairs + opening.column[sites]]
    return Market(
        pointer=pairs.pointer,
        school=pairs.school[order],
        cost=target.pair_cost[order],
        pupils=problem.pupils,
        places=free * (1.0 + TOLERANCE),
        opening=cost,
        kind=np.where(opening.optional, 0, 1),
        least=max(opening.least, _needed(problem.pupils, free)),
        most=opening.most,
    )


def _needed(pupils: Floats, places: Floats) -> int:
    """How many schools it takes at least until the largest of them have room for all pupils."""
    room = np.cumsum(np.sort(places)[::-1])
    short = int(np.searchsorted(room, pupils.sum() * (1.0 - TOLERANCE)))
    return min(short + 1, len(places))
