"""The model county as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from county_model import capacity, journeys, neighbours
from county_model.facts import Facts, FloatArray, IntArray
from shapely import Geometry

from .sites import Sites


@dataclass(frozen=True)
class Zoning:
    """School row of each village in grades 1-3 and in grades 4-6."""

    lower: IntArray
    upper: IntArray


@dataclass(frozen=True)
class Model:
    """A drawn county; villages and schools are rows, complete schools come first.

    Attributes:
        facts: what is real.
        seed: the seed it was drawn from.
        xy: villages in metres.
        outline: the county in metres.
        borders: neighbours, as from ``neighbours.adjacency``.
        sites: where the schools are.
        children: by village and grade.
        road: road metres between villages.
        journeys: as from ``journeys.journeys``.
        today: today's zones.
        witness: zones that keep every rule.
        capacity: classes, rooms, seats, enrolment.
    """

    facts: Facts
    seed: int
    xy: FloatArray
    outline: Geometry
    borders: pd.DataFrame
    sites: Sites
    children: IntArray
    road: FloatArray
    journeys: pd.DataFrame
    today: Zoning
    witness: Zoning
    capacity: capacity.Capacity

    @property
    def roots(self) -> IntArray:
        """Village of each school."""
        points = [zone[0] for zone in self.sites.points]
        return np.concatenate([self.sites.complete, np.array(points, dtype=np.int64)])

    @property
    def ways(self) -> nx.Graph[int]:
        """Neighbours as a graph."""
        return neighbours.graph(self.borders)

    @property
    def minutes(self) -> FloatArray:
        """Minutes by the quickest mode, shape (villages, schools)."""
        return journeys.quickest(self.journeys, len(self.xy), len(self.roots))

    def loads(self, zoning: Zoning) -> IntArray:
        """Pupils by school and grade."""
        return capacity.loads(self.children, zoning.lower, zoning.upper, len(self.roots))
