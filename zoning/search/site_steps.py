r"""What a set of open sites costs at least, and what changing it by one site saves at most.

With its sites S settled, and prices :math:`u_s \ge 0` of their seats, every plan costs at least

.. math::

   L(S, u) = \sum_{s \in S} (f_s - u_s Q_s) + \sum_i \min_{s \in S} (c_{is} + p_i u_s),

and the prices of a min-cost flow make this the value of the transport problem. The same prices
bound the sets around: without s its cells go to their second choice; with a new site m, whose own
price is free, :math:`L` falls by no more than a linear knapsack of what cells gain at m, within
its seats, is worth. So most of the sets around need no flow of their own.
Source: add, drop and interchange by dual prices, Kuehn and Hamburger 1963; Erlenkotter 1978.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.site_bound import Market
from zoning.search.transport import flow_prices
from zoning.solvers.flow import solve_transport
from zoning.solvers.model import SolverStatus

# open schools by cell that a flow begins with, how many times more in a next attempt, and the
# share of the value by which the prices of a flow may fall short of it
NEAREST, MORE, SHORT = 8, 4, 1e-5
# what no second choice costs, as a multiple of the dearest pair
HUGE = 1e6


class Choices(NamedTuple):
    """By cell at some prices: the open school that costs least, its cost, the second least."""

    first: Ints
    least: Floats
    second: Floats


def prices_at(market: Market, root_of: Ints, open_: Bools) -> Floats | None:
    """Prices of the seats of these sites (0 at others); None if the pupils find no seats."""
    mine = np.flatnonzero(open_)
    number = np.full(len(open_), -1, dtype=np.int64)
    number[mine] = np.arange(len(mine))
    pupils = market.pupils
    places = np.minimum(market.places[mine], pupils.sum() + 1.0)
    price = np.zeros(len(open_))
    if (places < 0).any():
        return None
    if not np.isfinite(market.places[mine]).any():
        return price
    most = min(NEAREST, len(mine))
    while True:
        pointer, arc = _nearest_open(market, root_of, open_, most)
        if (np.diff(pointer) == 0).any():
            return None
        cell = np.repeat(np.arange(len(pupils)), np.diff(pointer))
        school = number[market.school[arc]]
        a_pupil = market.cost[arc] / np.maximum(pupils[cell], 1e-9)
        used = np.flatnonzero(pupils[cell] > 0)
        status, flow = solve_transport(pupils, places, cell[used], school[used], a_pupil[used])
        if status is SolverStatus.OPTIMAL:
            every = np.ones(len(arc), dtype=bool)
            price[mine] = flow_prices(pointer, cell, school, a_pupil, every, used, flow, places)
            value = float(flow @ a_pupil[used])
            value += float(market.cost[arc[pointer[:-1]]] @ (pupils <= 0))
            fixed = float(market.opening[mine].sum())
            if value + fixed - value_at(market, root_of, open_, price) <= SHORT * abs(value):
                return price
        if most >= len(mine):
            return price if status is SolverStatus.OPTIMAL else None
        most = min(len(mine), most * MORE)


def value_at(market: Market, root_of: Ints, open_: Bools, price: Floats) -> float:
    """A bound on all plans with just these sites, whatever the prices."""
    choices = choices_at(market, root_of, open_, price)
    paid = open_ & (price > 0)
    seats = float(price[paid] @ market.places[paid])
    return float(choices.least.sum() + market.opening[open_].sum()) - seats


def choices_at(market: Market, root_of: Ints, open_: Bools, price: Floats) -> Choices:
    """First and second choice of each cell; the root of an open site has no choice but it.

    Where there is no second choice, one that costs a great deal stands for it: bounds of steps
    that leave a cell without a school are then very high, and still right if a new site takes it.
    """
    first, least, second = _choices(market, root_of, open_, price)
    nowhere = least + HUGE * (1.0 + float(np.abs(market.cost).max()))
    return Choices(first, least, np.where(np.isfinite(second), second, nowhere))


def closing_costs(market: Market, choices: Choices, open_: Bools, price: Floats) -> Floats:
    """By open site, by how much the bound rises at least if it closes (below 0: it falls)."""
    worse = choices.second - choices.least
    rise: Floats = (
        np.bincount(np.maximum(choices.first, 0), weights=worse, minlength=len(price))
        - market.opening
    )
    paid = open_ & (price > 0)
    rise[paid] += price[paid] * market.places[paid]
    rise[~open_] = np.inf
    return rise


@njit(cache=True, nogil=True)
def _nearest_open(market, root_of, open_, most):  # type: ignore[no-untyped-def]
    """Pairs of each cell with its ``most`` cheapest open schools, in compressed rows."""
    cells = market.pupils.shape[0]
    pointer = np.zeros(cells + 1, np.int64)
    pair = np.empty(cells * most, np.int64)
    count = 0
    for i in range(cells):
        root, found = root_of[i], 0
        bound = root >= 0 and open_[root]
        for e in range(market.pointer[i], market.pointer[i + 1]):
            s = market.school[e]
            if not open_[s] or (bound and s != root):
                continue
            pair[count] = e
            count += 1
            found += 1
            if found == most:
                break
        pointer[i + 1] = count
    return pointer, pair[:count]


@njit(cache=True, nogil=True)
def _choices(market, root_of, open_, price):  # type: ignore[no-untyped-def]
    """First choice, its priced cost and the second least one, of each cell."""
    cells = market.pupils.shape[0]
    first = np.full(cells, -1, np.int64)
    least, second = np.full(cells, np.inf), np.full(cells, np.inf)
    for i in range(cells):
        root = root_of[i]
        bound = root >= 0 and open_[root]
        mine = np.inf
        for e in range(market.pointer[i], market.pointer[i + 1]):
            s = market.school[e]
            if market.cost[e] >= second[i] and (not bound or mine < np.inf):
                break
            if not open_[s]:
                continue
            value = market.cost[e] + market.pupils[i] * price[s]
            if bound and s == root:
                mine = value
            elif value < least[i]:
                first[i], second[i], least[i] = s, least[i], value
            elif value < second[i]:
                second[i] = value
        if bound:
            first[i], second[i], least[i] = root, least[i], mine
    return first, least, second


@njit(cache=True, nogil=True)
def opening_gains(market, by_site, choices, gone, new, gain):  # type: ignore[no-untyped-def]
    """By step k, what opening ``new[k]`` is worth at most once ``gone[k]`` (-1: none) is closed.

    ``by_site`` is (pointer, cell, cost): the pairs of each site. Its own cost is taken off.
    """
    pointer, cell, cost = by_site
    first, least, second = choices
    for k in range(new.shape[0]):
        m, count, total, weight = new[k], 0, 0.0, 0.0
        profit = np.empty(pointer[m + 1] - pointer[m])
        pupils = np.empty(profit.shape[0])
        for e in range(pointer[m], pointer[m + 1]):
            i = cell[e]
            more = (second[i] if first[i] == gone[k] else least[i]) - cost[e]
            if more > 0.0:
                profit[count], pupils[count] = more, market.pupils[i]
                total += more
                weight += market.pupils[i]
                count += 1
        if weight > market.places[m]:
            total, room = 0.0, market.places[m]
            ratio = np.empty(count)
            for q in range(count):
                ratio[q] = -profit[q] / pupils[q] if pupils[q] > 0.0 else -np.inf
            for q in np.argsort(ratio):
                if pupils[q] > room:
                    total += profit[q] * room / pupils[q]
                    break
                total += profit[q]
                room -= pupils[q]
        gain[k] = total - market.opening[m]
