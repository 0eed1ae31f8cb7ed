"""The land of a pastoral county: long valleys, few villages, one school town."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from county_model import cohorts, neighbours, terrain
from county_model.facts import GRADES, JUNIOR, Facts, FloatArray, IntArray
from county_model.journeys import Roads
from shapely import Geometry

COMMITTEE = 5.0  # children of a residents' committee for one of a village: a third live in town
SPREAD = 0.4  # standard deviation of the logarithm of a village's children
POINTS = 5  # teaching points
APART = 8000.0  # road metres from one to a complete school or another point, at least
ROADS = Roads(speed=500.0, longest=25_000.0)

SHAPE = terrain.Shape(
    # up and down the Yellow River from Jimai, then south over the passes to Hongke
    valleys=(
        ("632624100", "632624206"),
        ("632624206", "632624207"),
        ("632624206", "632624208"),
        ("632624100", "632624202"),
        ("632624202", "632624201"),
        ("632624201", "632624200"),
        ("632624202", "632624203"),
        ("632624203", "632624204"),
        ("632624204", "632624205"),
    ),
    outer=(
        ("632624208", 150.0, 45_000.0),
        ("632624207", 200.0, 40_000.0),
        ("632624200", -20.0, 25_000.0),
        ("632624205", -60.0, 20_000.0),
        ("632624203", 180.0, 35_000.0),
        ("632624201", -100.0, 25_000.0),
    ),
    step=1000.0,
    ridge=2500.0,
    near_start=3500.0,
    side=(6000.0, 25_000.0),
    pass_reach=9000.0,
    points_per_village=20.0,
    reach=(15_000.0, 35_000.0),
)


@dataclass(frozen=True)
class Land:
    """Villages, roads and children.

    Attributes:
        xy: villages in metres.
        road: road metres between villages.
        outline: the county in metres.
        borders: neighbours, as from ``neighbours.adjacency``.
        children: of the census's year by village and grade 1 to 9.
        complete: village of each complete primary school; the first ten are at the seats.
        points: village of each teaching point.
        sites: the next villages that would be fit for one.
    """

    xy: FloatArray
    road: FloatArray
    outline: Geometry
    borders: pd.DataFrame
    children: IntArray
    complete: IntArray
    points: IntArray
    sites: IntArray

    @property
    def ways(self) -> nx.Graph[int]:
        """Neighbours as a graph."""
        return neighbours.graph(self.borders)


def draw_land(facts: Facts, rng: np.random.Generator) -> Land:
    """Draw valleys, villages, children and where primary schools stand."""
    shape = terrain.make_terrain(facts, SHAPE, rng)
    at = terrain.place_villages(facts, shape, SHAPE, rng)
    road = shape.distances(at)[:, at]
    xy = shape.xy[at] + rng.uniform(-150, 150, (len(at), 2))
    outline = terrain.outline(shape, facts.area_km2)
    borders = neighbours.adjacency(xy, road, outline)
    weights = np.exp(rng.normal(0, SPREAD, len(at))) * np.where(facts.committees, COMMITTEE, 1.0)
    totals = [*facts.pupils_by_grade.tolist(), *(round(facts.aged(5 + grade)) for grade in JUNIOR)]
    children = np.column_stack([cohorts.spread(total, weights, rng) for total in totals])
    # at every seat one school, and one at every other committee of the county town
    seats = [facts.first_village(township) for township in range(len(facts.townships))]
    complete = [*seats, *np.setdiff1d(np.flatnonzero(facts.committees), seats).tolist()]
    remote = _remote(road, complete, neighbours.graph(borders))
    return Land(
        xy=xy,
        road=road,
        outline=outline,
        borders=borders,
        children=children,
        complete=np.array(complete),
        points=np.array(remote[:POINTS]),
        sites=np.array(remote[POINTS:]),
    )


def _remote(road: FloatArray, complete: list[int], ways: nx.Graph[int]) -> list[int]:
    """Return villages far from schools and from each other; without them the rest is connected."""
    rest, chosen = ways.copy(), list[int]()
    for village in np.argsort(-road[:, complete].min(axis=1), kind="stable").tolist():
        near = road[village, [*complete, *chosen]].min() < APART
        if near or not nx.is_connected(rest.subgraph(set(rest) - {village})):
            continue
        rest.remove_node(village)
        chosen.append(village)
    return chosen


def primary_children(land: Land) -> IntArray:
    """Return the children of grades 1 to 6 by village."""
    return land.children[:, : len(GRADES)]
