"""The rule `intake` over several years: what entrants take in one year is taken in the next."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.class_size import class_limit
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.school_facts import SchoolFacts

__all__ = ["check_years_intake", "years_over"]

_ROUNDING = 1e-6
_WHOLE = (1, 2)
"""Ways of counting in whole classes, see `_ways`."""


def check_years_intake(years: Sequence[Facts], rule: Rule) -> list[Breach]:
    """Entrants of all years up to each fit into what those who left have made free."""
    breaches = []
    for school in years[0].schools:
        taken, way, room = _room(years, rule, school)
        for k, facts in enumerate(years if way >= 0 else []):
            limit, free = class_limit(facts, facts.schools[school], rule), room[k]
            here, where = taken[: k + 1], f"{facts.plan.year}: school {school}"
            if way in _WHOLE:
                needed = sum(math.ceil(load / limit - _ROUNDING) for load in here)
                if above(needed, free):
                    expected = f"at most {show(free)} classes of {show(limit)} for entrants so far"
                    breaches.append(Breach(where, expected, show(needed)))
            elif above(math.fsum(here), free):
                expected = f"at most {show(free)} entrants so far"
                breaches.append(Breach(where, expected, show(math.fsum(here))))
    return breaches


def years_over(years: Sequence[Facts], rule: Rule) -> float:
    """Return the entrants of all years beyond what is free for them, as few as classes permit."""
    return math.fsum(_over(years, rule, school) for school in years[0].schools)


def _over(years: Sequence[Facts], rule: Rule, school: str) -> float:
    """Entrants of a school who are too many.

    Year by year the least for each amount that may have been taken up to then.
    """
    taken, way, room = _room(years, rule, school)
    if way < 0:
        return 0.0
    if way not in _WHOLE:
        held = 0.0
        for k, load in enumerate(taken):
            held = min(held + load, min(room[k:]))
        return math.fsum(taken) - held
    limit = class_limit(years[0], years[0].schools[school], rule)
    least = {0: 0.0}
    for load, free in zip(taken, room, strict=True):
        after: dict[int, float] = {}
        for used, over in least.items():
            for more in range(math.ceil(load / limit - _ROUNDING) + 1):
                if not above(used + more, free):
                    total = over + max(load - limit * more, 0.0)
                    after[used + more] = min(total, after.get(used + more, math.inf))
        least = after
    return min(least.values(), default=math.inf)


def _room(years: Sequence[Facts], rule: Rule, school: str) -> tuple[list[float], int, list[float]]:
    """Return a school's entrants of each year, how its room is counted (-1: not), and the room."""
    taken = [0.0 if school in f.closed else f.load(school) for f in years]
    ways = [_ways(f, f.schools[school], rule) for f in years]
    way = next((w for w in range(4) if not any(math.isnan(of[w]) for of in ways)), -1)
    return taken, way, [max(of[way], 0.0) for of in ways] if way >= 0 else []


def _ways(facts: Facts, about: SchoolFacts, rule: Rule) -> list[float]:
    """Return what is free for entrants up to the year; NaN where not enough is known for a way.

    In this order: pupils in the rooms of a multigrade school, classes in the rooms, classes of the
    grades that left, seats.
    """
    limit = class_limit(facts, about, rule)
    gone = facts.plan.year - facts.county.year + 1
    stay = about.grades[: max(len(about.grades) - gone, 0)]
    leave = about.grades[len(stay) :]
    enrolled = math.fsum(about.enrolled[grade] for grade in stay)
    classes = math.fsum(about.classes[grade] for grade in stay)
    left = math.fsum(about.classes[grade] for grade in leave) + about.new_classes
    unknown = math.isnan(limit)
    return [
        limit * about.rooms - enrolled if about.multigrade else math.nan,
        math.nan if unknown else about.rooms - classes - about.other_classes,
        math.nan if unknown else left,
        about.seats - enrolled,
    ]
