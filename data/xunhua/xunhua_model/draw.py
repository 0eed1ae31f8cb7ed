"""Draw counties from a seed until one keeps its promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from shapely import Geometry

from . import capacity, neighbours, people, roads, terrain, zones
from .check import broken_promises
from .facts import Facts, FloatArray
from .model import Model, Zoning
from .sites import NoSitesError, Sites, choose_sites

LANDS = 60  # valleys and schools are drawn that often ...
DRAWS = 12  # ... and for each of them children and zones that often


@dataclass(frozen=True)
class _Land:
    """What stays while zones and children are drawn anew."""

    xy: FloatArray
    road: FloatArray
    outline: Geometry
    borders: pd.DataFrame
    weights: FloatArray
    sites: Sites


def _draw_land(facts: Facts, rng: np.random.Generator) -> _Land:
    """Draw valleys, villages and schools.

    Raises:
        NoSitesError: if there is no place for enough teaching points.
    """
    land = terrain.make_terrain(facts, rng)
    at = terrain.place_villages(facts, land, rng)
    road = land.distances(at)[:, at]
    # a village lies beside its valley point, not on it
    xy = land.xy[at] + rng.uniform(-80, 80, (len(at), 2))
    outline = terrain.outline(land, facts.area_km2)
    borders = neighbours.adjacency(xy, road, outline)
    weights = people.village_weights(facts, rng)
    # the first village of a township lies at its seat
    seats = np.searchsorted(facts.township_of_village, np.arange(len(facts.townships)))
    sites = choose_sites(road, weights, seats, neighbours.graph(borders), rng)
    return _Land(xy, road, outline, borders, weights, sites)


def _draw_people(facts: Facts, seed: int, land: _Land, rng: np.random.Generator) -> Model:
    """Draw children, today's zones and the witness plan, and furnish the schools for it."""
    sites, ways = land.sites, neighbours.graph(land.borders)
    children = people.count_children(facts, land.weights, sites.points, rng)
    witness = Zoning(*zones.zones(ways, sites, zones.head_starts(sites, rng)))
    today = Zoning(*zones.zones(ways, sites, zones.head_starts(sites, rng)))
    count, complete = len(sites.complete) + len(sites.points), len(sites.complete)
    return Model(
        facts=facts,
        seed=seed,
        xy=land.xy,
        outline=land.outline,
        borders=land.borders,
        sites=sites,
        children=children,
        journeys=roads.journeys(land.road, sites),
        today=today,
        witness=witness,
        capacity=capacity.furnish(
            capacity.loads(children, witness.lower, witness.upper, count),
            capacity.a_year_ago(children, today.lower, today.upper, count),
            complete,
            rng,
        ),
    )


def build(facts: Facts, seed: int) -> Model:
    """Draw counties from the seed until one keeps every promise in ``check``.

    Raises:
        ValueError: if none does; it lists what the last one broke.
    """
    last = [""]
    for attempt in range(LANDS):
        rng = np.random.default_rng([seed, attempt])
        try:
            land = _draw_land(facts, rng)
        except NoSitesError as error:
            last = [str(error)]
            continue
        for _ in range(DRAWS):
            model = _draw_people(facts, seed, land, rng)
            last = broken_promises(model)
            if not last:
                return model
    raise ValueError(f"seed {seed}: no county keeps its promises; the last: {last}")
