"""Draw counties from a seed until one keeps its promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from county_model import capacity, cohorts
from county_model.boarding import junior_zones
from county_model.check import broken_rules
from county_model.drawn import LIMITS, Drawn, School
from county_model.facts import LOWER, Facts
from county_model.furnishing import furnish_all
from county_model.journeys import journeys
from county_model.zones import zones

from .decisions import decisions
from .land import POINTS, ROADS, Land, draw_land, primary_children
from .schools import POINT_SITES, junior_schools, primary_schools, sites

DRAWS = 200
PULL = 8000.0  # metres: the head start of a school over its neighbours, drawn from 0 to this
JUNIOR_PULL = 15_000.0
FEWEST_SHORT = 2  # schools that are short of beds or classes in today's zones, at least
EXEMPT = range(10, 26)  # units whose young children may board


def build(facts: Facts, seed: int) -> Drawn:
    """Draw counties from the seed until one keeps every promise.

    Raises:
        ValueError: if none does; it lists what the last one broke.
    """
    last = [""]
    for attempt in range(DRAWS):
        rng = np.random.default_rng([seed, attempt])
        land = draw_land(facts, rng)
        if len(land.points) < POINTS or len(land.sites) < 1 + POINT_SITES:
            last = ["there is no room for teaching points"]
            continue
        drawn = _draw(facts, seed, land, rng)
        last = broken_promises(drawn)
        if not last:
            return drawn
    raise ValueError(f"seed {seed}: no county keeps its promises; the last: {last}")


def broken_promises(drawn: Drawn) -> list[str]:
    """Return what is wrong with a drawn county, one sentence each; empty if nothing is."""
    faults = broken_rules(drawn, drawn.plans["witness"])
    short = broken_rules(drawn, drawn.plans["today"])
    schools = {words.split()[0] for words in short if "too few" in words}
    if len(schools) < FEWEST_SHORT:
        faults.append(f"only {len(schools)} schools are short of beds or classes today")
    if len(drawn.exempt()) not in EXEMPT:
        faults.append(f"young children of {len(drawn.exempt())} units may board")
    return faults


def _draw(facts: Facts, seed: int, land: Land, rng: np.random.Generator) -> Drawn:
    pupils = cohorts.project(facts, land.children, rng)
    girls = cohorts.girls(facts, pupils, rng)
    plans = {name: _primary_plan(land, rng) for name in ("today", "witness")}
    primary = primary_schools(facts, land, _capacity(land, plans, rng))
    juniors = junior_schools(facts)
    _add_junior(plans, land, [*primary, *juniors], rng)
    schools = [*primary, *juniors, *sites(facts, land, primary)]
    table = _journeys(land, schools)
    drawn = Drawn(
        facts=facts,
        seed=seed,
        xy=land.xy,
        outline=land.outline,
        borders=land.borders,
        schools=tuple(furnish_all(schools, plans, table, pupils[0], girls[0], rng)),
        pupils=pupils,
        girls=girls,
        journeys=table,
        roads=ROADS,
        plans=plans,
    )
    exempt = _far_from_every_school(drawn)
    return replace(drawn, tables=decisions(drawn, land.road, exempt))


def _primary_plan(land: Land, rng: np.random.Generator) -> dict[str, np.ndarray]:
    points = tuple((village,) for village in land.points.tolist())
    handicap = rng.uniform(0, PULL, len(land.complete))
    lower, upper = zones(land.ways, land.complete, points, handicap)
    return {"primary-lower": lower, "primary-upper": upper}


def _capacity(
    land: Land, plans: dict[str, dict[str, np.ndarray]], rng: np.random.Generator
) -> capacity.Capacity:
    children, count = primary_children(land), len(land.complete) + len(land.points)
    witness, today = (
        (plans[name]["primary-lower"], plans[name]["primary-upper"])
        for name in ("witness", "today")
    )
    return capacity.furnish(
        capacity.loads(children, *witness, count),
        capacity.a_year_ago(children, *today, count),
        len(land.complete),
        rng,
    )


def _add_junior(
    plans: dict[str, dict[str, np.ndarray]],
    land: Land,
    schools: list[School],
    rng: np.random.Generator,
) -> None:
    """Add the junior zones to today's and to the witness plan."""
    rows = np.array([row for row, school in enumerate(schools) if school.teaches("junior")])
    roots = np.array([schools[row].village for row in rows])
    for plan in plans.values():
        plan["junior"] = rows[junior_zones(land.ways, roots, JUNIOR_PULL, rng)]


def _journeys(land: Land, schools: list[School]) -> pd.DataFrame:
    road = land.road[:, [school.village for school in schools]]
    rides = np.array([school.kind != "teaching-point" for school in schools])
    boards = np.array([school.boarding for school in schools])
    return journeys(road, rides, boards, ROADS)


def _far_from_every_school(drawn: Drawn) -> list[int]:
    """Return the villages from which no open school is within the limit of grades 1 to 3."""
    open_schools = [
        row for row, school in enumerate(drawn.schools)
        if school.status == "existing" and set(LOWER) <= set(school.grades)
    ]  # fmt: skip
    nearest = drawn.minutes[:, open_schools].min(axis=1)
    return np.flatnonzero(nearest > LIMITS["primary-lower"]).tolist()
