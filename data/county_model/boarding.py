"""Beds, and the zones of junior schools."""

from __future__ import annotations

import math
from dataclasses import replace

import networkx as nx
import numpy as np

from .capacity import share_classes
from .drawn import School
from .facts import GRADES, JUNIOR, IntArray
from .zones import flood

JUNIOR_CLASS = 50
SPARE_BEDS = 1.05


def with_beds(school: School, sleep: IntArray, girls: IntArray, least: int = 0) -> School:
    """Return a school with beds for its boarders, few more, in houses for girls and for boys.

    Args:
        school: as drawn.
        sleep: boarders, by grade.
        girls: the girls among them.
        least: beds for each sex that it has in any case.
    """
    in_tens = [
        max(least, 10 * math.ceil(SPARE_BEDS * int(number) / 10))
        for number in (girls.sum(), sleep.sum() - girls.sum())
    ]
    beds = dict(zip(("beds_girls", "beds_boys"), in_tens, strict=True))
    return replace(school, boarding=True, more={**school.more, "beds": sum(in_tens), **beds})


def junior_zones(
    ways: nx.Graph[int], roots: IntArray, pull: float, rng: np.random.Generator
) -> IntArray:
    """Return for each village the number of its junior school, in connected zones."""
    return flood(ways, len(ways), roots, rng.uniform(0, pull, len(roots)))


def with_junior_classes(school: School, load: IntArray, today: IntArray) -> School:
    """Return a school with the junior classes that its load needs, none of them large.

    Args:
        school: one that teaches the junior stage.
        load: pupils in the witness plan, by grade 1 to 9.
        today: pupils in today's zones, by grade 1 to 9.
    """
    wanted = load[len(GRADES) :]
    total = math.ceil(int(wanted.sum()) * 1.03 / JUNIOR_CLASS)
    classes = share_classes(wanted, total)
    # a year ago: this year's next grade; the oldest are taken to have been as many as this year's
    before = [*today[len(GRADES) + 1 :], today[-1]]
    return replace(
        school,
        rooms=school.rooms + int(classes.sum()),
        classes={**school.classes, **dict(zip(JUNIOR, classes.tolist(), strict=True))},
        seats={**school.seats, "junior": JUNIOR_CLASS * int(classes.sum())},
        enrolled={
            **school.enrolled,
            **dict(zip(JUNIOR, [int(number) for number in before], strict=True)),
        },
    )


def feeders(
    schools: tuple[School, ...], upper: IntArray, junior: IntArray, leavers: IntArray
) -> list[dict[str, str]]:
    """Return which junior schools take each primary school's graduates; a fifth counts.

    Args:
        schools: every school.
        upper: row of the school of each village in grades 4-6.
        junior: the same in grades 7-9.
        leavers: children of grade 6 by village.
    """
    rows = []
    for row in np.unique(upper).tolist():
        zone = upper == row
        share = np.bincount(junior[zone], weights=leavers[zone], minlength=len(schools))
        share = share / max(1.0, share.sum())
        rows += [
            {
                "school_id": schools[row].school_id,
                "stage": "primary",
                "feeds": schools[to].school_id,
            }
            for to in np.flatnonzero(share >= 0.2).tolist()
            if to != row
        ]
    return rows
