"""The rule `intake`: entrants fit into what those who leave make free."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.class_size import class_limit
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.overflow import net_diverted
from zoning.plan.verify.school_facts import SchoolFacts

__all__ = ["check_intake", "intake_places"]


def check_intake(facts: Facts, rule: Rule) -> list[Breach]:
    """Entrants placed and from outside <= the school's places for entrants, where known."""
    breaches = []
    for school, about in facts.working() if facts.entrants else []:
        places = intake_places(facts, about, rule)
        load = facts.load(school) + net_diverted(facts, school)
        if above(load, places):
            expected = f"at most {show(places)} entrants"
            breaches.append(Breach(f"school {school}", expected, show(load), pupils=load - places))
    return breaches


def intake_places(facts: Facts, about: SchoolFacts, rule: Rule) -> float:
    """Return how many entrants a school can take; NaN if nothing is known.

    In this order, by what is known: rooms of a multigrade school, rooms and classes, the classes
    of the grade that leaves, seats.
    """
    limit = class_limit(facts, about, rule)
    stay = about.grades[:-1]
    enrolled = math.fsum(about.enrolled[grade] for grade in stay)
    classes = math.fsum(about.classes[grade] for grade in stay)
    known = [
        limit * about.rooms - enrolled if about.multigrade else math.nan,
        limit * max(about.rooms - classes - about.other_classes, 0.0)
        if not math.isnan(about.rooms + classes)
        else math.nan,
        limit * about.classes[about.grades[-1]],
        about.seats - enrolled,
    ]
    places = next((number for number in known if not math.isnan(number)), math.nan)
    return max(places, 0.0) if not math.isnan(places) else math.nan
