"""Improvement by exact sub-problems: side by side, over few pairs, and the same every time."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from tests.search.grids import exact, grid_target
from zoning.search import neighbourhood
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.grow import grow_zones
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.target import Incumbent, Target


def a_plan(target: Target, seed: int) -> Incumbent:
    """Return some plan, by growing zones in a random order of preference."""
    rng = np.random.default_rng(seed)
    size = target.formulation.problem.school_count
    for _ in range(200):
        grown = judge(target, grow_zones(target.graph, target.scores(rng.random(size) * 1e4)))
        if grown is not None:
            return grown
    found = exact(target, gap=0.5).incumbent
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(3))
def test_fewer_pairs_leave_values_and_rules_as_they_are(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "NEAR", 2)
    target = grid_target(6, 5, 5, seed, room=1.5)
    start = a_plan(target, seed)
    narrow, _ = neighbourhood._nearby(target, start, None)
    assert narrow.matrix.pairs < target.matrix.pairs
    same = judge(narrow, start.assignment)
    assert same is not None and same.value == pytest.approx(start.value)
    best = exact(target).incumbent
    over_few = exact(narrow).incumbent
    assert best is not None and over_few is not None
    assert best.value <= over_few.value + 1e-6 <= start.value + 2e-6
    checked = judge(target, over_few.assignment)
    assert checked is not None and checked.value == pytest.approx(over_few.value)
    better = improve(target, start, None, Engine(), Clock(60.0, 1), tries=6, seed=seed)
    assert best.value - 1e-6 <= better.value <= start.value
    assert judge(target, better.assignment) is not None


@pytest.mark.parametrize("rules", ['"seats", "contiguity"', '"seats", "stability"'])
def test_groups_at_once_give_the_same_plan_every_time(rules: str) -> None:
    parameters = "[parameters.stability]\nshare = 0.5" if "stability" in rules else ""
    target = grid_target(6, 5, 5, 3, rules=rules, room=1.5, parameters=parameters)
    start = exact(target, gap=0.9).incumbent
    assert start is not None
    runs = [
        improve(target, start, None, Engine(), Clock(float("inf"), 1), tries=8, seed=2)
        for _ in range(2)
    ]
    assert np.array_equal(runs[0].assignment, runs[1].assignment)
    assert runs[0].value <= start.value


def test_groups_drawn_at_once_have_no_zone_in_common() -> None:
    target = grid_target(8, 6, 9, 1, room=1.6)
    start = a_plan(target, 1)
    groups = neighbourhood._Groups(target, partial(neighbourhood._lost, None), 0, across=False)
    for _ in range(20):
        drawn = np.concatenate(groups.draw_apart(start, 20.0))
        assert len(np.unique(drawn)) == len(drawn)


@pytest.mark.parametrize("seed", range(3))
def test_neighbour_rows_speak_of_the_cells_beside(seed: int) -> None:
    target = grid_target(5, 4, 3, seed)
    pairs, graph = target.formulation.problem.pairs, target.graph
    cuts = Cuts(target.formulation, graph)
    keep = np.random.default_rng(seed).random(len(pairs)) < 0.7
    added = cuts.neighbour_rows(keep)
    expected = {}
    for k in np.flatnonzero(keep):
        cell, school = int(pairs.cell[k]), int(pairs.school[k])
        beside = graph.neighbour[graph.pointer[cell] : graph.pointer[cell + 1]]
        if graph.root_of[cell] != school and not (graph.root_of[beside] == school).any():
            expected[int(k)] = set(cuts.pair(beside, school).tolist())
    rows = cuts.matrix(len(pairs)).toarray()
    assert added == len(expected) == len(rows)
    for row in rows:
        left = int(np.flatnonzero(row == 1.0)[0])
        assert set(np.flatnonzero(row == -1.0).tolist()) == expected[left]
    assert cuts.neighbour_rows(keep) == 0
