"""Upper grades of standing primary schools: who may give them away or take them, and who did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zoning.plan.verify.breach import Breach
from zoning.plan.verify.keep_isolated import alone
from zoning.plan.verify.vetoes import ruled_out

if TYPE_CHECKING:
    from zoning.plan.verify.facts import Facts

__all__ = ["bands_of", "check_upper_grades", "movable_bands", "offered"]

_COMPLETE = "complete-primary"
_SMALL = ("incomplete-primary", "teaching-point")


def bands_of(facts: Facts, school: str) -> list[str]:
    """Return the bands placed of which the school's table of grades lists every one, in order."""
    about, described = facts.schools[school], facts.county.stage(facts.plan.stage).bands
    return [band for band in facts.band_grades if set(described[band]) <= set(about.classes)]


def offered(facts: Facts) -> frozenset[tuple[str, str]]:
    """Return (small school, upper band) that it lists, with nobody enrolled and nobody zoned."""
    described = facts.county.stage(facts.plan.stage).bands
    zoned = {(school, cell.band) for cell, school in facts.today.items()}
    return frozenset(
        (school, band)
        for school, about in facts.items()
        if about.kind in _SMALL and about.status == "existing"
        for band in bands_of(facts, school)[1:]
        if (school, band) not in zoned
        and all(about.enrolled.get(grade, math.nan) == 0 for grade in described[band])
    )


def movable_bands(facts: Facts) -> frozenset[tuple[str, str]]:
    """Return (school, band) that an open school may be without, by the plan's rules."""
    if not facts.upper_moves:
        return frozenset()
    central = set(facts.county.schools["central_school"])
    described = facts.county.stage(facts.plan.stage).bands
    rules = {rule.name: rule for rule in facts.plan.rules}
    held = ruled_out(facts, "downgrade") if "vetoes" in rules else set()
    needed = set()
    if "keep-isolated" in rules:
        needed = {(school, cell.band) for school, cell in alone(facts, rules["keep-isolated"])}
    given = {
        (school, band)
        for school, about in facts.items()
        if about.kind == _COMPLETE and about.status == "existing"
        if school not in central | held
        for band in bands_of(facts, school)[1:]
        if not any(about.outside.get(grade, 0.0) > 0 for grade in described[band])
    }
    return frozenset((given - needed) | facts.offered)


def check_upper_grades(facts: Facts) -> list[Breach]:
    """No school teaches upper grades alone, or is without a band that it may not give away."""
    breaches = []
    for school, about in facts.working():
        bands = bands_of(facts, school)
        if about.status != "existing" or about.kind not in (_COMPLETE, *_SMALL) or len(bands) < 2:
            continue
        used = [band for band in bands if (school, band) in facts.zones]
        last = bands.index(used[-1]) if used else -1
        for k, band in enumerate(bands):
            if band in used:
                continue
            where = f"school {school}"
            if k < last:
                expected = f"units of {band}, below the {bands[last]} that it teaches"
                breaches.append(Breach(where, expected, "none"))
            elif (school, band) not in facts.movable:
                expected = f"units of {band}, which it may not give away"
                breaches.append(Breach(where, expected, "none"))
    return breaches
