"""The transport relaxation: cells may split over schools and zones may lie in pieces.

Accepts any target with a limit on all pupils of a school (seats, intake); every other rule only
tightens the problem. Min-cost flow gives prices of seats, which lead the first plan and the first
columns of the linear relaxation, and shows where places do not suffice at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from zoning.problem.arrays import Bools, Floats, Ints, Pairs
from zoning.search.places import cheapest_of_each
from zoning.search.target import Target
from zoning.solvers.flow import solve_transport
from zoning.solvers.model import SolverStatus

# schools by cell that the flow begins with; with so few pairs a cell it takes them all
NEAREST, FEW = 12, 24
# flows, each with the pairs that the prices of the one before call for
ROUNDS = 8


@dataclass(frozen=True)
class Transport:
    """``price`` of a seat by school (cost a pupil); ``scarce`` says where places are too few."""

    price: Floats
    feasible: bool
    scarce: Scarcity | None = None


@dataclass(frozen=True)
class Scarcity:
    """Cells whose reach holds too few places: pupils, places, and the schools in reach."""

    cells: Ints
    schools: Ints
    pupils: float
    places: float


def pupil_limit(target: Target) -> Floats | None:
    """Places for all pupils by school (the tightest such limit), None if there is none."""
    pupils = target.formulation.problem.pupils
    limits = [
        limit.high for limit in target.formulation.limits if np.array_equal(limit.load, pupils)
    ]
    if not limits or not np.isfinite(np.min(limits, axis=0)).any():
        return None
    places: Floats = np.min(limits, axis=0)
    return places


def seat_prices(target: Target) -> Transport | None:
    """Prices of seats from the transport relaxation; None if the target has no such limit."""
    places = pupil_limit(target)
    if places is None:
        return None
    problem = target.formulation.problem
    pupils = problem.pupils
    pairs = problem.pairs
    places = np.minimum(places, pupils.sum() + 1.0)
    if (places < 0).any():
        return None
    per_pupil = target.pair_cost / np.maximum(pupils[pairs.cell], 1e-9)
    everything = pupils[pairs.cell] > 0
    chosen = cheapest_of_each(per_pupil, pairs.pointer, NEAREST) & everything
    if len(pairs) <= FEW * problem.cells:
        chosen = everything
    price: Floats | None = None
    for _ in range(ROUNDS):
        used = np.flatnonzero(chosen)
        status, flow = solve_transport(
            pupils, places, pairs.cell[used], pairs.school[used], per_pupil[used]
        )
        if status is SolverStatus.INFEASIBLE and not np.array_equal(chosen, everything):
            chosen = everything
            continue
        if status is not SolverStatus.OPTIMAL:
            break
        price = flow_prices(
            pairs.pointer, pairs.cell, pairs.school, per_pupil, chosen, used, flow, places
        )
        better = everything & ~chosen & _cheaper(per_pupil + price[pairs.school], chosen, pairs)
        if not better.any():
            break
        chosen |= better
    if price is not None:
        return Transport(price, True)
    if status is SolverStatus.INFEASIBLE:
        return Transport(np.zeros(len(places)), False, scarcity(target, places))
    return None


def price_value(target: Target, price: Floats) -> float:
    """A bound by prices of seats alone, over the listed pairs; -inf if other columns may pay."""
    places, matrix = pupil_limit(target), target.matrix
    assert places is not None
    if (target.cost[matrix.pairs :] < 0).any() or (matrix.extra_lower < 0).any():
        return -float("inf")
    problem = target.formulation.problem
    pairs, used = problem.pairs, price > 0
    if not np.isfinite(places[used]).all():
        return -float("inf")
    priced = target.pair_cost + problem.pupils[pairs.cell] * price[pairs.school]
    least = np.minimum.reduceat(priced, pairs.pointer[:-1])
    return float(least.sum() - price[used] @ places[used])


def _cheaper(priced: Floats, chosen: Bools, pairs: Pairs) -> Bools:
    """Pairs whose priced cost is below all chosen ones of their cell."""
    least = np.minimum.reduceat(np.where(chosen, priced, np.inf), pairs.pointer[:-1])
    margin = 1e-6 * float(np.abs(priced).mean())
    below: Bools = priced < least[pairs.cell] - margin
    return below


def flow_prices(
    pointer: Ints,
    cell: Ints,
    school: Ints,
    per_pupil: Floats,
    chosen: Bools,
    used: Ints,
    flow: Floats,
    places: Floats,
) -> Floats:
    """Prices of an optimal flow over the chosen pairs: shortest ways in its residual graph.

    A school with free places has price 0. Any other costs what it takes to move one pupil of it
    on, from school to school, until a free place is reached (Bellman and Ford). ``used`` are the
    pairs that ``flow`` speaks of; ``pointer`` says where those of a cell are.
    """
    schools = len(places)
    served = np.bincount(school[used], weights=flow, minlength=schools)
    # way[s, t]: least extra cost of moving a pupil from school s to school t
    sent = used[flow > 1e-9]
    way = _ways(pointer, cell, school, per_pupil, chosen, sent, schools)
    # a pupil less at s may end in a free place anywhere: that is what a seat at s is worth
    value = np.where(served < places - 1e-3, 0.0, np.inf)
    for _ in range(schools):
        better = np.minimum(value, (way + value[None, :]).min(axis=1))
        if np.array_equal(better, value):
            break
        value = better
    worth: Floats = np.where(np.isfinite(value), np.maximum(-0.0, value), 0.0)
    return np.maximum(worth, 0.0)


@njit(cache=True, nogil=True)
def _ways(pointer, cell, school, cost, chosen, sent, schools):  # type: ignore[no-untyped-def]
    """Least extra cost, by two schools, of a pair of the first's cells with the second."""
    way = np.full((schools, schools), np.inf)
    for p in sent:
        i, s = cell[p], school[p]
        for k in range(pointer[i], pointer[i + 1]):
            extra = cost[k] - cost[p]
            if chosen[k] and extra < way[s, school[k]]:
                way[s, school[k]] = extra
    return way


def scarcity(target: Target, places: Floats) -> Scarcity | None:
    """A set of cells whose schools in reach hold fewer places than it has pupils.

    From a maximum flow: the cells that still reach an unserved pupil, and the schools in their
    reach, all of them full (Hall's condition).
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    problem = target.formulation.problem
    pupils, pairs = problem.pupils, problem.pairs
    n, schools = problem.cells, problem.school_count
    source, sink = n + schools, n + schools + 1
    parts = 1000
    tail = np.concatenate([np.full(n, source), pairs.cell, n + np.arange(schools)])
    head = np.concatenate([np.arange(n), n + pairs.school, np.full(schools, sink)])
    whole = int(min(pupils.sum() * parts, 2**30))
    room = np.concatenate([pupils * parts, np.full(len(pairs), whole), np.ceil(places * parts)])
    graph = csr_matrix(
        (np.minimum(np.maximum(room, 0), 2**30).astype(np.int32), (tail, head)),
        shape=(n + schools + 2, n + schools + 2),
    )
    found = maximum_flow(graph, source, sink)  # type: ignore[arg-type]
    residual = graph - found.flow
    residual.data = np.where(residual.data > 0, 1, 0)
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, source, return_predecessors=False)
    cells = np.sort(reached[reached < n]).astype(np.int64)
    full = np.sort(reached[(reached >= n) & (reached < n + schools)]).astype(np.int64) - n
    demand, supply = float(pupils[cells].sum()), float(places[full].sum())
    if demand <= supply + 1e-6:
        return None
    return Scarcity(cells, full, demand, supply)
