"""Proof by cases of sites: on tiny problems it ends with the best of all plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.search.test_siting import open_cases
from tests.search.tiny_cases import Case
from zoning.problem.arrays import Ints
from zoning.search.clock import Clock
from zoning.search.engine import Engine
from zoning.search.judge import judge
from zoning.search.site_bound import SiteBound, bound_sites, market_of
from zoning.search.site_cases import Pace, SiteCases
from zoning.search.site_tree import SiteTree
from zoning.search.target import Incumbent


def free_cases() -> Iterator[Case]:
    """Tiny problems that have a plan, and whose zones need not hang together."""
    return (c for c in open_cases() if not c.target.graph.binding and len(c.plans))


class Keeper:
    """The best plan, as a search keeps it."""

    def __init__(self, case: Case, first: Ints | None) -> None:
        self.case = case
        self.best: Incumbent | None = None
        if first is not None:
            self.take(first)

    def take(self, assignment: Ints) -> None:
        found = judge(self.case.target, assignment)
        if found is not None and (self.best is None or found.value < self.best.value):
            self.best = found


def root_of(case: Case, rounds: int) -> SiteBound:
    return bound_sites(market_of(case.target), Clock(60.0), lambda: np.inf, rounds=rounds)


def cases_of(case: Case, keeper: Keeper, gap: float, rounds: int = 20) -> SiteCases:
    return SiteCases(
        case.target, root_of(case, rounds), Engine(), gap, lambda: keeper.best, keeper.take
    )


@pytest.mark.parametrize("rounds", [0, 20, 2000])
@pytest.mark.parametrize("start", ["none", "worst", "best"])
def test_the_best_plan_is_found_and_proved(rounds: int, start: str) -> None:
    tried = 0
    for case in free_cases():
        at = {"none": None, "worst": case.values.argmax(), "best": case.values.argmin()}[start]
        keeper = Keeper(case, None if at is None else case.plans[at])
        cases = cases_of(case, keeper, 0.0, rounds)
        cases.run(Clock(60.0))
        slack = 1e-6 * max(1.0, abs(case.optimum))
        assert keeper.best is not None, case.label
        assert abs(keeper.best.value - case.optimum) <= slack, case.label
        bound = case.target.grid.up(cases.bound)
        assert case.optimum - slack <= bound <= case.optimum + slack, case.label
        tried += 1
    assert tried >= 8


def test_within_a_gap_no_more_is_proved_than_is_true() -> None:
    for case in free_cases():
        keeper = Keeper(case, case.plans[case.values.argmax()])
        cases = cases_of(case, keeper, 0.2)
        cases.run(Clock(60.0))
        assert keeper.best is not None
        assert not case.above(cases.bound), case.label
        short = keeper.best.value - case.target.grid.up(cases.bound)
        assert short <= 0.2 * abs(keeper.best.value) + 1e-9, case.label


def test_a_work_limit_ends_it_and_repeats() -> None:
    for case in free_cases():
        found = []
        for _ in range(2):
            keeper = Keeper(case, case.plans[case.values.argmax()])
            cases = cases_of(case, keeper, 0.0, 1)
            cases.run(Clock(np.inf, 1))
            assert not case.above(cases.bound), case.label
            assert keeper.best is not None
            found.append((keeper.best.assignment.tolist(), cases.bound))
        assert found[0] == found[1], case.label


def test_what_is_stopped_goes_on_from_there() -> None:
    for case in free_cases():
        keeper = Keeper(case, case.plans[case.values.argmax()])
        cases = cases_of(case, keeper, 0.0)
        over = Clock(60.0)
        over.interrupt()
        cases.run(over)
        assert not case.above(cases.bound)
        cases.run(Clock(60.0))
        assert keeper.best is not None
        assert keeper.best.value <= case.optimum + 1e-6 * max(1.0, abs(case.optimum)), case.label


def test_with_too_many_columns_an_end_keeps_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.search.site_cases.MOST_COLUMNS", 0)
    for case in free_cases():
        keeper = Keeper(case, case.plans[case.values.argmax()])
        cases = cases_of(case, keeper, 0.0)
        cases.run(Clock(60.0))
        assert keeper.best is not None
        assert keeper.best.value == pytest.approx(case.values.max())
        assert not case.above(cases.bound), case.label


@pytest.mark.parametrize("limits", [(np.inf, 1), (np.inf, None), (60.0, None)])
def test_without_room_for_more_cases_it_ends(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[float, int | None]
) -> None:
    monkeypatch.setattr("zoning.search.site_tree.ROOM", 0)
    for case in free_cases():
        keeper = Keeper(case, case.plans[case.values.argmax()])
        cases = cases_of(case, keeper, 0.0, 1)
        before = cases.bound
        cases.run(Clock(*limits))
        assert cases.bound == before


def test_the_sites_of_the_lowest_case_are_tried_once() -> None:
    case = next(c for c in free_cases() if (root_of(c, 20).market.kind == 0).any())
    tried = []
    root = root_of(case, 20)
    tree = SiteTree(root, lambda end: tried.append(end.found.market.kind) or end.bound)
    for _ in range(2):
        tree.try_lowest()
    assert len(tried) == 1
    assert np.array_equal(tried[0] == 1, root.chosen)
    assert tree.bound(np.inf) == root.bound


def test_no_plan_without_a_needed_site_is_below_what_the_bound_says() -> None:
    compared = 0
    for case in free_cases():
        for rounds in (1, 20, 2000):
            found = root_of(case, rounds)
            for plan, value in zip(case.plans, case.values, strict=True):
                closed = ~case.target.open_in(plan)
                least = found.bound + found.need[closed].max(initial=0.0)
                assert least <= value + 1e-6 * max(1.0, abs(value)), case.label
                compared += bool(found.need[closed].any())
    assert compared > 20


def test_a_climb_that_reaches_the_goal_ends() -> None:
    case = next(free_cases())
    low = case.optimum - 1e6
    found = bound_sites(market_of(case.target), Clock(60.0), lambda: low)
    assert len(found.seen) == 1
    again = replace(found, seen=())
    assert bound_sites(found.market, Clock(60.0), lambda: low, begin=again).bound >= low


@pytest.mark.parametrize(
    ("spent", "bound", "enough"),
    [(0.5, 5.0, True), (0.5, 4.9, False), (1.0, 10.0, False), (0.1, 1.0, True)],
)
def test_pace(spent: float, bound: float, enough: bool) -> None:
    assert Pace(0.0, lambda: spent).enough(bound, 10.0) is enough
