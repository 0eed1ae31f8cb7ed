"""Compiled graph searches behind contiguity: detached parts and separating cells."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def detached(pointer, neighbour, root_of, free, assignment):  # type: ignore[no-untyped-def]
    """1 for each cell that has no way to the root of its zone inside the zone."""
    n = assignment.shape[0]
    reached = np.zeros(n, np.int8)
    queue = np.empty(n, np.int64)
    tail = 0
    for i in range(n):
        if root_of[i] >= 0 and assignment[i] == root_of[i]:
            reached[i] = 1
            queue[tail] = i
            tail += 1
    head = 0
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(pointer[u], pointer[u + 1]):
            v = neighbour[e]
            if reached[v] == 0 and assignment[v] == assignment[u]:
                reached[v] = 1
                queue[tail] = v
                tail += 1
    apart = np.zeros(n, np.int8)
    for i in range(n):
        if reached[i] == 0 and not free[i]:
            apart[i] = 1
    return apart


@njit(cache=True, nogil=True)
def separator_of_part(pointer, neighbour, inside, start, roots, root_of, school):  # type: ignore[no-untyped-def]
    """The part of ``inside`` around ``start``, and the cells that separate it from ``roots``.

    A separating cell lies next to the part and can be reached from the roots without crossing
    another separating cell. Roots of other schools can never be crossed.
    """
    n = inside.shape[0]
    state = np.zeros(n, np.int8)  # 1 part, 2 edge of the part, 3 reached from the roots
    queue = np.empty(n, np.int64)
    queue[0] = start
    state[start] = 1
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(pointer[u], pointer[u + 1]):
            v = neighbour[e]
            if state[v] != 0:
                continue
            if inside[v]:
                state[v] = 1
                queue[tail] = v
                tail += 1
            else:
                state[v] = 2
    part = queue[:tail].copy()
    cut = np.empty(n, np.int64)
    cuts = 0
    back = np.empty(n, np.int64)
    head, tail = 0, 0
    for k in range(roots.shape[0]):
        if state[roots[k]] == 0:
            state[roots[k]] = 3
            back[tail] = roots[k]
            tail += 1
        elif state[roots[k]] == 2:
            state[roots[k]] = 4
            cut[cuts] = roots[k]
            cuts += 1
    while head < tail:
        u = back[head]
        head += 1
        for e in range(pointer[u], pointer[u + 1]):
            v = neighbour[e]
            if root_of[v] >= 0 and root_of[v] != school:
                continue
            if state[v] == 0:
                state[v] = 3
                back[tail] = v
                tail += 1
            elif state[v] == 2:
                state[v] = 4
                cut[cuts] = v
                cuts += 1
    return part, cut[:cuts].copy()


@njit(cache=True, nogil=True)
def fractional_separator(pointer, neighbour, weight, start, root, least, root_of, school):  # type: ignore[no-untyped-def]
    """Least-weight cells that separate ``start`` from ``root``, if lighter than ``least``.

    Maximum flow through cells of capacity ``weight`` (0 outside the zone's support), stopped
    once it reaches ``least``. An empty result means that no separator is lighter than that.
    """
    n = weight.shape[0]
    flow = np.zeros(neighbour.shape[0])  # by directed edge
    through = np.zeros(n)  # flow through each cell
    parent = np.full(2 * n, -1, np.int64)
    total = 0.0
    while total < least - 1e-7:
        parent[:] = -1
        if not augmenting_path(pointer, neighbour, weight, start, root, flow, through, parent):
            return separating_cells(pointer, neighbour, start, root, root_of, school, parent)
        total += push(pointer, neighbour, weight, start, root, flow, through, parent, least - total)
    return np.empty(0, np.int64)


@njit(cache=True, nogil=True)
def augmenting_path(pointer, neighbour, weight, start, root, flow, through, parent):  # type: ignore[no-untyped-def]
    """Search a way for more flow; each cell v has an in-side 2v and an out-side 2v + 1."""
    queue = np.empty(parent.shape[0], np.int64)
    queue[0] = 2 * start + 1
    parent[2 * start + 1] = 2 * start + 1
    head, tail = 0, 1
    while head < tail:
        a = queue[head]
        head += 1
        v = a // 2
        if a % 2 == 1:
            for e in range(pointer[v], pointer[v + 1]):
                w = neighbour[e]
                if w == root:
                    parent[2 * root] = a
                    return True
                if weight[w] > 0.0 and w != start and parent[2 * w] < 0:
                    parent[2 * w] = a
                    queue[tail] = 2 * w
                    tail += 1
            if v != start and through[v] > 1e-12 and parent[2 * v] < 0:
                parent[2 * v] = a
                queue[tail] = 2 * v
                tail += 1
        else:
            if weight[v] - through[v] > 1e-12 and parent[2 * v + 1] < 0:
                parent[2 * v + 1] = a
                queue[tail] = 2 * v + 1
                tail += 1
            for e in range(pointer[v], pointer[v + 1]):
                w = neighbour[e]
                if parent[2 * w + 1] >= 0:
                    continue
                back = find_edge(pointer, neighbour, w, v)
                if flow[back] > 1e-12:  # flow that came from w may be sent elsewhere
                    parent[2 * w + 1] = a
                    queue[tail] = 2 * w + 1
                    tail += 1
    return False


@njit(cache=True, nogil=True)
def push(pointer, neighbour, weight, start, root, flow, through, parent, most):  # type: ignore[no-untyped-def]
    """Send as much as the path found holds; returns the amount."""
    amount = most
    b = 2 * root
    while b != 2 * start + 1:
        a = parent[b]
        if a // 2 == b // 2:
            v = a // 2
            amount = min(amount, weight[v] - through[v] if a % 2 == 0 else through[v])
        elif a % 2 == 0:
            amount = min(amount, flow[find_edge(pointer, neighbour, b // 2, a // 2)])
        b = a
    b = 2 * root
    while b != 2 * start + 1:
        a = parent[b]
        if a // 2 == b // 2:
            through[a // 2] += amount if a % 2 == 0 else -amount
        elif a % 2 == 1:
            flow[find_edge(pointer, neighbour, a // 2, b // 2)] += amount
        else:
            flow[find_edge(pointer, neighbour, b // 2, a // 2)] -= amount
        b = a
    return amount


@njit(cache=True, nogil=True)
def find_edge(pointer, neighbour, tail, head):  # type: ignore[no-untyped-def]
    """Index of the directed edge tail -> head, -1 if there is none."""
    for e in range(pointer[tail], pointer[tail + 1]):
        if neighbour[e] == head:
            return e
    return -1


@njit(cache=True, nogil=True)
def separating_cells(pointer, neighbour, start, root, root_of, school, parent):  # type: ignore[no-untyped-def]
    """Cells next to an out-side that the flow reaches, and reachable from ``root`` in turn."""
    n = root_of.shape[0]
    state = np.zeros(n, np.int8)  # 1: flow can leave the cell, 2: next to such, 3: from the root
    for v in range(n):
        if parent[2 * v + 1] >= 0:
            state[v] = 1
    for v in range(n):
        if state[v] == 1:
            for e in range(pointer[v], pointer[v + 1]):
                if state[neighbour[e]] == 0:
                    state[neighbour[e]] = 2
    cut = np.empty(n, np.int64)
    cuts = 0
    queue = np.empty(n, np.int64)
    queue[0] = root
    state[root] = 3
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for e in range(pointer[u], pointer[u + 1]):
            v = neighbour[e]
            if root_of[v] >= 0 and root_of[v] != school:
                continue
            if state[v] == 0:
                state[v] = 3
                queue[tail] = v
                tail += 1
            elif state[v] == 2:
                state[v] = 4
                cut[cuts] = v
                cuts += 1
    return cut[:cuts].copy()
