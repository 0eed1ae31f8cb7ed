"""Which villages are neighbours: their areas touch and no ridge separates them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from shapely import Geometry

from .facts import FloatArray

RIDGE_FACTOR = 2.0  # a ridge separates two villages whose road is longer than that many ...
RIDGE_METRES = 1500.0  # ... straight lines and this much
SHORTEST_BORDER = 10.0


def areas(xy: FloatArray, outline: Geometry) -> list[Geometry]:
    """Return the part of the outline that is nearest to each point (Voronoi cells)."""
    cells = shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=outline, ordered=True)
    return [shapely.intersection(cell, outline) for cell in shapely.get_parts(cells)]


def adjacency(xy: FloatArray, road: FloatArray, outline: Geometry) -> pd.DataFrame:
    """Return ``a``, ``b`` (rows, a < b), ``border_metres`` and ``road`` of neighbours.

    Args:
        xy: villages in metres, shape (villages, 2).
        road: road metres between villages, shape (villages, villages).
        outline: the county in metres.
    """
    cells = areas(xy, outline)
    tree = shapely.STRtree(cells)
    pairs = []
    for a, b in sorted(map(tuple, tree.query(cells, predicate="intersects").T.tolist())):
        if a < b:
            border = shapely.intersection(cells[a], cells[b]).length
            if border >= SHORTEST_BORDER:
                straight = float(np.hypot(*(xy[a] - xy[b])))
                pairs.append((a, b, round(border), road[a, b], straight))
    table = pd.DataFrame(pairs, columns=["a", "b", "border_metres", "road", "straight"])
    open_ways = table["road"] <= RIDGE_FACTOR * table["straight"] + RIDGE_METRES
    return table[open_ways | _bridges(table, open_ways, len(xy))].reset_index(drop=True)


def _bridges(table: pd.DataFrame, open_ways: pd.Series[bool], count: int) -> pd.Series[bool]:
    """Mark the shortest ways over ridges without which the county would fall into parts."""
    parts = nx.utils.UnionFind(range(count))
    for a, b in table.loc[open_ways, ["a", "b"]].itertuples(index=False):
        parts.union(a, b)
    needed = pd.Series(False, index=table.index)
    closed = table.index[~open_ways].to_numpy()
    ends = table[["a", "b"]].to_numpy()
    for row in closed[np.argsort(table["road"].to_numpy()[closed], kind="stable")].tolist():
        a, b = ends[row].tolist()
        if parts[a] != parts[b]:
            parts.union(a, b)
            needed.iat[row] = True
    return needed


def graph(table: pd.DataFrame) -> nx.Graph[int]:
    """Return the neighbours as a graph whose weight is road metres."""
    network: nx.Graph[int] = nx.Graph()
    network.add_weighted_edges_from(table[["a", "b", "road"]].itertuples(index=False))
    return network
