"""Separators and detached parts against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from tests.search.grids import as_networkx, grid_target, in_pieces, random_graph
from zoning.search.connected import Graph, detached_cells, separators
from zoning.search.cuts import Cuts
from zoning.search.separation import detached, fractional_separator


def least_weight(pointer, neighbour, weight, start: int, root: int) -> float:
    """Weight of the lightest set of cells between two that are not neighbours, by networkx."""
    split = nx.DiGraph()
    for v in range(len(weight)):
        split.add_edge(("in", v), ("out", v), capacity=np.inf if v in (start, root) else weight[v])
    for a, b in as_networkx(pointer, neighbour).edges:
        split.add_edge(("out", a), ("in", b), capacity=np.inf)
        split.add_edge(("out", b), ("in", a), capacity=np.inf)
    return float(nx.minimum_cut_value(split, ("out", start), ("in", root)))


@pytest.mark.parametrize("seed", range(40))
def test_fractional_separator_is_the_lightest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 25))
    pointer, neighbour = random_graph(rng, n, 3.5)
    start, root = (int(v) for v in rng.choice(n, 2, replace=False))
    weight = np.where(rng.random(n) < 0.75, rng.random(n), 0.0)
    root_of = np.full(n, -1, dtype=np.int64)
    root_of[root] = 0
    adjacent = root in neighbour[pointer[start] : pointer[start + 1]]
    least = np.inf if adjacent else least_weight(pointer, neighbour, weight, start, root)
    wanted = float(rng.uniform(0.1, 1.5))
    cut = fractional_separator(pointer, neighbour, weight, start, root, wanted, root_of, 0)
    if least >= wanted - 1e-6:
        assert len(cut) == 0
        return
    graph = as_networkx(pointer, neighbour)
    assert start not in cut and root not in cut
    assert len(set(cut.tolist())) == len(cut)
    assert float(weight[cut].sum()) == pytest.approx(least, abs=1e-6)
    graph.remove_nodes_from(cut.tolist())
    assert not nx.has_path(graph, start, root)


@pytest.mark.parametrize("seed", range(20))
def test_roots_of_other_schools_are_no_way_through(seed: int) -> None:
    """A separator need not hold other schools' roots: no zone of this school can cross them."""
    rng = np.random.default_rng(100 + seed)
    n = 16
    pointer, neighbour = random_graph(rng, n, 4.0)
    start, root, other = (int(v) for v in rng.choice(n, 3, replace=False))
    weight = rng.random(n) * 0.1
    weight[other] = 0.0
    root_of = np.full(n, -1, dtype=np.int64)
    root_of[root], root_of[other] = 0, 1
    cut = fractional_separator(pointer, neighbour, weight, start, root, 5.0, root_of, 0)
    if root in neighbour[pointer[start] : pointer[start + 1]]:
        assert len(cut) == 0
        return
    graph = as_networkx(pointer, neighbour)
    graph.remove_nodes_from([*cut.tolist(), other])
    assert not nx.has_path(graph, start, root)
    for cell in cut.tolist():
        graph_with = as_networkx(pointer, neighbour)
        graph_with.remove_nodes_from([*(c for c in cut.tolist() if c != cell), other])
        assert nx.has_path(graph_with, start, root), "a cell that separates nothing"


@pytest.mark.parametrize("seed", range(20))
def test_detached_as_networkx_sees_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, schools = int(rng.integers(4, 40)), int(rng.integers(1, 5))
    pointer, neighbour = random_graph(rng, n, 4.0)
    root_of = np.full(n, -1, dtype=np.int64)
    root_of[rng.choice(n, schools, replace=False)] = np.arange(schools)
    free = (rng.random(n) < 0.15) & (root_of < 0)
    tail = np.repeat(np.arange(n), np.diff(pointer))
    keep = ~(free[tail] | free[neighbour])
    pointer = np.concatenate([[0], np.cumsum(np.bincount(tail[keep], minlength=n))])
    graph = Graph(pointer.astype(np.int64), neighbour[keep], root_of, root_of, free)
    assignment = rng.integers(0, schools, n)
    found = detached(graph.pointer, graph.neighbour, root_of, free, assignment)
    assert set(np.flatnonzero(found).tolist()) == in_pieces(graph, assignment)
    assert np.array_equal(detached_cells(graph, assignment), found.astype(bool))


@pytest.mark.parametrize("seed", range(10))
def test_each_detached_part_is_cut_off_by_its_separator(seed: int) -> None:
    target = grid_target(7, 6, 4, seed, rules='"contiguity"')
    graph = target.graph
    rng = np.random.default_rng(seed)
    assignment = rng.integers(0, 4, target.formulation.problem.cells)
    assignment = np.where(graph.root_of >= 0, graph.root_of, assignment)
    found = separators(graph, assignment)
    told: set[int] = set()
    for school, part, cut in found:
        assert (assignment[part] == school).all()
        assert not (assignment[cut] == school).any()
        plain = as_networkx(graph.pointer, graph.neighbour)
        foreign = [i for i in np.flatnonzero(graph.root_of >= 0) if graph.root_of[i] != school]
        plain.remove_nodes_from([*cut.tolist(), *foreign])
        root = int(np.flatnonzero(graph.root_of == school)[0])
        assert not any(nx.has_path(plain, int(i), root) for i in part if int(i) in plain)
        told |= set(part.tolist())
    assert told == in_pieces(graph, assignment)


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_contiguity_forbid_no_connected_plan(seed: int) -> None:
    """Rows that broken assignments gave must hold for every connected assignment."""
    target = grid_target(5, 4, 3, seed, rules='"contiguity"')
    problem, graph = target.formulation.problem, target.graph
    rng = np.random.default_rng(seed)
    cuts = Cuts(target.formulation, graph)
    for _ in range(5):
        assignment = rng.integers(0, 3, problem.cells)
        assignment = np.where(graph.root_of >= 0, graph.root_of, assignment)
        before = len(cuts)
        assert cuts.separate(assignment) == len(cuts) - before
        assert cuts.separate(assignment) == 0
    x = rng.dirichlet(np.ones(3), problem.cells)[problem.pairs.cell, problem.pairs.school]
    cuts.separate_fractional(np.flatnonzero(x > 1e-6), x[x > 1e-6])
    cuts.neighbour_rows(np.ones(len(problem.pairs), dtype=bool))
    rows = cuts.matrix(len(problem.pairs))
    assert rows.shape[0] == len(cuts) > 0
    for _ in range(40):
        connected = _grown_at_random(graph, rng, 3)
        chosen = np.zeros(len(problem.pairs))
        chosen[problem.pair_of(connected)] = 1.0
        assert (rows @ chosen <= 1e-9).all()


def _grown_at_random(graph: Graph, rng: np.random.Generator, schools: int) -> np.ndarray:
    zone = graph.root_of.copy()
    while (zone < 0).any():
        cell = int(rng.choice(np.flatnonzero(zone < 0)))
        around = zone[graph.neighbour[graph.pointer[cell] : graph.pointer[cell + 1]]]
        around = around[around >= 0]
        if len(around):
            zone[cell] = int(rng.choice(around))
    return zone
