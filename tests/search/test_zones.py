"""Growing, mending and annealing: zones stay connected and sums stay right."""

from __future__ import annotations

import numpy as np
import pytest

from tests.search.grids import grid_target, in_pieces, random_scores
from zoning.search import anneal
from zoning.search.clock import Clock
from zoning.search.grow import grow_zones, mend
from zoning.search.judge import judge
from zoning.search.kernel import rooms_missing
from zoning.search.moves import find_pocket
from zoning.search.places import Scores

SEEDS = range(6)
RULES = {
    "seats": ('"seats", "contiguity"', {}),
    "classes": ('"class-size", "contiguity"', {"rooms": 8.0}),
    "band": ('"utilisation", "contiguity", "stability"', {
        "parameters": "[parameters.stability]\nshare = 0.5\n"
                      "[parameters.utilisation]\nmin = 0.4\nmax = 1.2"}),
    "limit": ('"seats", "travel-limit", "contiguity"', {
        "parameters": "[parameters.travel-limit]\nminutes = 90"}),
}  # fmt: skip


def scores(target, seed: int) -> Scores:
    return random_scores(target, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_grown_zones_are_whole(seed: int) -> None:
    target = grid_target(8, 7, 5, seed, rules='"contiguity"')
    zone = grow_zones(target.graph, scores(target, seed))
    assert (zone >= 0).all()
    assert in_pieces(target.graph, zone) == set()
    roots = target.graph.root_of >= 0
    assert np.array_equal(zone[roots], target.graph.root_of[roots])


def test_cells_without_any_way_stay_without_school() -> None:
    import pandas as pd

    target = grid_target(
        3, 1, 1, 0, rules='"contiguity"',
        adjacency=pd.DataFrame([("u0000", "u0100", 1.0)],
                               columns=["unit_a", "unit_b", "border_metres"]),
    )  # fmt: skip
    graph = target.graph
    zone = grow_zones(graph, scores(target, 0))
    lone = [i for i in range(3) if zone[i] < 0]
    assert len(lone) in (1, 2)
    assert all(zone[i] >= 0 for i in np.flatnonzero(graph.root_of >= 0))


@pytest.mark.parametrize("seed", SEEDS)
def test_mended_zones_are_whole_and_keep_what_was_whole(seed: int) -> None:
    target = grid_target(8, 7, 5, seed, rules='"contiguity"')
    graph = target.graph
    rng = np.random.default_rng(seed)
    broken = grow_zones(graph, scores(target, seed))
    hit = rng.random(len(broken)) < 0.2
    broken = np.where(hit & (graph.root_of < 0), rng.integers(0, 5, len(broken)), broken)
    apart = np.array(sorted(in_pieces(graph, broken)), dtype=np.int64)
    zone = mend(graph, broken, apart, scores(target, seed))
    assert (zone >= 0).all()
    assert in_pieces(graph, zone) == set()
    kept = np.ones(len(zone), dtype=bool)
    kept[apart] = False
    assert np.array_equal(zone[kept], broken[kept])


def test_mending_a_start_with_foreign_roots_and_unknown_schools() -> None:
    target = grid_target(6, 5, 4, 3, rules='"contiguity"')
    graph = target.graph
    start = np.full(target.formulation.problem.cells, -1, dtype=np.int64)
    zone = mend(graph, start, np.arange(len(start)), scores(target, 1))
    assert in_pieces(graph, zone) == set()
    everything = np.zeros(len(start), dtype=np.int64)
    apart = np.array(sorted(in_pieces(graph, everything)), dtype=np.int64)
    zone = mend(graph, everything, apart, scores(target, 1))
    assert (zone >= 0).all()


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_annealing_keeps_zones_whole_and_sums_right(name: str, seed: int) -> None:
    rules, more = RULES[name]
    target = grid_target(7, 6, 4, seed, rules=rules, **more)
    arrays = anneal.prepare(target)
    start = grow_zones(target.graph, scores(target, seed))
    clock = Clock(60.0, 1)
    run = anneal.run_once(arrays, start, 150, seed, clock)
    again = anneal.run_once(arrays, start, 150, seed, clock)
    assert np.array_equal(run.last, again.last) and run.cost == again.cost
    assert in_pieces(target.graph, run.last) == set()
    for cell in np.flatnonzero(arrays.board.fixed):
        assert run.last[cell] == start[cell]
    if run.best is None:
        assert run.cost == np.inf
        return
    assert in_pieces(target.graph, run.best) == set()
    assert run.cost == pytest.approx(float(arrays.board.cost[target.places.of(run.best)].sum()))
    found = judge(target, run.best)
    assert found is not None, "the annealing called a plan valid that breaks a rule"
    assert found.value == pytest.approx(
        float(target.cost @ found.at(np.arange(target.matrix.columns)))
    )


@pytest.mark.parametrize("seed", range(4))
def test_annealing_without_contiguity(seed: int) -> None:
    target = grid_target(6, 6, 4, seed, rules='"seats"')
    arrays = anneal.prepare(target)
    start = np.random.default_rng(seed).integers(0, 4, 36)
    run = anneal.run_once(arrays, start, 300, seed, Clock(60.0, 1))
    assert run.best is not None
    assert judge(target, run.best) is not None


@pytest.mark.parametrize("seed", range(10))
def test_more_sweeps_never_hurt_the_best(seed: int) -> None:
    """From a valid start the best kept is at most the start's cost."""
    target = grid_target(6, 6, 3, seed, room=3.0)
    arrays = anneal.prepare(target)
    start = grow_zones(target.graph, scores(target, seed))
    cost = float(arrays.board.cost[target.places.of(start)].sum())
    run = anneal.run_once(arrays, start, 50, seed, Clock(60.0, 1))
    if judge(target, start) is not None:
        assert run.best is not None and run.cost <= cost + 1e-9


def test_annealing_stops_when_asked() -> None:
    target = grid_target(6, 6, 3, 0)
    clock = Clock(60.0, 1)
    clock.interrupt()
    start = grow_zones(target.graph, scores(target, 0))
    run = anneal.run_once(anneal.prepare(target), start, 10**9, 0, clock)
    assert run.sweeps == 0
    assert np.array_equal(run.last, start)


@pytest.mark.parametrize("seed", range(10))
def test_pocket_is_what_a_cell_cuts_off(seed: int) -> None:
    target = grid_target(7, 6, 3, seed, rules='"contiguity"')
    graph = target.graph
    zone = grow_zones(graph, scores(target, seed))
    n = len(zone)
    mark, queue, pocket = np.zeros(n, np.int64), np.empty(n, np.int64), np.empty(n + 1, np.int64)
    stamp = 1
    for cell in np.flatnonzero(graph.root_of < 0):
        size, stamp = find_pocket(
            cell, zone, graph.pointer, graph.neighbour, graph.root_of >= 0, mark, stamp, queue,
            pocket, 0,
        )  # fmt: skip
        without = zone.copy()
        without[cell] = 99
        assert set(pocket[:size].tolist()) == in_pieces(graph, without) - {cell}
        assert len(set(pocket[:size].tolist())) == size


@pytest.mark.parametrize("seed", range(10))
def test_rooms_missing_is_zero_exactly_when_the_classes_fit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, grades = np.array([45.0]), 4
    loads = rng.integers(0, 200, (1, grades)).astype(float)
    needed = float(np.ceil(loads / 45.0).sum())
    formed = np.arange(grades)
    for rooms in range(int(needed) + 3):
        missing = rooms_missing(loads, size, np.array([float(rooms)]), formed, 0)
        assert (missing <= 0.0) == (needed <= rooms)
