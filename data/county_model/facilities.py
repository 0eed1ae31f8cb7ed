"""What schools have beside rooms: area, staff, canteen, costs, and what can be built there.

The norms and prices are public figures; where none was found they are assumed. README.md of the
counties says which. All money is in yuan.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from .drawn import School
from .facts import GRADES, IntArray

# 建标[2002]102, basic floor area: a first part, and m2 a class
PRIMARY_AREA, JUNIOR_AREA = (1339.0, 186.0), (1550.0, 268.0)
POINT_AREA = 90.0  # assumed: m2 a room of a teaching point
SPORTS = {"primary": 7.5, "junior": 10.2}  # 教督〔2017〕6号: m2 a pupil
LAND = {"primary": 22.0, "junior": 24.0}  # m2 a pupil; one national guide
PUPILS_A_POST = {"primary": 19.0, "junior": 13.5}  # staff ratios of 2014
POSTS_A_CLASS = 1.7  # assumed: posts a small school needs for each class
BOARDERS_A_WARDEN = 60  # assumed; provinces ask for one warden to 50 to 80 boarders
BED_AREA = 5.0  # Guizhou: m2 a boarder
BUILDING = 5802.0  # yuan a m2: Xining Yuanshan schools, 2013
DORMITORY = 5409.0  # yuan a m2: dormitory and canteen in Laixi
REPAIR = 1177.0  # yuan a m2: 27 boarding schools of Qinghai, 2009
TABLE_AREA = 1.5  # assumed: m2 of canteen a pupil
POST_COST, UPKEEP = 90_000.0, 40.0  # assumed: yuan a year for a post, and for a m2
FIXED_POSTS = {  # assumed: posts a school needs whatever its size
    "teaching-point": 1, "complete-primary": 4, "junior": 6, "nine-year": 8
}  # fmt: skip
CLASS = {"primary": 45, "junior": 50}


def area(kind: str, rooms: int, junior_rooms: int = 0) -> float:
    """Return the floor area that the norm asks for, in m2."""
    if kind == "teaching-point":
        return POINT_AREA * (rooms + 1)
    first, each = JUNIOR_AREA if kind == "junior" else PRIMARY_AREA
    return first + each * (rooms - junior_rooms) + JUNIOR_AREA[1] * junior_rooms


def furnished(school: School, pupils: IntArray, rng: np.random.Generator) -> School:
    """Return a school that stands with its areas, posts, canteen and yearly cost.

    Args:
        school: as drawn; its beds are known.
        pupils: those it is made for, by grade 1 to 9.
        rng: chance; some schools have less than the norm, some more.
    """
    primary, junior = int(pupils[: len(GRADES)].sum()), int(pupils[len(GRADES) :].sum())
    junior_rooms = sum(school.classes.get(g, 0) for g in school.grades if g not in GRADES)
    norm = area(school.kind, school.rooms, junior_rooms if school.kind == "nine-year" else 0)
    floor = _tens(norm * rng.uniform(0.75, 1.15))
    ratio = primary / PUPILS_A_POST["primary"] + junior / PUPILS_A_POST["junior"]
    wardens = math.ceil(float(school.more.get("beds", 0)) / BOARDERS_A_WARDEN)  # type: ignore[arg-type]
    posts = round(max(ratio, POSTS_A_CLASS * school.rooms) * rng.uniform(0.92, 1.05))
    sports = SPORTS["primary"] * primary + SPORTS["junior"] * junior
    land = LAND["primary"] * primary + LAND["junior"] * junior
    fed = 1.05 if school.boarding else 0.6
    return _with(
        school,
        canteen=10 * math.ceil(fed * (primary + junior) / 10),
        staff=max(1, posts) + wardens,
        **({"wardens": wardens} if school.boarding else {}),
        building_area=floor,
        sports_area=_tens(sports * rng.uniform(0.6, 1.3)),
        site_area=_tens(land * rng.uniform(0.8, 1.3)),
        opening_cost=yearly_cost(school.kind, floor),
    )


def yearly_cost(kind: str, floor: float) -> int:
    """Return what a school costs a year whatever its size: fixed posts and upkeep."""
    return round((POST_COST * FIXED_POSTS[kind] + UPKEEP * floor) / 1000) * 1000


def planned(school: School, beds: int, junior_rooms: int = 0) -> School:
    """Return a candidate site with the areas of the norm, and what it costs to build."""
    stage = "junior" if school.kind == "junior" else "primary"
    pupils = sum(school.seats.values())
    floor = area(school.kind, school.rooms, junior_rooms)
    dormitory = beds * BED_AREA + (TABLE_AREA * pupils if beds else 0.0)
    return _with(
        school,
        **({"beds": beds} if beds else {}),
        canteen=pupils,
        building_area=_tens(floor),
        sports_area=_tens(SPORTS[stage] * pupils),
        site_area=_tens(LAND[stage] * pupils),
        opening_cost=yearly_cost(school.kind, floor),
        capital_cost=round((floor * BUILDING + dormitory * DORMITORY) / 1e4) * 10_000,
    )


def repairable(school: School) -> School:
    """Return a school in a dangerous building, with what repairs cost."""
    floor = float(school.more["building_area"])  # type: ignore[arg-type]
    return _with(school, dangerous=True, repair_cost=round(floor * REPAIR / 1e3) * 1000)


def wing(school: School, classes: int, most: int) -> dict[str, object]:
    """Return a row of `expansions`: classrooms in a new wing."""
    each = JUNIOR_AREA[1] if school.kind == "junior" else PRIMARY_AREA[1]
    stage = "junior" if school.kind == "junior" else "primary"
    floor = each * classes
    return {
        "school_id": school.school_id,
        "option": "wing",
        "classes": classes,
        "building_area": floor,
        "sports_area": round(SPORTS[stage] * CLASS[stage] * classes),
        "canteen": CLASS[stage] * classes,
        "cost": _cost(floor * BUILDING + TABLE_AREA * CLASS[stage] * classes * DORMITORY),
        "yearly_cost": round(UPKEEP * floor),
        "lead_years": 1,
        "most": most,
    }


def dormitory(school: School, beds: int, most: int) -> dict[str, object]:
    """Return a row of `expansions`: beds, half of them for girls, and places at table."""
    floor = BED_AREA * beds
    return {
        "school_id": school.school_id,
        "option": "dormitory",
        "beds": beds,
        "beds_girls": beds // 2,
        "beds_boys": beds - beds // 2,
        "canteen": beds,
        "cost": _cost((floor + TABLE_AREA * beds) * DORMITORY),
        "yearly_cost": round(UPKEEP * floor),
        "lead_years": 1,
        "most": most,
    }


def temporary(school: School) -> dict[str, object]:
    """Return a row of `expansions`: a rented classroom, at once."""
    return {
        "school_id": school.school_id,
        "option": "temporary",
        "classes": 1,
        "building_area": 60.0,
        "cost": 40_000,  # assumed: to put it up
        "yearly_cost": 30_000,  # assumed: rent
        "most": 2,
        "temporary": True,
    }


def _with(school: School, **more: object) -> School:
    return replace(school, more={**school.more, **more})


def _tens(number: float) -> int:
    return 10 * round(number / 10)


def _cost(yuan: float) -> int:
    return round(yuan / 1e4) * 10_000
