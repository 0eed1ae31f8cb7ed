"""Rows broken at a price: only plans break none, and what is refused is mended into a plan."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.search.grids import exact, grid_target
from tests.search.tiny_cases import Case, cases
from zoning.search.clock import Clock
from zoning.search.elastic import WHOLE, elastic, mend_rows
from zoning.search.engine import Engine
from zoning.search.grow import grow_zones
from zoning.search.judge import judge
from zoning.search.target import Target

SEEDS = range(0, 120, 3)


def first(seed: int) -> Case:
    """The first goal of a tiny problem."""
    return next(iter(cases(seed, later=False)))


def any_assignments(target: Target, most: int) -> list[np.ndarray]:
    """Permitted assignments, plans or not."""
    pairs = target.formulation.problem.pairs
    options = [pairs.school[begin:end].tolist() for begin, end in itertools.pairwise(pairs.pointer)]
    if not all(options):
        return []
    every = itertools.islice(itertools.product(*options), 4000)
    return [np.array(one, dtype=np.int64) for one in every][:: max(1, 4000 // most)]


@pytest.mark.parametrize("seed", SEEDS)
def test_only_plans_break_no_row(seed: int) -> None:
    case = first(seed)
    phase = elastic(case.target)
    for assignment in [*case.plans[:20], *any_assignments(case.target, 40)]:
        found = judge(phase.target, assignment)
        plan = judge(case.target, assignment)
        if found is None:  # zones in pieces: contiguity is kept at no price
            assert plan is None
            continue
        assert (found.value <= WHOLE) == (plan is not None), assignment
        assert (phase.lost(found).sum() > WHOLE) <= (plan is None)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_mended_is_a_plan(seed: int) -> None:
    case = first(seed)
    some = any_assignments(case.target, 40)
    refused = [start for start in some if judge(case.target, start) is None][:4]
    mended = mend_rows(case.target, refused, Engine(), Clock(30.0, 1), seed)
    whole = [judge(elastic(case.target).target, start) for start in refused]
    assert (mended is not None) == (len(case.plans) > 0 and any(whole))
    if mended is not None:
        assert case.value(mended) is not None
        assert judge(case.target, mended) is not None


def test_a_school_beyond_its_seats_gives_units_away() -> None:
    target = grid_target(6, 5, 5, 3, room=1.25)
    grown = grow_zones(target.graph, target.scores(np.arange(5) * 1e4))
    assert judge(target, grown) is None
    phase = elastic(target)
    start = judge(phase.target, grown)
    assert start is not None
    over = np.flatnonzero(phase.lost(start) > 0)
    problem = target.formulation.problem
    load = np.bincount(grown, weights=problem.pupils, minlength=5)
    seats = target.formulation.limits[0].high
    assert set(grown[over]) == set(np.flatnonzero(load > seats))
    mended = mend_rows(target, [grown], Engine(), Clock(60.0, 1), 0)
    assert mended is not None and judge(target, mended) is not None


def test_the_same_start_is_mended_the_same_way() -> None:
    target = grid_target(6, 5, 5, 3, room=1.25)
    grown = grow_zones(target.graph, target.scores(np.arange(5) * 1e4))
    once, again = (
        mend_rows(target, [grown], Engine(), Clock(float("inf"), 1), 1) for _ in range(2)
    )
    assert once is not None and again is not None and np.array_equal(once, again)


def test_too_few_seats_cannot_be_mended() -> None:
    target = grid_target(5, 4, 4, 1, room=0.8)
    grown = grow_zones(target.graph, target.scores())
    assert exact(target).infeasible
    assert mend_rows(target, [grown], Engine(), Clock(20.0, 1), 0) is None
