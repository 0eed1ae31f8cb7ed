"""Compiled 0-1 knapsacks: what a school earns at most with the cells that fit its places."""

from __future__ import annotations

import numpy as np
from numba import njit

# a value this much (relative) below the best known is not looked for: it is added to the bound
CLOSE = 1e-9


@njit(cache=True, nogil=True)
def knapsack(profit, weight, places, most, taken):  # type: ignore[no-untyped-def]
    """An upper bound on the profit of items within ``places``; the best found in ``taken``.

    Branch and bound in the order of profit per weight, with the linear bound (Dantzig 1957). The
    bound is exact within rounding unless more than ``most`` nodes are needed; then it is the
    linear one.
    """
    items = profit.shape[0]
    all_weight, all_profit = 0.0, 0.0
    for t in range(items):
        all_weight += weight[t]
        all_profit += profit[t]
    for t in range(items):
        taken[t] = all_weight <= places
    if all_weight <= places:
        return all_profit
    ratio = np.empty(items)
    for t in range(items):
        ratio[t] = -profit[t] / weight[t] if weight[t] > 0.0 else -np.inf
    order = np.argsort(ratio)
    now = np.zeros(items, np.int8)
    best, value, room, t = 0.0, 0.0, places, 0
    root, nodes = -1.0, 0
    while True:
        # take all that fit in a row; the first that does not gives the linear bound
        greedy, left, q = value, room, t
        while q < items and weight[order[q]] <= left:
            left -= weight[order[q]]
            greedy += profit[order[q]]
            q += 1
        bound = greedy
        if q < items:
            bound += profit[order[q]] * max(left, 0.0) / weight[order[q]]
        if root < 0.0:
            root = bound
        nodes += 1
        if nodes > most:
            return root
        if bound > best + CLOSE * root:
            for x in range(t, q):
                now[x] = 1
            value, room, t = greedy, left, min(q + 1, items)
            if value > best:
                best = value
                for x in range(items):
                    taken[order[x]] = now[x] if x < t else 0
            if t < items:
                continue
        # the last item taken before is left out
        x = t - 1
        while x >= 0 and now[x] == 0:
            x -= 1
        if x < 0:
            return min(root, best + CLOSE * root)
        now[x] = 0
        value -= profit[order[x]]
        room += weight[order[x]]
        t = x + 1
