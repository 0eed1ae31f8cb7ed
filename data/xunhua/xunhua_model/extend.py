"""From the primary county of a seed to all of it: junior schools, beds, years, decisions.

Everything here is drawn after the primary county, which stays what it was without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from county_model import cohorts
from county_model.boarding import junior_zones
from county_model.check import broken_rules
from county_model.drawn import Drawn, Plan, School
from county_model.facilities import repairable
from county_model.facts import JUNIOR, YEAR, IntArray
from county_model.furnishing import furnish_all
from county_model.journeys import journeys

from .decisions import decisions
from .draw import ROADS
from .model import Model
from .schools import (
    COMPANION_OPENS,
    junior_schools,
    primary_schools,
    sites,
    suspended_points,
)

DRAWS = 40
JUNIOR_PULL = 4000.0  # metres
DAY_SHARE = 0.05  # of the upper grades, for each sex, have a bed in any case
DANGEROUS = ("T02", "T12")  # teaching points in dangerous buildings
QUALITY = ("P01", "J01")  # on the bureau's list


def extend(model: Model) -> Drawn:
    """Return the county with all stages, years and tables.

    Raises:
        ValueError: if no draw keeps its promises; it lists what the last one broke.
    """
    last = [""]
    for attempt in range(DRAWS):
        drawn = _draw(model, np.random.default_rng([model.seed, 1, attempt]))
        last = broken_rules(drawn, drawn.plans["witness"])
        if not last:
            return drawn
    raise ValueError(f"seed {model.seed}: the county breaks its promises; the last: {last}")


def _draw(model: Model, rng: np.random.Generator) -> Drawn:
    children = _children(model, rng)
    primary = primary_schools(model)
    juniors = junior_schools(model)
    closed = suspended_points(model)
    roots = {school.village for school in (*primary, *closed)}
    loads_today = model.loads(model.today).sum(axis=1)
    planned = sites(model, loads_today, roots)
    schools = [*primary, *juniors, *closed, *planned]
    companion = next(s for s in planned if s.more.get("opens") == COMPANION_OPENS)
    arrivals = {COMPANION_OPENS - YEAR: companion.village}
    pupils = cohorts.project(model.facts, children, rng, arrivals)
    girls = cohorts.girls(model.facts, pupils, rng)
    plans = _plans(model, juniors, len(primary), rng)
    table = _journeys(model, schools)
    done = furnish_all(schools, plans, table, pupils[0], girls[0], rng, share=DAY_SHARE)
    drawn = Drawn(
        facts=model.facts,
        seed=model.seed,
        xy=model.xy,
        outline=model.outline,
        borders=model.borders,
        schools=tuple(_marked(school) for school in done),
        pupils=pupils,
        girls=girls,
        journeys=table,
        roads=ROADS,
        plans=plans,
    )
    return replace(drawn, tables=decisions(drawn, model.road, companion))


def _children(model: Model, rng: np.random.Generator) -> IntArray:
    """Return the children of grades 1 to 9; those of junior age live as the younger ones do."""
    weights = model.children.sum(axis=1)
    older = [cohorts.spread(round(model.facts.aged(5 + grade)), weights, rng) for grade in JUNIOR]
    return np.column_stack([model.children, *older])


def _plans(
    model: Model, juniors: list[School], before: int, rng: np.random.Generator
) -> dict[str, Plan]:
    roots = np.array([school.village for school in juniors])
    return {
        name: {
            "primary-lower": zoning.lower,
            "primary-upper": zoning.upper,
            "junior": before + junior_zones(model.ways, roots, JUNIOR_PULL, rng),
        }
        for name, zoning in (("today", model.today), ("witness", model.witness))
    }


def _journeys(model: Model, schools: list[School]) -> pd.DataFrame:
    road = model.road[:, [school.village for school in schools]]
    rides = np.array([school.kind != "teaching-point" for school in schools])
    boards = np.array([school.boarding for school in schools])
    return journeys(road, rides, boards, ROADS)


def _marked(school: School) -> School:
    """Return a school with what is said of a few: dangerous buildings, the bureau's list."""
    if school.school_id in DANGEROUS:
        return repairable(school)
    if school.school_id in QUALITY:
        return replace(school, more={**school.more, "quality": True})
    return school
