"""Zones seen while annealing: compiled, deduplicated, kept if they may be part of a better plan.

Once a sweep every zone within its school's limits is looked at. Zones are told apart by a random
number of 64 bits (the exclusive or of the numbers of their cells and of their school: Zobrist
1970); what a zone wastes against the relaxation decides whether it is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.problem.arrays import Floats, Ints

Keys = NDArray[np.uint64]


class Store(NamedTuple):
    """Zones kept so far and what decides about new ones.

    Zone k belongs to ``school[k]`` and has the cells ``cell[pointer[k]:pointer[k + 1]]``;
    ``filled[0]`` is their number, ``zone_key`` their keys. A zone's reduced cost is ``base`` of
    its school and ``waste`` (n x S) of its cells; it is kept if that is at most ``most[0]``.
    ``key``, ``school_key`` and ``table`` serve to tell zones apart; ``hash``, ``lost`` and
    ``place`` (S) are work arrays.
    """

    pointer: Ints
    school: Ints
    cell: NDArray[np.int32]
    filled: Ints
    zone_key: Keys
    waste: Floats
    base: Floats
    most: Floats
    key: Keys
    school_key: Keys
    table: Keys
    hash: Keys
    lost: Floats
    place: Ints


def no_store() -> Store:
    """A store without room."""
    return make_store(np.zeros((0, 0)), np.zeros(0), 0.0, (0, 0))


def make_store(waste: Floats, base: Floats, most: float, room: tuple[int, int]) -> Store:
    """An empty store with room for some zones and cells."""
    rng = np.random.default_rng(20)
    cells, schools = waste.shape
    places = 1 << max(1, int(2 * room[0]).bit_length() + 1)
    return Store(
        pointer=np.zeros(room[0] + 1, dtype=np.int64),
        school=np.zeros(room[0], dtype=np.int64),
        cell=np.zeros(room[1], dtype=np.int32),
        filled=np.zeros(1, dtype=np.int64),
        zone_key=np.zeros(room[0], dtype=np.uint64),
        waste=waste,
        base=base,
        most=np.full(1, most),
        key=_keys(rng, cells),
        school_key=_keys(rng, schools),
        table=np.zeros(places, dtype=np.uint64),
        hash=np.zeros(schools, dtype=np.uint64),
        lost=np.zeros(schools),
        place=np.zeros(schools, dtype=np.int64),
    )


def _keys(rng: np.random.Generator, count: int) -> Keys:
    keys: Keys = rng.integers(1, 2**63, size=count, dtype=np.uint64)
    return keys


@njit(cache=True, nogil=True)
def is_new(table, key):  # type: ignore[no-untyped-def]
    """Enter a key into the table; True if it was not there."""
    mask = np.uint64(table.shape[0] - 1)
    at = key & mask
    while table[at] != 0:
        if table[at] == key:
            return False
        at = (at + np.uint64(1)) & mask
    table[at] = key
    return True


@njit(cache=True, nogil=True)
def collect(zone_of, broken, store):  # type: ignore[no-untyped-def]
    """Keep the zones of a state that are within their limits, new, and waste little."""
    pointer, school, cell, filled, zone_key, waste, base, most = store[:8]
    key, school_key, table, hash_, lost, place = store[8:]
    schools = broken.shape[0]
    for s in range(schools):
        hash_[s] = school_key[s]
        lost[s] = base[s]
        place[s] = 0
    for i in range(zone_of.shape[0]):
        s = zone_of[i]
        hash_[s] ^= key[i]
        lost[s] += waste[i, s]
        place[s] += 1
    first = filled[0]
    for s in range(schools):
        size = place[s]
        place[s] = -1
        if broken[s] > 0.0:
            continue
        k = filled[0]
        if lost[s] > most[0] or k >= school.shape[0] or pointer[k] + size > cell.shape[0]:
            continue
        if not is_new(table, hash_[s]):
            continue
        place[s] = pointer[k]
        school[k] = s
        zone_key[k] = hash_[s]
        pointer[k + 1] = pointer[k] + size
        filled[0] = k + 1
    if filled[0] == first:
        return
    for i in range(zone_of.shape[0]):
        s = zone_of[i]
        if place[s] >= 0:
            cell[place[s]] = i
            place[s] += 1
