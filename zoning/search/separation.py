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
    members, near, beside = support_graph(pointer, neighbour, weight, start, root)
    room = weight[members]
    first, last = np.searchsorted(members, start), np.searchsorted(members, root)
    flow = np.zeros(beside.shape[0])  # by directed edge
    through = np.zeros(members.shape[0])  # flow through each cell
    parent = np.full(2 * members.shape[0], -1, np.int64)
    total = 0.0
    while total < least - 1e-7:
        parent[:] = -1
        if not augmenting_path(near, beside, room, first, last, flow, through, parent):
            left = members[parent[1::2] >= 0]
            return separating_cells(pointer, neighbour, root, root_of, school, left)
        total += push(near, beside, room, first, last, flow, through, parent, least - total)
    return np.empty(0, np.int64)


@njit(cache=True, nogil=True)
def support_graph(pointer, neighbour, weight, start, root):  # type: ignore[no-untyped-def]
    """The graph of the cells that can carry flow: their numbers, and rows over their positions."""
    n = weight.shape[0]
    place = np.full(n, -1, np.int64)
    members = np.empty(n, np.int64)
    count = 0
    for v in range(n):
        if weight[v] > 0.0 or v in (start, root):
            place[v] = count
            members[count] = v
            count += 1
    near = np.zeros(count + 1, np.int64)
    edges = 0
    for k in range(count):
        edges += pointer[members[k] + 1] - pointer[members[k]]
    beside = np.empty(edges, np.int64)
    edges = 0
    for k in range(count):
        for e in range(pointer[members[k]], pointer[members[k] + 1]):
            if place[neighbour[e]] >= 0:
                beside[edges] = place[neighbour[e]]
                edges += 1
        near[k + 1] = edges
    return members[:count].copy(), near, beside[:edges].copy()


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
def separating_cells(pointer, neighbour, root, root_of, school, left):  # type: ignore[no-untyped-def]
    """Cells next to those that flow can leave (``left``), and reachable from ``root`` in turn."""
    n = root_of.shape[0]
    state = np.zeros(n, np.int8)  # 1: flow can leave the cell, 2: next to such, 3: from the root
    for v in left:
        state[v] = 1
    around = 0
    for v in left:
        for e in range(pointer[v], pointer[v + 1]):
            if state[neighbour[e]] == 0:
                state[neighbour[e]] = 2
                around += 1
    cut = np.empty(around, np.int64)
    cuts = 0
    queue = np.empty(n, np.int64)
    queue[0] = root
    state[root] = 3
    head, tail = 0, 1
    while head < tail and cuts < around:
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


@njit(cache=True, nogil=True)
def find_pair(pointer, school, cell, s):  # type: ignore[no-untyped-def]
    """The pair of a cell and school ``s``, -1 if it is not permitted."""
    low, high = pointer[cell], pointer[cell + 1]
    pair = low + np.searchsorted(school[low:high], s)
    return pair if pair < high and school[pair] == s else -1


@njit(cache=True, nogil=True)
def pairs_of(pointer, school, cells, s):  # type: ignore[no-untyped-def]
    """The pairs of some cells with school ``s``, for those that have one."""
    found = np.empty(cells.shape[0], np.int64)
    total = 0
    for cell in cells:
        pair = find_pair(pointer, school, cell, s)
        if pair >= 0:
            found[total] = pair
            total += 1
    return found[:total].copy()


@njit(cache=True, nogil=True)
def pairs_around(pointer, neighbour, root_of, pair_pointer, pair_school, cells, schools):  # type: ignore[no-untyped-def]
    """For each (cell, school) the school's pairs in the cells beside: rows over pairs, and pairs.

    A row stays empty where the root of the school is beside the cell, and ``near`` says so.
    """
    rows = cells.shape[0]
    most = 0
    for k in range(rows):
        most += pointer[cells[k] + 1] - pointer[cells[k]]
    found = np.empty(most, np.int64)
    ends = np.zeros(rows + 1, np.int64)
    near = np.zeros(rows, np.bool_)
    total = 0
    for k in range(rows):
        begin = total
        for e in range(pointer[cells[k]], pointer[cells[k] + 1]):
            v = neighbour[e]
            if root_of[v] == schools[k]:
                near[k] = True
            pair = find_pair(pair_pointer, pair_school, v, schools[k])
            if pair >= 0:
                found[total] = pair
                total += 1
        if near[k]:
            total = begin
        ends[k + 1] = total
    return ends, found[:total].copy(), near
