"""Compiled inner loops of siting: cells, zones and the sites that zones stand on, all at once.

A state is a set of open zones, each on a site, and the zone of each cell; zones need not hang
together. Moves: a cell goes to the zone of a cell near by, two cells change places, a zone moves
to another site, a zone is dissolved and another opened elsewhere (or only one of the two). Limits
of schools are priced as in :mod:`zoning.search.kernel`, zone by zone.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.search.collector import collect
from zoning.search.kernel import FALL, STRICT
from zoning.search.site_state import (
    by_school,
    copy_row,
    link,
    price_of,
    reprice,
    stand_on,
    tally,
    unlink,
)

# shares of the moves: a zone to another site, two cells that change places; the rest are shifts
RESITED, SWAPPED = 0.04, 0.41
# progress from which on zones are collected, and every how many sweeps
COLLECT, EVERY = 0.3, 3


@njit(cache=True, nogil=True)
def hand_over(sites, zones, i, k, steps):  # type: ignore[no-untyped-def]
    """Cell ``i`` goes to zone ``k``; the step is written down. Returns the steps so far."""
    old = zones.lists.zone_of[i]
    if steps >= 0:
        zones.log_cell[steps] = i
        zones.log_zone[steps] = old
    unlink(zones.lists, i)
    link(zones.lists, i, k)
    for d in range(sites.load.shape[1]):
        zones.loads[old, d] -= sites.load[i, d]
        zones.loads[k, d] += sites.load[i, d]
    return steps + 1


@njit(cache=True, nogil=True)
def settle(sites, zones, new, m, gone, steps):  # type: ignore[no-untyped-def]
    """Zone ``new`` on site ``m`` takes the cells near it that gain, or whose zone is ``gone``.

    Returns (change of the cost, steps).
    """
    delta = sites.opening[m]
    stand_on(sites, zones, new, m)
    model = gone if gone >= 0 else zones.lists.zone_of[sites.near_cell[m, 0]]
    copy_row(zones.loads, new, sites.base, m)
    copy_row(zones.price, new, zones.price, model)
    zones.zone_at[m] = new
    for q in range(sites.near_cell.shape[1]):
        i = sites.near_cell[m, q]
        k = zones.lists.zone_of[i]
        gain = sites.cost[i, zones.site[k]] - sites.cost[i, m]
        if (gain <= 0.0 and k != gone) or (k != gone and zones.lists.members[k] == 1) or k == new:
            continue
        fits = True
        for d in range(sites.load.shape[1]):
            if zones.loads[new, d] + sites.load[i, d] > zones.high[new, d] + 1e-9:
                fits = False
        if fits:
            delta -= gain
            steps = hand_over(sites, zones, i, new, steps)
    return delta, steps


@njit(cache=True, nogil=True)
def dissolve(sites, zones, gone, steps):  # type: ignore[no-untyped-def]
    """The cells of zone ``gone`` go where they cost least; returns (change of cost, steps)."""
    delta = -sites.opening[zones.site[gone]]
    i = zones.lists.head[gone]
    while i >= 0:
        following = zones.lists.after[i]
        best, least = -1, np.inf
        for k in range(zones.lists.head.shape[0]):
            if zones.site[k] < 0 or k == gone or sites.cost[i, zones.site[k]] >= least:
                continue
            value = sites.cost[i, zones.site[k]]
            for d in range(sites.load.shape[1]):
                over = zones.loads[k, d] + sites.load[i, d] - zones.high[k, d]
                if over > 1e-9:
                    value += zones.price[k, d] * min(over, sites.load[i, d])
            if value < least:
                best, least = k, value
        if best < 0:
            return np.inf, steps
        delta += sites.cost[i, zones.site[best]] - sites.cost[i, zones.site[gone]]
        steps = hand_over(sites, zones, i, best, steps)
        i = following
    return delta, steps


@njit(cache=True, nogil=True)
def free_row(zones):  # type: ignore[no-untyped-def]
    """A zone that is not open, -1 if all are."""
    for k in range(zones.lists.head.shape[0]):
        if zones.site[k] < 0:
            return k
    return -1


@njit(cache=True, nogil=True)
def compound(sites, zones, temperature, strict, closes, opens):  # type: ignore[no-untyped-def]
    """Dissolve a zone, open one on a closed site, or both; taken or undone as a whole."""
    gone, new, m = -1, -1, -1
    if closes:
        gone = zones.lists.zone_of[np.random.randint(0, zones.lists.zone_of.shape[0])]
        if sites.stays[zones.site[gone]]:
            return
    if opens:
        m = np.random.randint(0, sites.opening.shape[0])
        new = free_row(zones)
        if zones.zone_at[m] >= 0 or new < 0:
            return
    before, after, delta, steps = 0.0, 0.0, 0.0, 0
    for k in range(zones.lists.head.shape[0]):
        before += zones.penalty[k]
    if opens:
        change, steps = settle(sites, zones, new, m, gone, steps)
        delta += change
    old = -1
    if closes:
        change, steps = dissolve(sites, zones, gone, steps)
        delta += change
        old = zones.site[gone]
        zones.site[gone], zones.zone_at[old] = -1, -1
    for k in range(zones.lists.head.shape[0]):
        if zones.site[k] >= 0:
            after += price_of(sites, zones, k)
    delta += after - before
    taken = delta <= 0.0 or np.random.random() < np.exp(-delta / temperature)
    if opens and zones.lists.members[new] == 0:
        taken = False
    if taken and not (strict and after - before > 1e-9):
        for k in range(zones.lists.head.shape[0]):
            zones.penalty[k] = price_of(sites, zones, k) if zones.site[k] >= 0 else 0.0
        zones.used[0] += int(opens) - int(closes)
        return
    if closes:
        zones.site[gone], zones.zone_at[old] = old, gone
    for q in range(steps - 1, -1, -1):
        hand_over(sites, zones, zones.log_cell[q], zones.log_zone[q], -1)
    if opens:
        zones.site[new], zones.zone_at[m] = -1, -1


@njit(cache=True, nogil=True)
def resite(sites, zones, a, m, temperature, strict):  # type: ignore[no-untyped-def]
    """Zone ``a`` moves to site ``m`` with all its cells."""
    old, spare = zones.site[a], zones.lists.head.shape[0]
    if zones.zone_at[m] >= 0 or sites.stays[old]:
        return
    delta = sites.opening[m] - sites.opening[old]
    i = zones.lists.head[a]
    while i >= 0:
        delta += sites.cost[i, m] - sites.cost[i, old]
        i = zones.lists.after[i]
    if delta > 40.0 * temperature + zones.penalty[a]:
        return
    stand_on(sites, zones, spare, m)
    for d in range(sites.load.shape[1]):
        zones.loads[spare, d] = zones.loads[a, d] + sites.base[m, d] - sites.base[old, d]
    copy_row(zones.price, spare, zones.price, a)
    penalty = price_of(sites, zones, spare)
    change = penalty - zones.penalty[a]
    delta += change
    taken = delta <= 0.0 or np.random.random() < np.exp(-delta / temperature)
    if taken and not (strict and change > 1e-9):
        stand_on(sites, zones, a, m)
        zones.zone_at[old], zones.zone_at[m] = -1, a
        copy_row(zones.loads, a, zones.loads, spare)
        zones.penalty[a] = penalty


@njit(cache=True, nogil=True)
def sweep_sites(sites, zones, temperature, strict):  # type: ignore[no-untyped-def]
    """As many moves as there are cells, and one compound move."""
    cost, load, near_site, near_cell = sites.cost, sites.load, sites.near_site, sites.near_cell
    zone_of, site, loads, penalty = zones.lists.zone_of, zones.site, zones.loads, zones.penalty
    cells, dims = load.shape
    for _ in range(cells):
        i = np.random.randint(0, cells)
        a = zone_of[i]
        m = near_site[i, np.random.randint(0, near_site.shape[1])]
        drawn = np.random.random()
        if drawn < RESITED:
            resite(sites, zones, a, m, temperature, strict)
            continue
        j = near_cell[m, np.random.randint(0, near_cell.shape[1])]
        b = zone_of[j]
        swap = drawn < RESITED + SWAPPED
        if a == b or (not swap and zones.lists.members[a] == 1):
            continue
        delta = cost[i, site[b]] - cost[i, site[a]]
        room = 40.0 * temperature + penalty[a]
        if swap:
            delta += cost[j, site[a]] - cost[j, site[b]]
            room += penalty[b]
        if delta > room:
            continue
        for d in range(dims):
            moved = load[i, d] - load[j, d] if swap else load[i, d]
            loads[a, d] -= moved
            loads[b, d] += moved
        new_a = price_of(sites, zones, a)
        new_b = price_of(sites, zones, b)
        change = new_a + new_b - penalty[a] - penalty[b]
        delta += change
        taken = delta <= 0.0 or np.random.random() < np.exp(-delta / temperature)
        if not taken or (strict and change > 1e-9):
            for d in range(dims):
                moved = load[i, d] - load[j, d] if swap else load[i, d]
                loads[a, d] += moved
                loads[b, d] -= moved
            continue
        penalty[a], penalty[b] = new_a, new_b
        unlink(zones.lists, i)
        link(zones.lists, i, b)
        if swap:
            unlink(zones.lists, j)
            link(zones.lists, j, a)
    # one call, so that it is compiled into this loop once
    exact, drawn = sites.number[0] == sites.number[1], np.random.random()
    closes, opens = exact or drawn < 0.67, exact or drawn < 0.34 or drawn >= 0.67
    fewer, more = closes and not opens, opens and not closes
    used = zones.used[0]
    if (fewer and used <= sites.number[0]) or (more and used >= sites.number[1]):
        return
    compound(sites, zones, temperature, strict, closes, opens)


@njit(cache=True, nogil=True)
def anneal_sites(sites, zones, least, hot, cold, begin, end, rise, sweeps, stop, best, store):  # type: ignore[no-untyped-def]
    """Anneal in place; keep the cheapest state within all limits in ``best``.

    ``least`` are the least prices; the other arguments as in :func:`zoning.search.kernel.anneal`.
    """
    best_cost, best_school = best
    for sweep in range(sweeps + 1):
        if stop[0] != 0:
            return sweep
        progress = begin + (end - begin) * sweep / max(1, sweeps)
        temperature = hot * (cold / hot) ** progress
        fall = 1.0 - FALL * rise * max(0.0, 1.0 - progress / 0.8)
        total = tally(sites, zones)
        kept = reprice(sites, zones, least, rise, fall)
        better = kept and total < best_cost[0]
        seen = store.school.shape[0] > 0 and progress > COLLECT and sweep % EVERY == 0
        if better or seen:
            by_school(zones)
        if better:
            best_cost[0] = total
            for i in range(best_school.shape[0]):
                best_school[i] = zones.school_of[i]
        if seen:
            collect(zones.school_of, zones.broken, store)
        if sweep == sweeps:
            break
        sweep_sites(sites, zones, temperature, progress > STRICT)
    return sweeps
