"""Compiled inner loops of the annealing: single moves of a cell and the pocket it would cut off.

Everything here is integer indices and floats, in the named tuples below; the meaning of the
arrays stands there and in :mod:`zoning.search.anneal`. The code is compiled at first use and
kept in numba's cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.collector import collect
from zoning.search.moves import gather, put, shift_load, walk_out
from zoning.search.places import place

# how fast prices fall, as a share of how fast they rise
FALL = 0.4
# progress from which on no move may break a limit further
STRICT = 0.85
# how much more often a cell without neighbours tries its cheap schools; found by measuring
CHEAP = 3
# progress from which on zones are collected
COLLECT = 0.1
# steps of the walk to the edge of a zone
MOST_STEPS = 50


class Board(NamedTuple):
    """The cells and where they may go.

    Adjacency as compressed rows, roots, cells that never move (``fixed``) and those that may
    (``movable``); ``place_pointer``, ``place_school`` and ``cost`` are the lists of the schools
    that each cell may take, as in :class:`zoning.search.places.Places`. Cells without
    neighbours go to any of their list, the cheap ones more often: ``by_cost`` ranks them.
    """

    pointer: Ints
    neighbour: Ints
    is_root: Bools
    fixed: Bools
    movable: Ints
    place_pointer: Ints
    place_school: NDArray[np.int32]
    cost: Floats
    by_cost: NDArray[np.int32]


class Limits(NamedTuple):
    """Loads (n x D) between ``low`` and ``high`` (S x D), classes within rooms, county totals.

    Loads start from ``base``; the classes of the grades whose loads are the columns ``formed``,
    ``size`` pupils each, fit ``rooms`` (infinite where that does not bind). Each total weighs
    the chosen places (R x entries) and keeps its limit.
    """

    load: Floats
    base: Floats
    low: Floats
    high: Floats
    size: Floats
    rooms: Floats
    formed: Ints
    row_weight: Floats
    row_limit: Floats


class Prices(NamedTuple):
    """Prices of broken limits (S x (D + 1), the last for rooms) and totals, and their least."""

    school: Floats
    row: Floats
    least_school: Floats
    least_row: Floats


class State(NamedTuple):
    """Where a run stands, and its work arrays; ``stamp[0]`` numbers the searches for pockets.

    ``entry`` is the place of each cell's school; ``left`` and ``aim`` are the places before and
    after the move of the cells in ``pocket``.
    """

    zone_of: Ints
    entry: Ints
    loads: Floats
    row_sum: Floats
    penalty: Floats
    mark: Ints
    queue: Ints
    pocket: Ints
    aim: Ints
    left: Ints
    stamp: Ints


@njit(cache=True, nogil=True)
def school_penalty(loads, low, high, prices, size, rooms, formed, s):  # type: ignore[no-untyped-def]
    """Price of what school ``s`` lacks or holds beyond its limits."""
    total = 0.0
    for d in range(loads.shape[1]):
        over = loads[s, d] - high[s, d]
        if over > 1e-9:
            total += prices[s, d] * over
        under = low[s, d] - loads[s, d]
        if under > 1e-9:
            total += prices[s, d] * under
    if rooms[s] < np.inf:
        missing = rooms_missing(loads, size, rooms, formed, s)
        if missing > 0:
            total += prices[s, loads.shape[1]] * missing
    return total


@njit(cache=True, nogil=True)
def rooms_missing(loads, size, rooms, formed, s):  # type: ignore[no-untyped-def]
    """Pupils by which the classes formed grade by grade exceed the rooms of school ``s``.

    Counted in pupils to lose until the number of classes fits: whole classes too many,
    less the free places, give a slope where the number of classes alone would be flat.
    """
    classes = 0.0
    full = size[s]
    least = full
    for g in range(formed.shape[0]):
        load = loads[s, formed[g]]
        count = np.ceil(load / full - 1e-9)
        classes += count
        if count > 0:
            rest = load - (count - 1) * full
            if rest < least:
                least = rest
    if classes <= rooms[s]:
        return 0.0
    return (classes - rooms[s] - 1) * full + least


@njit(cache=True, nogil=True)
def tally(board, limits, state):  # type: ignore[no-untyped-def]
    """Take loads and totals afresh (floats drift); returns the cost of the state."""
    zone_of, loads = state.zone_of, state.loads
    dims = loads.shape[1]
    for s in range(loads.shape[0]):
        for d in range(dims):
            loads[s, d] = limits.base[s, d]
    for r in range(state.row_sum.shape[0]):
        state.row_sum[r] = 0.0
    total = 0.0
    for i in range(zone_of.shape[0]):
        s, entry = zone_of[i], state.entry[i]
        total += board.cost[entry]
        for d in range(dims):
            loads[s, d] += limits.load[i, d]
        for r in range(state.row_sum.shape[0]):
            state.row_sum[r] += limits.row_weight[r, entry]
    return total


@njit(cache=True, nogil=True)
def step_price(prices, least, k, d, broken, rise, fall):  # type: ignore[no-untyped-def]
    """One price a step up if its limit is broken, else down."""
    if broken:
        prices[k, d] = prices[k, d] * (1.0 + rise)
    else:
        prices[k, d] = max(least[k, d], prices[k, d] * fall)


@njit(cache=True, nogil=True)
def reprice(limits, prices, state, rise, fall):  # type: ignore[no-untyped-def]
    """Move all prices a step and take the penalties afresh; True if no limit is broken."""
    kept = True
    loads = state.loads
    dims = loads.shape[1]
    for s in range(loads.shape[0]):
        for d in range(dims):
            beyond = max(loads[s, d] - limits.high[s, d], limits.low[s, d] - loads[s, d])
            broken = beyond > 1e-9 * max(1.0, abs(loads[s, d]))
            step_price(prices.school, prices.least_school, s, d, broken, rise, fall)
            kept = kept and not broken
        if limits.rooms[s] < np.inf:
            broken = rooms_missing(loads, limits.size, limits.rooms, limits.formed, s) > 0
            step_price(prices.school, prices.least_school, s, dims, broken, rise, fall)
            kept = kept and not broken
        state.penalty[s] = school_penalty(
            loads, limits.low, limits.high, prices.school, limits.size, limits.rooms,
            limits.formed, s,
        )  # fmt: skip
    for r in range(state.row_sum.shape[0]):
        limit = limits.row_limit[r]
        if state.row_sum[r] > limit + 1e-9 * max(1.0, abs(limit)):
            prices.row[r] = prices.row[r] * (1.0 + rise)
            kept = False
        else:
            prices.row[r] = max(prices.least_row[r], prices.row[r] * fall)
    return kept


@njit(cache=True, nogil=True)
def sweep_moves(board, limits, prices, state, temperature, strict, most, chained):  # type: ignore[no-untyped-def]
    """As many moves as there are cells: each is drawn, priced, and taken or left.

    A move takes a cell, with its pocket, from its zone ``s`` to a zone ``t``. The share
    ``chained`` of them goes on: a cell at the edge of ``t`` moves on to a zone ``u``, often back
    to ``s``. Where seats are tight neither step alone would do.

    One long function on bare arrays, on purpose: handing the tuples on to smaller functions in
    this innermost loop made it three times slower.
    """
    pointer, neighbour, is_root, fixed, movable, place_pointer, place_school, cost, by_cost = board
    load, _, low, high, size, rooms, formed, row_weight, row_limit = limits
    price, row_price, _, _ = prices
    zone_of, entry, loads, row_sum, penalty, mark, queue, pocket, aim, left, stamps = state
    rows = row_sum.shape[0]
    stamp = stamps[0]
    for _ in range(zone_of.shape[0]):
        i = movable[np.random.randint(0, movable.shape[0])]
        s = zone_of[i]
        degree = pointer[i + 1] - pointer[i]
        beside = -1
        if degree > 0:
            beside = neighbour[pointer[i] + np.random.randint(0, degree)]
            t = zone_of[beside]
        else:
            options = place_pointer[i + 1] - place_pointer[i] - 1
            rank = int(options * np.random.random() ** CHEAP)
            t = place_school[by_cost[place_pointer[i] + rank]]
        if t == s:
            continue
        chain = beside >= 0 and chained > 0.0 and np.random.random() < chained
        # a first look at the cell alone spares most searches for pockets
        own = place(place_pointer, place_school, i, t)
        if not chain and cost[own] - cost[entry[i]] > 40.0 * temperature + penalty[s]:
            continue
        count, delta, stamp = gather(
            i, t, 0, most, pointer, neighbour, is_root, fixed, place_pointer, place_school, cost,
            zone_of, entry, mark, queue, pocket, aim, left, stamp,
        )  # fmt: skip
        if delta == np.inf:
            continue
        u, end = -1, count
        if chain:
            put(zone_of, entry, pocket, aim, t, 0, count)
            j, u = walk_out(beside, pointer, neighbour, zone_of, MOST_STEPS)
            more = np.inf
            if j >= 0:
                end, more, stamp = gather(
                    j, u, count, most, pointer, neighbour, is_root, fixed, place_pointer,
                    place_school, cost, zone_of, entry, mark, queue, pocket, aim, left, stamp,
                )  # fmt: skip
            put(zone_of, entry, pocket, left, s, 0, count)
            delta += more
            if delta > 40.0 * temperature + penalty[s] + penalty[t]:
                continue
        for r in range(rows):
            change = 0.0
            for q in range(end):
                change += row_weight[r, aim[q]] - row_weight[r, left[q]]
            before = max(0.0, row_sum[r] - row_limit[r])
            delta += row_price[r] * (max(0.0, row_sum[r] + change - row_limit[r]) - before)
        shift_load(loads, load, s, t, pocket, 0, count, 1.0)
        change = -penalty[s] - penalty[t]
        new_u = 0.0
        if u >= 0:
            shift_load(loads, load, t, u, pocket, count, end, 1.0)
            if u != s:
                new_u = school_penalty(loads, low, high, price, size, rooms, formed, u)
                change += new_u - penalty[u]
        new_s = school_penalty(loads, low, high, price, size, rooms, formed, s)
        new_t = school_penalty(loads, low, high, price, size, rooms, formed, t)
        change += new_s + new_t
        delta += change
        accept = delta <= 0.0 or np.random.random() < np.exp(-delta / temperature)
        # the end of a run stays within the limits once it is there
        if not accept or (strict and change > 1e-9):
            if u >= 0:
                shift_load(loads, load, t, u, pocket, count, end, -1.0)
            shift_load(loads, load, s, t, pocket, 0, count, -1.0)
            continue
        if u >= 0 and u != s:
            penalty[u] = new_u
        penalty[s] = new_s
        penalty[t] = new_t
        for r in range(rows):
            for q in range(end):
                row_sum[r] += row_weight[r, aim[q]] - row_weight[r, left[q]]
        put(zone_of, entry, pocket, aim, t, 0, count)
        if u >= 0:
            put(zone_of, entry, pocket, aim, u, count, end)
    stamps[0] = stamp


@njit(cache=True, nogil=True)
def seed_chance(seed):  # type: ignore[no-untyped-def]
    """Seed the random numbers of this thread."""
    np.random.seed(seed)


@njit(cache=True, nogil=True)
def anneal(  # type: ignore[no-untyped-def]
    board, limits, prices, state, hot, cold, begin, end, rise, sweeps, most, chained, stop, best,
    store,
):  # fmt: skip
    """Anneal in place for ``sweeps`` sweeps; keep the cheapest state within all limits in ``best``.

    One call is a stretch of a run, from progress ``begin`` to ``end`` (0 hot, 1 cold). Prices
    rise by the share ``rise`` a sweep while their limit is broken. ``best`` is (cost in an array
    of one, zones). ``stop[0]`` is read once a sweep, so another thread can end the run. Returns
    the sweeps done. In the colder part of the run the zones seen go to ``store``, if it has room.
    """
    best_cost, best_zone = best
    for sweep in range(sweeps + 1):
        if stop[0] != 0:
            return sweep
        progress = begin + (end - begin) * sweep / max(1, sweeps)
        temperature = hot * (cold / hot) ** progress
        # prices may fall early on; later they only rise, so that the end lies within the limits
        fall = 1.0 - FALL * rise * max(0.0, 1.0 - progress / 0.8)
        total = tally(board, limits, state)
        kept = reprice(limits, prices, state, rise, fall)
        if kept and total < best_cost[0]:
            best_cost[0] = total
            for i in range(best_zone.shape[0]):
                best_zone[i] = state.zone_of[i]
        if progress > COLLECT and store.school.shape[0] > 0:
            collect(state.zone_of, state.penalty, store)
        if sweep == sweeps:
            break
        sweep_moves(board, limits, prices, state, temperature, progress > STRICT, most, chained)
    return sweeps
