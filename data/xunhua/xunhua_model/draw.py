"""Draw counties from a seed until one keeps its promises."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from county_model import capacity, neighbours, terrain, zones
from county_model.facts import Facts, FloatArray
from county_model.journeys import Roads, journeys
from shapely import Geometry

from . import people
from .check import broken_promises
from .model import Model, Zoning
from .sites import NoSitesError, Sites, choose_sites

LANDS = 60  # valleys and schools are drawn that often ...
DRAWS = 12  # ... and for each of them children and zones that often
HEAD_START = 5000.0  # metres: the pull of a school over its neighbours, drawn from 0 to this
ROOMS_ONLY = 4  # complete schools whose classes are not known
ROADS = Roads()

SHAPE = terrain.Shape(
    # the Yellow River from west to east, and tributaries that come down from the south
    valleys=(
        ("630225203", "630225102"),
        ("630225102", "630225100"),
        ("630225100", "630225201"),
        ("630225102", "630225204"),
        ("630225203", "630225205"),
        ("630225205", "630225202"),
        ("630225201", "630225101"),
        ("630225101", "630225200"),
    ),
    outer=(
        ("630225203", 170.0, 6000.0),
        ("630225201", 5.0, 12000.0),
        ("630225200", -60.0, 6000.0),
        ("630225202", -100.0, 5000.0),
        ("630225204", -80.0, 6000.0),
    ),
)


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
    land = terrain.make_terrain(facts, SHAPE, rng)
    at = terrain.place_villages(facts, land, SHAPE, rng)
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
    witness = _zoning(ways, sites, rng)
    today = _zoning(ways, sites, rng)
    count, complete = len(sites.complete) + len(sites.points), len(sites.complete)
    return Model(
        facts=facts,
        seed=seed,
        xy=land.xy,
        outline=land.outline,
        borders=land.borders,
        sites=sites,
        children=children,
        road=land.road,
        journeys=_journeys(land.road, sites),
        today=today,
        witness=witness,
        capacity=capacity.furnish(
            capacity.loads(children, witness.lower, witness.upper, count),
            capacity.a_year_ago(children, today.lower, today.upper, count),
            complete,
            rng,
            rooms_only=ROOMS_ONLY,
        ),
    )


def _journeys(road: FloatArray, sites: Sites) -> pd.DataFrame:
    """Return journeys to the primary schools: buses go to complete ones only."""
    points = np.array([zone[0] for zone in sites.points], dtype=np.int64)
    schools = np.concatenate([sites.complete, points])
    rides = np.arange(len(schools)) < len(sites.complete)
    return journeys(road[:, schools], rides, np.zeros(len(schools), dtype=bool), ROADS)


def _zoning(ways: nx.Graph[int], sites: Sites, rng: np.random.Generator) -> Zoning:
    handicap = rng.uniform(0, HEAD_START, len(sites.complete))
    return Zoning(*zones.zones(ways, sites.complete, sites.points, handicap))


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
