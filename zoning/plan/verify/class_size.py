"""The rule `class-size`: no class above the limit, and no existing large class grows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts, SchoolFacts
from zoning.plan.verify.parameters import limit_by

__all__ = ["check_class_size", "class_limit"]

_ROUNDING = 1e-6


def class_limit(facts: Facts, about: SchoolFacts, rule: Rule) -> float:
    """Return the pupils per class that the rule was resolved to for a school; NaN if none."""
    keys = ("incomplete-primary", facts.plan.stage) if about.small else (facts.plan.stage,)
    return limit_by(rule, "pupils", *keys)


def check_class_size(facts: Facts, rule: Rule) -> list[Breach]:
    """Three cases by what is known of a school: rooms of a multigrade school, classes, rooms.

    Where only entrants are placed, the rule `intake` stands in for this one.
    """
    breaches: list[Breach] = []
    for school, about in [] if facts.entrants else facts.working():
        limit = class_limit(facts, about, rule)
        loads = facts.loads[school]
        if math.isnan(limit):
            continue
        if about.multigrade and not math.isnan(about.rooms):
            breaches.extend(_together(school, about, loads, limit))
        elif not any(math.isnan(number) for number in about.classes.values()):
            breaches.extend(_by_grade(school, about, loads, limit))
        elif not math.isnan(about.rooms):
            breaches.extend(_by_rooms(school, about, loads, limit))
    return breaches


def _by_grade(
    school: str, about: SchoolFacts, loads: dict[str, float], limit: float
) -> Iterator[Breach]:
    for grade, load in loads.items():
        classes = about.classes.get(grade, 0.0)
        most = limit * classes
        if about.enrolled.get(grade, 0.0) > most:
            most = about.enrolled[grade]
        if above(load, most):
            where = f"school {school}, grade {grade}"
            expected = f"at most {show(most)} pupils ({show(classes)} classes of {show(limit)})"
            yield Breach(where, expected, show(load), pupils=load - most)


def _together(
    school: str, about: SchoolFacts, loads: dict[str, float], limit: float
) -> Iterator[Breach]:
    load, most = math.fsum(loads.values()), limit * about.rooms
    if above(load, most):
        expected = f"at most {show(most)} pupils ({show(about.rooms)} rooms of {show(limit)})"
        yield Breach(f"school {school}", expected, show(load), pupils=load - most)


def _by_rooms(
    school: str, about: SchoolFacts, loads: dict[str, float], limit: float
) -> Iterator[Breach]:
    rooms = about.rooms - about.other_classes
    needed = sum(math.ceil(load / limit - _ROUNDING) for load in loads.values())
    if above(needed, rooms):
        expected = f"at most {show(rooms)} classes of {show(limit)} pupils, grade by grade"
        over = _beyond_rooms(list(loads.values()), rooms, limit)
        yield Breach(f"school {school}", expected, f"{needed} classes", pupils=over)


def _beyond_rooms(loads: list[float], rooms: float, limit: float) -> float:
    """Return the fewest pupils left over when the rooms go to the grades that fill them best."""
    fills = []
    for load in loads:
        whole, rest = divmod(load, limit)
        fills += [limit] * int(whole) + [rest]
    held = sorted(fills, reverse=True)[: max(int(rooms + _ROUNDING), 0)]
    return max(math.fsum(loads) - math.fsum(held), 0.0)
