"""Classes, rooms, seats and enrolment, so that the witness plan fits and little is left over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .facts import FloatArray, IntArray

CLASS = 45  # pupils in a class of a complete primary school
LARGE_CLASS = 55  # a larger class is a "large class"
POINT_ROOM = 30  # pupils in a room of a teaching point
SEATS_RATIO = 1.06  # seats for each pupil, at most


@dataclass(frozen=True)
class Capacity:
    """What the schools hold, complete schools first.

    Attributes:
        classes: by complete school and grade; NaN where only rooms are known.
        rooms: by school.
        seats: by school.
        enrolled: pupils of a year ago by school and grade (teaching points: grades 1-3).
    """

    classes: FloatArray
    rooms: IntArray
    seats: IntArray
    enrolled: IntArray


def loads(children: IntArray, lower: IntArray, upper: IntArray, schools: int) -> IntArray:
    """Return pupils by school and grade, shape (schools, 6)."""
    total = np.zeros((schools, children.shape[1]), dtype=np.int64)
    np.add.at(total[:, :3], lower, children[:, :3])
    np.add.at(total[:, 3:], upper, children[:, 3:])
    return total


def a_year_ago(children: IntArray, lower: IntArray, upper: IntArray, schools: int) -> IntArray:
    """Return who is enrolled: the pupils of grade g are this year's grade g + 1.

    The oldest, who leave, are taken to have been as many as this year's oldest.
    """
    before = np.column_stack([children[:, 1:], children[:, -1]])
    return loads(before, lower, upper, schools)


def furnish(
    witness: IntArray,
    enrolled: IntArray,
    complete: int,
    rng: np.random.Generator,
    *,
    rooms_only: int = 0,
) -> Capacity:
    """Give every school the classes and rooms that the witness plan needs.

    Args:
        witness: pupils by school and grade in the witness plan.
        enrolled: pupils by school and grade a year ago.
        complete: number of complete schools.
        rooms_only: number of complete schools whose classes are not known.
    """
    totals = np.ceil(witness[:complete].sum(axis=1) / CLASS).astype(np.int64)
    point_rooms = np.ceil(witness[complete:, :3].sum(axis=1) / POINT_ROOM).astype(np.int64)
    classes = np.array(
        [share_classes(pupils, total) for pupils, total in zip(witness, totals, strict=False)]
    )
    spare = SEATS_RATIO * witness.sum() - CLASS * classes.sum() - POINT_ROOM * point_rooms.sum()
    for school in rng.permutation(complete)[: max(0, int(spare // CLASS))]:
        classes[school] = share_classes(witness[school], int(classes[school].sum()) + 1)
    rooms = np.maximum(
        classes.sum(axis=1),
        classes[:, :-1].sum(axis=1) + np.ceil(witness[:complete, 0] / CLASS).astype(np.int64),
    )
    seats = CLASS * classes.sum(axis=1)
    known = classes.astype(float)
    fit = _by_seats_alone(witness[:complete], enrolled[:complete], seats)
    for school in np.sort(rng.permutation(fit)[:rooms_only]):
        known[school] = np.nan
        rooms[school] = seats[school] // CLASS
    return Capacity(
        classes=known,
        rooms=np.concatenate([rooms, point_rooms]),
        seats=np.concatenate([seats, POINT_ROOM * point_rooms]),
        enrolled=enrolled,
    )


def share_classes(pupils: IntArray, total: int) -> IntArray:
    """Share classes among grades: none above a large class, then where classes are fullest."""
    classes = np.maximum(1, np.ceil(pupils / LARGE_CLASS)).astype(np.int64)
    while classes.sum() < total:
        classes[np.argmax(pupils / classes)] += 1
    return classes


def _by_seats_alone(witness: IntArray, enrolled: IntArray, seats: IntArray) -> IntArray:
    """Return the schools that can take the witness plan's entrants by their seats alone."""
    room_left = seats - enrolled[:, :-1].sum(axis=1) >= witness[:, 0]
    forms_classes = np.ceil(witness / LARGE_CLASS).sum(axis=1) <= seats // CLASS
    return np.flatnonzero(room_left & forms_classes)
