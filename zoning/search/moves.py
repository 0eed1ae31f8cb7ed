"""Compiled parts of a move: the pocket a cell cuts off, what moves with it, and the way onward."""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.search.places import place


@njit(cache=True, nogil=True)
def find_pocket(  # type: ignore[no-untyped-def]
    i, zone_of, pointer, neighbour, is_root, mark, stamp, queue, pocket, begin
):  # fmt: skip
    """Cells that lose their way to the root of their zone when cell ``i`` leaves it.

    Returns (end, new stamp); the cells are written to ``pocket`` from ``begin`` to ``end``.
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
        return begin, stamp
    stamp += 1
    wanted = stamp
    for k in range(start, end):
        if zone_of[neighbour[k]] == s:
            mark[neighbour[k]] = wanted
    size = begin
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
                return begin, stamp
        if not rooted:
            for q in range(tail):
                pocket[size] = queue[q]
                size += 1
    return size, stamp


@njit(cache=True, nogil=True)
def gather(  # type: ignore[no-untyped-def]
    i, t, begin, most, pointer, neighbour, is_root, fixed, place_pointer, place_school, cost,
    zone_of, entry, mark, queue, pocket, aim, left, stamp,
):  # fmt: skip
    """Cell ``i`` with the pocket it would cut off, bound for zone ``t``; from place ``begin`` on.

    Returns (end of what is written, change of the cost, new stamp); the change is infinite where
    the pocket is too large or holds a cell that never moves.
    """
    end = begin
    if pointer[i + 1] > pointer[i]:
        end, stamp = find_pocket(
            i, zone_of, pointer, neighbour, is_root, mark, stamp, queue, pocket, begin
        )
    if end - begin > most:
        return begin, np.inf, stamp
    pocket[end] = i
    end += 1
    delta = 0.0
    for q in range(begin, end):
        j = pocket[q]
        left[q] = entry[j]
        aim[q] = place(place_pointer, place_school, j, t)
        delta += np.inf if fixed[j] else cost[aim[q]] - cost[left[q]]
    return end, delta, stamp


@njit(cache=True, nogil=True)
def put(zone_of, entry, pocket, places, zone, begin, end):  # type: ignore[no-untyped-def]
    """Put some gathered cells into a zone, at these places."""
    for q in range(begin, end):
        zone_of[pocket[q]] = zone
        entry[pocket[q]] = places[q]


@njit(cache=True, nogil=True)
def shift_load(loads, load, s, t, pocket, begin, end, sign):  # type: ignore[no-untyped-def]
    """Carry the loads of some gathered cells from zone ``s`` to zone ``t``, or back."""
    for q in range(begin, end):
        for d in range(loads.shape[1]):
            loads[s, d] -= sign * load[pocket[q], d]
            loads[t, d] += sign * load[pocket[q], d]


@njit(cache=True, nogil=True)
def walk_out(v, pointer, neighbour, zone_of, most):  # type: ignore[no-untyped-def]
    """Walk inside a zone from cell ``v`` until a step leaves it: (last cell inside, zone beyond).

    (-1, -1) if that takes more than ``most`` steps.
    """
    t = zone_of[v]
    for _ in range(most):
        w = neighbour[pointer[v] + np.random.randint(0, pointer[v + 1] - pointer[v])]
        if zone_of[w] != t:
            return v, zone_of[w]
        v = w
    return -1, -1
