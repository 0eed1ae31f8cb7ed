"""The rule `class-size`: no class above the limit, and no existing large class grows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import limit_by
from zoning.plan.verify.school_facts import SchoolFacts

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
    if about.new_classes:
        yield from _with_new(school, about, loads, limit)
        return
    for grade, load in loads.items():
        classes = about.classes.get(grade, 0.0)
        most = limit * classes
        if about.enrolled.get(grade, 0.0) > most:
            most = about.enrolled[grade]
        if above(load, most):
            where = f"school {school}, grade {grade}"
            expected = f"at most {show(most)} pupils ({show(classes)} classes of {show(limit)})"
            yield Breach(where, expected, show(load), pupils=load - most)


def _with_new(
    school: str, about: SchoolFacts, loads: dict[str, float], limit: float
) -> Iterator[Breach]:
    """New classes go to grades in whole numbers; a large class stays only without one."""
    new = int(about.new_classes + _ROUNDING)
    least = [0.0] * (new + 1)  # fewest pupils without a place, by classes given away
    for grade, load in loads.items():
        classes = about.classes.get(grade, 0.0)
        kept = max(limit * classes, about.enrolled.get(grade, 0.0))
        if math.isnan(kept):
            kept = limit * classes
        room = [kept, *(limit * (classes + k) for k in range(1, new + 1))]
        least = [
            min(least[j - k] + max(load - room[k], 0.0) for k in range(j + 1))
            for j in range(new + 1)
        ]
    if above(least[new], 0.0):
        expected = f"classes of {show(limit)} pupils with {new} new ones"
        yield Breach(f"school {school}", expected, f"{show(least[new])} pupils too many",
                     pupils=least[new])  # fmt: skip


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
