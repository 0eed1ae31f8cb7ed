"""The classes of a school, recomputed for the verifier; the terms are those of the plan's table.

A multigrade school with known rooms fills them with all grades together; any other keeps the
classes it is known to have; otherwise each grade with pupils has a class, and further rooms go
where the largest class becomes as small as possible. Pupils without any class count as one class.
Known classes of upper grades that a school gives away, or does not take, are none.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from zoning.plan.verify.facts import Facts
from zoning.plan.verify.school_facts import SchoolFacts

__all__ = ["Sizes", "class_sizes"]


class Sizes(NamedTuple):
    """Classes in all (NaN unknown), and how many have how many pupils."""

    classes: float
    sizes: list[tuple[int, float]]


def class_sizes(facts: Facts, school: str) -> Sizes:
    """Return the classes of one school."""
    about = facts.schools[school]
    loads = {grade: load for grade, load in facts.loads[school].items() if load > 0}
    if facts.entrants:
        return _entrants(about, math.fsum(loads.values()))
    if about.multigrade and not math.isnan(about.rooms):
        return Sizes(about.rooms, [_even(math.fsum(loads.values()), about.rooms)])
    known = list(about.classes.values())
    if all(number == number for number in known):
        classes = {grade: about.classes.get(grade, 0.0) for grade in loads}
        for _ in range(int(about.new_classes) if loads else 0):
            shares = {grade: load / max(classes[grade], 1e-9) for grade, load in loads.items()}
            # ties go to the youngest grade
            classes[next(g for g in about.grades if shares.get(g) == max(shares.values()))] += 1
        sizes = [_even(load, classes[grade]) for grade, load in loads.items()]
        kept = [n for grade, n in about.classes.items() if grade not in facts.idle[school]]
        return Sizes(math.fsum(kept) + about.new_classes, sizes)
    if math.isnan(about.rooms):
        return Sizes(math.nan, [])
    rooms = about.rooms - about.other_classes
    return Sizes(rooms, _smallest(list(loads.values()), int(rooms)))


def _entrants(about: SchoolFacts, load: float) -> Sizes:
    stay, last = about.grades[:-1], about.grades[-1]
    if about.multigrade and not math.isnan(about.rooms):
        together = load + math.fsum(about.enrolled[grade] for grade in stay)
        return Sizes(about.rooms, [] if math.isnan(together) else [_even(together, about.rooms)])
    taken = math.fsum(about.classes[grade] for grade in stay) + about.other_classes
    free = about.rooms - taken
    free = about.classes[last] if math.isnan(free) else max(free, 0.0)
    return Sizes(free, [_even(load, free)] if load > 0 and not math.isnan(free) else [])


def _even(load: float, classes: float) -> tuple[int, float]:
    return max(int(classes), 1), load / max(classes, 1.0)


def _smallest(loads: list[float], rooms: int) -> list[tuple[int, float]]:
    """Share rooms so that the largest class is smallest, room by room to the fullest grade."""
    classes = [1] * len(loads)
    while loads and sum(classes) < rooms:
        sizes = [load / number for load, number in zip(loads, classes, strict=True)]
        classes[sizes.index(max(sizes))] += 1
    return [(number, load / number) for load, number in zip(loads, classes, strict=True)]
