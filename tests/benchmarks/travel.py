"""Travel tables on a generated road network: this library beside pandana, OSMnx and networkx.

A square grid of streets, its crossings shifted and some of its streets left out, with different
speeds. Homes and schools stand at crossings, so that every side has the same pairs. Each side runs
in a process of its own and is checked against networkx on some of the pairs.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import Column, peak_megabytes

if TYPE_CHECKING:
    from worker import Job

NODES = 100_000
SIDES = ("zoning", "pandana", "osmnx", "networkx")
METRIC = "EPSG:4544"
SPACING = 120.0  # metres between crossings
LEFT_OUT = 0.15  # share of the streets
SPEEDS = np.array([15.0, 25.0, 40.0, 65.0])  # km/h
CLASSES = np.array(["service", "residential", "tertiary", "primary"])
PANDANA_SCALE = 1000.0
CHECKED_SCHOOLS, CHECKED_UNITS = 3, 200
FEW_PAIRS, FEW_SCHOOLS = 10, 3
"""So much is timed of the sides that would take hours; their seconds are scaled up."""

COLUMNS = [
    Column("instance", "side", width=10),
    Column("seed", "seed", width=4),
    Column("size", "size", width=11),
    Column("nodes", "nodes", ",.0f", 8),
    Column("seconds", "s", ",.1f", 12),
    Column("timed", "of it timed", ".4%", 11),
    Column("peak_mb", "peak MB", ",.0f", 8),
    Column("sum_minutes", "sum of minutes", ",.1f", 18),
    Column("valid", "valid", width=5),
]


@dataclass(frozen=True, eq=False)
class Streets:
    """A network: metres of each crossing, and streets in both directions with minutes."""

    xy: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    minutes: np.ndarray
    kind: np.ndarray
    homes: np.ndarray
    schools: np.ndarray


def generate(nodes: int, units: int, schools: int, seed: int) -> Streets:
    """The network of a seed; homes and schools are crossings of its largest part."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    chance = np.random.default_rng([seed, nodes, units, schools])
    width = round(nodes**0.5)
    row, column = np.divmod(np.arange(width * width), width)
    xy = SPACING * (np.column_stack([column, row]) + chance.uniform(-0.3, 0.3, (width**2, 2)))
    right, up = np.flatnonzero(column < width - 1), np.flatnonzero(row < width - 1)
    begin = np.concatenate([right, up])
    end = np.concatenate([right + 1, up + width])
    kept = chance.uniform(size=len(begin)) >= LEFT_OUT
    begin, end = begin[kept], end[kept]
    graph = coo_array((np.ones(len(begin)), (begin, end)), shape=(len(xy), len(xy)))
    _, part = connected_components(graph, directed=False)
    main = np.flatnonzero(part == np.argmax(np.bincount(part)))
    new = np.full(len(xy), -1)
    new[main] = np.arange(len(main))
    begin, end = new[begin], new[end]
    inside = (begin >= 0) & (end >= 0)
    begin, end = begin[inside], end[inside]
    kind = chance.integers(len(SPEEDS), size=len(begin))
    xy = xy[main] + np.array([500_000.0, 3_970_000.0])
    homes = chance.choice(len(main), units, replace=False)
    return Streets(xy, begin, end, np.zeros(0), kind, homes, chance.choice(homes, schools, False))


def row_of(job: Job) -> dict[str, object]:
    """Run one side and return its row."""
    units, schools = job.size
    streets, roads = with_roads(generate(NODES, units, schools, job.seed))
    side: Callable[[Streets, Any], tuple[np.ndarray, float, float]] = {
        "zoning": by_zoning, "pandana": by_pandana, "osmnx": by_osmnx, "networkx": by_networkx,
    }[job.name]  # fmt: skip
    row: dict[str, object] = {
        "instance": job.name, "family": job.family, "seed": job.seed, "size": f"{units}x{schools}",
        "nodes": len(streets.xy), "faults": [], "valid": True,
    }  # fmt: skip
    try:
        minutes, seconds, timed = side(streets, roads)
    except ImportError as error:
        return row | {"status": "not installed", "valid": None, "faults": [str(error)]}
    row |= {"seconds": round(seconds, 3), "timed": timed, "peak_mb": peak_megabytes()}
    if timed == 1.0:
        row["sum_minutes"] = round(float(minutes.sum()), 1)
    faults = check(streets, minutes)
    return row | {"faults": faults, "valid": not faults}


def with_roads(streets: Streets) -> tuple[Streets, Any]:
    """The network as roads of the library, and with the minutes that follow from their metres."""
    import pyproj

    from zoning.travel.roads import RoadsBuilder

    back = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(*streets.xy.T)
    builder = RoadsBuilder()
    for node in range(len(lon)):  # so that both number the crossings alike
        builder._row_of[node] = node
        builder._places.append((lon[node], lat[node]))
    for a, b, kind in zip(
        streets.begin.tolist(), streets.end.tolist(), streets.kind.tolist(), strict=True
    ):
        builder.add([(a, lon[a], lat[a]), (b, lon[b], lat[b])], {"highway": CLASSES[kind]})
    roads = builder.build("generated streets")
    minutes = 0.06 * roads.metres / SPEEDS[streets.kind]
    return Streets(**{**vars(streets), "minutes": minutes}), roads


def by_zoning(streets: Streets, roads: Any) -> tuple[np.ndarray, float, float]:
    """All pairs by `road_journeys`, from the roads to the finished table."""
    import geopandas
    import pandas as pd

    import zoning
    from zoning.county import Stage
    from zoning.county.straight_line import StraightLine
    from zoning.travel import Mode, road_journeys

    def frame(name: str, nodes: np.ndarray) -> Any:
        points = geopandas.points_from_xy(*streets.xy[nodes].T)
        ids = [f"{name[0]}{k}" for k in range(len(nodes))]
        return geopandas.GeoDataFrame({f"{name}_id": ids}, geometry=points, crs=METRIC)

    units, schools = frame("unit", streets.homes), frame("school", streets.schools)
    grades = pd.DataFrame({"school_id": schools["school_id"], "stage": "primary", "grade": "1"})
    pupils = pd.DataFrame(
        {"unit_id": units["unit_id"], "stage": "primary", "grade": "1", "year": 2024, "pupils": 1.0}
    )
    county = zoning.County(
        name="Streets", year=2024, crs=METRIC, metric_crs=METRIC, straight_line=StraightLine(),
        stages=[Stage("primary", ("1",))], units=units, pupils=pupils, school_grades=grades,
        schools=schools.assign(kind="complete-primary"),
        adjacency=pd.DataFrame({"unit_a": ["u0"], "unit_b": ["u1"]}),
    )  # fmt: skip
    mode = Mode("car", dict(zip(CLASSES.tolist(), SPEEDS.tolist(), strict=True)), ("access",))
    began = time.perf_counter()
    table = road_journeys(county, roads, modes=(mode,)).table
    seconds = time.perf_counter() - began
    shape = (len(streets.homes), len(streets.schools))
    minutes = np.full(shape, np.inf)
    unit = table["unit_id"].str[1:].to_numpy(dtype=int)
    school = table["school_id"].str[1:].to_numpy(dtype=int)
    minutes[unit, school] = table["minutes"].to_numpy()
    return minutes, seconds, 1.0


def by_pandana(streets: Streets, roads: Any) -> tuple[np.ndarray, float, float]:
    """All pairs by pandana: contraction hierarchies, then the length of each pair's path.

    It cuts each street's weight to thousandths, so it is given thousandths of a minute.
    """
    import pandana
    import pandas as pd

    began = time.perf_counter()
    network = pandana.Network(
        pd.Series(streets.xy[:, 0]), pd.Series(streets.xy[:, 1]), pd.Series(streets.begin),
        pd.Series(streets.end), pd.DataFrame({"minutes": PANDANA_SCALE * streets.minutes}),
        twoway=True,
    )  # fmt: skip
    units, schools = len(streets.homes), len(streets.schools)
    lengths = network.shortest_path_lengths(
        np.repeat(streets.homes, schools), np.tile(streets.schools, units), imp_name="minutes"
    )
    minutes = np.array(lengths).reshape(units, schools) / PANDANA_SCALE
    return minutes, time.perf_counter() - began, 1.0


def graph_of(streets: Streets) -> Any:
    """The network as OSMnx and networkx have it."""
    import networkx as nx

    graph = nx.MultiDiGraph(crs=METRIC)
    graph.add_nodes_from(
        (node, {"x": x, "y": y}) for node, (x, y) in enumerate(streets.xy.tolist())
    )
    for a, b in ((streets.begin, streets.end), (streets.end, streets.begin)):
        graph.add_weighted_edges_from(
            zip(a.tolist(), b.tolist(), streets.minutes.tolist(), strict=True), weight="minutes"
        )
    return graph


def by_osmnx(streets: Streets, roads: Any) -> tuple[np.ndarray, float, float]:
    """A few pairs by ``osmnx.shortest_path``, which searches pair by pair."""
    import osmnx

    graph = graph_of(streets)
    chance = np.random.default_rng(0)
    units, schools = len(streets.homes), len(streets.schools)
    unit, school = chance.integers(units, size=FEW_PAIRS), chance.integers(schools, size=FEW_PAIRS)
    begin, end = streets.homes[unit].tolist(), streets.schools[school].tolist()
    began = time.perf_counter()
    paths = osmnx.shortest_path(graph, begin, end, weight="minutes", cpus=1)
    seconds = time.perf_counter() - began
    minutes = np.full((units, schools), np.nan)
    for u, s, path in zip(unit.tolist(), school.tolist(), paths, strict=True):
        steps = itertools.pairwise(path)
        minutes[u, s] = sum(min(e["minutes"] for e in graph[a][b].values()) for a, b in steps)
    timed = FEW_PAIRS / (units * schools)
    return minutes, seconds / timed, timed


def by_networkx(streets: Streets, roads: Any) -> tuple[np.ndarray, float, float]:
    """All homes from a few schools by networkx, on the graph that OSMnx works with."""
    import networkx as nx

    graph = graph_of(streets)
    minutes = np.full((len(streets.homes), len(streets.schools)), np.nan)
    few = min(FEW_SCHOOLS, len(streets.schools))
    began = time.perf_counter()
    for s in range(few):
        lengths = nx.single_source_dijkstra_path_length(
            graph, int(streets.schools[s]), weight="minutes"
        )
        minutes[:, s] = [lengths[home] for home in streets.homes.tolist()]
    timed = few / len(streets.schools)
    return minutes, (time.perf_counter() - began) / timed, timed


def check(streets: Streets, minutes: np.ndarray) -> list[str]:
    """Compare with networkx on some pairs; the library rounds to thousandths of a minute."""
    import networkx as nx

    graph = graph_of(streets)
    known = np.flatnonzero(np.isfinite(minutes).any(axis=0))[:CHECKED_SCHOOLS]
    faults = [] if len(known) else ["no journeys"]
    for s in known.tolist():
        lengths = nx.single_source_dijkstra_path_length(
            graph, int(streets.schools[s]), weight="minutes"
        )
        rows = np.flatnonzero(~np.isnan(minutes[:, s]))[:CHECKED_UNITS]
        right = np.array([lengths[home] for home in streets.homes[rows].tolist()])
        worst = float(np.abs(minutes[rows, s] - right).max())
        if not worst <= 1e-3 + 1e-6:
            faults.append(f"school {s}: {worst:.6f} minutes off")
    return faults
