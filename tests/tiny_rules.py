"""Further rules and goals for the tiny counties that are planned over several years."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pandas as pd

from zoning.county import County

EMPHASES = (
    "", "boarding", "intake", "teachers", "receive-first", "", "one-per-township",
    "no-duplicate", "areas", "transport-cost", "quality-seats",
)  # fmt: skip
"""What a seed is mainly about beside the rules that all take part in."""
RULES = ("boarding", "teachers", "receive-first", "one-per-township", "no-duplicate", "areas")


def furnished(rng: random.Random, county: County, emphasis: str) -> County:
    """The county with posts, beds, canteens, areas and ways of all kinds."""
    schools, options = county.schools, county.expansions

    def some(known: float, draw: Callable[[], float], of: int = len(schools)) -> list[float]:
        return [draw() if rng.random() < known else math.nan for _ in range(of)]

    posts = rng.random() < 0.9
    boards = [rng.random() < 0.7 for _ in range(len(schools))]
    beds = [float(rng.choice((0, 30, 60, 150))) if b and rng.random() < 0.8 else math.nan
            for b in boards]  # fmt: skip
    by_sex = [b == b and rng.random() < 0.4 for b in beds]
    girls = [math.floor(b * rng.choice((0.3, 0.5))) if its else math.nan
             for b, its in zip(beds, by_sex, strict=True)]  # fmt: skip
    schools = schools.assign(
        boarding=boards, beds=beds, beds_girls=girls,
        beds_boys=[b - g if its else math.nan
                   for b, g, its in zip(beds, girls, by_sex, strict=True)],
        canteen=some(0.6, lambda: float(rng.choice((0, 40, 90, 200)))),
        staff=some(float(posts), lambda: float(rng.randint(3, 12))),
        building_area=some(0.7, lambda: float(rng.randint(100, 800))),
        sports_area=some(0.6, lambda: float(rng.randint(200, 1200))),
        quality=[k % 2 == 0 for k in range(len(schools))],
    )  # fmt: skip
    count = len(options)
    options = options.assign(
        beds=[float(rng.choice((0, 40))) for _ in range(count)],
        canteen=[float(rng.choice((0, 50))) for _ in range(count)],
        building_area=[float(rng.choice((0, 0, 90, 300))) for _ in range(count)],
        sports_area=[float(rng.choice((0, 0, 200))) for _ in range(count)],
    )
    later = county.school_years
    rows = [
        (school, "", rng.choice((2025, 2026)), math.nan, math.nan,
         float(rng.choice((20, 90))) if b else math.nan, float(rng.choice((30, 150))),
         float(rng.randint(2, 12)) if posts else math.nan)
        for school, b in zip(schools["school_id"], boards, strict=True) if rng.random() < 0.2
    ]  # fmt: skip
    taken = set(zip(later["school_id"], later["stage"], later["year"], strict=True))
    rows = [row for row in rows if row[:3] not in taken]
    columns = ["school_id", "stage", "year", "seats", "rooms", "beds", "canteen", "staff"]
    later = pd.concat([later, pd.DataFrame(rows, columns=columns)])
    county = county.replace(schools=schools, expansions=options, school_years=later)
    return _boarding(rng, county) if emphasis == "boarding" else _buses(rng, county)


def _buses(rng: random.Random, county: County) -> County:
    travel = county.travel.assign(
        mode=[rng.choice((mode, "bus")) for mode in county.travel["mode"].astype(str)]
    )
    twice = travel.duplicated(["unit_id", "school_id", "mode"])
    return county.replace(travel=travel[~twice])


def _boarding(rng: random.Random, county: County) -> County:
    """Weekly journeys, girls and exemptions; some ways are weekly alone."""
    travel = county.travel.assign(mode=county.travel["mode"].astype(str))
    takes = set(county.schools.loc[county.schools["boarding"], "school_id"])
    rows = [
        (unit, school, "board", float(rng.randint(2000, 9000)), float(rng.randint(20, 90)))
        for unit in county.units["unit_id"] for school in county.schools["school_id"]
        if school in takes and rng.random() < 0.8
    ]  # fmt: skip
    weekly = pd.DataFrame(rows, columns=["unit_id", "school_id", "mode", "metres", "minutes"])
    gone = {row[:2] for row in rows if rng.random() < 0.15}
    pairs = zip(travel["unit_id"], travel["school_id"], strict=True)
    travel = travel[[pair not in gone for pair in pairs]]
    pupils = county.pupils
    girls = [float(rng.randint(0, int(n))) if rng.random() < 0.95 else math.nan
             for n in pupils["pupils"]]  # fmt: skip
    exempt = [
        (unit, "primary", rng.choice(("", "1")))
        for unit in county.units["unit_id"] if rng.random() < 0.5
    ]  # fmt: skip
    return county.replace(
        travel=pd.concat([travel, weekly]), pupils=pupils.assign(girls=girls),
        exemptions=pd.DataFrame(exempt, columns=["unit_id", "stage", "grade"]),
    )  # fmt: skip


def further_rules(
    rng: random.Random, emphasis: str, county: County
) -> tuple[list[str], list[str], list[str]]:
    """Rules, those of them that are soft, and lines of parameters."""
    rules = [rule for rule in RULES if rule == emphasis or (emphasis and rng.random() < 0.12)]
    if emphasis == "intake":
        rules = [rule for rule in rules if rule in ("no-duplicate", "one-per-township")]
    soft, lines = [], []
    if "boarding" in rules:
        lines += ["[parameters.boarding]", f"young = {rng.choice((['1'], ['1', '2'], []))}",
                  f"week = {rng.choice((0.2, 0.4))}"]  # fmt: skip
    if "teachers" in rules:
        lines.append("[parameters.teachers]")
        for name, values in (
            ("posts", (9, 14, 20, 30)), ("pupils_a_post", (12, 30)),
            ("posts_a_class", (0, 0.5, 1.5)), ("posts_a_school", (0, 2, 5)),
            ("boarders_a_warden", (10, 25)),
        ):  # fmt: skip
            if rng.random() < 0.5:
                lines.append(f"{name} = {rng.choice(values)}")
    if "receive-first" in rules:
        lines += ["[parameters.receive-first]", f"noon_minutes = {rng.choice((12, 20, 30))}"]
    if "one-per-township" in rules:
        free = sorted(lacking(county) | ({"T0"} if rng.random() < 0.3 else set()))
        lines += ["[parameters.one-per-township]", f"except = {free}"]
    if "no-duplicate" in rules:
        lines += ["[parameters.no-duplicate]", f"minutes = {rng.choice((15, 30))}",
                  f"share = {rng.choice((0.6, 0.9, 1.2))}"]  # fmt: skip
    if "areas" in rules:
        lines += ["[parameters.areas]", f"building = {rng.choice((2, 4.5, 9))}"]
        soft += ["areas"] if rng.random() < 0.4 else []
    return rules, soft, lines


def further_goals(rng: random.Random, emphasis: str, goals: str) -> tuple[str, list[str]]:
    """The goals with those of the emphasis put first or last, and lines of parameters."""
    if emphasis == "boarding" and rng.random() < 0.5:
        return "minimise = { young-boarders = 1.0 }\n[[goal]]\n" + goals, []
    if emphasis == "transport-cost":
        lines = [f"a_pupil = {rng.choice((0, 40))}", "a_pupil_km = 0.25",
                 f"walk_metres = {rng.choice((300, 800, 2000))}"]  # fmt: skip
        lines += [f"walk_minutes = {rng.choice((5, 15))}"] * (rng.random() < 0.5)
        last = "\nslack = 0.1\n[[goal]]\nminimise = { transport-cost = 1.0, travel = 0.1 }"
        return goals + last, ["[parameters.transport-cost]", *lines]
    if emphasis == "quality-seats":
        first = "minimise = { quality-seats = 1.0 }\n[[goal]]\n"
        return first + goals, ["[parameters.quality-seats]", f"gain = {rng.choice((0, 30, 90))}"]
    return goals, []


def lacking(county: County) -> set[str]:
    """Townships that no school of the whole stage is in, or can be."""
    stage = next(stage for stage in county.stages if stage.name == "primary")
    rows = county.school_grades[county.school_grades["stage"] == "primary"]
    taught = rows.groupby("school_id")["grade"].apply(set)
    whole = {school for school, grades in taught.items() if grades >= set(stage.grades)}
    schools = county.schools[county.schools["school_id"].isin(whole)]
    return set(county.units["township"]) - set(schools["township"])
