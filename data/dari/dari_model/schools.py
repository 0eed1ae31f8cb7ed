"""The schools of the county: boarding schools at the seats, few teaching points, sites."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from county_model.capacity import Capacity
from county_model.drawn import School
from county_model.facilities import CLASS, planned, yearly_cost
from county_model.facts import GRADES, JUNIOR, LOWER, Facts

from .land import Land

NINE_YEAR = 5  # township row whose school is a nine-year school
JUNIOR_AT = (0, 8)  # township rows with a junior school
JUNIOR_SITE = 2  # township row of a site for another one
SITE_CLASSES, SITE_BEDS = 9, 200
POINT_SITES = 2
RESTORING = 60_000  # assumed: yuan to restore a suspended point


def primary_schools(facts: Facts, land: Land, capacity: Capacity) -> list[School]:
    """Return complete schools P01, P02, ... (one of them the nine-year school N01), then points."""
    townships: list[str] = facts.townships["name"].tolist()
    schools = []
    for row, village in enumerate(land.complete.tolist()):
        nine = row == NINE_YEAR
        township = townships[facts.township_of_village[village]]
        name = f"{township}寄宿制" + ("九年一贯制学校" if nine else "中心小学")
        if row >= len(townships):
            name = f"{township}{facts.short_name(village)}小学"
        classes = capacity.classes[row].astype(int).tolist()
        schools.append(
            School(
                school_id="N01" if nine else f"P{row + 1:02d}",
                name=name,
                kind="nine-year" if nine else "complete-primary",
                village=village,
                grades=(*GRADES, *JUNIOR) if nine else GRADES,
                rooms=int(capacity.rooms[row]),
                seats={"primary": int(capacity.seats[row])},
                classes=dict(zip(GRADES, classes, strict=True)),
                enrolled=dict(zip(GRADES, capacity.enrolled[row].tolist(), strict=True)),
                boarding=True,
            )
        )
    for number, village in enumerate(land.points.tolist(), start=1):
        row = len(land.complete) + number - 1
        schools.append(
            School(
                school_id=f"T{number:02d}",
                name=f"{facts.short_name(village)}教学点",
                kind="teaching-point",
                village=village,
                grades=LOWER,
                rooms=int(capacity.rooms[row]),
                seats={"primary": int(capacity.seats[row])},
                enrolled=dict(zip(LOWER, capacity.enrolled[row].tolist(), strict=False)),
                multigrade=True,
                more={"central_school": _central(facts, schools, village)},
            )
        )
    return schools


def junior_schools(facts: Facts) -> list[School]:
    """Return J01, J02: no rooms or seats yet; all take boarders."""
    townships: list[str] = facts.townships["name"].tolist()
    return [
        School(
            school_id=f"J{number:02d}",
            name="达日县寄宿制初级中学" if number == 1 else f"{townships[township]}寄宿制初级中学",
            kind="junior",
            village=facts.first_village(township),
            grades=JUNIOR,
            rooms=0,
            seats={},
            boarding=True,
        )
        for number, township in enumerate(JUNIOR_AT, start=1)
    ]


def sites(facts: Facts, land: Land, primary: Sequence[School]) -> list[School]:
    """Return a suspended point S01, and sites C01, C02 for points and C03 for a junior school."""
    spare = land.sites.tolist()
    rows = [_point_site(facts, f"C{n:02d}", village) for n, village in enumerate(spare[1:3], 1)]
    village = spare[0]
    rows.insert(
        0,
        School(
            school_id="S01",
            name=f"{facts.short_name(village)}教学点(停办)",
            kind="teaching-point",
            village=village,
            grades=LOWER,
            rooms=2,
            seats={"primary": 60},
            status="suspended",
            multigrade=True,
            more={
                "central_school": _central(facts, primary, village),
                "building_area": 270,
                "opening_cost": yearly_cost("teaching-point", 270.0),
                "capital_cost": RESTORING,
            },
        ),
    )
    township = str(facts.townships["name"].iloc[JUNIOR_SITE])
    junior = School(
        school_id=f"C{POINT_SITES + 1:02d}",
        name=f"{township}寄宿制初级中学(选址)",
        kind="junior",
        village=facts.first_village(JUNIOR_SITE),
        grades=JUNIOR,
        rooms=SITE_CLASSES,
        seats={"junior": CLASS["junior"] * SITE_CLASSES},
        status="candidate",
        boarding=True,
        more={"opens": 2022},
    )
    return [*rows, planned(junior, beds=SITE_BEDS)]


def _point_site(facts: Facts, school_id: str, village: int) -> School:
    site = School(
        school_id=school_id,
        name=f"{facts.short_name(village)}教学点(选址)",
        kind="teaching-point",
        village=village,
        grades=LOWER,
        rooms=3,
        seats={"primary": 90},
        status="candidate",
        multigrade=True,
    )
    return planned(site, beds=0)


def _central(facts: Facts, schools: Sequence[School], village: int) -> str:
    """Return the school at the seat of a village's township; they come first, in order."""
    return schools[int(np.asarray(facts.township_of_village)[village])].school_id
