"""Shortest paths equal networkx on small networks, drawn at random."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.travel.network import Network
from zoning.travel.pairs import Collector
from zoning.travel.paths import Graph, ways_to
from zoning.travel.snapping import Snapped, snap

WHOLE = st.integers(min_value=1, max_value=50)


@st.composite
def networks(draw: st.DrawFn) -> Snapped:
    """Return stretches at random: parallel ones, loops, one-way streets, parts apart."""
    size = draw(st.integers(2, 9))
    node = st.integers(0, size - 1)
    count = draw(st.integers(1, 20))
    begin, end = (np.array([draw(node) for _ in range(count)]) for _ in range(2))
    numbers = [[float(draw(WHOLE)) for _ in range(count)] for _ in range(3)]
    forward, backward = np.array(numbers[0]), np.array(numbers[1])
    closed = np.array([draw(st.sampled_from(["no", "ahead", "back"])) for _ in range(count)])
    forward[closed == "ahead"] = np.inf
    backward[closed == "back"] = np.inf
    none = np.zeros(0, dtype=np.int64)
    return Snapped(
        size, begin, end, np.array(numbers[2]), forward, backward, none, none.astype(float), none
    )


def as_networkx(net: Snapped) -> nx.DiGraph:
    """Return the same network; of parallel stretches the quickest, then the shortest."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.size))
    for a, b, minutes, metres in [
        *zip(net.begin, net.end, net.forward, net.metres, strict=True),
        *zip(net.end, net.begin, net.backward, net.metres, strict=True),
    ]:
        old = graph.get_edge_data(a, b, {"minutes": np.inf, "metres": np.inf})
        if np.isfinite(minutes) and (minutes, metres) < (old["minutes"], old["metres"]):
            graph.add_edge(int(a), int(b), minutes=minutes, metres=metres)
    return graph


@settings(deadline=None, max_examples=150)
@given(networks(), st.one_of(st.none(), st.integers(1, 80)))
def test_minutes_and_metres_equal_networkx(net: Snapped, limit: int | None) -> None:
    graph, every = as_networkx(net), np.arange(net.size)
    most = float("inf") if limit is None else float(limit)
    for school, (minutes, metres) in enumerate(ways_to(Graph.of(net), every, every, most)):
        for home in range(net.size):
            if home == school:
                assert minutes[home] == metres[home] == 0.0
                continue
            try:
                right = nx.dijkstra_path_length(graph, home, school, weight="minutes")
            except nx.NetworkXNoPath:
                right = np.inf
            if right > most or np.isinf(right):
                assert np.isinf(minutes[home]) and np.isinf(metres[home])
                continue
            assert minutes[home] == pytest.approx(right)
            paths = nx.all_shortest_paths(graph, home, school, weight="minutes")
            lengths = {nx.path_weight(graph, path, "metres") for path in paths}
            assert any(metres[home] == pytest.approx(length) for length in lengths)


def line(*minutes: float) -> Network:
    """Return a straight road along the equator, a stretch of 1/1000 degree for each number."""
    size = len(minutes) + 1
    places = np.column_stack([0.001 * np.arange(size), np.zeros(size)])
    ahead = np.array(minutes)
    return Network(places, np.arange(size - 1), np.arange(1, size), 111.0 * np.ones(size - 1),
                   ahead, ahead, np.zeros(size, dtype=np.int64), 0.0)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-50, 500), min_size=1, max_size=8))
def test_places_on_a_road_are_as_far_apart_as_they_are(xs: list[float]) -> None:
    """However many lie on one stretch, at its ends or at the same place."""
    network = line(1.0, 1.0, 1.0)
    points = np.column_stack([xs, np.full(len(xs), 10.0)])
    snapped = snap(network, points, "EPSG:3857")
    minutes = np.array([m for m, _ in ways_to(Graph.of(snapped), snapped.node, snapped.node)])
    unit = 6378137.0 * np.radians(0.001)
    along = np.clip(np.array(xs) / unit, 0.0, 3.0)
    assert np.allclose(minutes, np.abs(along[:, None] - along), atol=1e-6)
    assert (snapped.away >= 10.0 - 1e-6).all()


def test_the_nearest_schools_of_every_stage_are_kept() -> None:
    serves = np.array([[True, False], [True, False], [True, True], [False, True]])
    minutes = [5.0, 1.0, 9.0, 30.0]
    collector = Collector(np.inf, 1, serves, np.array([0 * 4 + 0]))
    for school, value in enumerate(minutes):
        for unit in (0, 1):
            collector.add(np.array([unit]), school, minutes=np.array([value]),
                          metres=np.array([1.0]))  # fmt: skip
    pairs = collector.pairs()
    found = list(zip(pairs.unit.tolist(), pairs.school.tolist(), strict=True))
    assert found == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]
