r"""The choice of sites where nothing limits their zones: each cell goes to its cheapest open site.

From a set of open sites the best of all single steps is taken - open one, close one, or one for
another - until none helps. With the least and second least cost :math:`d_i \le e_i` of cell i over
open sites, all steps are priced in one pass: opening m saves :math:`\sum_i (d_i - c_{im})^+ - f_m`,
closing s costs :math:`\sum_{i \to s} (e_i - d_i) - f_s`, and both together cost less than the sum
by :math:`\sum_{i \to s,\, c_{im} < e_i} (e_i - \max(c_{im}, d_i))`.
Source: vertex substitution, Teitz and Bart 1968; in one pass, Resende and Werneck 2007.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.problem.arrays import Bools
from zoning.search.site_anneal import Arrays
from zoning.search.site_state import Sites

# a step must save this share of the value, or rounding would go round in circles
LEAST_GAIN = 1e-9
# sites that change places at random before a search begins again
SHAKEN = 3


def unlimited(sites: Sites) -> bool:
    """True if no school has a limit, so that cells go where they cost least."""
    return sites.load.shape[1] == 0 and not np.isfinite(sites.rooms).any()


def best_around(arrays: Arrays, open_: Bools) -> tuple[Bools, float]:
    """The set of sites that no single step from it improves, and its value."""
    sites, found = arrays.sites, open_.copy()
    least, most = sites.number
    value = _descend(sites.cost, sites.opening, sites.stays, int(least), int(most), found)
    return found, float(value)


def shaken(arrays: Arrays, open_: Bools, rng: np.random.Generator) -> Bools:
    """The set with some optional sites exchanged at random."""
    other = open_.copy()
    mine, closed = np.flatnonzero(open_ & ~arrays.sites.stays), np.flatnonzero(~open_)
    count = min(SHAKEN, len(mine), len(closed))
    other[rng.choice(mine, count, replace=False)] = False
    other[rng.choice(closed, count, replace=False)] = True
    return other


@njit(cache=True, nogil=True)
def _descend(cost, opening, stays, least, most, open_):  # type: ignore[no-untyped-def]
    """Take the best step until none helps; changes ``open_`` and returns its value."""
    cells, sites = cost.shape
    first, near, far = np.empty(cells, np.int64), np.empty(cells), np.empty(cells)
    gain, loss, extra = np.empty(sites), np.empty(sites), np.empty((sites, sites))
    beyond = 2.0 * cost.max() + 1.0  # stands for a second site where one alone is open
    while True:
        value, count = 0.0, 0
        for s in range(sites):
            if open_[s]:
                value += opening[s]
                count += 1
        for i in range(cells):
            first[i], near[i], far[i] = -1, beyond, beyond
            for s in range(sites):
                if open_[s] and cost[i, s] < far[i]:
                    if cost[i, s] < near[i]:
                        first[i], far[i], near[i] = s, near[i], cost[i, s]
                    else:
                        far[i] = cost[i, s]
            value += near[i]
        for s in range(sites):
            gain[s], loss[s] = -opening[s], -opening[s]
            for t in range(sites):
                extra[s, t] = 0.0
        for i in range(cells):
            loss[first[i]] += far[i] - near[i]
            for m in range(sites):
                if not open_[m] and cost[i, m] < far[i]:
                    gain[m] += max(near[i] - cost[i, m], 0.0)
                    extra[m, first[i]] += far[i] - max(cost[i, m], near[i])
        best, new, gone = -LEAST_GAIN * abs(value), -1, -1
        for m in range(sites):
            if open_[m]:
                if not stays[m] and count > max(least, 1) and loss[m] < best:
                    best, new, gone = loss[m], -1, m
                continue
            if count < most and -gain[m] < best:
                best, new, gone = -gain[m], m, -1
            for s in range(sites):
                if open_[s] and not stays[s] and loss[s] - gain[m] - extra[m, s] < best:
                    best, new, gone = loss[s] - gain[m] - extra[m, s], m, s
        if new < 0 and gone < 0:
            return value
        if new >= 0:
            open_[new] = True
        if gone >= 0:
            open_[gone] = False
