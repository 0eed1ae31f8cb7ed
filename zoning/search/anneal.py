"""Annealing over single moves: the arrays, the temperatures and the threads.

A move takes a cell, with the pocket it would cut off, into a neighbouring zone. Limits of
schools are priced: a price rises while its limit is broken and falls slowly otherwise, until
near the end only moves that break nothing are left. Source of the scheme: simulated annealing
with adaptive penalties; the pocket move keeps every zone connected at every step.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.problem.arrays import Floats, Ints
from zoning.search.clock import Clock
from zoning.search.collector import Store, no_store
from zoning.search.kernel import Board, Limits, Prices, State, anneal, seed_chance
from zoning.search.places import places_of
from zoning.search.target import Target

# temperatures as shares of the mean cost of a cell with pupils; found by measuring
HOT, COLD = 0.3, 0.002
MAX_POCKET = 80
# share of moves that go on from the zone that was entered; found by measuring
CHAINED = 0.5
# rise of prices: over a run, and in a sweep; found by measuring (faster freezes zones too early)
RISE, STEEPEST = 20.0, 0.15
# stretches of a run that follows the time
STRETCHES = 40


@dataclass(frozen=True)
class Arrays:
    """The target as plain arrays for the compiled loop.

    ``price`` and ``row_price`` are starting prices; ``mean`` is the mean cost of a cell.
    """

    board: Board
    limits: Limits
    price: Floats
    row_price: Floats
    mean: float


def prepare(target: Target) -> Arrays:
    """Lay the target out as lists of the schools that each cell may take."""
    problem, graph, places = target.formulation.problem, target.graph, target.places
    schools = problem.school_count
    guide = target.guide
    worst = np.maximum.reduceat(guide, problem.pairs.pointer[:-1])
    # what is not permitted costs as much as the cell's worst school and breaks a total limit
    cost = places.spread(guide, worst)
    del guide
    weights, row_limits = _totals(target)
    limits = _limits(target, weights, row_limits)
    filled = problem.pupils > 0
    least = np.minimum.reduceat(cost, places.pointer[:-1])
    mean = float(np.abs(least[filled]).mean()) if filled.any() else 1.0
    mean = mean or float(np.abs(cost).mean()) or 1.0
    # a price must outbid what a pupil more costs elsewhere: the mean cost a pupil is a start
    a_pupil = mean / max(float(problem.pupils[filled].mean()) if filled.any() else 1.0, 1e-9)
    return Arrays(
        board=Board(
            pointer=graph.pointer,
            neighbour=graph.neighbour,
            is_root=graph.root_of >= 0,
            fixed=graph.root_of >= 0,
            movable=np.flatnonzero(graph.root_of < 0),
            place_pointer=places.pointer,
            place_school=places.school,
            cost=cost,
            by_cost=_by_cost(target, cost),
        ),
        limits=limits,
        price=np.full((schools, limits.load.shape[1] + 1), 0.25 * a_pupil),
        row_price=_row_prices(weights, mean, a_pupil),
        mean=mean,
    )


def _by_cost(target: Target, cost: Floats) -> NDArray[np.int32]:
    """Places of each cell in the order of their cost, the closing ones last; nothing if every
    cell has neighbours: then it goes to their zones."""
    places = target.places
    if (np.diff(target.graph.pointer) > 0).all():
        return np.zeros(0, dtype=np.int32)
    cost = cost.copy()
    cost[places.closing] = np.inf
    cell = np.repeat(np.arange(len(places.pointer) - 1), np.diff(places.pointer))
    return np.lexsort((cost, cell)).astype(np.int32)


def school_limits(target: Target) -> Limits:
    """The limits of schools alone, without county-wide totals."""
    return _limits(target, np.zeros((0, 0)), np.zeros(0))


def _limits(target: Target, weights: Floats, row_limits: Floats) -> Limits:
    """Loads by cell and limits by school, one column a limit; formed grades come last."""
    formulation = target.formulation
    problem = formulation.problem
    schools = problem.school_count
    loads = [limit.load for limit in formulation.limits]
    lows = [limit.low for limit in formulation.limits]
    highs = [limit.high for limit in formulation.limits]
    bases = [np.zeros(schools) for _ in loads]
    size, rooms = np.ones(schools), np.full(schools, np.inf)
    formed: list[int] = []
    for formation in formulation.classes:
        size = np.where(np.isfinite(formation.rooms), formation.size, 1.0)
        rooms = formation.rooms
        for g in np.flatnonzero(formation.load.sum(axis=0) > 0):
            formed.append(len(loads))
            loads.append(formation.load[:, g])
            bases.append(formation.outside[:, g])
            lows.append(np.full(schools, -np.inf))
            highs.append(np.full(schools, np.inf))

    def columns(parts: list[Floats], rows: int) -> Floats:
        return np.ascontiguousarray(np.column_stack(parts)) if parts else np.zeros((rows, 0))

    return Limits(
        load=columns(loads, problem.cells),
        base=columns(bases, schools),
        low=columns(lows, schools),
        high=columns(highs, schools),
        size=size,
        rooms=rooms,
        formed=np.array(formed, dtype=np.int64),
        row_weight=weights,
        row_limit=row_limits,
    )


def _totals(target: Target) -> tuple[Floats, Floats]:
    """County-wide limits by place; the first forbids what is not permitted to a cell that moves."""
    problem, places = target.formulation.problem, target.places
    tables, limits = [], []
    moves = target.graph.root_of < 0
    if (np.diff(problem.pairs.pointer)[moves] < problem.school_count).any():
        tables.append(places.spread(np.zeros(len(problem.pairs)), 1.0 + problem.pupils))
        limits.append(0.0)
    for total in target.totals:
        tables.append(places.spread(total.weight, 0.0))
        limits.append(total.high)
    if not tables:
        return np.zeros((0, len(places.school))), np.zeros(0)
    return np.stack(tables), np.array(limits)


def _row_prices(weights: Floats, mean: float, a_pupil: float) -> Floats:
    """Starting prices of the totals: what a unit of each is worth in the goal's cost."""
    prices = []
    for table in weights:
        typical = float(np.abs(table[table != 0]).mean()) if (table != 0).any() else 1.0
        prices.append(max(mean / max(typical, 1e-12), a_pupil * 1e-6))
    return np.array(prices, dtype=np.float64)


@dataclass(frozen=True)
class Run:
    """One annealing run: the best state within all limits (None if none), and its last state."""

    best: Ints | None
    cost: float
    last: Ints
    sweeps: int


def run_once(
    arrays: Arrays,
    start: Ints,
    sweeps: int,
    seed: int,
    clock: Clock,
    *,
    heat: float = 1.0,
    end: float = 1.0,
    seconds: float | None = None,
    store: Store | None = None,
) -> Run:
    """Anneal from ``start``, in stretches.

    Without ``seconds`` the run takes ``sweeps`` sweeps and is repeatable, unless the clock stops
    it. With ``seconds`` its progress follows the time, and ``sweeps`` is a guess of their number.
    ``heat`` and ``end`` multiply the first and the last temperature. Zones seen go to ``store``.
    """
    state, prices = _state(arrays, start), _prices(arrays)
    best = (np.full(1, np.inf), start.copy())
    stretch = max(1, sweeps // STRETCHES)
    began, progress, done = time.perf_counter(), 0.0, 0
    kept = store or no_store()
    seed_chance(seed)
    while progress < 1.0 and not clock.interrupted:
        upto = min(1.0, (done + stretch) / max(1, sweeps))
        if seconds is None and clock.over:
            break
        if seconds is not None:
            upto = _next_end(time.perf_counter() - began, seconds, progress, stretch, done)
        # by progress, not by sweeps: over a whole run a price can rise by e to the power RISE
        rise = min(STEEPEST, math.expm1(RISE * (upto - progress) / stretch))
        done += anneal(
            arrays.board, arrays.limits, prices, state, HOT * arrays.mean * heat,
            COLD * arrays.mean * end, progress, upto, rise, stretch, MAX_POCKET, CHAINED,
            clock.stop, best, kept,
        )  # fmt: skip
        progress = upto
    cost = float(best[0][0])
    return Run(best[1] if np.isfinite(cost) else None, cost, state.zone_of, done)


def _next_end(spent: float, seconds: float, progress: float, stretch: int, done: int) -> float:
    """Progress at the end of the next stretch, by the pace of those before; the last is 1."""
    pace = spent / done * stretch / seconds if done else 1.0 / STRETCHES
    end = max(spent / seconds, progress) + pace
    return 1.0 if end > 1.0 - pace / 2 else end


def _state(arrays: Arrays, start: Ints) -> State:
    cells = len(start)
    schools, dims = arrays.limits.base.shape
    return State(
        zone_of=start.copy(),
        entry=places_of(arrays.board.place_pointer, arrays.board.place_school, start),
        loads=np.zeros((schools, dims)),
        row_sum=np.zeros(len(arrays.limits.row_limit)),
        penalty=np.zeros(schools),
        mark=np.zeros(cells, dtype=np.int64),
        queue=np.zeros(cells, dtype=np.int64),
        pocket=np.zeros(2 * cells + 2, dtype=np.int64),
        aim=np.zeros(2 * cells + 2, dtype=np.int64),
        left=np.zeros(2 * cells + 2, dtype=np.int64),
        stamp=np.ones(1, dtype=np.int64),
    )


def _prices(arrays: Arrays) -> Prices:
    return Prices(arrays.price.copy(), arrays.row_price.copy(), arrays.price, arrays.row_price)


def sweeps_a_second(arrays: Arrays, start: Ints, clock: Clock) -> float:
    """Speed of this machine on these arrays, from a short run (the result is thrown away)."""
    run_once(arrays, start, 1, 0, clock)  # compiled, if it was not
    began = time.perf_counter()
    run_once(arrays, start, 3, 0, clock)
    return 4.0 / max(time.perf_counter() - began, 1e-6)
