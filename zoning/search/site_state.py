"""Where an annealing over sites stands, compiled: zones, the sites they stand on, their cells.

What changes the state by moves is in :mod:`zoning.search.siting_kernel`.
"""

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.kernel import school_penalty


class Sites(NamedTuple):
    """What does not change in a run.

    ``cost`` (n x S), ``opening`` (S); ``load`` (n x D) from ``base`` between ``low`` and ``high``
    (S x D), classes within rooms as in :class:`zoning.search.kernel.Limits`; the nearest sites of
    each cell and the nearest cells of each site; schools that stay; least and most open zones.
    """

    cost: Floats
    opening: Floats
    load: Floats
    base: Floats
    low: Floats
    high: Floats
    size: Floats
    rooms: Floats
    formed: Ints
    near_site: Ints
    near_cell: Ints
    stays: Bools
    number: Ints


class Lists(NamedTuple):
    """Zone of each cell, and the cells of each zone as a doubly linked list with its length."""

    zone_of: Ints
    head: Ints
    after: Ints
    before: Ints
    members: Ints


class Zones(NamedTuple):
    """Where a run stands. Z zones, the last row of the limits is for trying a site.

    ``site`` of each zone (-1: not open) and ``zone_at`` each site; limits, loads and prices go
    with the zone. ``log_cell`` and ``log_zone`` undo a compound move; ``used[0]`` is the number
    of open zones. ``school_of`` and ``broken`` (S) are work arrays.
    """

    lists: Lists
    site: Ints
    zone_at: Ints
    loads: Floats
    low: Floats
    high: Floats
    size: Floats
    rooms: Floats
    price: Floats
    penalty: Floats
    log_cell: Ints
    log_zone: Ints
    used: Ints
    school_of: Ints
    broken: Floats


@njit(cache=True, nogil=True)
def copy_row(into, k, source, j):  # type: ignore[no-untyped-def]
    """Copy a row; spelled out, since assigning slices takes long to compile."""
    for d in range(into.shape[1]):
        into[k, d] = source[j, d]


@njit(cache=True, nogil=True)
def unlink(lists, i):  # type: ignore[no-untyped-def]
    """Take cell ``i`` out of the list of its zone."""
    zone_of, head, after, before, members = lists
    k, p, q = zone_of[i], before[i], after[i]
    if p >= 0:
        after[p] = q
    else:
        head[k] = q
    if q >= 0:
        before[q] = p
    members[k] -= 1


@njit(cache=True, nogil=True)
def link(lists, i, k):  # type: ignore[no-untyped-def]
    """Put cell ``i`` into the list of zone ``k``."""
    zone_of, head, after, before, members = lists
    first = head[k]
    before[i] = -1
    after[i] = first
    if first >= 0:
        before[first] = i
    head[k] = i
    zone_of[i] = k
    members[k] += 1


@njit(cache=True, nogil=True)
def stand_on(sites, zones, k, m):  # type: ignore[no-untyped-def]
    """Zone ``k`` takes the limits of site ``m``."""
    zones.site[k] = m
    for d in range(sites.load.shape[1]):
        zones.low[k, d] = sites.low[m, d]
        zones.high[k, d] = sites.high[m, d]
    zones.size[k] = sites.size[m]
    zones.rooms[k] = sites.rooms[m]


@njit(cache=True, nogil=True)
def price_of(sites, zones, k):  # type: ignore[no-untyped-def]
    """Price of what zone ``k`` lacks or holds beyond its limits."""
    return school_penalty(
        zones.loads, zones.low, zones.high, zones.price, zones.size, zones.rooms, sites.formed, k
    )


@njit(cache=True, nogil=True)
def tally(sites, zones):  # type: ignore[no-untyped-def]
    """Take loads afresh (floats drift); returns the cost of the state."""
    total = 0.0
    for k in range(zones.lists.head.shape[0]):
        if zones.site[k] >= 0:
            total += sites.opening[zones.site[k]]
            copy_row(zones.loads, k, sites.base, zones.site[k])
    for i in range(zones.lists.zone_of.shape[0]):
        k = zones.lists.zone_of[i]
        total += sites.cost[i, zones.site[k]]
        for d in range(sites.load.shape[1]):
            zones.loads[k, d] += sites.load[i, d]
    return total


@njit(cache=True, nogil=True)
def reprice(sites, zones, least, rise, fall):  # type: ignore[no-untyped-def]
    """Move all prices a step and take the penalties afresh; True if no limit is broken."""
    kept = True
    dims = sites.load.shape[1]
    for k in range(zones.lists.head.shape[0]):
        if zones.site[k] < 0:
            continue
        for d in range(dims):
            load = zones.loads[k, d]
            beyond = max(load - zones.high[k, d], zones.low[k, d] - load)
            if beyond > 1e-9 * max(1.0, abs(load)):
                zones.price[k, d] *= 1.0 + rise
                kept = False
            else:
                zones.price[k, d] = max(least[d], zones.price[k, d] * fall)
        zones.penalty[k] = price_of(sites, zones, k)
    return kept


@njit(cache=True, nogil=True)
def by_school(zones):  # type: ignore[no-untyped-def]
    """Write the school of each cell and what each school's zone breaks."""
    for s in range(zones.broken.shape[0]):
        zones.broken[s] = 1.0
    for k in range(zones.lists.head.shape[0]):
        if zones.site[k] >= 0 and zones.lists.members[k] > 0:
            zones.broken[zones.site[k]] = zones.penalty[k]
    for i in range(zones.lists.zone_of.shape[0]):
        zones.school_of[i] = zones.site[zones.lists.zone_of[i]]
