"""The schools that each cell may take, as lists: no table of all cells by all schools is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.problem.arrays import Floats, Ints, Pairs


@njit(cache=True, nogil=True)
def place(pointer, school, i, s):  # type: ignore[no-untyped-def]
    """Entry of school ``s`` in the list of cell ``i``; the closing entry if it is not listed."""
    low, high = pointer[i], pointer[i + 1] - 1
    closing = high
    if low + s < high:
        # schools are sorted, so that a cell that may go anywhere has school s at place s
        if school[low + s] == s:
            return low + s
        high = low + s
    while low < high:
        middle = (low + high) // 2
        if school[middle] < s:
            low = middle + 1
        else:
            high = middle
    return low if school[low] == s else closing


@njit(cache=True, nogil=True)
def places_of(pointer, school, assignment):  # type: ignore[no-untyped-def]
    """Entry of each cell's school."""
    entry = np.empty(assignment.shape[0], np.int64)
    for i in range(assignment.shape[0]):
        entry[i] = place(pointer, school, i, assignment[i])
    return entry


@njit(cache=True, nogil=True)
def cheapest_of_each(cost, pointer, most):  # type: ignore[no-untyped-def]
    """Marks the ``most`` cheapest pairs of each cell; of equal ones the first."""
    keep = np.zeros(cost.shape[0], np.bool_)
    best = np.empty(most, np.int64)
    for i in range(pointer.shape[0] - 1):
        count = 0
        for p in range(pointer[i], pointer[i + 1]):
            if count == most and cost[p] >= cost[best[count - 1]]:
                continue
            k = count if count < most else most - 1
            while k > 0 and cost[best[k - 1]] > cost[p]:
                best[k] = best[k - 1]
                k -= 1
            best[k] = p
            count = min(count + 1, most)
        for k in range(count):
            keep[best[k]] = True
    return keep


@njit(cache=True, nogil=True)
def below(value, limit, pointer, known):  # type: ignore[no-untyped-def]
    """Pairs, among those not ``known``, whose value is below the limit of their cell."""
    found = [0 for _ in range(0)]  # typed, though empty
    for i in range(pointer.shape[0] - 1):
        for p in range(pointer[i], pointer[i + 1]):
            if value[p] < limit[i] and not known[p]:
                found.append(p)
    return np.array(found)


@dataclass(frozen=True)
class Places:
    """Entries in compressed rows: ``pointer[i]:pointer[i + 1]`` are those of cell ``i``.

    Each row holds the permitted schools in order and is closed by one entry, with a number beyond
    all schools, that stands for every school that is not permitted.
    """

    pointer: Ints
    school: NDArray[np.int32]

    @cached_property
    def closing(self) -> Ints:
        """The closing entry of each cell."""
        last: Ints = self.pointer[1:] - 1
        return last

    def spread(self, by_pair: Floats, closing: Floats | float) -> Floats:
        """Values by entry from values by pair and those of the closing entries."""
        values = np.empty(len(self.school))
        listed = np.ones(len(self.school), dtype=bool)
        listed[self.closing] = False
        values[listed] = by_pair
        values[self.closing] = closing
        return values

    def of(self, assignment: Ints) -> Ints:
        """Entry of each cell's school."""
        entries: Ints = places_of(self.pointer, self.school, assignment)
        return entries


def list_places(pairs: Pairs, schools: int) -> Places:
    """The lists of permitted schools of a problem's pairs."""
    pointer = pairs.pointer + np.arange(len(pairs.pointer))
    school = np.full(int(pointer[-1]), schools, dtype=np.int32)
    school[np.arange(len(pairs)) + pairs.cell] = pairs.school
    return Places(pointer, school)


@dataclass(frozen=True)
class Scores:
    """A value for each entry; lower is better."""

    places: Places
    value: Floats

    @cached_property
    def best(self) -> Floats:
        """The least value of each cell."""
        least: Floats = np.minimum.reduceat(self.value, self.places.pointer[:-1])
        return least

    @cached_property
    def first(self) -> Ints:
        """The first school with the least value of each cell."""
        lengths = np.diff(self.places.pointer)
        equal = np.flatnonzero(self.value == np.repeat(self.best, lengths))
        cell = np.repeat(np.arange(len(lengths)), lengths)[equal]
        _, begin = np.unique(cell, return_index=True)
        return self.places.school[equal[begin]].astype(np.int64)
