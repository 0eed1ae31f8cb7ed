"""The schools of the county: primary schools as drawn, junior schools, sites, suspended points."""

from __future__ import annotations

import numpy as np
from county_model.drawn import School
from county_model.facilities import CLASS, planned, yearly_cost
from county_model.facts import GRADES, JUNIOR, LOWER, IntArray

from .model import Model

# township row and place among its villages, the town with two schools first
JUNIOR_AT = ((0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (4, 0), (6, 0), (7, 0))
JUNIOR_SITE = 8  # township row of a site for another junior school
PRIMARY_SITES = 3
SITE_CLASSES = 12
COMPANION_CLASSES = 18  # three classes a grade: its own unit alone has more than two would hold
SUSPENDED = 2
COMPANION_OPENS = 2022
RESTORING = 60_000  # assumed: yuan to restore a suspended point


def primary_schools(model: Model) -> list[School]:
    """Return complete schools P01, P02, ... and teaching points T01, T02, ..."""
    townships: list[str] = model.facts.townships["name"].tolist()
    complete, schools = len(model.sites.complete), []
    for row, root in enumerate(model.roots.tolist()):
        whole = row < complete
        township = townships[model.facts.township_of_village[root]]
        central = row < len(townships)
        grades = GRADES if whole else LOWER
        classes = model.capacity.classes[row] if whole else np.full(len(LOWER), np.nan)
        village = model.facts.short_name(root)
        name = f"{township}中心小学" if central else village + ("小学" if whole else "教学点")
        schools.append(
            School(
                school_id=f"P{row + 1:02d}" if whole else f"T{row - complete + 1:02d}",
                name=name,
                kind="complete-primary" if whole else "teaching-point",
                village=root,
                grades=grades,
                rooms=int(model.capacity.rooms[row]),
                seats={"primary": int(model.capacity.seats[row])},
                classes={
                    grade: int(number)
                    for grade, number in zip(grades, classes, strict=True)
                    if not np.isnan(number)
                },
                enrolled=dict(zip(grades, model.capacity.enrolled[row].tolist(), strict=False)),
                # central schools of the townships outside the three towns take boarders
                boarding=central and township.endswith("乡"),
                multigrade=not whole,
                more={} if whole else {"central_school": _central(model, root)},
            )
        )
    return schools


def junior_schools(model: Model) -> list[School]:
    """Return J01, J02, ...: no rooms or seats yet; all take boarders."""
    townships: list[str] = model.facts.townships["name"].tolist()
    names = ["循化县第一初级中学", "循化县第二初级中学"]
    return [
        School(
            school_id=f"J{number:02d}",
            name=names[number - 1] if number <= len(names) else f"{townships[township]}初级中学",
            kind="junior",
            village=model.facts.first_village(township) + place,
            grades=JUNIOR,
            rooms=0,
            seats={},
            boarding=True,
        )
        for number, (township, place) in enumerate(JUNIOR_AT, start=1)
    ]


def suspended_points(model: Model) -> list[School]:
    """Return S01, S02: points closed for now, in the villages farthest from a complete school."""
    remote = model.road[:, model.sites.complete].min(axis=1)
    taken = {village for zone in model.sites.points for village in zone} | set(model.roots.tolist())
    free = [village for village in np.argsort(-remote, kind="stable") if village not in taken]
    return [
        School(
            school_id=f"S{number:02d}",
            name=f"{model.facts.short_name(int(village))}教学点(停办)",
            kind="teaching-point",
            village=int(village),
            grades=LOWER,
            rooms=1,
            seats={"primary": 30},
            status="suspended",
            multigrade=True,
            more={
                "central_school": _central(model, int(village)),
                "building_area": 180,
                "opening_cost": yearly_cost("teaching-point", 180.0),
                "capital_cost": RESTORING,
            },
        )
        for number, village in enumerate(free[:SUSPENDED], start=1)
    ]


def sites(model: Model, today: IntArray, taken: set[int]) -> list[School]:
    """Return C01, C02, ...: sites for primary schools, the last a junior school with beds.

    The first stand where journeys to schools that are too full would shorten most, the last of
    them where services lack; then comes the companion of new housing in town.

    Args:
        model: the county.
        today: pupils by school in today's zones.
        taken: villages that another primary school grows its zone from.
    """
    full = np.flatnonzero(today[: len(model.sites.complete)] > _seats(model))
    crowd = np.isin(model.today.upper, full) * model.children.sum(axis=1)
    chosen: list[int] = []
    for _ in range(PRIMARY_SITES):
        standing = [*model.sites.complete.tolist(), *chosen]
        nearest = model.road[:, standing].min(axis=1)
        gain = (crowd[:, None] * np.maximum(0, nearest[:, None] - model.road)).sum(axis=0)
        gain[[*taken, *chosen]] = -1.0
        chosen.append(int(gain.argmax()))
    town = model.facts.first_village(0)
    of_town = np.flatnonzero(model.facts.committees & (model.facts.township_of_village == 0))
    companion = next(int(place) for place in of_town[::-1] if place not in {*taken, *chosen, town})
    rows = [
        _site(model, number, village, serviced=number != PRIMARY_SITES)
        for number, village in enumerate(chosen, start=1)
    ]
    rows.append(
        _site(model, len(rows) + 1, companion, classes=COMPANION_CLASSES, opens=COMPANION_OPENS)
    )
    township = str(model.facts.townships["name"].iloc[JUNIOR_SITE])
    junior = School(
        school_id=f"C{len(rows) + 1:02d}",
        name=f"{township}初级中学(选址)",
        kind="junior",
        village=model.facts.first_village(JUNIOR_SITE),
        grades=JUNIOR,
        rooms=SITE_CLASSES,
        seats={"junior": CLASS["junior"] * SITE_CLASSES},
        status="candidate",
        boarding=True,
        more={"opens": COMPANION_OPENS - 1},
    )
    return [*rows, planned(junior, beds=200)]


def _seats(model: Model) -> IntArray:
    return model.capacity.seats[: len(model.sites.complete)]


def _site(
    model: Model, number: int, village: int, *, classes: int = SITE_CLASSES, **more: object
) -> School:
    site = School(
        school_id=f"C{number:02d}",
        name=f"{model.facts.short_name(village)}小学(选址)",
        kind="complete-primary",
        village=village,
        grades=GRADES,
        rooms=classes,
        seats={"primary": CLASS["primary"] * classes},
        status="candidate",
        more=more,
    )
    return planned(site, beds=0)


def _central(model: Model, village: int) -> str:
    return f"P{model.facts.township_of_village[village] + 1:02d}"
