"""Compiled inner loops of the annealing: single moves of a cell and the pocket it would cut off.

Everything here is integer indices and floats; the meaning of the arrays stands in
:mod:`zoning.search.anneal`. The code is compiled once and kept in numba's cache.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# how fast prices fall, as a share of how fast they rise
FALL = 0.4


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
def find_pocket(i, zone_of, pointer, neighbour, is_root, mark, stamp, queue, pocket):  # type: ignore[no-untyped-def]
    """Cells that lose their way to the root of their zone when cell ``i`` leaves it.

    Returns (number of pocket cells, new stamp); the cells are written to ``pocket``.
    The search of a side stops early once it has met all other neighbours of ``i``.
    """
    s = zone_of[i]
    start, end = pointer[i], pointer[i + 1]
    same = 0
    for k in range(start, end):
        if zone_of[neighbour[k]] == s:
            same += 1
    if same <= 1:
        # a leaf of its zone: nothing hangs on it (the root itself never moves)
        return 0, stamp
    stamp += 1
    wanted = stamp
    for k in range(start, end):
        if zone_of[neighbour[k]] == s:
            mark[neighbour[k]] = wanted
    size = 0
    first = stamp
    for k in range(start, end):
        j = neighbour[k]
        if zone_of[j] != s or mark[j] > first:
            continue
        stamp += 1
        mark[j] = stamp
        queue[0] = j
        head, tail = 0, 1
        met, rooted = 1, is_root[j]
        while head < tail:
            u = queue[head]
            head += 1
            for e in range(pointer[u], pointer[u + 1]):
                v = neighbour[e]
                if v == i or zone_of[v] != s or mark[v] > first:
                    continue
                if mark[v] == wanted:
                    met += 1
                mark[v] = stamp
                if is_root[v]:
                    rooted = True
                queue[tail] = v
                tail += 1
            if met == same:
                return 0, stamp
        if not rooted:
            for q in range(tail):
                pocket[size] = queue[q]
                size += 1
    return size, stamp


@njit(cache=True, nogil=True)
def anneal(  # type: ignore[no-untyped-def]
    zone_of, pointer, neighbour, is_root, fixed, movable, choice_pointer, choice,
    cost, load, base, low, high, prices, size, rooms, formed,
    row_weight, row_limit, row_price, base_price, base_row_price,
    hot, cold, begin, end, rise, sweeps, max_pocket, seed, stop, best_zone, best_cost,
):  # fmt: skip
    """Anneal ``zone_of`` in place; keep the cheapest state within all limits in ``best_zone``.

    One call is a stretch of a run, from progress ``begin`` to ``end`` (0 hot, 1 cold) in
    ``sweeps`` sweeps; ``prices`` and ``row_price`` carry over to the next stretch. They rise by
    the share ``rise`` a sweep while their limit is broken and never fall below the base prices.
    ``stop[0]`` is read once a sweep, so another thread can end the run. Returns (best cost,
    sweeps done); best cost is infinite as long as no state within all limits was seen.
    """
    np.random.seed(seed)
    n, schools = cost.shape
    dims = load.shape[1]
    loads = np.zeros((schools, dims))
    rows = row_weight.shape[0]
    row_sum = np.zeros(rows)
    penalty = np.zeros(schools)
    mark = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    pocket = np.empty(n + 1, np.int64)
    moved_load = np.zeros(dims)
    stamp = 1
    total = 0.0
    for sweep in range(sweeps + 1):
        if stop[0] != 0:
            return best_cost, sweep
        progress = begin + (end - begin) * sweep / max(1, sweeps)
        strict = progress > 0.85
        temperature = hot * (cold / hot) ** progress
        # prices may fall early on; later they only rise, so that the end lies within the limits
        fall = 1.0 - FALL * rise * max(0.0, 1.0 - progress / 0.8)
        # floats drift: sums are taken afresh once a sweep
        loads[:] = base
        row_sum[:] = 0.0
        total = 0.0
        for i in range(n):
            s = zone_of[i]
            total += cost[i, s]
            for d in range(dims):
                loads[s, d] += load[i, d]
            for r in range(rows):
                row_sum[r] += row_weight[r, i, s]
        broken = 0.0
        for s in range(schools):
            for d in range(dims):
                over = max(loads[s, d] - high[s, d], low[s, d] - loads[s, d])
                if over > 1e-9 * max(1.0, abs(loads[s, d])):
                    broken += over
                    prices[s, d] = prices[s, d] * (1.0 + rise)
                else:
                    prices[s, d] = max(base_price[s, d], prices[s, d] * fall)
            if rooms[s] < np.inf:
                if rooms_missing(loads, size, rooms, formed, s) > 0:
                    broken += 1.0
                    prices[s, dims] = prices[s, dims] * (1.0 + rise)
                else:
                    prices[s, dims] = max(base_price[s, dims], prices[s, dims] * fall)
            penalty[s] = school_penalty(loads, low, high, prices, size, rooms, formed, s)
        for r in range(rows):
            if row_sum[r] > row_limit[r] + 1e-9 * max(1.0, abs(row_limit[r])):
                broken += row_sum[r] - row_limit[r]
                row_price[r] = row_price[r] * (1.0 + rise)
            else:
                row_price[r] = max(base_row_price[r], row_price[r] * fall)
        if broken == 0.0 and total < best_cost:
            best_cost = total
            best_zone[:] = zone_of
        if sweep == sweeps:
            break
        for _ in range(n):
            i = movable[np.random.randint(0, movable.shape[0])]
            s = zone_of[i]
            degree = pointer[i + 1] - pointer[i]
            if degree > 0:
                t = zone_of[neighbour[pointer[i] + np.random.randint(0, degree)]]
            else:
                degree = choice_pointer[i + 1] - choice_pointer[i]
                t = choice[choice_pointer[i] + np.random.randint(0, degree)]
            if t == s:
                continue
            pockets = 0
            if pointer[i + 1] > pointer[i]:
                # a first look at the cell alone spares most searches for pockets
                if cost[i, t] - cost[i, s] > 40.0 * temperature + penalty[s]:
                    continue
                pockets, stamp = find_pocket(
                    i, zone_of, pointer, neighbour, is_root, mark, stamp, queue, pocket
                )
                if pockets > max_pocket:
                    continue
            pocket[pockets] = i
            delta = 0.0
            for d in range(dims):
                moved_load[d] = 0.0
            bound = False
            for q in range(pockets + 1):
                j = pocket[q]
                if fixed[j]:
                    bound = True
                delta += cost[j, t] - cost[j, s]
                for d in range(dims):
                    moved_load[d] += load[j, d]
            if bound:
                continue
            for r in range(rows):
                change = 0.0
                for q in range(pockets + 1):
                    j = pocket[q]
                    change += row_weight[r, j, t] - row_weight[r, j, s]
                before = max(0.0, row_sum[r] - row_limit[r])
                after = max(0.0, row_sum[r] + change - row_limit[r])
                delta += row_price[r] * (after - before)
            for d in range(dims):
                loads[s, d] -= moved_load[d]
                loads[t, d] += moved_load[d]
            new_s = school_penalty(loads, low, high, prices, size, rooms, formed, s)
            new_t = school_penalty(loads, low, high, prices, size, rooms, formed, t)
            change = new_s + new_t - penalty[s] - penalty[t]
            delta += change
            accept = delta <= 0.0 or np.random.random() < np.exp(-delta / temperature)
            if strict and change > 1e-9:
                # the end of the run stays within the limits once it is there
                accept = False
            if accept:
                penalty[s] = new_s
                penalty[t] = new_t
                for q in range(pockets + 1):
                    j = pocket[q]
                    zone_of[j] = t
                    for r in range(rows):
                        row_sum[r] += row_weight[r, j, t] - row_weight[r, j, s]
            else:
                for d in range(dims):
                    loads[s, d] += moved_load[d]
                    loads[t, d] -= moved_load[d]
    return best_cost, sweeps
