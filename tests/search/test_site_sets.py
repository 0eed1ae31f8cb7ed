"""Sets of sites: bounds of a set and of the steps from it, and the bound by cases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.search.test_siting import open_cases
from tests.search.tiny_cases import Case
from zoning.problem.arrays import Bools
from zoning.search.clock import Clock
from zoning.search.site_book import SiteBook
from zoning.search.site_bound import bound_sites, market_of
from zoning.search.site_steps import prices_at, value_at
from zoning.search.site_tree import SiteTree
from zoning.search.zoned_sites import accepts


def zoned_cases() -> Iterator[Case]:
    return (case for case in open_cases() if accepts(case.target))


def sets_of(case: Case) -> list[Bools]:
    """Every set of sites that a plan opens."""
    known = {case.target.open_in(plan).tobytes() for plan in case.plans}
    return [np.frombuffer(key, dtype=bool).copy() for key in sorted(known)]


def test_any_prices_bound_the_plans_of_a_set() -> None:
    rng, compared = np.random.default_rng(0), 0
    for case in zoned_cases():
        market, root_of = market_of(case.target), case.target.graph.root_of
        opened = [case.target.open_in(plan) for plan in case.plans]
        for open_ in sets_of(case):
            plans = [np.array_equal(o, open_) for o in opened]
            best = float(case.values[plans].min())
            slack = 1e-6 * max(1.0, abs(best))
            price = prices_at(market, root_of, open_)
            assert price is not None, case.label
            assert (price >= 0).all() and not price[~open_].any()
            assert value_at(market, root_of, open_, price) <= best + slack, case.label
            limited = np.isfinite(market.places) & open_
            drawn = np.where(limited, price * rng.uniform(0.0, 2.0, len(price)), 0.0)
            assert value_at(market, root_of, open_, drawn) <= best + slack, case.label
            compared += 1
    assert compared > 20


def test_steps_promise_no_less_than_they_keep() -> None:
    compared = 0
    for case in zoned_cases():
        book = SiteBook(case.target, market_of(case.target), 0)
        for open_ in sets_of(case):
            here = book.assess(open_)
            for step in book._steps(here, np.inf):
                found = book.assess(step.taken(open_))
                if np.isfinite(found.lower):
                    slack = 1e-5 * max(1.0, abs(found.lower))
                    assert step.lower <= found.lower + slack, (case.label, step)
                    compared += 1
    assert compared > 20


def test_too_few_seats_have_no_prices() -> None:
    case = next(c for c in zoned_cases() if len(c.plans))
    market, root_of = market_of(case.target), case.target.graph.root_of
    tight = market._replace(places=np.full(len(market.places), market.pupils.sum() / 1e3))
    assert prices_at(tight, root_of, np.ones(len(market.places), dtype=bool)) is None


@pytest.mark.parametrize("most", [1, 7, 200])
def test_cases_never_bound_more_than_the_optimum(most: int) -> None:
    wrong, closed, tried = [], 0, 0
    for case in open_cases():
        if (np.diff(case.target.formulation.problem.pairs.pointer) == 0).any():
            continue
        market = market_of(case.target)
        optimum = case.optimum
        for goal in (optimum, 1.3 * optimum, np.inf):
            root = bound_sites(market, Clock(60.0), lambda: np.inf, rounds=40)
            tree = SiteTree(root)
            before = tree.bound(goal)
            tree.grow(Clock(60.0), lambda goal=goal: goal, most)
            after = tree.bound(goal)
            if after > optimum + 1e-6 * max(1.0, abs(optimum)) and np.isfinite(after):
                wrong.append(f"{case.label}: bound {after}, optimum {optimum}")
            assert after >= before
            tried += 1
            closed += after >= goal
    assert not wrong, "\n".join(wrong)
    assert tried > 20
    assert closed > (0 if most > 1 else -1)


def test_a_stopped_clock_leaves_the_cases_as_they_are() -> None:
    case = next(c for c in zoned_cases() if len(c.plans))
    root = bound_sites(market_of(case.target), Clock(60.0), lambda: np.inf, rounds=40)
    tree, over = SiteTree(root), Clock(60.0)
    over.interrupt()
    tree.grow(over, lambda: np.inf, 10)
    assert tree.bound(np.inf) == root.bound
